<?php
/**
 * `wp souk`: makes a WordPress this store's own, by WP-CLI's own commands.
 *
 *   wp souk setup              everything, each step only where it is still to do
 *   wp souk plugin             which WooCommerce this is: the real one, or the stand-in of the tests
 *   wp souk reprice CURRENCY   the catalogue's prices in another of its currencies
 *
 * Each command's words and exit code are WP-CLI's: the first one that fails ends the setup with both.
 */

namespace Souk;

if ( ! class_exists( 'WP_CLI' ) ) {
	return;
}

require_once __DIR__ . '/store.php';
require_once __DIR__ . '/upgrade.php';
require_once __DIR__ . '/commands.php';
require_once __DIR__ . '/catalogue.php';
require_once __DIR__ . '/setup.php';

\WP_CLI::add_command( 'souk setup', array( new Setup(), 'run' ), array( 'when' => 'before_wp_load' ) );
\WP_CLI::add_command(
	'souk plugin',
	fn() => \WP_CLI::line( plugin()['name'] . ' ' . plugin()['version'] ),
	array( 'when' => 'before_wp_load' )
);
\WP_CLI::add_command(
	'souk reprice',
	function ( array $arguments ): void {
		as_owner();
		( new Catalogue( wanted( 'catalogue' ) ) )->reprice( $arguments[0] );
	}
);
