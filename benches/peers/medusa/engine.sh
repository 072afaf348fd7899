#!/usr/bin/env bash
# What the peers need to know of Medusa; sourced by common.sh.

secrets() {
  local key
  for key in postgres-password redis-password jwt-secret cookie-secret; do echo "$key $(random_hex 32)"; done
  echo "publishable-key pk_$(random_hex 32)"
}

# The shop serves.
answers() { is_well /health; }
