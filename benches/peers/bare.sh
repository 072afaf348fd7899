#!/usr/bin/env bash
# The bare release: the chart as Souk installs it, and nothing after it. Nobody can sign in or buy yet; it is what
# Kubernetes and the shop's own first boot take, whoever asks for them. Needs bash and curl.
# shellcheck source=benches/peers/common.sh
source "$(dirname "$0")/common.sh"

begin
make_namespace
phase namespace
make_secret
phase secrets
"$HELM" upgrade --install store "$CHART" --namespace "$NAMESPACE" --values "$ENVIRONMENT" --values "$VALUES" >&2
phase helm
until_so is_healthy
phase "until it answers"
