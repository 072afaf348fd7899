#!/bin/sh
# Makes what every store starts from: for each catalogue and each currency it has prices in, a database that is
# set up but nobody's, as SQL, and its pictures.
# Runs once, while the image is built, with a MariaDB of its own that lives as long as it does.
#
#   make-stores.sh APP PLUGIN_SLUG OWNER_UID
#
# Invariant: a store that was not restored, made its owner's and asked for its products here does not leave the
# build. It is made the slow way, by `wp souk setup` on an empty database: that way is tried at each build.
# shellcheck disable=SC2016 # what stands in single quotes is PHP's, or a pattern
set -eu

app=$1 slug=$2 owner=$3
work=$(mktemp -d)
chmod 755 "$work"
stores=$app/souk/stores
uploads=$app/wordpress/wp-content/uploads
mkdir -p "$stores"

as() { user=$1; shift; setpriv --reuid "$user" --regid "$user" --clear-groups "$@"; }
# `exec` where it stands in the background: else `$!` is a shell's, and a kill would miss the server.
background_as() { user=$1; shift; exec setpriv --reuid "$user" --regid "$user" --clear-groups "$@"; }
# A build without a network namespace shares its ports with the machine: take a free one.
port=$(php -r '$s = stream_socket_server("tcp://127.0.0.1:0"); echo explode(":", stream_socket_get_name($s, false))[1];')

mariadb_pid='' apache_pid=''
stop() {
  [ -z "$apache_pid" ] || kill "$apache_pid" 2> /dev/null || true
  [ -z "$mariadb_pid" ] || kill "$mariadb_pid" 2> /dev/null || true
  wait
  rm -rf "$work"
}
trap stop EXIT

# The file that says which plugin this is, from the plugin's own header.
php -r '
  [, $app, $slug] = $argv;
  $main = glob("$app/wordpress/wp-content/plugins/$slug/$slug.php")[0];
  $header = file_get_contents($main, false, null, 0, 4096);
  $of = fn($name) => preg_match("/^[ *]*$name:\s*(.+)$/m", $header, $m) ? trim($m[1]) : "";
  $plugin = ["slug" => $slug, "name" => $of("Plugin Name"), "version" => $of("Version"), "real" => $slug === "woocommerce"];
  file_put_contents("$app/souk/plugin.json", json_encode($plugin, JSON_UNESCAPED_SLASHES) . "\n");
' "$app" "$slug"
echo "plugin: $(cat "$app/souk/plugin.json")"

install -d -o "$owner" "$work/db"
as "$owner" mariadb-install-db --no-defaults --datadir="$work/db/data" --auth-root-authentication-method=normal --skip-test-db > "$work/install.log" 2>&1 \
  || { cat "$work/install.log" >&2; exit 1; }
background_as "$owner" mariadbd --no-defaults --datadir="$work/db/data" --socket="$work/db/socket" --port="$port" --bind-address=127.0.0.1 \
  --pid-file="$work/db/pid" --innodb-flush-log-at-trx-commit=0 --skip-log-bin \
  --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_520_ci > "$work/mariadb.log" 2>&1 &
mariadb_pid=$!
sql() { mariadb --no-defaults --socket="$work/db/socket" -u root --batch --skip-column-names "$@"; }
tries=0
until sql -e 'SELECT 1' > "$work/up" 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { cat "$work/mariadb.log" >&2; exit 1; }
  sleep 0.1
done

random() { od -An -tx1 -N24 /dev/urandom | tr -d ' \n'; }
# What one store would have as its Secret.
secrets() {
  mkdir -p "$1"
  random > "$1/mariadb-password"
  random > "$1/wordpress-salt"
  random > "$1/admin-password"
  echo "$2" > "$1/admin-email"
  echo "$3" > "$1/store-title"
  echo "$4" > "$1/store-catalogue"
  chmod -R a+rX "$1"
  export SOUK_SECRETS="$1"
  sql -e "DROP DATABASE IF EXISTS wordpress; CREATE DATABASE wordpress; CREATE OR REPLACE USER wordpress@'127.0.0.1' IDENTIFIED BY '$(cat "$1/mariadb-password")'; GRANT ALL ON wordpress.* TO wordpress@'127.0.0.1'"
  rm -rf "$uploads" && install -d -o "$owner" -g "$owner" "$uploads"
}
export MARIADB_ADDRESS="127.0.0.1:$port" HOME=/tmp
dump() { mariadb-dump --no-defaults --socket="$work/db/socket" -u root --skip-comments --skip-dump-date --no-tablespaces --skip-add-locks --skip-lock-tables "$@" wordpress; }
# Tables first, then all rows at once: MariaDB ends a transaction at each table.
whole() {
  sql wordpress -e "DELETE FROM wp_options WHERE option_name LIKE '\\_transient\\_%' OR option_name LIKE '\\_site\\_transient\\_%'"
  echo 'SET NAMES utf8mb4; SET foreign_key_checks = 0; SET unique_checks = 0;'
  dump --no-data --skip-add-drop-table --ignore-table=wordpress.souk_store
  echo 'SET autocommit = 0;'
  dump --no-create-info --skip-triggers --skip-disable-keys --ignore-table=wordpress.souk_store
  echo 'COMMIT; SET autocommit = 1; SET foreign_key_checks = 1; SET unique_checks = 1;'
}

