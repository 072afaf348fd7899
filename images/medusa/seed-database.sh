#!/bin/sh
# Makes what every store starts from: souk/dumps/CATALOGUE.sql (a migrated, seeded database), souk/preload.json (the
# code that a boot needs, in order), and the compile cache.
# Runs once, while the image is built, with a PostgreSQL and a Redis of its own that live as long as it does.
#
#   seed-database.sh BUILT_PROJECT CACHE_FOLDER OWNER_UID
#
# Invariant: a dump that was not restored, set up and served here does not leave the build.
set -eu

project=$1 cache=$2 owner=$3
work=$(mktemp -d)
chmod 755 "$work"
PATH=/usr/lib/postgresql/15/bin:$PATH
export NODE_ENV=production MEDUSA_DISABLE_TELEMETRY=true JWT_SECRET=build COOKIE_SECRET=build
# `exec` where it stands in the background: else `$!` is a shell's, and a kill would miss the server.
as() { user=$1; shift; setpriv --reuid "$user" --regid "$user" --clear-groups "$@"; }
background_as() { user=$1; shift; exec setpriv --reuid "$user" --regid "$user" --clear-groups "$@"; }

# A build without a network namespace shares its ports with the machine: take free ones.
free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }
pg_port=$(free_port) redis_port=$(free_port) PORT=$(free_port)
export PORT

postgres_pid='' redis_pid='' medusa_pid=''
stop() {
  for pid in $medusa_pid $redis_pid; do kill "$pid" 2> /dev/null || true; done
  [ -z "$postgres_pid" ] || kill -INT "$postgres_pid" 2> /dev/null || true
  wait
  rm -rf "$work"
}
trap stop EXIT

install -d -o postgres "$work/pg"
as postgres initdb -D "$work/pg/data" -U postgres -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync > /dev/null
background_as postgres postgres -D "$work/pg/data" -k "$work/pg" -p "$pg_port" -c listen_addresses=127.0.0.1 -c fsync=off > "$work/postgres.log" 2>&1 &
postgres_pid=$!
redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$work" > "$work/redis.log" 2>&1 &
redis_pid=$!
tries=0
until pg_isready -q -h "$work/pg" -p "$pg_port"; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { cat "$work/postgres.log" >&2; exit 1; }
  sleep 0.1
done
sql() { psql -h "$work/pg" -p "$pg_port" -U postgres -qAtv ON_ERROR_STOP=1 "$@"; }
sql -c 'CREATE ROLE medusa LOGIN' -c 'CREATE DATABASE migrated OWNER medusa'
url() { echo "postgres://medusa@127.0.0.1:$pg_port/$1"; }

cd "$project"
echo "migrate"
DATABASE_URL=$(url migrated) node node_modules/@medusajs/cli/cli.js db:migrate > "$work/migrate.log" 2>&1 || { cat "$work/migrate.log" >&2; exit 1; }

export SOUK_SECRETS="$work/secrets"
mkdir -p "$work/secrets" souk/dumps
ids() {
  pg_dump -h "$work/pg" -p "$pg_port" -U medusa --data-only --inserts "$1" 2> "$work/dump.log" \
    | grep -oE '0[0-9A-HJKMNP-TV-Z]{25}|pk_[0-9a-f]{64}' | sort -u
}
# Each is opened in another currency and country: one that the dump sells in, one with its own, one where it is foreign.
want() {
  case $1 in
    fashion) set -- "$1" EUR DE ;;
    electronics) set -- "$1" USD US ;;
    minimal) set -- "$1" GBP JP ;;
    *) echo "no example for the catalogue $1" >&2; exit 1 ;;
  esac
  echo "$1" > "$work/secrets/store-catalogue"
  echo "$2" > "$work/secrets/store-currency"
  echo "$3" > "$work/secrets/store-country"
}
catalogues=$(cd catalogues && for file in *.json; do echo "${file%.json}"; done)
for catalogue in $catalogues; do
  echo "seed $catalogue, restore it twice, and compare"
  sql -c "CREATE DATABASE seed_$catalogue OWNER medusa TEMPLATE migrated"
  DATABASE_URL=$(url "seed_$catalogue") node node_modules/@medusajs/cli/cli.js exec ./src/scripts/seed.js "$catalogue" > "$work/seed.log" 2>&1 || { cat "$work/seed.log" >&2; exit 1; }
  # \restrict is for psql; the restore speaks to the server itself.
  pg_dump -h "$work/pg" -p "$pg_port" -U medusa --no-owner --no-privileges --no-comments --inserts --rows-per-insert=1000 "seed_$catalogue" \
    | sed '/^\\restrict /d; /^\\unrestrict /d' > "souk/dumps/$catalogue.sql"
  chmod 644 "souk/dumps/$catalogue.sql"
  want "$catalogue"
  for store in first second; do
    sql -c "CREATE DATABASE ${store}_$catalogue OWNER medusa"
    DATABASE_URL=$(url "${store}_$catalogue") REDIS_URL="redis://127.0.0.1:$redis_port" node souk/restore.mjs
    ids "${store}_$catalogue" > "$work/$store.ids"
  done
  [ "$(wc -l < "$work/first.ids")" -gt 250 ] || { echo "the dump of $catalogue holds too few ids to be a seeded store" >&2; exit 1; }
  if comm -12 "$work/first.ids" "$work/second.ids" | grep .; then echo "two stores share these ids" >&2; exit 1; fi
done

echo "warm the compile cache"
mkdir -p "$cache"
chown "$owner:$owner" "$cache"
echo owner@example.com > "$work/secrets/admin-email"
echo build-password > "$work/secrets/admin-password"
echo "pk_$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" > "$work/secrets/publishable-key"
export REDIS_URL="redis://127.0.0.1:$redis_port" NODE_COMPILE_CACHE="$cache" COOKIE_SECURE=false
# Node keys the cache by user id, so the server's own user must fill it. The first round records what is
# loaded; the second loads that early, as every store will; the third shows that the cache then rests. Each serves
# another catalogue.
install -d -o "$owner" "$work/record"
round=0
for catalogue in $catalogues; do
  round=$((round + 1))
  DATABASE_URL=$(url "first_$catalogue")
  export DATABASE_URL
  want "$catalogue"
  if [ "$round" = 1 ]; then export SOUK_RECORD="$work/record/preload.json"; else unset SOUK_RECORD; fi
  as "$owner" node souk/setup.mjs
  background_as "$owner" node souk/start.mjs > "$work/medusa.log" 2>&1 &
  medusa_pid=$!
  tries=0
  until NODE_COMPILE_CACHE='' node -e 'fetch("http://127.0.0.1:" + process.env.PORT + "/health").then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))'; do
    tries=$((tries + 1))
    if [ "$tries" -ge 200 ] || ! kill -0 "$medusa_pid"; then cat "$work/medusa.log" >&2; exit 1; fi
    sleep 0.2
  done
  as "$owner" node souk/probe.mjs "http://127.0.0.1:$PORT"
  kill "$medusa_pid"
  wait "$medusa_pid" || true
  medusa_pid=''
  [ "$round" != 1 ] || install -m 644 "$work/record/preload.json" souk/preload.json
  echo "round $round: $(du -sm "$cache" | cut -f1) MB"
done
