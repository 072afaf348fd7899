"""What is left out of the requests that are made up."""

import schemathesis

# They say where a message ends, and are read before anybody knows which operation it is for: a server answers wrong ones
# with 400 and nothing else.
FRAMING = {"connection", "content-length", "transfer-encoding", "upgrade"}


@schemathesis.hook
def filter_headers(context, headers):
    return not any(name.lower() in FRAMING for name in headers or {})
