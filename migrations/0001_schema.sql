-- Souk's tables, and who may see which rows.
--
-- Every tenant table names its account, enables row-level security and forces it, so that not even
-- the tables' owner reads past it by accident. `souk_api` sees the account that its transaction has
-- named; `souk_worker` sees all, for its work is nobody's request.

-- Who is asking, for the length of one transaction (see crates/db/src/tx.rs).
CREATE FUNCTION current_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('souk.account_id', true), '')::uuid;
CREATE FUNCTION current_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('souk.user_id', true), '')::uuid;
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE(current_setting('souk.admin', true), '') = 'on';

-- This Souk: one row, whose id labels everything it makes in a cluster.
CREATE TABLE installation (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    only_one boolean NOT NULL UNIQUE DEFAULT true CHECK (only_one),
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE clusters (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    -- The breaker: since when the API server has not answered; NULL while it does.
    unavailable_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO clusters (name) VALUES ('default');

CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'standard', 'pro')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
    suspended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
    account_id uuid NOT NULL REFERENCES accounts,
    user_id uuid NOT NULL REFERENCES users,
    role text NOT NULL DEFAULT 'owner' CHECK (role IN ('owner')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

-- How a user proves who they are, apart from any password: room for sign-in with others.
CREATE TABLE identities (
    provider text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, subject)
);

CREATE TABLE passwords (
    user_id uuid PRIMARY KEY REFERENCES users,
    -- PHC string, argon2id.
    hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stores (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    cluster_id uuid NOT NULL REFERENCES clusters,
    created_by uuid NOT NULL REFERENCES users,
    name text NOT NULL CHECK (length(name) BETWEEN 3 AND 30),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    engine text NOT NULL,
    -- `<name>-<6 random>`: made once, the root of host and namespaces.
    slug text NOT NULL UNIQUE,
    admin_email text NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'provisioning', 'ready', 'failed', 'deleting', 'deleted')),
    health text NOT NULL DEFAULT 'unknown' CHECK (health IN ('unknown', 'up', 'degraded', 'down')),
    health_reason text,
    data_lost boolean NOT NULL DEFAULT false,
    -- Counts provisionings; each has a namespace and secrets of its own.
    attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    -- Grows with every write: the optimistic lock, and the ETag.
    version bigint NOT NULL DEFAULT 1,
    -- The next number in the store's list of events.
    next_event_seq bigint NOT NULL DEFAULT 1,
    failure jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    ready_at timestamptz,
    deleted_at timestamptz
);
-- A name is taken by a living store only.
CREATE UNIQUE INDEX stores_live_name ON stores (account_id, name)
    WHERE state NOT IN ('failed', 'deleting', 'deleted');
CREATE INDEX stores_account ON stores (account_id, id DESC);
CREATE INDEX stores_state ON stores (state) WHERE state <> 'deleted';

CREATE TABLE store_hosts (
    host text PRIMARY KEY,
    store_id uuid NOT NULL REFERENCES stores,
    account_id uuid NOT NULL REFERENCES accounts,
    is_primary boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX store_hosts_primary ON store_hosts (store_id) WHERE is_primary;

-- How long a store was in which state.
CREATE TABLE store_state_intervals (
    store_id uuid NOT NULL REFERENCES stores,
    account_id uuid NOT NULL REFERENCES accounts,
    state text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (store_id, started_at, state)
);
CREATE UNIQUE INDEX store_state_intervals_open ON store_state_intervals (store_id) WHERE ended_at IS NULL;

-- The secrets of each attempt, made once, encrypted (AES-256-GCM) under the key that `key_id` names.
CREATE TABLE store_secrets (
    store_id uuid NOT NULL REFERENCES stores,
    account_id uuid NOT NULL REFERENCES accounts,
    attempt integer NOT NULL,
    key_id text NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, attempt)
);

CREATE TABLE operations (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    store_id uuid NOT NULL REFERENCES stores,
    kind text NOT NULL,
    spec jsonb NOT NULL DEFAULT '{}',
    spec_version integer NOT NULL DEFAULT 1,
    -- Which attempt at the store it works on.
    attempt integer NOT NULL,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled')),
    -- Set when a step failed for good and the steps are being undone.
    failure jsonb,
    -- Why it waits, in plain words, while it waits for something outside.
    waiting_for text,
    requested_by uuid NOT NULL REFERENCES users,
    correlation_id text NOT NULL,
    -- The lease: who works on it, until when, and how often it was claimed (the fence).
    lease_owner text,
    lease_epoch bigint NOT NULL DEFAULT 0,
    lease_expires_at timestamptz,
    -- The permit. It counts only while the lease lasts, so a dead worker frees it by dying.
    has_permit boolean NOT NULL DEFAULT false,
    -- Not before this time: back-off between tries.
    run_after timestamptz NOT NULL DEFAULT now(),
    -- A provisioning that has not started by then fails; moved on while the cluster is unavailable.
    queue_deadline timestamptz,
    -- Jobs pushed for it so far, and when the last one was; NULL once a job found no permit free.
    wakes bigint NOT NULL DEFAULT 0,
    woken_at timestamptz,
    -- Claims that ended without any word from the worker; too many, and it is a poison job.
    lost_leases integer NOT NULL DEFAULT 0,
    dead_letter boolean NOT NULL DEFAULT false,
    -- Not the transaction's start: one that waited for a lock is younger than what it waited for.
    queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz
);
-- At most one operation of a store is at work.
CREATE UNIQUE INDEX operations_one_at_work ON operations (store_id) WHERE state IN ('queued', 'running');
CREATE INDEX operations_unfinished ON operations (queued_at) WHERE state IN ('queued', 'running', 'cancelling');
CREATE INDEX operations_store ON operations (store_id, queued_at DESC);

