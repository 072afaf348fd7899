-- What a dashboard asks for: lists in several orders, one stream of all of an account's events, who holds permits, and
-- what the last look at the cluster has found.

-- 1. Lists. Each order ends with the id, so that a page has one place to go on from. Texts are compared byte for
-- byte: the order does not change with the libraries of the machine. Deleted stores pile up and are seldom asked for.
CREATE INDEX stores_account_created ON stores (account_id, created_at, id);
DROP INDEX stores_account;
CREATE INDEX stores_created ON stores (created_at, id) WHERE state <> 'deleted';
CREATE INDEX stores_named ON stores (name COLLATE "C", id) WHERE state <> 'deleted';
CREATE INDEX stores_updated ON stores (updated_at, id) WHERE state <> 'deleted';
CREATE INDEX users_created ON users (created_at, id);
CREATE INDEX users_named ON users (email COLLATE "C", id);
CREATE INDEX operations_queued ON operations (queued_at, id);
CREATE INDEX operations_dead_letters ON operations (queued_at, id) WHERE dead_letter;

-- 2. Each event's number in its account: 1, 2, 3... without gaps, in the order of commits, so that who resumes after
-- one misses nothing. It is given at the commit, as the last thing of the transaction: a number that was taken
-- earlier would be overtaken by those of transactions that began later and committed first, and a lock that was held
-- for longer would be one more to take in order. NULL while the transaction lasts.
ALTER TABLE events ADD COLUMN account_seq bigint CHECK (account_seq > 0);
CREATE POLICY owner ON events TO souk_owner USING (true);
UPDATE events e SET account_seq = numbered.number
FROM (SELECT store_id, seq, row_number() OVER (PARTITION BY account_id ORDER BY latest, store_id, seq) AS number
      -- A clock that was set back does not turn a store's events round.
      FROM (SELECT store_id, seq, account_id, max(at) OVER (PARTITION BY store_id ORDER BY seq) AS latest FROM events) timed
     ) numbered
WHERE e.store_id = numbered.store_id AND e.seq = numbered.seq;
CREATE UNIQUE INDEX events_account_seq ON events (account_id, account_seq) WHERE account_seq IS NOT NULL;

CREATE FUNCTION number_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Kept until the commit is visible: whoever takes it next sees this number.
    PERFORM pg_advisory_xact_lock(hashtextextended('souk.events/' || NEW.account_id, 0));
    UPDATE events
    SET account_seq = 1 + COALESCE((SELECT max(account_seq) FROM events WHERE account_id = NEW.account_id), 0)
    WHERE store_id = NEW.store_id AND seq = NEW.seq;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION number_event() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER events_number AFTER INSERT ON events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION number_event();

-- Whose store it is, for those who follow an account.
CREATE OR REPLACE FUNCTION notify_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('souk_event', NEW.store_id::text || ' ' || NEW.account_id::text);
    RETURN NULL;
END $$;

-- 3. Since when an operation has its permit; `started_at` is its first start.
ALTER TABLE operations ADD COLUMN claimed_at timestamptz;

-- 4. What the last whole look at a cluster has found, besides stores that are well. Each look replaces it; `since`
-- stays while the same is found. No foreign key: it may be of a store that this database has never heard of.
CREATE TABLE reconcile_findings (
    cluster_id uuid NOT NULL REFERENCES clusters,
    namespace text NOT NULL,
    finding text NOT NULL,
    store_id uuid,
    reason text NOT NULL,
    -- What follows from it, in plain words.
    next text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, namespace, finding)
);
ALTER TABLE reconcile_findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE reconcile_findings FORCE ROW LEVEL SECURITY;
CREATE POLICY admin ON reconcile_findings FOR SELECT TO souk_api USING ((SELECT is_admin()));
CREATE POLICY worker ON reconcile_findings TO souk_worker USING (true);
GRANT SELECT ON reconcile_findings TO souk_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON reconcile_findings TO souk_worker;
-- When those were written.
ALTER TABLE clusters ADD COLUMN found_at timestamptz;
GRANT UPDATE (found_at) ON clusters TO souk_worker;

-- 5. An operator who acts on somebody's store takes on that account's rights for one transaction (crates/db/src/tx.rs);
-- this asks first whether they are one.
GRANT EXECUTE ON FUNCTION acting_operator() TO souk_api;
