#!/usr/bin/env bash
# Sourced by the peers of `cargo xtask bench provision`, which sets these:
#   ENGINE                    medusa or woocommerce; what only it needs is in ENGINE/engine.sh
#   NAMESPACE HOST            of the shop, new for each run
#   CHART ENVIRONMENT VALUES  the stores' chart, the environment's values file, the shop's own values
#   INGRESS                   host:port, asked with the shop's name in the Host header
#   HELM KUBECTL KUBECONFIG   programs and access, an admin's
#   WORK                      a folder of this run's own
# Prints `start` when the clock begins, and `phase NAME MICROSECONDS` as each phase ends.
set -euo pipefail
: "${ENGINE:?}" "${NAMESPACE:?}" "${HOST:?}" "${CHART:?}" "${ENVIRONMENT:?}" "${VALUES:?}" "${INGRESS:?}" "${HELM:?}" "${KUBECTL:?}" "${WORK:?}"
export LC_ALL=C
read -ra kubectl <<<"$KUBECTL"
kubectl+=(--namespace "$NAMESPACE")
peers="$(dirname "${BASH_SOURCE[0]}")"
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
  "${kubectl[@]}" apply --filename - >&2 <<END
apiVersion: v1
kind: Namespace
metadata:
  name: $NAMESPACE
  labels: {pod-security.kubernetes.io/enforce: restricted}
END
}

ADMIN_EMAIL=owner@example.com
ADMIN_PASSWORD="$(random_hex 12)"

# The Secret that the chart names with `existingSecret`: the owner's login, and what the engine wants of its own.
make_secret() {
  {
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: store-secrets}\nstringData:\n'
    printf '  %s: "%s"\n' admin-email "$ADMIN_EMAIL" admin-password "$ADMIN_PASSWORD"
    secrets | while read -r key value; do printf '  %s: "%s"\n' "$key" "$value"; done
  } | "${kubectl[@]}" create --filename - >&2
}

# install_release CHART [HELM OPTIONS]: the release `store`, as Souk installs it.
install_release() {
  local chart="$1"
  shift
  "$HELM" upgrade --install store "$chart" --namespace "$NAMESPACE" --values "$ENVIRONMENT" --values "$VALUES" "$@" >&2
}

# chart_with_boot: a copy of the chart in which the shop's container runs /boot/boot.sh, of the ConfigMap `boot`.
chart_with_boot() {
  local copy="$WORK/chart" shop
  cp -r "$CHART" "$copy"
  shop="$copy/templates/$ENGINE/$ENGINE.yaml"
  sed -i -e 's|^\( *\)imagePullPolicy: .*|&\n\1command: [sh, /boot/boot.sh]|' \
    -e 's|^\( *\)- {name: tmp, mountPath: /tmp}|&\n\1- {name: boot, mountPath: /boot}|' \
    -e 's|^\( *\)- name: tmp$|\1- name: boot\n\1  configMap: {name: boot}\n&|' "$shop"
  [[ "$(grep -cE "boot[.}]|/boot|name: boot" "$shop")" == 4 ]] || { echo "the chart is not as this script knows it" >&2; exit 1; }
  echo "$copy"
}

# in_shop COMMAND: in the shop's container.
in_shop() { "${kubectl[@]}" exec "deployment/$ENGINE" --container "$ENGINE" -- "$@" >&2; }

# ask PATH [CURL OPTIONS]: asks the shop as a visitor does, who types the port of the ingress.
ask() {
  local path="$1"
  shift
  curl --silent --max-time 10 --header "Host: $HOST:${INGRESS##*:}" "$@" "http://$INGRESS$path"
}

is_well() { [[ "$(ask "$1" --output /dev/null --write-out '%{http_code}')" == 200 ]]; }

# until_so COMMAND: looks until it succeeds.
until_so() {
  local end=$((SECONDS + LIMIT_S))
  until "$@"; do
    ((SECONDS < end)) || { echo "still not so after $LIMIT_S s: $*" >&2; exit 1; }
    sleep "$LOOK_EVERY_S"
  done
}

# shellcheck source=benches/peers/medusa/engine.sh
source "$peers/$ENGINE/engine.sh"
