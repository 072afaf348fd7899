#!/usr/bin/env bash
# The per-store chart's own tests, without a cluster:
#   - each case in tests/cases renders exactly as its golden file says;
#   - each case in tests/refused is refused by values.schema.json, for the reason in its first line;
#   - `helm lint --strict` passes with each values file.
#
#   scripts/chart-goldens.sh            check
#   scripts/chart-goldens.sh --update   write the goldens anew; read their diff before you commit it
#
# HELM_BIN names the helm to use (default: the one on PATH).
set -euo pipefail

helm=${HELM_BIN:-helm}
chart=$(cd "$(dirname "$0")/../helm/ecommerce-store" && pwd)
update=${1:-}
passed=0 failed=0
pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); printf 'FAILED %s\n' "$1" >&2; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The first line of a case may name a values file of the chart: `# with: values-vps.yaml`.
render() {
  local case=$1 with
  with=$(sed -n '1s/^# with: //p' "$case")
  "$helm" template store "$chart" --namespace store-demo --kube-version 1.34.0 \
    ${with:+--values "$chart/$with"} --values "$chart/tests/base.yaml" --values "$case"
}

for case in "$chart"/tests/cases/*.yaml; do
  name=$(basename "$case") golden=$chart/tests/golden/$(basename "$case")
  if ! render "$case" > "$scratch/$name" 2> "$scratch/error"; then
    fail "$name does not render: $(cat "$scratch/error")"
  elif [ "$update" = --update ]; then
    cp "$scratch/$name" "$golden" && pass
  elif diff -u "$golden" "$scratch/$name" >&2; then
    pass
  else
    fail "$name renders otherwise than its golden file"
  fi
done

for case in "$chart"/tests/refused/*.yaml; do
  name=$(basename "$case")
  reason=$(sed -n '1s/^# refused: //p' "$case")
  if render "$case" > /dev/null 2> "$scratch/error"; then
    fail "refused/$name is accepted"
  elif [ -z "$reason" ] || ! grep -qF -- "$reason" "$scratch/error"; then
    fail "refused/$name is refused for another reason: $(cat "$scratch/error")"
  else
    pass
  fi
done

for values in "$chart"/values.yaml "$chart"/values-*.yaml; do
  if "$helm" lint --strict --quiet "$chart" --values "$values" --values "$chart/tests/base.yaml" > "$scratch/lint" 2>&1; then
    pass
  else
    fail "helm lint with $(basename "$values"): $(cat "$scratch/lint")"
  fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