CREATE TABLE operation_steps (
    operation_id uuid NOT NULL REFERENCES operations,
    position integer NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts,
    name text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'undone')),
    attempts integer NOT NULL DEFAULT 0,
    undone boolean NOT NULL DEFAULT false,
    -- Why the last try did not succeed, and what to do.
    reason text,
    advice text,
    started_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (operation_id, position),
    UNIQUE (operation_id, name)
);

CREATE TABLE events (
    store_id uuid NOT NULL REFERENCES stores,
    -- 1, 2, 3... without gaps, taken under the store's row lock: who resumes after `seq` misses nothing.
    seq bigint NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts,
    operation_id uuid REFERENCES operations,
    kind text NOT NULL,
    message text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    correlation_id text,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, seq)
);

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    event_type text NOT NULL,
    actor_user_id uuid REFERENCES users,
    account_id uuid REFERENCES accounts,
    store_id uuid REFERENCES stores,
    ip inet,
    user_agent text,
    correlation_id text,
    details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_account ON audit_log (account_id, id DESC);

-- Row-level security: one shape for every tenant table.
DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY[
        'stores', 'store_hosts', 'store_state_intervals', 'store_secrets',
        'operations', 'operation_steps', 'events', 'audit_log'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        -- Written with a sub-select, so that the setting is read once a statement, not once a row.
        EXECUTE format('CREATE POLICY tenant ON %I TO souk_api USING (account_id = (SELECT current_account()))', tenant_table);
        -- An operator sees all and writes nothing of others: there is no WITH CHECK and no command but SELECT.
        EXECUTE format('CREATE POLICY admin ON %I FOR SELECT TO souk_api USING ((SELECT is_admin()))', tenant_table);
        EXECUTE format('CREATE POLICY worker ON %I TO souk_worker USING (true)', tenant_table);
    END LOOP;
END $$;

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON accounts TO souk_api USING (id = (SELECT current_account()));
CREATE POLICY admin ON accounts FOR SELECT TO souk_api USING ((SELECT is_admin()));
CREATE POLICY worker ON accounts TO souk_worker USING (true);
CREATE POLICY owner ON accounts TO souk_owner USING (true);

ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON memberships FOR SELECT TO souk_api USING (account_id = (SELECT current_account()));
CREATE POLICY owner ON memberships TO souk_owner USING (true);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON users FOR SELECT TO souk_api USING (id = (SELECT current_user_id()));
CREATE POLICY admin ON users FOR SELECT TO souk_api USING ((SELECT is_admin()));
CREATE POLICY owner ON users TO souk_owner USING (true);

-- Written before there is a principal, by functions of 0002 that run as the owner.
CREATE POLICY owner ON audit_log TO souk_owner USING (true);

-- What each role may do; nothing is granted on passwords and identities.
GRANT SELECT ON installation, clusters TO souk_api, souk_worker;
GRANT UPDATE (unavailable_since) ON clusters TO souk_worker;
GRANT SELECT ON users, memberships TO souk_api;
GRANT SELECT, UPDATE (name) ON accounts TO souk_api;
GRANT SELECT ON accounts TO souk_worker;
GRANT SELECT, INSERT, UPDATE ON stores, store_state_intervals, operations, operation_steps TO souk_api, souk_worker;
GRANT SELECT, INSERT ON store_hosts, events TO souk_api, souk_worker;
GRANT SELECT ON store_secrets TO souk_api;
GRANT SELECT, INSERT, UPDATE ON store_secrets TO souk_worker;
-- Append only: nobody but the owner can change what was written.
GRANT SELECT, INSERT ON audit_log TO souk_api, souk_worker;

-- The job queue. The API only adds; the worker runs.
GRANT USAGE ON SCHEMA apalis TO souk_api, souk_worker;
GRANT SELECT, INSERT ON apalis.jobs TO souk_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA apalis TO souk_worker;
