// The statements of stores, each prepared once a connection under its name.
const prepared = (name, text) => ({ name, text })

const STORE = `s.id, s.account_id, s.cluster_id, s.name, s.title, s.engine, s.slug, h.host, s.admin_email, s.catalogue, s.currency,
  s.country, s.theme, s.plan, s.chosen_plan, s.state, s.health, s.health_reason, s.data_lost, s.attempt, s.version, s.failure, s.created_at, s.updated_at, s.ready_at,
  (extract(epoch FROM s.created_at) * 1000000)::bigint AS created_us
  FROM stores s JOIN store_hosts h ON h.store_id = s.id AND h.is_primary`
const OPERATION = `id, account_id, store_id, kind, attempt, state, failure, waiting_for, requested_by, correlation_id,
  dead_letter, queued_at, started_at, finished_at, lease_epoch AS claims,
  CASE WHEN state = 'queued' AND run_after > clock_timestamp() THEN run_after END AS next_try_at,
  milliseconds_between(started_at, finished_at) AS duration_ms`

export const LIST = prepared("list", `SELECT ${STORE}
  WHERE s.account_id = $1 AND s.state <> 'deleted' AND (s.created_at, s.id)
    < (COALESCE(to_timestamp($2::bigint / 1000000.0), 'infinity'), COALESCE($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  ORDER BY s.created_at DESC, s.id DESC LIMIT $4`)
export const GET = prepared("get", `SELECT ${STORE} WHERE s.id = $1`)
export const LATEST = prepared("latest", `SELECT ${OPERATION} FROM operations WHERE store_id = $1 ORDER BY queued_at DESC, id DESC LIMIT 1`)

// 0x736f756b0003, as Souk's own.
export const LOCK_PERMITS = prepared("lock-permits", "SELECT pg_advisory_xact_lock(126922548510723)")
export const LOCK_ACCOUNT = prepared("lock-account", "SELECT id, plan, max_stores FROM accounts WHERE id = $1 FOR NO KEY UPDATE")
export const USAGE = prepared("usage", `SELECT count(*) FILTER (WHERE state IN ('requested', 'provisioning', 'ready', 'deleting')) AS stores,
  extract(epoch FROM now() - max(created_at))::float8 AS since_s FROM stores WHERE account_id = $1`)
export const UNFINISHED = prepared("unfinished", "SELECT count_unfinished_provisionings() AS unfinished")
export const FAILED_BY_NAME = prepared("failed-by-name", `SELECT id FROM stores WHERE account_id = $1 AND name = $2 AND state = 'failed'
  ORDER BY id DESC LIMIT 1 FOR NO KEY UPDATE`)
export const OWN_EMAIL = prepared("own-email", "SELECT email FROM users WHERE id = $1")

export const INSERT_STORE = prepared("insert-store", `INSERT INTO stores
  (id, account_id, cluster_id, created_by, name, title, engine, slug, admin_email, catalogue, currency, country, theme, state)
  SELECT $1, $2, c.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'requested' FROM clusters c WHERE c.name = 'default'
  RETURNING *`)
export const INSERT_HOST = prepared("insert-host", "INSERT INTO store_hosts (host, store_id, account_id) VALUES ($1, $2, $3)")
export const OPEN_INTERVAL = prepared("open-interval", `INSERT INTO store_state_intervals (store_id, account_id, state, started_at)
  VALUES ($1, $2, $3, clock_timestamp())`)
export const APPEND_EVENT = prepared("append-event", `WITH store AS (
    UPDATE stores SET next_event_seq = next_event_seq + 1 WHERE id = $1 RETURNING id, account_id, next_event_seq - 1 AS seq)
  INSERT INTO events (store_id, seq, account_id, operation_id, kind, message, data, correlation_id, at)
  SELECT id, seq, account_id, $2, $3, $4, $5, $6, clock_timestamp() FROM store`)
export const INSERT_OPERATION = prepared("insert-operation", `INSERT INTO operations
  (id, account_id, store_id, kind, attempt, requested_by, correlation_id, queue_deadline, wakes, woken_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), 1, clock_timestamp()) RETURNING ${OPERATION}`)
export const INSERT_STEPS = prepared("insert-steps", `INSERT INTO operation_steps (operation_id, account_id, position, name)
  SELECT $1, $2, s.position::int, s.name FROM unnest($3::text[]) WITH ORDINALITY AS s (name, position)`)
export const INSERT_JOB = prepared("insert-job", `INSERT INTO apalis.jobs
  (id, job_type, job, status, attempts, max_attempts, run_at, priority, metadata, idempotency_key)
  SELECT $1, 'souk.operations', $2, 'Pending', 0, 3, to_timestamp(ceil(extract(epoch FROM run_after)) - 1), 0, '', $3
  FROM operations WHERE id = $4`)
export const AUDIT = prepared("audit", `INSERT INTO audit_log
  (event_type, actor_user_id, account_id, store_id, ip, user_agent, correlation_id, details)
  VALUES ($1, $2, $3, $4, $5::text::inet, $6, $7, $8)`)

export const TAKE_KEY = prepared("take-key", "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken")
export const ANSWERED = prepared("answered", `SELECT fingerprint, status, location, etag, body FROM idempotency_keys
  WHERE user_id = $1 AND route = $2 AND key = $3 AND created_at > now() - interval '24 hours'`)
export const KEEP_ANSWER = prepared("keep-answer", `INSERT INTO idempotency_keys
  (user_id, route, key, fingerprint, account_id, status, location, etag, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (user_id, route, key) DO UPDATE SET
    account_id = excluded.account_id, fingerprint = excluded.fingerprint, status = excluded.status,
    location = excluded.location, etag = excluded.etag, body = excluded.body, created_at = now()`)
