-- Accounts: sessions, second factors, personal access tokens, and the limits of signing in.
--
-- Rows of one user are under row-level security by `current_user_id()`; what is needed before there is a
-- principal is reached through functions that run as the owner and do one thing each.

-- One sign-in on one device.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Of the last sign-in or refresh, with where it came from.
    last_used_at timestamptz NOT NULL DEFAULT now(),
    ip inet,
    user_agent text,
    expires_at timestamptz NOT NULL,
    -- Which refresh tokens are current, and since when.
    generation bigint NOT NULL DEFAULT 1,
    rotated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    ended_by text CHECK (ended_by IN ('logout', 'user', 'password_changed', 'token_reused')),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX sessions_user ON sessions (user_id, created_at DESC);

-- Every refresh token that a session was ever given, so that one which comes back is known. SHA-256.
CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    generation bigint NOT NULL
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- What a user gives to scripts. SHA-256.
CREATE TABLE access_tokens (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    -- Written at most once a minute.
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX access_tokens_user ON access_tokens (user_id, id DESC);

-- The secret that a user shares with an authenticator app, encrypted like the secrets of stores.
CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users,
    key_id text NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Until a code has shown that the app has it, nobody is asked for one.
    confirmed_at timestamptz,
    -- The last 30 seconds whose code was accepted: it and earlier ones are not again.
    last_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users,
    hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, hash)
);

-- Somebody knew the password and owes the code.
CREATE TABLE sign_in_challenges (
    hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0
);
CREATE INDEX sign_in_challenges_expiry ON sign_in_challenges (expires_at);

-- Failures in a row, by the hash of an e-mail address that somebody tried, whether a user has it or not.
CREATE TABLE sign_in_failures (
    subject bytea PRIMARY KEY,
    failures integer NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    locked_until timestamptz
);
CREATE INDEX sign_in_failures_age ON sign_in_failures (last_at);

-- What came from one address within a window of time; an IPv6 user has a whole /64.
CREATE TABLE address_attempts (
    what text NOT NULL CHECK (what IN ('failed_sign_in', 'registration')),
    address inet NOT NULL,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts integer NOT NULL DEFAULT 0,
    PRIMARY KEY (what, address)
);
CREATE INDEX address_attempts_age ON address_attempts (began_at);

DO $$
DECLARE
    own_table text;
BEGIN
    FOREACH own_table IN ARRAY ARRAY['sessions', 'access_tokens', 'second_factors', 'recovery_codes'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', own_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', own_table);
        EXECUTE format('CREATE POLICY self ON %I TO souk_api USING (user_id = (SELECT current_user_id()))', own_table);
        EXECUTE format('CREATE POLICY owner ON %I TO souk_owner USING (true)', own_table);
    END LOOP;
END $$;

-- Nothing is granted on refresh_tokens, sign_in_challenges, sign_in_failures and address_attempts.
GRANT SELECT, UPDATE (ended_at, ended_by) ON sessions TO souk_api;
GRANT SELECT (id, user_id, name, scopes, created_at, expires_at, last_used_at, revoked_at),
    INSERT, UPDATE (revoked_at) ON access_tokens TO souk_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors, recovery_codes TO souk_api;

-- ---------------------------------------------------------------------------------------------- users

DROP FUNCTION register_user(uuid, uuid, text, text, inet, text, text);
DROP FUNCTION find_principal(uuid);

-- A new user with a personal account. The first user of an empty system becomes its admin; the lock makes
-- sure that two who come at once do not both. NULL, and nothing done, where that would be one who may not.
CREATE FUNCTION register_user(
    new_user_id uuid, new_account_id uuid, new_email text, new_hash text, may_be_first boolean,
    caller_ip inet, caller_user_agent text, caller_correlation_id text
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    new_role text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('souk.register'));
    new_role := CASE WHEN EXISTS (SELECT FROM users) THEN 'user' ELSE 'admin' END;
    IF new_role = 'admin' AND NOT may_be_first THEN
        RETURN NULL;
    END IF;
    INSERT INTO users (id, email, role) VALUES (new_user_id, new_email, new_role);
    INSERT INTO identities (provider, subject, user_id) VALUES ('password', new_email, new_user_id);
    INSERT INTO passwords (user_id, hash) VALUES (new_user_id, new_hash);
    INSERT INTO accounts (id, name) VALUES (new_account_id, new_email);
    INSERT INTO memberships (account_id, user_id) VALUES (new_account_id, new_user_id);
    INSERT INTO audit_log (event_type, actor_user_id, account_id, ip, user_agent, correlation_id)
    VALUES ('registration', new_user_id, new_account_id, caller_ip, caller_user_agent, caller_correlation_id);
    RETURN new_role;
END $$;

CREATE FUNCTION has_users() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users)
$$;

