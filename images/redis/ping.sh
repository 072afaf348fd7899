#!/bin/sh
# The probe: ready means that Redis has read its log and answers this store's password.
set -eu
REDISCLI_AUTH=$(cat "${REDIS_PASSWORD_FILE:-/run/secrets/souk/redis-password}")
export REDISCLI_AUTH
[ "$(redis-cli -h 127.0.0.1 ping)" = PONG ]
