#!/usr/bin/env bash
# What a team without Souk would write: the same chart and images, WP-CLI's own way to a shop that sells.
# Needs bash and curl.
#
# The shop's container serves and no more (plain/boot.sh). `helm --wait` returns when web server and database are
# ready; WP-CLI does the rest in the pod (plain/setup.sh). Nothing of the dumps in the image is used; the code
# that the image has compiled is. Only the container's command is changed, on a copy of the chart.
# shellcheck source=benches/peers/common.sh
source "$(dirname "$0")/../common.sh"
PRODUCTS=12

# Before the clock begins, for a team has its own chart.
chart="$(chart_with_boot)"

begin
make_namespace
phase namespace
make_secret
"${kubectl[@]}" create configmap boot --from-file "$peers/woocommerce/plain" >&2
phase secrets
install_release "$chart" --wait --timeout "${LIMIT_S}s"
phase "helm --wait"
in_shop sh /boot/setup.sh wordpress
phase "WordPress, plugin, theme"
in_shop sh /boot/setup.sh shop
phase "shop: pages, payment, shipping"
in_shop sh /boot/setup.sh products
phase products

lists_products() {
  ask '/wp-json/wc/store/v1/products' --output /dev/null --dump-header - | grep -qiE "^x-wp-total: $PRODUCTS\s*$"
}
until_so lists_products
phase "until it lists products"
