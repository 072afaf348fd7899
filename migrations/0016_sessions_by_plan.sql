-- Every request asks whose session it is. In SQL this function's query was planned anew by each call, which took five times as
-- long as the query itself; in PL/pgSQL a connection keeps the plan. It finds what it found before.
CREATE OR REPLACE FUNCTION find_session(wanted_id uuid)
RETURNS TABLE (user_id uuid, account_id uuid, role text, suspended boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT u.id, m.account_id, u.role, u.suspended_at IS NOT NULL
        FROM sessions s
        JOIN users u ON u.id = s.user_id
        JOIN memberships m ON m.user_id = u.id
        WHERE s.id = wanted_id AND s.ended_at IS NULL AND s.expires_at > now()
        ORDER BY m.created_at
        LIMIT 1;
END $$;
