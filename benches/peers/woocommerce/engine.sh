#!/usr/bin/env bash
# What the peers need to know of WooCommerce; sourced by common.sh.

secrets() {
  local key
  for key in mariadb-password wordpress-salt; do echo "$key $(random_hex 32)"; done
}

# The home page is there.
answers() { is_well /; }
