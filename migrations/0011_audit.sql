-- The audit log is sealed, and operators act on users and accounts.

-- 1. Seals. Each row of the log gets one, in the order in which the sealer finds it committed: a hash over the
-- row and over the seal before it. Whoever changes or removes a row, or a seal, breaks what comes after; see
-- crates/db/src/audit/seal.rs. There is no foreign key: a row that is gone shall be found missing.
CREATE TABLE audit_seals (
    -- 1, 2, 3... without gaps.
    seq bigint PRIMARY KEY CHECK (seq > 0),
    audit_id bigint NOT NULL UNIQUE,
    row_hash bytea NOT NULL CHECK (length(row_hash) = 32),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    sealed_at timestamptz NOT NULL
);

-- What waits for its seal. Written by the transaction that writes the row, so it is seen exactly when the row
-- is, however late that transaction commits and whatever numbers were given out meanwhile.
CREATE TABLE audit_unsealed (audit_id bigint PRIMARY KEY);
CREATE FUNCTION await_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_unsealed (audit_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION await_seal() FROM PUBLIC;
CREATE TRIGGER audit_log_awaits_seal AFTER INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION await_seal();
INSERT INTO audit_unsealed (audit_id) SELECT id FROM audit_log;

GRANT SELECT, INSERT ON audit_seals TO souk_worker;
GRANT SELECT, DELETE ON audit_unsealed TO souk_worker;

-- 2. What the log is asked for.
CREATE INDEX audit_log_event_type ON audit_log (event_type, id DESC);
CREATE INDEX audit_log_actor ON audit_log (actor_user_id, id DESC);
CREATE INDEX audit_log_store ON audit_log (store_id, id DESC);

-- 3. What operators set.
ALTER TABLE users ADD COLUMN suspension_reason text;
-- NULL: as many as the settings say.
ALTER TABLE accounts ADD COLUMN max_stores integer CHECK (max_stores BETWEEN 0 AND 10000);
-- At the command line there is no user who asks.
ALTER TABLE operations DROP CONSTRAINT operations_requested_by;
ALTER TABLE operations ADD CONSTRAINT operations_requested_by
    CHECK (requested_by IS NOT NULL OR kind IN ('repair', 'delete'));

CREATE POLICY admin ON memberships FOR SELECT TO souk_api USING ((SELECT is_admin()));
-- The command line signs in as the worker, and finds people by their address.
CREATE POLICY worker ON users FOR SELECT TO souk_worker USING (true);
CREATE POLICY worker ON memberships FOR SELECT TO souk_worker USING (true);
GRANT SELECT ON users, memberships TO souk_worker;
-- It encrypts anew what is under an old key, the secrets of second factors as well.
CREATE POLICY worker ON second_factors TO souk_worker USING (true);
GRANT SELECT, UPDATE (key_id, nonce, ciphertext) ON second_factors TO souk_worker;

-- Who acts as an operator: an admin through the API, or nobody (NULL) at the command line.
CREATE FUNCTION acting_operator() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF session_user = 'souk_worker' THEN
        RETURN NULL;
    END IF;
    IF is_admin() AND EXISTS (
        SELECT FROM users WHERE id = current_user_id() AND role = 'admin' AND suspended_at IS NULL
    ) THEN
        RETURN current_user_id();
    END IF;
    RAISE EXCEPTION 'only an operator may do this' USING ERRCODE = 'insufficient_privilege';
END $$;

-- Suspends a user or lets them in again; what is so already stays as it is and leaves no trace. NULL: no such user.
CREATE FUNCTION set_suspension(
    target uuid, wanted boolean, why text, more jsonb,
    caller_ip inet, caller_user_agent text, caller_correlation_id text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    operator uuid := acting_operator();
    is_suspended boolean;
BEGIN
    SELECT suspended_at IS NOT NULL INTO is_suspended FROM users WHERE id = target FOR UPDATE;
    IF is_suspended IS NULL THEN
        RETURN NULL;
    ELSIF is_suspended = wanted THEN
        RETURN false;
    END IF;
    UPDATE users
    SET suspended_at = CASE WHEN wanted THEN now() END, suspension_reason = CASE WHEN wanted THEN why END
    WHERE id = target;
    INSERT INTO audit_log (event_type, actor_user_id, account_id, ip, user_agent, correlation_id, details)
    VALUES (CASE WHEN wanted THEN 'user_suspended' ELSE 'user_restored' END, operator,
            (SELECT account_id FROM memberships WHERE user_id = target ORDER BY created_at LIMIT 1),
            caller_ip, caller_user_agent, caller_correlation_id, more || jsonb_build_object('reason', why));
    RETURN true;
END $$;

-- Plan and quota of an account, each left alone where it is not to change. NULL: no such account.
CREATE FUNCTION set_terms(
    target uuid, new_plan text, sets_max_stores boolean, new_max_stores integer, why text, more jsonb,
    caller_ip inet, caller_user_agent text, caller_correlation_id text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    operator uuid := acting_operator();
    before accounts;
    after accounts;
BEGIN
    SELECT * INTO before FROM accounts WHERE id = target FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    UPDATE accounts
    SET plan = COALESCE(new_plan, plan), max_stores = CASE WHEN sets_max_stores THEN new_max_stores ELSE max_stores END
    WHERE id = target RETURNING * INTO after;
    IF (before.plan, before.max_stores) IS NOT DISTINCT FROM (after.plan, after.max_stores) THEN
        RETURN false;
    END IF;
    INSERT INTO audit_log (event_type, actor_user_id, account_id, ip, user_agent, correlation_id, details)
    VALUES ('account_changed', operator, target, caller_ip, caller_user_agent, caller_correlation_id,
            more || jsonb_build_object(
                'reason', why,
                'before', jsonb_build_object('plan', before.plan, 'max_stores', before.max_stores),
                'after', jsonb_build_object('plan', after.plan, 'max_stores', after.max_stores)));
    RETURN true;
END $$;

-- An admin with this address: made, or made of the user who has it, whose password stays. The command line only.
CREATE FUNCTION make_admin(
    new_user_id uuid, new_account_id uuid, wanted_email text, new_hash text, more jsonb, caller_correlation_id text
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found users;
    outcome text := 'created';
    account uuid := new_account_id;
BEGIN
    -- The lock of registering: the first user of all is not made twice.
    PERFORM pg_advisory_xact_lock(hashtext('souk.register'));
    SELECT * INTO found FROM users WHERE email = wanted_email FOR UPDATE;
    IF found.role = 'admin' THEN
        RETURN 'unchanged';
    ELSIF found.id IS NOT NULL THEN
        UPDATE users SET role = 'admin' WHERE id = found.id;
        SELECT account_id INTO account FROM memberships WHERE user_id = found.id ORDER BY created_at LIMIT 1;
        outcome := 'promoted';
    ELSE
        INSERT INTO users (id, email, role) VALUES (new_user_id, wanted_email, 'admin');
        INSERT INTO identities (provider, subject, user_id) VALUES ('password', wanted_email, new_user_id);
        INSERT INTO passwords (user_id, hash) VALUES (new_user_id, new_hash);
        INSERT INTO accounts (id, name) VALUES (new_account_id, wanted_email);
        INSERT INTO memberships (account_id, user_id) VALUES (new_account_id, new_user_id);
    END IF;
    INSERT INTO audit_log (event_type, account_id, correlation_id, details)
    VALUES ('admin_made', account, caller_correlation_id, more || jsonb_build_object('outcome', outcome));
    RETURN outcome;
END $$;

REVOKE ALL ON FUNCTION acting_operator() FROM PUBLIC;
REVOKE ALL ON FUNCTION set_suspension(uuid, boolean, text, jsonb, inet, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION set_terms(uuid, text, boolean, integer, text, jsonb, inet, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION make_admin(uuid, uuid, text, text, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_suspension(uuid, boolean, text, jsonb, inet, text, text) TO souk_api, souk_worker;
GRANT EXECUTE ON FUNCTION set_terms(uuid, text, boolean, integer, text, jsonb, inet, text, text) TO souk_api, souk_worker;
GRANT EXECUTE ON FUNCTION make_admin(uuid, uuid, text, text, jsonb, text) TO souk_worker;
