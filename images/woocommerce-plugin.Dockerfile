# WooCommerce as it is released, and nothing else: what images/woocommerce takes by the name `plugin`.
# `cargo xtask` reads version and hash here, too.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS download
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl unzip
ARG WOOCOMMERCE_URL=https://downloads.wordpress.org/plugin/woocommerce.11.0.1.zip
ARG WOOCOMMERCE_SHA256=da189b6616c610d15a2106f93151dab81b78f83e075bcefce221ac0d00b4fa21
RUN curl --fail --silent --show-error --location --proto '=https' --output /plugin.zip "$WOOCOMMERCE_URL" \
 && echo "$WOOCOMMERCE_SHA256  /plugin.zip" | sha256sum --check --quiet \
 && unzip -q /plugin.zip -d /plugin

FROM scratch
COPY --from=download /plugin/woocommerce /
