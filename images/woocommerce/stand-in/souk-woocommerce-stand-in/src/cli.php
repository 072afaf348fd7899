<?php
/** `wp wc`: the commands of the setup, with exactly the options that it uses. Another option is an error of WP-CLI's. */

namespace Souk\StandIn;

use WP_CLI;
use WP_CLI\Formatter;

const LISTING = array( 'format', 'fields', 'field' );
const PRODUCT = array( 'name', 'slug', 'sku', 'type', 'description', 'short_description', 'weight', 'regular_price', 'manage_stock', 'stock_quantity', 'categories', 'images', 'attributes' );

/** `$words` are the positional ones, each needed; `$options` may be left out. */
function command( string $name, array $words, array $options, callable $do ): void {
	$synopsis = array_map( fn( $word ) => array( 'type' => 'positional', 'name' => $word, 'optional' => false, 'repeating' => false ), $words );
	foreach ( $options as $option ) {
		$synopsis[] = 'porcelain' === $option
			? array( 'type' => 'flag', 'name' => $option, 'optional' => true )
			: array( 'type' => 'assoc', 'name' => $option, 'optional' => true );
	}
	WP_CLI::add_command( "wc $name", $do, array( 'synopsis' => $synopsis ) );
}

/** As `command`, for who may change the shop. */
function owners_command( string $name, array $words, array $options, callable $do ): void {
	command(
		$name,
		$words,
		$options,
		function ( array $words, array $options ) use ( $do ): void {
			if ( ! current_user_can( 'manage_options' ) ) {
				WP_CLI::error( 'Sorry, you cannot do this. {"status":401}' );
			}
			$do( $words, $options );
		}
	);
}

function made( int $id, string $what, array $options ): void {
	isset( $options['porcelain'] ) ? WP_CLI::line( (string) $id ) : WP_CLI::success( "Created $what $id." );
}

function json( array $options, string $name ): array {
	$value = json_decode( $options[ $name ] ?? '[]', true );
	if ( ! is_array( $value ) ) {
		WP_CLI::error( "Invalid parameter(s): $name" );
	}
	return $value;
}

function show_list( array $items, array $options, array $fields ): void {
	$formatter = new Formatter( $options, $fields );
	// Ids alone have no fields to choose from.
	$formatter->display_items( 'ids' === $formatter->format ? array_column( $items, 'id' ) : $items );
}

function write_product( int $id, array $options ): void {
	$sku   = $options['sku'] ?? null;
	$other = $sku ? array_diff( with_sku( $sku ), array( $id ) ) : array();
	if ( $other ) {
		wp_delete_post( $id, true );
		WP_CLI::error( 'Invalid or duplicated SKU. {"status":400}' );
	}
	$meta = array( 'sku' => '_sku', 'regular_price' => '_regular_price', 'stock_quantity' => '_stock', 'weight' => '_weight', 'type' => '_type' );
	foreach ( array_intersect_key( $meta, $options ) as $option => $key ) {
		update_post_meta( $id, $key, wp_slash( $options[ $option ] ) );
	}
	if ( isset( $options['manage_stock'] ) ) {
		update_post_meta( $id, '_manage_stock', 'true' === $options['manage_stock'] ? '1' : '' );
	}
	if ( isset( $options['attributes'] ) ) {
		update_post_meta( $id, '_attributes', wp_slash( wp_json_encode( json( $options, 'attributes' ) ) ) );
	}
	if ( isset( $options['categories'] ) ) {
		wp_set_object_terms( $id, array_map( 'intval', array_column( json( $options, 'categories' ), 'id' ) ), 'product_cat' );
	}
	foreach ( json( $options, 'images' ) as $image ) {
		set_post_thumbnail( $id, (int) $image['id'] );
	}
}

function create_product( array $options, string $type, int $parent = 0 ): int {
	$id = wp_insert_post(
		wp_slash(
			array(
				'post_type'    => $type,
				'post_status'  => 'publish',
				'post_parent'  => $parent,
				'post_title'   => $options['name'] ?? "Variation of $parent",
				'post_name'    => $options['slug'] ?? '',
				'post_content' => $options['description'] ?? '',
				'post_excerpt' => $options['short_description'] ?? '',
			)
		),
		true
	);
	if ( is_wp_error( $id ) ) {
		WP_CLI::error( $id->get_error_message() );
	}
	write_product( $id, $options );
	return $id;
}

