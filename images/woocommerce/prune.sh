#!/bin/sh
# Unpacks the themes that were brought, and removes what only builders of the plugin read: a third of its size.
#
#   prune.sh APP
# shellcheck disable=SC2016 # what stands in single quotes is PHP's, or a pattern
set -eu
for zip in /src/themes/*.zip; do
  [ -e "$zip" ] || continue
  php -r '$zip = new ZipArchive(); $zip->open($argv[1]) === true && $zip->extractTo($argv[2]) || exit(1);' "$zip" "$1/wordpress/wp-content/themes"
done
plugins=$1/wordpress/wp-content/plugins
find "$plugins" -name '*.map' -type f -delete
find "$plugins" -name '*.pot' -type f -delete
rm -rf "$1/catalogues/draw"
