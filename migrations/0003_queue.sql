-- The job queue is apalis's; two things in it are ours.

-- 1. Claiming. The original joins a locking sub-query, which the planner runs over every row of the
-- table: 66 to 82 ms a claim with 20,000 pending and 200,000 done rows, against 1.8 to 2.8 ms here.
-- A test compares this definition with the one in the database, so that an upgrade of apalis that
-- replaces it is noticed.
CREATE OR REPLACE FUNCTION apalis.get_jobs(worker_id text, v_job_type text, v_job_count integer DEFAULT 5)
RETURNS SETOF apalis.jobs
LANGUAGE sql
VOLATILE
AS $$
    UPDATE apalis.jobs
    SET status = 'Queued', lock_by = worker_id, lock_at = now()
    WHERE id = ANY (ARRAY(
        SELECT id
        FROM apalis.jobs
        WHERE (status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts))
          AND run_at < now()
          AND job_type = v_job_type
        ORDER BY priority DESC, run_at ASC
        LIMIT v_job_count
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING *;
$$;

-- 2. Finished jobs are only of use to the curious; they are pruned by their age.
CREATE INDEX souk_jobs_done ON apalis.jobs (done_at) WHERE done_at IS NOT NULL;

-- Who waits is everybody's business in one number only, so the API may ask for that number, past
-- the rows that it does not see.
CREATE POLICY owner ON operations FOR SELECT TO souk_owner USING (true);
CREATE FUNCTION count_unfinished_provisionings() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM operations WHERE kind = 'provision' AND state IN ('queued', 'running')
$$;
CREATE FUNCTION permit_load() RETURNS TABLE (active bigint, queued bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FILTER (WHERE has_permit AND lease_expires_at > now()),
           count(*) FILTER (WHERE kind = 'provision' AND state = 'queued' AND started_at IS NULL)
    FROM operations WHERE state IN ('queued', 'running', 'cancelling')
$$;
REVOKE ALL ON FUNCTION count_unfinished_provisionings() FROM PUBLIC;
REVOKE ALL ON FUNCTION permit_load() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_unfinished_provisionings() TO souk_api, souk_worker;
GRANT EXECUTE ON FUNCTION permit_load() TO souk_api, souk_worker;

-- Whoever waits for a store's events or for an operation's change is woken, not polled.
CREATE FUNCTION notify_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('souk_event', NEW.store_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER events_notify AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION notify_event();

CREATE FUNCTION notify_operation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('souk_operation', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER operations_notify AFTER UPDATE OF state ON operations
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION notify_operation();
