-- Jobs that were answered before answers were written down. A job is answered within milliseconds, and
-- whatever was not is rung for anew, so none of these is at work.
UPDATE apalis.jobs SET status = 'Done', done_at = now() WHERE status = 'Running';
