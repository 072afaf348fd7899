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
install_release "$CHART"
phase helm
until_so answers
phase "until it answers"
