-- What tells an operator how Souk is doing.

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
