#!/usr/bin/env bash
# The smoke test of a running Souk, over its API and with a bearer token, as a client would:
# register, sign in, create a store, watch it until it is READY, buy in it, delete it.
#
#   scripts/smoke.sh http://127.0.0.1:3001
#
# Leaves nothing behind but the user that it made. Environment:
#   SOUK_SMOKE_CONNECT=HOST:PORT   where the ingress is, when store names do not resolve here
#   SOUK_SMOKE_SKIP_SALE=1         for the simulated provisioner, whose stores sell nothing
#   SOUK_SMOKE_LIMIT_S=600         how long the store may take to be ready, and again to be gone
# Needs bash, curl and jq.
set -euo pipefail

usage() { sed -n '2,/^# Needs/s/^# \{0,1\}//p' "$0"; }

case "${1:-}" in
  "" | -h | --help) usage; exit $(( $# == 0 ? 2 : 0 )) ;;
esac
api="${1%/}/api/v1"
limit_s="${SOUK_SMOKE_LIMIT_S:-600}"
work="$(mktemp -d)"
chmod 700 "$work"
store=""
# The number of the last event that was shown.
after=0

say() { printf '%6ss  %s\n' "$SECONDS" "$*"; }

fail() {
  printf '\nFAILED: %s\n' "$*" >&2
  exit 1
}

# Whatever happened, the store does not stay. Secrets are in files of this folder, never in arguments.
clean_up() {
  local code=$?
  if [[ -n "$store" ]]; then
    say "removing $store, which this run has made"
    curl -sS --max-time 30 -o /dev/null -X DELETE -H @"$work/token" "$api/stores/$store" || true
  fi
  rm -rf "$work"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# call WANTED_STATUS METHOD PATH [JSON]: the answer is in $work/answer.
call() {
  local wanted="$1" method="$2" path="$3" body="${4:-}" status
  local options=(-sS --max-time 60 -X "$method" -o "$work/answer" -w '%{http_code}')
  [[ -f "$work/token" ]] && options+=(-H @"$work/token")
  if [[ -n "$body" ]]; then
    printf '%s' "$body" >"$work/body"
    options+=(-H 'content-type: application/json' --data-binary @"$work/body")
  fi
  status="$(curl "${options[@]}" "$api$path")" || fail "no answer to $method $path"
  [[ "$status" == "$wanted" ]] || fail "$method $path was answered with $status, not $wanted: $(cat "$work/answer")"
}

answer() { jq -er "$1" "$work/answer" || fail "no $1 in: $(cat "$work/answer")"; }

# shop METHOD PATH [JSON]: a shopper's request to the store.
shop() {
  local method="$1" path="$2" body="${3:-}" status
  local options=(-sS --max-time 60 -X "$method" -o "$work/answer" -w '%{http_code}' -H @"$work/key")
  if [[ -n "${SOUK_SMOKE_CONNECT:-}" ]]; then
    options+=(--connect-to "::$SOUK_SMOKE_CONNECT")
  fi
  if [[ -n "$body" ]]; then
    printf '%s' "$body" >"$work/body"
    options+=(-H 'content-type: application/json' --data-binary @"$work/body")
  fi
  status="$(curl "${options[@]}" "$shop_url$path")" || fail "the store does not answer $method $path"
  [[ "$status" == 2?? ]] || fail "the store answered $method $path with $status: $(cat "$work/answer")"
}

# Prints the store's events as they come, until it is in one of the states named.
watch_until() {
  local wanted="$1" deadline=$((SECONDS + limit_s)) state
  while :; do
    call 200 GET "/stores/$store/logs?after=$after"
    while IFS=$'\t' read -r seq message; do
      [[ -n "$seq" ]] || continue
      say "  $message"
      after="$seq"
    done < <(jq -r '.items[] | [.seq, .message] | @tsv' "$work/answer")
    call 200 GET "/stores/$store"
    state="$(answer .state)"
    [[ "$state" == "$wanted" ]] && return
    [[ "$state" != failed ]] || fail "the store failed: $(jq -r '.failure | "\(.reason) (step \(.step)). \(.advice // "")"' "$work/answer")"
    ((SECONDS < deadline)) || fail "the store is still $state after $limit_s s: $(cat "$work/answer")"
    sleep 1
  done
}

sell() {
  local region country variant cart option provider collection
  call 200 GET "/stores/$store/credentials"
  shop_url="$(answer .url)"
  printf 'x-publishable-api-key: %s\n' "$(answer .publishable_key)" >"$work/key"

  shop GET /store/regions
  region="$(answer '.regions[0].id')"
  country="$(answer '.regions[0].countries[0].iso_2')"
  shop GET "/store/products?region_id=$region&limit=1&fields=*variants"
  variant="$(answer '.products[0].variants[0].id')"
  say "  the store shows $(answer '.products[0].title')"

  shop POST /store/carts "$(jq -n --arg region "$region" '{region_id: $region}')"
  cart="$(answer .cart.id)"
  shop POST "/store/carts/$cart/line-items" "$(jq -n --arg variant "$variant" '{variant_id: $variant, quantity: 1}')"
  shop POST "/store/carts/$cart" "$(jq -n --arg country "$country" \
    '{first_name: "Sample", last_name: "Shopper", address_1: "1 Market Lane", city: "Sampleton",
      postal_code: "10115", country_code: $country, phone: "+49 30 123456"}
     | {email: "shopper@example.com", shipping_address: ., billing_address: .}')"
  shop GET "/store/shipping-options?cart_id=$cart"
  option="$(answer '.shipping_options[0].id')"
  shop POST "/store/carts/$cart/shipping-methods" "$(jq -n --arg option "$option" '{option_id: $option}')"
  shop GET "/store/payment-providers?region_id=$region"
  provider="$(answer '.payment_providers[0].id')"
  shop POST /store/payment-collections "$(jq -n --arg cart "$cart" '{cart_id: $cart}')"
  collection="$(answer .payment_collection.id)"
  shop POST "/store/payment-collections/$collection/payment-sessions" "$(jq -n --arg provider "$provider" '{provider_id: $provider}')"
  shop POST "/store/carts/$cart/complete" '{}'
  # A 200 is not yet an order.
  [[ "$(answer .type)" == order ]] || fail "the cart did not become an order: $(cat "$work/answer")"
  say "SOLD: order number $(answer .order.display_id), $(answer '"\(.order.total) \(.order.currency_code)"')"
}

say "smoke test of $api"
call 200 GET /health/ready
say "ready, version $(answer .version), provisioner $(answer .provisioner)"
if [[ "$(answer .provisioner)" == simulated && "${SOUK_SMOKE_SKIP_SALE:-}" != 1 ]]; then
  fail "this Souk only simulates stores, which sell nothing; SOUK_SMOKE_SKIP_SALE=1 leaves the sale out"
fi

unique="$(od -An -N5 -tx1 /dev/urandom | tr -d ' \n')"
password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
login="$(jq -n --arg email "smoke-$unique@example.com" --arg password "$password" '$ARGS.named')"
call 201 POST /auth/register "$login"
say "registered smoke-$unique@example.com"
call 200 POST /auth/login "$login"
printf 'authorization: Bearer %s\n' "$(answer .access_token)" >"$work/token"
call 200 GET /auth/me
say "signed in"

call 202 POST /stores "$(jq -n --arg name "smoke-$unique" '{name: $name, title: "Smoke test", engine: "medusa"}')"
store="$(answer .store.id)"
say "asked for $store"
watch_until ready
say "READY at $(answer .url)"

if [[ "${SOUK_SMOKE_SKIP_SALE:-}" == 1 ]]; then
  say "no sale, as asked"
else
  sell
fi

call 202 DELETE "/stores/$store"
say "asked to delete it"
watch_until deleted
store=""
say "gone"
printf '\nPASSED in %s s\n' "$SECONDS"
