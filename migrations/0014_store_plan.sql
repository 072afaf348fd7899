ALTER TABLE stores
    -- The plan to whose size the store was last brought; NULL before the first time.
    ADD COLUMN plan text CHECK (plan IN ('free', 'standard', 'pro')),
    -- The plan that its owner chose for it; NULL: the account's. What it gets is the smaller of the two.
    ADD COLUMN chosen_plan text CHECK (chosen_plan IN ('free', 'standard', 'pro'));
