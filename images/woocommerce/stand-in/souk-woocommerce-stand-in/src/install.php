<?php
/** What the plugin makes when it is new: its pages, and the settings of a shop that is not open yet. */

namespace Souk\StandIn {

	const PAGES = array( 'shop' => 'Shop', 'cart' => 'Cart', 'checkout' => 'Checkout', 'myaccount' => 'My account' );

	function install_pages(): void {
		foreach ( PAGES as $page => $title ) {
			$id = page_id( $page );
			if ( $id && 'publish' === get_post_status( $id ) ) {
				continue;
			}
			$made = wp_insert_post(
				array(
					'post_type'    => 'page',
					'post_status'  => 'publish',
					'post_title'   => $title,
					'post_name'    => sanitize_title( $title ),
					'post_content' => '<!-- wp:paragraph --><p>' . LOUD . '</p><!-- /wp:paragraph -->',
				)
			);
			update_option( "woocommerce_{$page}_page_id", $made );
		}
	}

	register_activation_hook(
		dirname( __DIR__ ) . '/souk-woocommerce-stand-in.php',
		function (): void {
			register_products();
			install_pages();
			foreach ( array( 'woocommerce_currency' => 'USD', 'woocommerce_default_country' => 'US:CA', 'woocommerce_newly_installed' => 'yes', 'woocommerce_db_version' => VERSION ) as $option => $value ) {
				add_option( $option, $value );
			}
			flush_rewrite_rules();
		}
	);
}

namespace {

	/** The one thing of this class that Souk's setup calls. */
	final class WC_Install {
		public static function newly_installed(): void {
			if ( 'yes' === get_option( 'woocommerce_newly_installed' ) ) {
				add_option( 'woocommerce_coming_soon', 'yes' );
				add_option( 'woocommerce_store_pages_only', 'yes' );
				update_option( 'woocommerce_newly_installed', 'no' );
			}
		}
	}

	add_action( 'admin_init', array( 'WC_Install', 'newly_installed' ) );
}
