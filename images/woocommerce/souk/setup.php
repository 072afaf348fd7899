<?php
/**
 * `wp souk setup`: one JSON line on stdout and exit code 0, or the words of the command that failed.
 *
 * A restored store has everything already but what is its own (address, title, owner, currency, ids); a store
 * without a restore gets all of it here, step by step. Both ways are this one list, and the image's build
 * goes the long way to make what the short way restores.
 *
 * Invariant: a step looks before it does. Killed anywhere, the next run finishes it; once finished, it changes
 * nothing again, so what the owner has changed since stays.
 */

namespace Souk;

/** The plugin's own zone for every place that no other zone names. */
const EVERYWHERE    = '0';
const SHIPPING_COST = '4.90';

final class Setup {
	public function run(): void {
		$started = microtime( true );
		$db      = connect();
		$state   = state( $db );
		if ( 'set_up' === $state ) {
			$this->say( 'present', $started );
			return;
		}
		if ( 'restoring' === $state ) {
			\WP_CLI::error( 'The database is not restored yet.' );
		}
		if ( 'restored' !== $state ) {
			mark( $db, 'installing' );
			$this->install();
		}
		$db->close();
		\WP_CLI::get_runner()->load_wordpress();
		// What the setup changes is no news to anybody.
		add_filter( 'pre_wp_mail', '__return_true', 1 );
		$this->owner();
		$this->shop();
		if ( 'restored' !== $state ) {
			$this->furnish();
		}
		$this->front();
		$this->prices();
		$this->ids();
		$this->open();
		mark( connect(), 'set_up' );
		$this->say( 'done', $started, $this->opened() );
	}

	private function say( string $setup, float $started, ?array $opened = null ): void {
		$said = array(
			'setup'      => $setup,
			'opened'     => $opened,
			'plugin'     => plugin()['name'] . ' ' . plugin()['version'],
			'elapsed_ms' => (int) ( 1000 * ( microtime( true ) - $started ) ),
		);
		\WP_CLI::line( json_encode( $said ) );
	}

	/** What the shop was opened with, as it stands in its database and not as it was asked for. */
	private function opened(): array {
		$theme = get_stylesheet();
		return array(
			'catalogue' => get_option( 'souk_catalogue' ),
			'currency'  => get_option( 'woocommerce_currency' ),
			'country'   => get_option( 'woocommerce_default_country' ),
			'theme'     => 'souk' === $theme ? souk_theme_look() : $theme,
		);
	}

	/** WordPress, the plugin and the theme: what later commands need to be loaded. */
	private function install(): void {
		// Does nothing, and says so, where it is installed.
		wp_apart(
			array(
				'core',
				'install',
				'--url=' . setting( 'STORE_URL', DUMP_URL ),
				'--title=' . wanted( 'title' ),
				'--admin_user=' . OWNER,
				'--admin_email=' . secret( 'admin-email' ),
				'--skip-email',
			)
		);
		wp_apart( array( 'plugin', 'activate', plugin()['slug'] ) );
		wp_apart( array( 'theme', 'activate', 'souk' ) );
		wp_apart( array( 'rewrite', 'structure', '/%postname%/' ) );
	}

	/** The account that the store's owner signs in with. */
	private function owner(): void {
		$email = secret( 'admin-email' );
		// Not `wp user update`: its password would stand in an argument list.
		$owner = array(
			'ID'           => get_user_by( 'login', OWNER )->ID,
			'user_email'   => $email,
			'user_pass'    => secret( 'admin-password' ),
			'display_name' => 'Owner',
		);
		$updated = wp_update_user( $owner );
		if ( is_wp_error( $updated ) ) {
			\WP_CLI::error( "The owner's account: {$updated->get_error_message()}" );
		}
		as_owner();
		foreach ( array( 'admin_email', 'woocommerce_email_from_address', 'woocommerce_stock_email_recipient' ) as $option ) {
			$this->option( $option, $email );
		}
		// The plugin made these from the address that was there; it makes them again from this one.
		delete_option( 'woocommerce_paypal_settings' );
	}

