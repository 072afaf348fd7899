#!/bin/sh
# An empty database becomes a shop that sells, by WP-CLI as its handbook has it: a command for each thing.
#
#   setup.sh wordpress|shop|products
#
# Twelve simple products, each with a price, stock and a picture. Souk's have sizes and categories, too: that would
# take this way another forty commands.
set -eu
secret() { cat "/run/secrets/souk/$1"; }
catalogues=/app/catalogues
tab=$(printf '\t')

wordpress() {
  wp core install --url="$STORE_URL" --title=Store --skip-email \
    --admin_user=owner --admin_email="$(secret admin-email)" --admin_password="$(secret admin-password)"
  wp plugin activate --all # the image holds one
  wp theme activate souk
  wp rewrite structure '/%postname%/'
}

shop() {
  wp option update woocommerce_currency EUR
  wp option update woocommerce_default_country DE
  wp option update woocommerce_coming_soon no
  wp wc tool run install_pages --user=owner
  wp wc payment_gateway update cod --enabled=true --user=owner
  wp wc shipping_zone_method create 0 --method_id=flat_rate --enabled=true --settings='{"title":"Standard","cost":"4.90"}' --user=owner
}

# One line each: name, address, sku, price, stock, picture.
listed() {
  # shellcheck disable=SC2016 # PHP's
  php -r '
    foreach (json_decode(file_get_contents($argv[1]), true)["products"] as $product) {
      $offer = $product["variants"][0];
      $line = [$product["name"], $product["handle"], $product["sku"], $offer["prices"]["EUR"], $offer["stock"], $product["picture"]];
      echo implode("\t", $line), "\n";
    }' "$catalogues/fashion.json"
}

products() {
  # All pictures by one command; their ids come in the same order.
  # shellcheck disable=SC2046 # a picture's name has no space
  pictures=$(cd "$catalogues" && wp media import $(listed | cut -f 6) --porcelain)
  # shellcheck disable=SC2086 # one word each
  set -- $pictures
  listed | while IFS="$tab" read -r name handle sku price stock _; do
    wp wc product create --user=owner --type=simple --name="$name" --slug="$handle" --sku="$sku" --regular_price="$price" \
      --manage_stock=true --stock_quantity="$stock" --images="[{\"id\":$1,\"position\":0}]" < /dev/null
    shift
  done
}

"$1"
