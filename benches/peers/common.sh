#!/usr/bin/env bash
# Sourced by the peers of `cargo xtask bench provision`, which sets these:
#   NAMESPACE HOST            of the shop, new for each run
#   CHART ENVIRONMENT VALUES  the stores' chart, the environment's values file, the shop's own values
#   INGRESS                   host:port, asked with the shop's name in the Host header
#   HELM KUBECTL KUBECONFIG   programs and access, an admin's
#   WORK                      a folder of this run's own
# Prints `start` when the clock begins, and `phase NAME MICROSECONDS` as each phase ends.
set -euo pipefail
: "${NAMESPACE:?}" "${HOST:?}" "${CHART:?}" "${ENVIRONMENT:?}" "${VALUES:?}" "${INGRESS:?}" "${HELM:?}" "${KUBECTL:?}" "${WORK:?}"
export LC_ALL=C
read -ra kubectl <<<"$KUBECTL"
kubectl+=(--namespace "$NAMESPACE")
LOOK_EVERY_S=0.1
LIMIT_S=300

begin() {
  last="${EPOCHREALTIME/./}"
  echo start
}

phase() {
  local now="${EPOCHREALTIME/./}"
  echo "phase $1 $((now - last))"
  last="$now"
}

random_hex() { od -An -tx1 -N"$1" /dev/urandom | tr -d ' \n'; }

# The namespace, as strict as Souk makes it.
make_namespace() {
  "${kubectl[@]}" apply --filename - >&2 <<EOF
apiVersion: v1
kind: Namespace
metadata:
  name: $NAMESPACE
  labels: {pod-security.kubernetes.io/enforce: restricted}
EOF
}

ADMIN_EMAIL=owner@example.com
ADMIN_PASSWORD="$(random_hex 12)"

# The Secret that the chart names with `existingSecret`.
make_secret() {
  "${kubectl[@]}" create --filename - >&2 <<EOF
apiVersion: v1
kind: Secret
metadata: {name: store-secrets}
stringData:
  postgres-password: "$(random_hex 32)"
  redis-password: "$(random_hex 32)"
  jwt-secret: "$(random_hex 32)"
  cookie-secret: "$(random_hex 32)"
  admin-email: "$ADMIN_EMAIL"
  admin-password: "$ADMIN_PASSWORD"
  publishable-key: "pk_$(random_hex 32)"
EOF
}

# ask PATH [CURL OPTIONS]: asks the shop as a visitor does.
ask() {
  local path="$1"
  shift
  curl --silent --max-time 10 --header "Host: $HOST" "$@" "http://$INGRESS$path"
}

# until_so COMMAND: looks until it succeeds.
until_so() {
  local end=$((SECONDS + LIMIT_S))
  until "$@"; do
    ((SECONDS < end)) || { echo "still not so after $LIMIT_S s: $*" >&2; exit 1; }
    sleep "$LOOK_EVERY_S"
  done
}

is_healthy() { [[ "$(ask /health --output /dev/null --write-out '%{http_code}')" == 200 ]]; }