function existing_product( string $id, string $type ): int {
	if ( get_post_type( (int) $id ) !== $type ) {
		WP_CLI::error( 'Invalid ID. {"status":404}' );
	}
	return (int) $id;
}

function product_fields( int $id ): array {
	return array(
		'id'             => $id,
		'name'           => get_the_title( $id ),
		'sku'            => get_post_meta( $id, '_sku', true ),
		'type'           => type_of( $id ),
		'regular_price'  => get_post_meta( $id, '_regular_price', true ),
		'stock_quantity' => stock_of( $id ),
	);
}

function order_fields( array $order ): array {
	return array_intersect_key( $order, array_flip( array( 'id', 'status', 'currency', 'total', 'payment_method', 'billing', 'shipping' ) ) );
}

// --- the shop ---

command( 'hpos enable', array(), array(), function (): void {
	update_option( 'woocommerce_custom_orders_table_enabled', 'yes' );
	WP_CLI::success( 'HPOS enabled.' );
} );
command( 'hpos status', array(), array(), fn() => WP_CLI::line( 'HPOS enabled?: ' . get_option( 'woocommerce_custom_orders_table_enabled', 'no' ) ) );
command( 'update', array(), array(), function (): void {
	update_option( 'woocommerce_db_version', VERSION );
	WP_CLI::success( 'Database version is ' . VERSION );
} );
owners_command( 'tool run', array( 'id' ), array(), function ( array $words ): void {
	if ( 'install_pages' !== $words[0] ) {
		WP_CLI::error( 'Invalid tool ID. {"status":404}' );
	}
	install_pages();
	WP_CLI::success( 'Updated system_status_tool install_pages.' );
} );
owners_command( 'payment_gateway update', array( 'id' ), array( 'enabled' ), function ( array $words, array $options ): void {
	'cod' === $words[0] || WP_CLI::error( 'Resource does not exist. {"status":404}' );
	turn_cod( 'true' === ( $options['enabled'] ?? '' ) );
	WP_CLI::success( 'Updated payment_gateway cod.' );
} );
owners_command( 'payment_gateway get', array( 'id' ), LISTING, function ( array $words, array $options ): void {
	'cod' === $words[0] || WP_CLI::error( 'Resource does not exist. {"status":404}' );
	( new Formatter( $options, array( 'id', 'enabled' ) ) )->display_item( array( 'id' => 'cod', 'enabled' => is_cod_on() ) );
} );
owners_command( 'shipping_zone_method list', array( 'zone_id' ), LISTING, function ( array $words, array $options ): void {
	$shown = fn( $method ) => array(
		'id'          => $method['instance_id'],
		'instance_id' => $method['instance_id'],
		'title'       => $method['title'],
		'enabled'     => $method['enabled'],
		'method_id'   => $method['method_id'],
		'settings'    => array( 'title' => array( 'value' => $method['title'] ), 'cost' => array( 'value' => $method['cost'] ) ),
	);
	show_list( array_map( $shown, shipping_methods() ), $options, array( 'id', 'instance_id', 'title', 'enabled', 'method_id', 'settings' ) );
} );
owners_command( 'shipping_zone_method create', array( 'zone_id' ), array( 'method_id', 'enabled', 'settings', 'porcelain' ), function ( array $words, array $options ): void {
	if ( '0' !== $words[0] || 'flat_rate' !== ( $options['method_id'] ?? '' ) ) {
		WP_CLI::error( 'Resource does not exist. {"status":404}' );
	}
	$settings = json( $options, 'settings' );
	made( add_shipping_method( 'flat_rate', 'true' === ( $options['enabled'] ?? 'true' ), $settings['title'] ?? 'Flat rate', $settings['cost'] ?? '0' ), 'shipping_zone_method', $options );
} );

