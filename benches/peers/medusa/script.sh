#!/usr/bin/env bash
# What a team without Souk would write: the same chart and images, Medusa's own way to a database that sells.
# Needs bash and curl.
#
# The shop's container does what Medusa's guide for containers has it do: migrate, then start (plain/boot.sh).
# `helm --wait` returns when it is ready; seed and user follow by Medusa's CLI in the pod. Nothing of the
# dump in the image is used. Only the container's command is changed, on a copy of the chart.
# shellcheck source=benches/peers/common.sh
source "$(dirname "$0")/../common.sh"
here="$peers/medusa"
cli=(sh /boot/medusa.sh)

# Before the clock begins, for a team has its own chart.
chart="$(chart_with_boot)"

begin
make_namespace
phase namespace
make_secret
"${kubectl[@]}" create configmap boot --from-file "$here/plain" --from-file "$peers/../../images/medusa/src/scripts/seed.ts" >&2
phase secrets
install_release "$chart" --wait --timeout "${LIMIT_S}s"
phase "helm --wait, migrate"
in_shop "${cli[@]}" exec /tmp/seed/seed.mjs fashion
phase seed
in_shop "${cli[@]}" user --email "$ADMIN_EMAIL" --password "$ADMIN_PASSWORD"
phase user

# The publishable key is known to the admin's API; with it a visitor sees products.
lists_products() {
  local token key
  token="$(ask /auth/user/emailpass --header 'content-type: application/json' \
    --data "{\"email\": \"$ADMIN_EMAIL\", \"password\": \"$ADMIN_PASSWORD\"}" | grep -o '"token":"[^"]*"' | cut -d'"' -f4)" &&
    key="$(ask '/admin/api-keys?type=publishable' --header "authorization: Bearer $token" | grep -o 'pk_[0-9a-f]\{64\}' | head -n 1)" &&
    ask '/store/products?limit=100' --header "x-publishable-api-key: $key" | grep -q '"handle"'
}
until_so lists_products
phase "until it lists products"
