-- Looking after what was made: one replica at a time, and repairs that nobody has asked for.

ALTER TABLE clusters
    -- Who looks at this moment, and until when that counts; since when the last look is.
    ADD COLUMN looker text,
    ADD COLUMN look_expires_at timestamptz,
    ADD COLUMN looked_at timestamptz,
    -- What the last look found: kind -> number.
    ADD COLUMN findings jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (looker, look_expires_at, looked_at, findings) ON clusters TO souk_worker;

-- Souk itself asks for a repair, and for nothing else.
ALTER TABLE operations
    ALTER COLUMN requested_by DROP NOT NULL,
    ADD CONSTRAINT operations_requested_by CHECK (requested_by IS NOT NULL OR kind = 'repair');
CREATE INDEX operations_repairs ON operations (store_id, finished_at DESC) WHERE kind = 'repair';

-- Ready stores are read page by page.
CREATE INDEX stores_ready ON stores (cluster_id, id) WHERE state = 'ready';
