-- How a store opens: its samples, its currency, its country, its looks. Filled in once, when it is asked for,
-- so that a retry and a rebuild open it as before. Those that are there already opened with the defaults.
ALTER TABLE stores
    ADD COLUMN catalogue text NOT NULL DEFAULT 'fashion' CHECK (catalogue IN ('fashion', 'electronics', 'minimal')),
    -- ISO 4217 and ISO 3166-1, in large letters.
    ADD COLUMN currency text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
    ADD COLUMN country text NOT NULL DEFAULT 'DE' CHECK (country ~ '^[A-Z]{2}$'),
    -- NULL where the engine has none.
    ADD COLUMN theme text;
ALTER TABLE stores
    ALTER COLUMN catalogue DROP DEFAULT,
    ALTER COLUMN currency DROP DEFAULT,
    ALTER COLUMN country DROP DEFAULT;