-- The caller's own password.
CREATE FUNCTION own_password() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT hash FROM passwords WHERE user_id = current_user_id()
$$;

CREATE FUNCTION set_own_password(new_hash text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Who knew the one before and owes a code has to begin again.
    DELETE FROM sign_in_challenges WHERE user_id = current_user_id();
    UPDATE passwords SET hash = new_hash, changed_at = now() WHERE user_id = current_user_id()
$$;

-- ------------------------------------------------------------------------------------------- sessions

-- Those that have been over for a month are forgotten on the way.
CREATE FUNCTION start_session(
    new_id uuid, who uuid, token_hash bytea, idle interval, caller_ip inet, caller_user_agent text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM sessions WHERE user_id = who AND least(ended_at, expires_at) < now() - interval '30 days';
    INSERT INTO sessions (id, user_id, expires_at, ip, user_agent)
    VALUES (new_id, who, now() + idle, caller_ip, caller_user_agent);
    INSERT INTO refresh_tokens (hash, session_id, generation) VALUES (token_hash, new_id, 1);
END $$;

-- Whom a session speaks for, as of now: an end, a suspension or a role that was taken away counts at once.
CREATE FUNCTION find_session(wanted_id uuid)
RETURNS TABLE (user_id uuid, account_id uuid, role text, suspended boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, m.account_id, u.role, u.suspended_at IS NOT NULL
    FROM sessions s
    JOIN users u ON u.id = s.user_id
    JOIN memberships m ON m.user_id = u.id
    WHERE s.id = wanted_id AND s.ended_at IS NULL AND s.expires_at > now()
    ORDER BY m.created_at
    LIMIT 1
$$;

-- What a refresh token belongs to. The session is locked, so that two who come with one token at once are
-- judged one after the other; the time is read after that.
CREATE FUNCTION find_refresh_token(wanted_hash bytea)
RETURNS TABLE (
    session_id uuid, user_id uuid, account_id uuid, role text, suspended boolean, alive boolean,
    generation bigint, current_generation bigint, rotated_ago_s double precision
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    token refresh_tokens;
    session sessions;
BEGIN
    SELECT * INTO token FROM refresh_tokens WHERE hash = wanted_hash;
    SELECT * INTO session FROM sessions WHERE id = token.session_id FOR UPDATE;
    RETURN QUERY
        SELECT session.id, u.id, m.account_id, u.role, u.suspended_at IS NOT NULL,
               session.ended_at IS NULL AND session.expires_at > clock_timestamp(),
               token.generation, session.generation,
               extract(epoch FROM clock_timestamp() - session.rotated_at)::double precision
        FROM users u
        JOIN memberships m ON m.user_id = u.id
        WHERE u.id = session.user_id
        ORDER BY m.created_at
        LIMIT 1;
END $$;

-- Gives the session another token: of the next generation, or one more of this one. Returns for how long
-- the session lives if nobody refreshes it again, in seconds.
CREATE FUNCTION add_refresh_token(
    wanted_session uuid, token_hash bytea, rotate boolean, idle interval, lifetime interval,
    caller_ip inet, caller_user_agent text
) RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    session sessions;
BEGIN
    UPDATE sessions
    SET generation = generation + rotate::int,
        rotated_at = CASE WHEN rotate THEN clock_timestamp() ELSE rotated_at END,
        last_used_at = now(), ip = caller_ip, user_agent = caller_user_agent,
        expires_at = least(now() + idle, created_at + lifetime)
    WHERE id = wanted_session
    RETURNING * INTO session;
    INSERT INTO refresh_tokens (hash, session_id, generation)
    VALUES (token_hash, session.id, session.generation);
    RETURN extract(epoch FROM session.expires_at - now());
END $$;

CREATE FUNCTION end_session(wanted_session uuid, why text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE sessions SET ended_at = now(), ended_by = why WHERE id = wanted_session AND ended_at IS NULL
$$;

-- ----------------------------------------------------------------------------- personal access tokens

-- Whom a personal access token speaks for, as of now; notes that it was used, at most once a minute, and
-- audits the first time.
CREATE FUNCTION use_access_token(
    wanted_hash bytea, caller_ip inet, caller_user_agent text, caller_correlation_id text
) RETURNS TABLE (token_id uuid, user_id uuid, account_id uuid, role text, scopes text[], expires_at timestamptz, expired boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    token access_tokens;
    the_account uuid;
    the_role text;
BEGIN
    SELECT * INTO token FROM access_tokens WHERE hash = wanted_hash AND revoked_at IS NULL;
    SELECT m.account_id, u.role INTO the_account, the_role
    FROM users u JOIN memberships m ON m.user_id = u.id
    WHERE u.id = token.user_id AND u.suspended_at IS NULL
    ORDER BY m.created_at
    LIMIT 1;
    IF the_account IS NULL THEN
        RETURN;
    END IF;
    IF token.expires_at > now() THEN
        IF token.last_used_at IS NULL THEN
            UPDATE access_tokens SET last_used_at = now() WHERE id = token.id AND last_used_at IS NULL;
            IF FOUND THEN
                INSERT INTO audit_log (event_type, actor_user_id, account_id, ip, user_agent, correlation_id, details)
                VALUES ('token_first_used', token.user_id, the_account, caller_ip, caller_user_agent,
                        caller_correlation_id, jsonb_build_object('token', token.name));
            END IF;
        ELSIF token.last_used_at < now() - interval '1 minute' THEN
            UPDATE access_tokens SET last_used_at = now()
            WHERE id = token.id AND last_used_at < now() - interval '1 minute';
        END IF;
    END IF;
    RETURN QUERY SELECT token.id, token.user_id, the_account, the_role, token.scopes, token.expires_at,
                        token.expires_at <= now();
END $$;

-- Whether what a token began may go on, without noting a use.
CREATE FUNCTION is_access_token_good(wanted_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_tokens t JOIN users u ON u.id = t.user_id
        WHERE t.id = wanted_id AND t.revoked_at IS NULL AND t.expires_at > now() AND u.suspended_at IS NULL
    )
$$;

-- ------------------------------------------------------------------------------------ the second step

CREATE FUNCTION needs_second_factor(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM second_factors WHERE user_id = who AND confirmed_at IS NOT NULL)
$$;

CREATE FUNCTION start_challenge(new_hash bytea, who uuid, lasts interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM sign_in_challenges WHERE hash IN (
        SELECT hash FROM sign_in_challenges WHERE expires_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED);
    INSERT INTO sign_in_challenges (hash, user_id, expires_at) VALUES (new_hash, who, now() + lasts)
$$;

-- Takes one of a challenge's tries; no row where there is none left.
CREATE FUNCTION try_challenge(wanted_hash bytea, max_tries integer)
RETURNS TABLE (user_id uuid, account_id uuid, role text, email text, suspended boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH tried AS (
        UPDATE sign_in_challenges SET tries = tries + 1
        WHERE hash = wanted_hash AND tries < max_tries AND expires_at > now()
        RETURNING user_id
    )
    SELECT u.id, m.account_id, u.role, u.email, u.suspended_at IS NOT NULL
    FROM tried JOIN users u ON u.id = tried.user_id JOIN memberships m ON m.user_id = u.id
    ORDER BY m.created_at
    LIMIT 1
$$;

-- Whether it was there: of two right answers at once, one signs in.
CREATE FUNCTION end_challenge(wanted_hash bytea) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH ended AS (DELETE FROM sign_in_challenges WHERE hash = wanted_hash RETURNING 1)
    SELECT EXISTS (SELECT FROM ended)
$$;

-- ------------------------------------------------------------------------------------------- limits

CREATE FUNCTION neighbourhood(ip inet) RETURNS inet LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT network(set_masklen(ip, CASE family(ip) WHEN 4 THEN 32 ELSE 64 END))::inet
$$;

-- How long somebody still has to wait before they may try, in seconds; 0 when they need not.
CREATE FUNCTION sign_in_wait(wanted_subject bytea, caller_ip inet, max_per_address integer, address_window interval)
RETURNS TABLE (locked_s double precision, limited_s double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT
        coalesce((SELECT greatest(extract(epoch FROM locked_until - clock_timestamp()), 0)
                  FROM sign_in_failures WHERE subject = wanted_subject), 0)::double precision,
        coalesce((SELECT greatest(extract(epoch FROM began_at + address_window - clock_timestamp()), 0)
                  FROM address_attempts
                  WHERE what = 'failed_sign_in' AND address = neighbourhood(caller_ip)
                    AND attempts >= max_per_address), 0)::double precision
$$;

-- Counts one attempt from an address; the count begins anew with each window.
CREATE FUNCTION count_attempt(kind text, caller_ip inet, address_window interval) RETURNS address_attempts
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    counted address_attempts;
BEGIN
    DELETE FROM address_attempts WHERE (what, address) IN (
        SELECT what, address FROM address_attempts WHERE began_at < now() - interval '1 day'
        LIMIT 10 FOR UPDATE SKIP LOCKED);
    INSERT INTO address_attempts AS a (what, address, attempts) VALUES (kind, neighbourhood(caller_ip), 1)
    ON CONFLICT (what, address) DO UPDATE SET
        began_at = CASE WHEN a.began_at + address_window <= clock_timestamp() THEN clock_timestamp() ELSE a.began_at END,
        attempts = CASE WHEN a.began_at + address_window <= clock_timestamp() THEN 1 ELSE a.attempts + 1 END
    RETURNING a.* INTO counted;
    RETURN counted;
END $$;

-- A sign-in that failed. While a lock lasts it is not counted again, and what was wrong is not told: `locked_s`
-- is then the rest of the lock. `now_locked` and `now_limited` are true for the one failure that was too many.
CREATE FUNCTION sign_in_failed(
    wanted_subject bytea, max_failures integer, lock_for interval, failure_window interval,
    caller_ip inet, max_per_address integer, address_window interval
) RETURNS TABLE (locked_s double precision, limited_s double precision, now_locked boolean, now_limited boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before sign_in_failures;
    counted address_attempts;
    at timestamptz;
BEGIN
    DELETE FROM sign_in_failures WHERE subject IN (
        SELECT subject FROM sign_in_failures WHERE last_at < now() - interval '1 day'
        LIMIT 10 FOR UPDATE SKIP LOCKED);
    -- Locks the row, whether it was there or not.
    INSERT INTO sign_in_failures AS f (subject) VALUES (wanted_subject)
    ON CONFLICT (subject) DO UPDATE SET failures = f.failures
    RETURNING f.* INTO before;
    at := clock_timestamp();
    locked_s := greatest(coalesce(extract(epoch FROM before.locked_until - at), 0), 0);
    now_locked := false;
    IF locked_s = 0 THEN
        IF before.locked_until IS NOT NULL OR before.last_at < at - failure_window THEN
            before.failures := 0;
        END IF;
        now_locked := before.failures + 1 >= max_failures;
        UPDATE sign_in_failures
        SET failures = before.failures + 1, last_at = at,
            locked_until = CASE WHEN now_locked THEN at + lock_for END
        WHERE subject = wanted_subject;
    END IF;
    limited_s := 0;
    now_limited := false;
    IF caller_ip IS NOT NULL AND max_per_address IS NOT NULL THEN
        counted := count_attempt('failed_sign_in', caller_ip, address_window);
        now_limited := counted.attempts = max_per_address;
        IF counted.attempts > max_per_address THEN
            limited_s := greatest(extract(epoch FROM counted.began_at + address_window - clock_timestamp()), 0.001);
        END IF;
    END IF;
    RETURN NEXT;
END $$;

-- A sign-in that went well, unless it came too late: then as for one that failed, and nothing is forgotten.
CREATE FUNCTION sign_in_succeeded(wanted_subject bytea) RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    until timestamptz;
BEGIN
    SELECT locked_until INTO until FROM sign_in_failures WHERE subject = wanted_subject FOR UPDATE;
    IF until > clock_timestamp() THEN
        RETURN extract(epoch FROM until - clock_timestamp());
    END IF;
    DELETE FROM sign_in_failures WHERE subject = wanted_subject;
    RETURN 0;
END $$;

-- Counts a registration; how long the address has to wait, and whether it is the first one refused.
CREATE FUNCTION count_registration(caller_ip inet, max_per_address integer, address_window interval)
RETURNS TABLE (limited_s double precision, first boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    counted address_attempts;
BEGIN
    counted := count_attempt('registration', caller_ip, address_window);
    limited_s := 0;
    IF counted.attempts > max_per_address THEN
        limited_s := greatest(extract(epoch FROM counted.began_at + address_window - clock_timestamp()), 0.001);
    END IF;
    first := counted.attempts = max_per_address + 1;
    RETURN NEXT;
END $$;

-- ---------------------------------------------------------------------------------------------- audit

-- What happens before there is a principal, or to one from outside.
CREATE OR REPLACE FUNCTION audit_sign_in(
    what text, who uuid, of_account uuid,
    caller_ip inet, caller_user_agent text, caller_correlation_id text, more jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF what NOT IN ('login_success', 'login_failed', 'account_locked', 'login_rate_limited',
                    'registration_rate_limited', 'session_ended') THEN
        RAISE EXCEPTION 'not an event of signing in: %', what;
    END IF;
    INSERT INTO audit_log (event_type, actor_user_id, account_id, ip, user_agent, correlation_id, details)
    VALUES (what, who, of_account, caller_ip, caller_user_agent, caller_correlation_id, more);
END $$;

DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN
        SELECT p.oid::regprocedure FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN (
            'register_user', 'has_users', 'own_password', 'set_own_password',
            'start_session', 'find_session', 'find_refresh_token', 'add_refresh_token', 'end_session',
            'use_access_token', 'is_access_token_good',
            'needs_second_factor', 'start_challenge', 'try_challenge', 'end_challenge',
            'sign_in_wait', 'sign_in_failed', 'sign_in_succeeded', 'count_registration')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO souk_api', function);
    END LOOP;
    -- Called by the others only.
    REVOKE ALL ON FUNCTION count_attempt(text, inet, interval) FROM PUBLIC;
END $$;
