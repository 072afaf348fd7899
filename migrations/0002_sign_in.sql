-- What happens before there is a principal. Each function runs as the owner with a fixed search
-- path, does one thing, and is the only way in for `souk_api`.

-- A new user with a personal account. The first user of an empty system becomes its admin; the lock
-- makes sure that two who come at once do not both.
CREATE FUNCTION register_user(
    new_user_id uuid, new_account_id uuid, new_email text, new_hash text,
    caller_ip inet, caller_user_agent text, caller_correlation_id text
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    new_role text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('souk.register'));
    new_role := CASE WHEN EXISTS (SELECT FROM users) THEN 'user' ELSE 'admin' END;
    INSERT INTO users (id, email, role) VALUES (new_user_id, new_email, new_role);
    INSERT INTO identities (provider, subject, user_id) VALUES ('password', new_email, new_user_id);
    INSERT INTO passwords (user_id, hash) VALUES (new_user_id, new_hash);
    INSERT INTO accounts (id, name) VALUES (new_account_id, new_email);
    INSERT INTO memberships (account_id, user_id) VALUES (new_account_id, new_user_id);
    INSERT INTO audit_log (event_type, actor_user_id, account_id, ip, user_agent, correlation_id)
    VALUES ('registration', new_user_id, new_account_id, caller_ip, caller_user_agent, caller_correlation_id);
    RETURN new_role;
END $$;

-- What is needed to check a password.
CREATE FUNCTION find_password(wanted_email text)
RETURNS TABLE (user_id uuid, account_id uuid, role text, hash text, suspended boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, m.account_id, u.role, p.hash, u.suspended_at IS NOT NULL
    FROM identities i
    JOIN users u ON u.id = i.user_id
    JOIN passwords p ON p.user_id = u.id
    JOIN memberships m ON m.user_id = u.id
    WHERE i.provider = 'password' AND i.subject = wanted_email
    ORDER BY m.created_at
    LIMIT 1
$$;

-- Who a valid access token speaks for, as of now: a role that was taken away or a suspension counts
-- at once, not when the token expires.
CREATE FUNCTION find_principal(wanted_user_id uuid)
RETURNS TABLE (user_id uuid, account_id uuid, role text, suspended boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, m.account_id, u.role, u.suspended_at IS NOT NULL
    FROM users u
    JOIN memberships m ON m.user_id = u.id
    WHERE u.id = wanted_user_id
    ORDER BY m.created_at
    LIMIT 1
$$;

-- An attempt to sign in, whether it went well or not: there may be no principal to write it as.
CREATE FUNCTION audit_sign_in(
    what text, who uuid, of_account uuid,
    caller_ip inet, caller_user_agent text, caller_correlation_id text, more jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF what NOT IN ('login_success', 'login_failed') THEN
        RAISE EXCEPTION 'not an event of signing in: %', what;
    END IF;
    INSERT INTO audit_log (event_type, actor_user_id, account_id, ip, user_agent, correlation_id, details)
    VALUES (what, who, of_account, caller_ip, caller_user_agent, caller_correlation_id, more);
END $$;

REVOKE ALL ON FUNCTION register_user(uuid, uuid, text, text, inet, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION find_password(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION find_principal(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_sign_in(text, uuid, uuid, inet, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_user(uuid, uuid, text, text, inet, text, text) TO souk_api;
GRANT EXECUTE ON FUNCTION find_password(text) TO souk_api;
GRANT EXECUTE ON FUNCTION find_principal(uuid) TO souk_api;
GRANT EXECUTE ON FUNCTION audit_sign_in(text, uuid, uuid, inet, text, text, jsonb) TO souk_api;
