#!/bin/sh
# Restores the store if it is new, then serves it.
set -eu

# Compiling WordPress and its plugin costs a core two seconds; the image's build has done it.
for compiled in /app/opcache/*; do [ ! -d "$compiled" ] || ln -sfn "$compiled" /tmp/; done

# Until Apache is there nobody would answer the signal to stop: a container's first process has no default for it.
php /app/souk/restore.php &
restore=$!
trap 'kill "$restore"; exit 0' WINCH TERM INT
wait "$restore"
trap - WINCH TERM INT
exec apache2 -f /etc/souk/apache.conf -D FOREGROUND
