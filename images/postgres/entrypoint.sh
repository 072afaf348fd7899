#!/bin/sh
# First start: make a cluster with one role and one database; then run PostgreSQL in the foreground.
#
# Invariant: $STORE/data is absent or whole. The cluster grows in $STORE/new and is renamed when it is
# finished, so a kill at any moment only means that the next start begins again.
set -eu

STORE=/var/lib/postgresql/store
PASSWORD_FILE=${POSTGRES_PASSWORD_FILE:-/run/secrets/souk/postgres-password}
ROLE=${POSTGRES_ROLE:-medusa}
PATH=/usr/lib/postgresql/15/bin:$PATH

if [ ! -d "$STORE/data" ]; then
  [ -s "$PASSWORD_FILE" ] || { echo "no password in $PASSWORD_FILE" >&2; exit 1; }
  rm -rf "$STORE/new"
  # `--no-sync`, and one sync at the end: initdb would else sync every file on its own.
  initdb -D "$STORE/new" -U postgres -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync --no-instructions > /dev/null
  # Single-user mode needs no second server start. The password is text in a here-document, never an argument.
  password=$(sed "s/'/''/g" "$PASSWORD_FILE")
  postgres --single -D "$STORE/new" -c fsync=off -c password_encryption=scram-sha-256 postgres > /dev/null << SQL
CREATE ROLE "$ROLE" LOGIN PASSWORD '$password'
CREATE DATABASE "$ROLE" OWNER "$ROLE"
SQL
  sync -f "$STORE/new"
  mv "$STORE/new" "$STORE/data"
fi

exec postgres -D "$STORE/data" -c config_file=/usr/local/etc/postgresql/postgresql.conf "$@"
