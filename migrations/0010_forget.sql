-- Nobody needs the secrets of a store that is gone.
GRANT DELETE ON store_secrets TO souk_worker;
DELETE FROM store_secrets USING stores WHERE stores.id = store_id AND stores.state = 'deleted';