	/** What the shop is called, where it is, and in what it counts. */
	private function shop(): void {
		$title    = wanted( 'title' );
		$country  = wanted( 'country' );
		$currency = wanted( 'currency' );
		$this->option( 'blogname', $title );
		$this->option( 'blogdescription', '' );
		$this->option( 'woocommerce_email_from_name', $title );
		$this->option( 'woocommerce_default_country', $country );
		$this->option( 'woocommerce_currency', $currency );
		foreach ( habits_of( $country ) as $option => $value ) {
			$this->option( $option, $value );
		}
		// A look of our own theme, or a theme that the operator has brought.
		if ( ! souk_theme_apply_style( wanted( 'theme' ) ) ) {
			wp( array( 'theme', 'activate', wanted( 'theme' ) ) );
		}
	}

	/** A theme of somebody else's knows no shop's home page: it would open with the journal, and no product in sight. */
	private function front(): void {
		if ( 'souk' !== get_stylesheet() ) {
			$this->option( 'show_on_front', 'page' );
			$this->option( 'page_on_front', (string) get_option( 'woocommerce_shop_page_id' ) );
		}
	}

	/** Pages, payment, shipping, products and a first post: the part that a restore brings. */
	private function furnish(): void {
		// What the plugin puts off until somebody looks at the admin pages; after `open` it would close the shop again.
		\WC_Install::newly_installed();
		// Asked again when there are orders, it refuses.
		if ( 'yes' !== get_option( 'woocommerce_custom_orders_table_enabled' ) ) {
			wp_apart( array( 'wc', 'hpos', 'enable' ) );
		}
		wp( array( 'wc', 'tool', 'run', 'install_pages' ) );
		wp( array( 'wc', 'payment_gateway', 'update', 'cod' ), array( 'enabled' => 'true' ) );
		$this->shipping();
		$catalogue = new Catalogue( wanted( 'catalogue' ) );
		$catalogue->furnish( wanted( 'currency' ) );
		$this->option( CODE, code() );
	}

	private function shipping(): void {
		$methods = wp( array( 'wc', 'shipping_zone_method', 'list', EVERYWHERE ), array( 'format' => 'json' ) );
		if ( json_decode( $methods, true ) ) {
			return;
		}
		wp(
			array( 'wc', 'shipping_zone_method', 'create', EVERYWHERE ),
			array(
				'method_id' => 'flat_rate',
				'enabled'   => 'true',
				'settings'  => json_encode( array( 'title' => 'Standard', 'cost' => SHIPPING_COST ) ),
			)
		);
	}

	/** A restored catalogue has this currency's prices where the image's build made them. */
	private function prices(): void {
		$currency = wanted( 'currency' );
		if ( get_option( 'souk_prices_in', 'EUR' ) !== $currency ) {
			( new Catalogue( wanted( 'catalogue' ) ) )->reprice( $currency );
		}
	}

	/** What tells one shop from another must never come from the image that all of them share. */
	private function ids(): void {
		$this->option( 'woocommerce_store_id', wp_generate_uuid4() );
		$this->option( 'woocommerce_admin_install_timestamp', (string) time() );
		$this->option( 'woocommerce_remote_variant_assignment', (string) wp_rand( 1, 120 ) );
	}

	/** Open to everybody, with nothing left to click through. */
	private function open(): void {
		$this->option( 'woocommerce_coming_soon', 'no' );
		$this->option( 'woocommerce_allow_tracking', 'no' );
		$this->option( 'woocommerce_show_marketplace_suggestions', 'no' );
		$this->option( 'woocommerce_task_list_hidden_lists', json_encode( array( 'setup', 'extended' ) ), true );
		$this->option( 'woocommerce_onboarding_profile', json_encode( array( 'skipped' => true ) ), true );
		delete_transient( '_wc_activation_redirect' );
	}

	private function option( string $name, string $value, bool $json = false ): void {
		wp( array( 'option', 'update', $name, $value ), $json ? array( 'format' => 'json' ) : array() );
	}
}

/** How prices and weights are written in a country, as the plugin itself knows it. */
function habits_of( string $country ): array {
	$file = function_exists( 'WC' ) ? WC()->plugin_path() . '/i18n/locale-info.php' : '';
	$info = is_file( $file ) ? ( include $file )[ $country ] ?? array() : array();
	return array_filter(
		array(
			'woocommerce_currency_pos'       => $info['currency_pos'] ?? null,
			'woocommerce_price_thousand_sep' => $info['thousand_sep'] ?? null,
			'woocommerce_price_decimal_sep'  => $info['decimal_sep'] ?? null,
			'woocommerce_weight_unit'        => 'kg',
			'woocommerce_dimension_unit'     => 'cm',
		),
		fn( $value ) => null !== $value
	);
}
