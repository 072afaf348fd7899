#!/bin/sh
# Medusa's own CLI, with what it needs of the store's Secret in its environment.
set -eu
secret() { cat "/run/secrets/souk/$1"; }
DATABASE_URL="postgres://medusa:$(secret postgres-password)@postgres:5432/medusa"
REDIS_URL="redis://:$(secret redis-password)@redis:6379"
JWT_SECRET="$(secret jwt-secret)"
COOKIE_SECRET="$(secret cookie-secret)"
# The CLI writes its settings when it starts, and the image is read-only.
XDG_CONFIG_HOME=/tmp/config
export DATABASE_URL REDIS_URL JWT_SECRET COOKIE_SECRET XDG_CONFIG_HOME
# Redis's modules have no migrations, and migrating would make folders for them in the read-only image.
[ "$1" != db:migrate ] || unset REDIS_URL
cd /app
exec node node_modules/@medusajs/cli/cli.js "$@"