for catalogue in fashion electronics minimal; do
  export STORE_URL=http://store.souk.invalid
  echo "$catalogue: the slow way"
  secrets "$work/slow" owner@example.invalid Store "$catalogue"
  as "$owner" wp --quiet souk setup
  mkdir -p "$stores/$catalogue"
  cp -r "$uploads" "$stores/$catalogue/uploads"
  for currency in $(php -r 'echo implode(" ", array_keys(json_decode(file_get_contents($argv[1]), true)["products"][0]["variants"][0]["prices"]));' "$app/catalogues/$catalogue.json"); do
    [ "$currency" = EUR ] || as "$owner" wp --quiet souk reprice "$currency"
    # The first line tells clients of MariaDB to be careful; the restore speaks to the server itself.
    whole | sed '/^\/\*M!999999/d' > "$stores/$catalogue-$currency.sql"
  done
done
chmod -R a+rX "$stores"

# An address inside a counted string would break it when the store's own takes its place.
if grep -oE 's:[0-9]+:\\"[^"]*store\.souk\.invalid[^"]*' "$stores"/*.sql | sort -u | grep .; then
  echo "these values of the dump hold the address in a form that cannot be exchanged" >&2
  exit 1
fi

echo "restore twice, and compare"
for store in first second; do
  export STORE_URL="http://$store-abc123.localhost:8080"
  secrets "$work/$store" "$store@example.com" "The $store store" fashion
  as "$owner" php "$app/souk/restore.php"
  as "$owner" wp --quiet souk setup
  as "$owner" wp --quiet souk setup | grep -q '"setup":"present"' || { echo "a second setup changed something" >&2; exit 1; }
  whole > "$work/$store.sql"
  [ "$(as "$owner" wp post list --post_type=product --format=count)" = 12 ] || { echo "not twelve products" >&2; exit 1; }
  as "$owner" wp user check-password owner "$(cat "$work/$store/admin-password")" || { echo "the owner's password does not fit" >&2; exit 1; }
  [ "$(as "$owner" wp option get siteurl)" = "$STORE_URL" ] || { echo "the store has another address" >&2; exit 1; }
  if grep -oE '.{120}(store\.souk|example)\.invalid.{20}' "$work/$store.sql"; then echo "the dump's address or its owner's is still there" >&2; exit 1; fi
done
# Everything that looks made by chance: identifiers of 36 characters, long hexadecimal numbers, password hashes,
# salts. The schedule names its entries by a hash of their arguments, which tells nothing.
tokens() {
  sed -E 's/s:32:\\"[0-9a-f]{32}\\";a:[0-9]:\{s:8:\\"schedule//g' "$1" \
    | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32,}\b|\$wp\$2y[^'"'"']+|\$P\$[^'"'"']+|'"'"'[A-Za-z0-9!@#$%^&*()+={}:<>.?~-]{48,}'"'" \
    | sort -u
}
tokens "$work/first.sql" > "$work/first.tokens"
tokens "$work/second.sql" > "$work/second.tokens"
[ "$(wc -l < "$work/first.tokens")" -ge 2 ] || { echo "no ids found to compare" >&2; exit 1; }
if comm -12 "$work/first.tokens" "$work/second.tokens" | grep .; then echo "two stores share these" >&2; exit 1; fi
echo "keep the compiled code"
# By pages of the shop and of its admin, too: each answer has to be one.
web=$(php -r '$s = stream_socket_server("tcp://127.0.0.1:0"); echo explode(":", stream_socket_get_name($s, false))[1];')
sed "s/^Listen .*/Listen 127.0.0.1:$web/; s|^PidFile .*|PidFile $work/apache/pid|; s|^CustomLog .*||; s|^ErrorLog .*|ErrorLog $work/apache/errors|" /etc/souk/apache.conf > "$work/apache.conf"
install -d -o "$owner" "$work/apache"
background_as "$owner" apache2 -f "$work/apache.conf" -D FOREGROUND &
apache_pid=$!
as "$owner" php warm.php "http://127.0.0.1:$web" || { cat "$work/apache/errors" >&2; exit 1; }
kill "$apache_pid"
wait "$apache_pid" || true
apache_pid=''
mkdir "$app/opcache"
find /tmp -mindepth 1 -maxdepth 1 -type d -regex '/tmp/[0-9a-f]+' -exec mv {} "$app/opcache/" \;
[ "$(find "$app/opcache" -name '*.bin' | wc -l)" -gt 300 ] || { echo "too little compiled code to be WordPress's" >&2; exit 1; }
# Of this folder's own name only: what is compiled is found by its path.
find "$app/opcache" -mindepth 2 -maxdepth 2 -not -name app -exec rm -rf {} +
chmod -R a+rX "$app/opcache"

rm -rf "$uploads" && mkdir "$uploads" && chown "$owner:$owner" "$uploads"
du -sh "$stores" "$app/opcache"
