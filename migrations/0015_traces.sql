-- Where an operation was asked for, as W3C trace context: whichever process works on it goes on with that trace.
-- NULL where no traces are exported.
ALTER TABLE operations ADD COLUMN traceparent text CHECK (length(traceparent) <= 64);
