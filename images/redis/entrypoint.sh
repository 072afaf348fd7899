#!/bin/sh
# Gives Redis its password on standard input: as an argument every process list would show it.
set -eu
PASSWORD_FILE=${REDIS_PASSWORD_FILE:-/run/secrets/souk/redis-password}
[ -s "$PASSWORD_FILE" ] || { echo "no password in $PASSWORD_FILE" >&2; exit 1; }

exec redis-server - << CONF
include /usr/local/etc/redis.conf
requirepass "$(cat "$PASSWORD_FILE")"
CONF
