#!/usr/bin/env bash
# What a team without Souk would write: the same chart and images, Medusa's own way to a database that sells.
# Needs bash and curl.
#
# The shop's container does what Medusa's guide for containers has it do: migrate, then start (plain/boot.sh).
# `helm --wait` returns when it is ready; seed and user follow by Medusa's CLI in the pod. Nothing of the
# dump in the image is used. Only the container's command is changed, on a copy of the chart.
# shellcheck source=benches/peers/common.sh
source "$(dirname "$0")/common.sh"
here="$(dirname "$0")"
cli=(exec deployment/medusa --container medusa -- sh /boot/medusa.sh)

# The chart with another command: before the clock begins, for a team has its own chart.
copy="$WORK/chart"
cp -r "$CHART" "$copy"
shop="$copy/templates/medusa/medusa.yaml"
sed -i -e 's|^\( *\)imagePullPolicy: .*|&\n\1command: [sh, /boot/boot.sh]|' \
  -e 's|^\( *\)- {name: tmp, mountPath: /tmp}|&\n\1- {name: boot, mountPath: /boot}|' \
  -e 's|^\( *\)- name: tmp$|\1- name: boot\n\1  configMap: {name: boot}\n&|' "$shop"
[[ "$(grep -cE "boot[.}]|/boot|name: boot" "$shop")" == 4 ]] || { echo "the chart is not as this script knows it" >&2; exit 1; }

begin
make_namespace
phase namespace
make_secret
"${kubectl[@]}" create configmap boot --from-file "$here/plain" --from-file "$here/../../images/medusa/src/scripts/seed.ts" >&2
phase secrets
"$HELM" upgrade --install store "$copy" --namespace "$NAMESPACE" --values "$ENVIRONMENT" --values "$VALUES" \
  --wait --timeout "${LIMIT_S}s" >&2
phase "helm --wait, migrate"
"${kubectl[@]}" "${cli[@]}" exec /tmp/seed/seed.mjs fashion >&2
phase seed
"${kubectl[@]}" "${cli[@]}" user --email "$ADMIN_EMAIL" --password "$ADMIN_PASSWORD" >&2
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