// --- the catalogue ---

owners_command( 'product_cat list', array(), array( 'slug', ...LISTING ), function ( array $words, array $options ): void {
	$terms = get_terms( array( 'taxonomy' => 'product_cat', 'hide_empty' => false, 'slug' => $options['slug'] ?? '' ) );
	show_list( array_map( fn( $term ) => array( 'id' => $term->term_id, 'name' => $term->name, 'slug' => $term->slug ), $terms ), $options, array( 'id', 'name', 'slug' ) );
} );
owners_command( 'product_cat create', array(), array( 'name', 'slug', 'description', 'porcelain' ), function ( array $words, array $options ): void {
	$term = wp_insert_term( wp_slash( $options['name'] ?? '' ), 'product_cat', wp_slash( array( 'slug' => $options['slug'] ?? '', 'description' => $options['description'] ?? '' ) ) );
	is_wp_error( $term ) ? WP_CLI::error( $term->get_error_message() ) : made( $term['term_id'], 'product_cat', $options );
} );
owners_command( 'product list', array(), array( 'sku', ...LISTING ), function ( array $words, array $options ): void {
	$ids = isset( $options['sku'] ) ? with_sku( $options['sku'] ) : get_posts( array( 'post_type' => 'product', 'fields' => 'ids', 'numberposts' => 10 ) );
	show_list( array_map( __NAMESPACE__ . '\product_fields', $ids ), $options, array( 'id', 'name', 'sku', 'type', 'regular_price', 'stock_quantity' ) );
} );
owners_command( 'product get', array( 'id' ), LISTING, fn( array $words, array $options ) => ( new Formatter( $options, array( 'id', 'sku' ) ) )->display_item( product_fields( existing_product( $words[0], 'product' ) ) ) );
owners_command( 'product create', array(), array( 'porcelain', ...PRODUCT ), fn( array $words, array $options ) => made( create_product( $options, 'product' ), 'product', $options ) );
owners_command( 'product update', array( 'id' ), array( 'regular_price' ), function ( array $words, array $options ): void {
	write_product( existing_product( $words[0], 'product' ), $options );
	WP_CLI::success( "Updated product {$words[0]}." );
} );
owners_command( 'product_variation list', array( 'product_id' ), array( 'sku', ...LISTING ), function ( array $words, array $options ): void {
	$ids = isset( $options['sku'] ) ? with_sku( $options['sku'], (int) $words[0] ) : variations_of( (int) $words[0] );
	show_list( array_map( __NAMESPACE__ . '\product_fields', $ids ), $options, array( 'id', 'sku', 'regular_price', 'stock_quantity' ) );
} );
owners_command( 'product_variation create', array( 'product_id' ), array( 'sku', 'regular_price', 'manage_stock', 'stock_quantity', 'attributes', 'porcelain' ), fn( array $words, array $options ) => made( create_product( $options, 'product_variation', existing_product( $words[0], 'product' ) ), 'product_variation', $options ) );
owners_command( 'product_variation update', array( 'product_id', 'id' ), array( 'regular_price' ), function ( array $words, array $options ): void {
	write_product( existing_product( $words[1], 'product_variation' ), $options );
	WP_CLI::success( "Updated product_variation {$words[1]}." );
} );

// --- orders ---

owners_command( 'shop_order list', array(), LISTING, fn( array $words, array $options ) => show_list( array_map( __NAMESPACE__ . '\order_fields', orders() ), $options, array( 'id', 'status', 'currency', 'total', 'payment_method', 'billing' ) ) );
owners_command( 'shop_order get', array( 'id' ), LISTING, function ( array $words, array $options ): void {
	$order = order( (int) $words[0] );
	$order ? ( new Formatter( $options, array( 'id', 'status', 'total' ) ) )->display_item( order_fields( $order ) ) : WP_CLI::error( 'Invalid ID. {"status":404}' );
} );
owners_command( 'order_note list', array( 'order_id' ), LISTING, fn( array $words, array $options ) => show_list( notes( (int) $words[0] ), $options, array( 'id', 'note' ) ) );
