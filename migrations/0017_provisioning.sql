-- Operators ask how provisionings of the last days went; without it each such question reads every operation there ever was.
CREATE INDEX operations_provisioned ON operations (finished_at) WHERE kind = 'provision';
