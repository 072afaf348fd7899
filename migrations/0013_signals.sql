-- What tells an operator how Souk is doing.

-- The span that asked for the operation, as W3C trace context writes it: whichever worker takes it up goes on with
-- that trace. Set only where traces are exported.
ALTER TABLE operations ADD COLUMN traceparent text
    CONSTRAINT operations_traceparent CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');

-- Operations that were put aside and that nobody has asked for anew: neither retried, nor deleted, nor queued again.
CREATE INDEX operations_dead_letter ON operations (store_id, queued_at) WHERE dead_letter;

CREATE FUNCTION count_dead_letters() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM operations o
    WHERE o.dead_letter AND NOT EXISTS (
        SELECT FROM operations later WHERE later.store_id = o.store_id AND later.queued_at > o.queued_at)
$$;

REVOKE ALL ON FUNCTION count_dead_letters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_dead_letters() TO souk_api, souk_worker;
