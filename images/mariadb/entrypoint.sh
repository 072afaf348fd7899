#!/bin/sh
# First start: put an empty database on the volume; then, at each start, give the store's role its
# password and run MariaDB in the foreground.
#
# Invariant: $STORE/data is absent or whole. It grows in $STORE/new and is renamed when it is finished,
# so a kill at any moment only means that the next start begins again.
set -eu

STORE=/var/lib/mysql/store
RUN=/run/mysqld
PASSWORD_FILE=${MARIADB_PASSWORD_FILE:-/run/secrets/souk/mariadb-password}
ROLE=${MARIADB_ROLE:-wordpress}

[ -s "$PASSWORD_FILE" ] || { echo "no password in $PASSWORD_FILE" >&2; exit 1; }
if [ ! -d "$STORE/data" ]; then
  rm -rf "$STORE/new"
  # Most of it is holes: 60 MB to the eye, 5 on the disk.
  cp -r --sparse=always /usr/local/share/mariadb-empty "$STORE/new"
  sync -f "$STORE/new"
  mv "$STORE/new" "$STORE/data"
fi

# MariaDB reads this before it opens its doors. A file in memory, never an argument that a process list
# would show; the role gets the Secret's password at each start, so that changing it there is enough.
password=$(sed "s/\\\\/\\\\\\\\/g; s/'/''/g" "$PASSWORD_FILE")
umask 077
# (One statement a line is how it reads them.)
cat > "$RUN/init.sql" << SQL
CREATE DATABASE IF NOT EXISTS \`$ROLE\`;
CREATE USER IF NOT EXISTS '$ROLE'@'%';
ALTER USER '$ROLE'@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON \`$ROLE\`.* TO '$ROLE'@'%';
SQL

exec mariadbd --init-file="$RUN/init.sql" "$@"
