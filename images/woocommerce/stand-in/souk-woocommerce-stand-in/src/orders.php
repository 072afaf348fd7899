<?php
/** Orders: posts that nobody sees but the owner, with the order itself as one JSON text. */

namespace Souk\StandIn;

const REQUIRED = array( 'first_name', 'last_name', 'address_1', 'city', 'postcode', 'country' );

add_action(
	'init',
	function (): void {
		register_post_type( 'shop_order', array( 'label' => 'Orders', 'public' => false ) );
		register_post_status( 'wc-processing', array( 'label' => 'Processing', 'internal' => true ) );
	}
);

/** What is missing in an address, or nothing. */
function missing_in( array $address, array $required = REQUIRED ): array {
	return array_values( array_filter( $required, fn( $field ) => '' === trim( (string) ( $address[ $field ] ?? '' ) ) ) );
}

/** Takes the goods from the stock and writes the order; each number is taken only while there are enough. */
function place( Cart $cart, string $payment_method ): array|\WP_Error {
	global $wpdb;
	$wpdb->query( 'START TRANSACTION' );
	foreach ( $cart->items as $id => $quantity ) {
		if ( null === stock_of( $id ) ) {
			continue;
		}
		$taken = $wpdb->query(
			$wpdb->prepare(
				"UPDATE $wpdb->postmeta SET meta_value = meta_value - %d WHERE post_id = %d AND meta_key = '_stock' AND meta_value + 0 >= %d",
				$quantity,
				$id,
				$quantity
			)
		);
		wp_cache_delete( $id, 'post_meta' );
		if ( 1 !== $taken ) {
			$wpdb->query( 'ROLLBACK' );
			return new \WP_Error( 'woocommerce_rest_product_out_of_stock', 'Somebody was faster.', array( 'status' => 400 ) );
		}
	}
	$cart_shown = $cart->shown();
	$order      = array(
		'key'            => 'wc_order_' . wp_generate_password( 13, false ),
		'status'         => 'processing',
		'currency'       => currency(),
		'total'          => major( $cart->total() ),
		'payment_method' => $payment_method,
		'billing'        => $cart->billing,
		'shipping'       => $cart->shipping,
		'items'          => $cart_shown['items'],
		'totals'         => $cart_shown['totals'],
	);
	$id = wp_insert_post( array( 'post_type' => 'shop_order', 'post_status' => 'wc-processing', 'post_title' => 'Order', 'post_content' => wp_slash( wp_json_encode( $order ) ) ), true );
	$wpdb->query( is_wp_error( $id ) ? 'ROLLBACK' : 'COMMIT' );
	return is_wp_error( $id ) ? $id : array( 'id' => $id ) + $order;
}

function order( int $id ): ?array {
	$post = get_post( $id );
	return $post && 'shop_order' === $post->post_type ? array( 'id' => $post->ID, 'date' => $post->post_date ) + json_decode( $post->post_content, true ) : null;
}

/** @return array[] the newest first */
function orders(): array {
	$ids = get_posts( array( 'post_type' => 'shop_order', 'post_status' => 'wc-processing', 'fields' => 'ids', 'numberposts' => 100, 'orderby' => 'ID' ) );
	return array_filter( array_map( __NAMESPACE__ . '\order', $ids ) );
}
