#!/bin/sh
# The shop's container of the plain way: the code that the image has compiled, and the web server.
set -eu
for compiled in /app/opcache/*; do ln -sfn "$compiled" /tmp/; done
exec apache2 -f /etc/souk/apache.conf -D FOREGROUND
