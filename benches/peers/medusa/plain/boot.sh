#!/bin/sh
# The shop's container of the plain way: wait for the database, migrate, start.
set -eu

# Medusa's seed as its build would compile it: types taken off, imports found from elsewhere.
mkdir -p /tmp/seed
ln -sfn /app/node_modules /tmp/seed/node_modules
node --no-warnings --eval '
  const { stripTypeScriptTypes } = require("node:module")
  const { readFileSync, writeFileSync } = require("node:fs")
  const code = stripTypeScriptTypes(readFileSync("/boot/seed.ts", "utf8"))
  writeFileSync("/tmp/seed/seed.mjs", code.replace("../catalogue", "/app/src/catalogue.js"))'

# One try each second at most: a connection that was begun before the service had an address never comes about.
until node --eval '
  setTimeout(() => process.exit(1), 1000)
  require("node:net").connect(5432, "postgres").on("connect", () => process.exit(0)).on("error", () => process.exit(1))'; do
  sleep 0.2
done
sh /boot/medusa.sh db:migrate
exec sh /boot/medusa.sh start
