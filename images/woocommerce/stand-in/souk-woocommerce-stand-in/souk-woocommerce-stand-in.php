<?php
/**
 * Plugin Name: NOT WOOCOMMERCE: Souk's stand-in for tests
 * Description: Answers the calls that Souk and its tests make of WooCommerce, and nothing else. Never for a shop that sells.
 * Version: 0.1.0
 * Requires at least: 6.9
 * Requires PHP: 8.2
 * License: MIT
 *
 * What it answers, and that the real plugin answers the same, is the list images/woocommerce/contract/calls.mjs.
 * An option that is not on that list is refused by WP-CLI, so that nothing comes to lean on what only this knows.
 */

namespace Souk\StandIn;

const LOUD    = 'This shop runs a test stand-in, not WooCommerce.';
const VERSION = '0.1.0';

foreach ( array( 'money', 'products', 'orders', 'mail', 'shipping', 'cart', 'store-api', 'pages', 'admin', 'install' ) as $file ) {
	require __DIR__ . "/src/$file.php";
}
if ( defined( 'WP_CLI' ) && \WP_CLI ) {
	require __DIR__ . '/src/cli.php';
}
