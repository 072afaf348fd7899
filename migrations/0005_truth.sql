-- What an operation's page says beyond its steps, and requests that may be sent twice.

-- 1. Every try of a step that did not succeed: when, why, and what to do. The worker keeps the last
-- ones of each step (crates/db/src/tries.rs), so a delete that is held up for a month stays a page.
CREATE TABLE operation_tries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation_id uuid NOT NULL REFERENCES operations,
    account_id uuid NOT NULL REFERENCES accounts,
    step text NOT NULL,
    -- Which try of the step it was, from 1; several may share a number: one that waits is not counted.
    number integer NOT NULL,
    -- A try to remove what the step had made.
    undo boolean NOT NULL DEFAULT false,
    outcome text NOT NULL CHECK (outcome IN ('failed', 'retrying', 'waiting', 'interrupted')),
    reason text NOT NULL,
    advice text,
    started_at timestamptz,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX operation_tries_step ON operation_tries (operation_id, step, id DESC);

-- By this server's clock, for those that have not ended as for those that have.
CREATE FUNCTION milliseconds_between(beginning timestamptz, ending timestamptz) RETURNS bigint LANGUAGE sql VOLATILE
    RETURN (extract(epoch FROM COALESCE(ending, clock_timestamp()) - beginning) * 1000)::bigint;

-- When the try that is under way began; `started_at` is the first one's.
ALTER TABLE operation_steps ADD COLUMN try_started_at timestamptz;

-- 2. However an operation ends, none of its steps goes on saying that it runs or waits: one that was
-- under way has been cancelled, one that never began is skipped.
ALTER TABLE operation_steps DROP CONSTRAINT operation_steps_state_check;
ALTER TABLE operation_steps ADD CONSTRAINT operation_steps_state_check
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'undone', 'cancelled', 'skipped'));
CREATE FUNCTION close_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE operation_steps
    SET state = CASE WHEN started_at IS NULL THEN 'skipped' ELSE 'cancelled' END,
        finished_at = CASE WHEN started_at IS NULL THEN NULL ELSE clock_timestamp() END
    WHERE operation_id = NEW.id AND state IN ('waiting', 'running');
    RETURN NULL;
END $$;
CREATE TRIGGER operations_close_steps AFTER UPDATE OF state ON operations
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('failed', 'cancelled'))
    EXECUTE FUNCTION close_steps();
-- Those that ended before. The owner sees no row while its policies are forced on it, too.
ALTER TABLE operation_steps NO FORCE ROW LEVEL SECURITY;
UPDATE operation_steps s
SET state = CASE WHEN s.started_at IS NULL THEN 'skipped' ELSE 'cancelled' END,
    finished_at = CASE WHEN s.started_at IS NULL THEN NULL ELSE o.finished_at END
FROM operations o
WHERE o.id = s.operation_id AND o.state IN ('failed', 'cancelled') AND s.state IN ('waiting', 'running');
ALTER TABLE operation_steps FORCE ROW LEVEL SECURITY;

-- 3. What was answered to a request with an `Idempotency-Key`. Written in the transaction of what the
-- request did, so a row is there exactly when its effect is.
CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL REFERENCES users,
    account_id uuid NOT NULL REFERENCES accounts,
    -- The method and the pattern of the address.
    route text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- SHA-256 of address, precondition and body: the same key with another request is a mistake.
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    status smallint NOT NULL,
    location text NOT NULL,
    etag text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

ALTER TABLE operation_tries ENABLE ROW LEVEL SECURITY;
ALTER TABLE operation_tries FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON operation_tries TO souk_api USING (account_id = (SELECT current_account()));
CREATE POLICY admin ON operation_tries FOR SELECT TO souk_api USING ((SELECT is_admin()));
CREATE POLICY worker ON operation_tries TO souk_worker USING (true);

-- One's own requests only, not the account's: an answer may be for its user's eyes.
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON idempotency_keys TO souk_api
    USING (user_id = (SELECT current_user_id()) AND account_id = (SELECT current_account()));
CREATE POLICY worker ON idempotency_keys TO souk_worker USING (true);

GRANT SELECT ON operation_tries TO souk_api;
GRANT SELECT, INSERT, DELETE ON operation_tries TO souk_worker;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO souk_api;
-- Pruning locks the rows that it removes, which asks for the right to change something of them.
GRANT SELECT, UPDATE (created_at), DELETE ON idempotency_keys TO souk_worker;
