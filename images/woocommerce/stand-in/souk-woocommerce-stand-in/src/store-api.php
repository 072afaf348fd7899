<?php
/** The Store API, as far as one purchase needs it: `/wp-json/wc/store/v1/`. */

namespace Souk\StandIn;

const BASE = 'wc/store/v1';

add_action(
	'rest_api_init',
	function (): void {
		$open  = fn( string $method, string $path, callable $answer ) => register_rest_route( BASE, $path, array( 'methods' => $method, 'callback' => $answer, 'permission_callback' => '__return_true' ) );
		$carts = array( 'add-item' => 'add_item', 'update-item' => 'update_item', 'remove-item' => 'remove_item', 'update-customer' => 'update_customer', 'select-shipping-rate' => 'select_rate' );
		$open( 'GET', '/products', __NAMESPACE__ . '\list_products' );
		$open( 'GET', '/products/(?P<id>\d+)', __NAMESPACE__ . '\get_product' );
		$open( 'GET', '/cart', fn( $request ) => answer( Cart::of( $request->get_header( 'cart-token' ) ) ?? Cart::fresh() ) );
		foreach ( $carts as $path => $function ) {
			$open( 'POST', "/cart/$path", fn( $request ) => with_cart( $request, __NAMESPACE__ . "\\$function" ) );
		}
		$open( 'POST', '/checkout', fn( $request ) => with_cart( $request, __NAMESPACE__ . '\check_out' ) );
		$open( 'GET', '/order/(?P<id>\d+)', __NAMESPACE__ . '\get_order' );
	}
);

function refuse( string $code, string $message, int $status ): \WP_Error {
	return new \WP_Error( $code, $message, array( 'status' => $status ) );
}

function answer( Cart $cart, int $status = 200, ?array $body = null ): \WP_REST_Response {
	$cart->keep();
	return new \WP_REST_Response( $body ?? $cart->shown(), $status, array( 'Cart-Token' => $cart->token ) );
}

function with_cart( \WP_REST_Request $request, callable $do ): \WP_REST_Response|\WP_Error {
	$cart = Cart::of( $request->get_header( 'cart-token' ) );
	return $cart ? $do( $cart, $request ) : refuse( 'woocommerce_rest_missing_nonce', 'Missing the Nonce header. This endpoint requires a valid nonce.', 401 );
}

function list_products( \WP_REST_Request $request ): \WP_REST_Response {
	$query = array(
		'post_type'      => 'product',
		'post_status'    => 'publish',
		'fields'         => 'ids',
		's'              => (string) $request['search'],
		'posts_per_page' => max( 1, min( 100, (int) ( $request['per_page'] ?? 10 ) ) ),
		'paged'          => max( 1, (int) ( $request['page'] ?? 1 ) ),
	);
	if ( $request['slug'] ) {
		$query['name'] = (string) $request['slug'];
	}
	if ( $request['sku'] ) {
		$query += array( 'meta_key' => '_sku', 'meta_value' => (string) $request['sku'] );
	}
	$found = new \WP_Query( $query );
	return new \WP_REST_Response( array_map( __NAMESPACE__ . '\shown', $found->posts ), 200, array( 'X-WP-Total' => $found->found_posts, 'X-WP-TotalPages' => $found->max_num_pages ) );
}

function get_product( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
	$id = (int) $request['id'];
	return is_product( $id ) ? new \WP_REST_Response( shown( $id ) ) : refuse( 'woocommerce_rest_product_invalid_id', 'Invalid product ID.', 404 );
}

function add_item( Cart $cart, \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
	$id       = (int) $request['id'];
	$quantity = ( $cart->items[ $id ] ?? 0 ) + (int) $request['quantity'];
	$refusal  = $cart->refusal_of( $id, $quantity );
	if ( $refusal ) {
		return $refusal;
	}
	$cart->items[ $id ] = $quantity;
	return answer( $cart, 201 );
}

/** The product that a line of the cart is about. */
function of_key( Cart $cart, \WP_REST_Request $request ): ?int {
	foreach ( array_keys( $cart->items ) as $id ) {
		if ( Cart::key( $id ) === $request['key'] ) {
			return $id;
		}
	}
	return null;
}

function update_item( Cart $cart, \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
	$id      = of_key( $cart, $request );
	$refusal = null === $id ? refuse( 'woocommerce_rest_cart_invalid_key', 'Cart item does not exist.', 409 ) : $cart->refusal_of( $id, (int) $request['quantity'] );
	if ( $refusal ) {
		return $refusal;
	}
	$cart->items[ $id ] = (int) $request['quantity'];
	return answer( $cart );
}

function remove_item( Cart $cart, \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
	$id = of_key( $cart, $request );
	if ( null === $id ) {
		return refuse( 'woocommerce_rest_cart_invalid_key', 'Cart item no longer exists or is invalid.', 409 );
	}
	unset( $cart->items[ $id ] );
	return answer( $cart );
}

function addresses( Cart $cart, \WP_REST_Request $request ): void {
	foreach ( array( 'billing', 'shipping' ) as $kind ) {
		$given = $request[ "{$kind}_address" ];
		if ( is_array( $given ) ) {
			$cart->$kind = array_map( 'sanitize_text_field', array_filter( $given, 'is_string' ) );
		}
	}
}

function update_customer( Cart $cart, \WP_REST_Request $request ): \WP_REST_Response {
	addresses( $cart, $request );
	return answer( $cart );
}

function select_rate( Cart $cart, \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
	if ( ! in_array( $request['rate_id'], array_column( rates(), 'rate_id' ), true ) ) {
		return refuse( 'woocommerce_rest_cart_shipping_rate_invalid', 'No such rate.', 400 );
	}
	$cart->rate_id = (string) $request['rate_id'];
	return answer( $cart );
}

function check_out( Cart $cart, \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
	if ( ! $cart->items ) {
		return refuse( 'woocommerce_rest_cart_empty', 'Cannot create order from empty cart.', 400 );
	}
	addresses( $cart, $request );
	$missing = array_merge( missing_in( $cart->billing, array( ...REQUIRED, 'email' ) ), missing_in( $cart->shipping ) );
	if ( $missing ) {
		return refuse( 'woocommerce_rest_invalid_address', 'Missing: ' . implode( ', ', $missing ) . '.', 400 );
	}
	if ( 'cod' !== $request['payment_method'] || ! is_cod_on() ) {
		return refuse( 'woocommerce_rest_checkout_payment_method_disabled', 'This payment method is not available.', 400 );
	}
	if ( ! $cart->rate() ) {
		return refuse( 'woocommerce_rest_invalid_shipping_option', 'There is no way to ship this.', 400 );
	}
	$order = place( $cart, 'cod' );
	if ( is_wp_error( $order ) ) {
		return $order;
	}
	$cart->clear();
	tell( $order );
	return answer(
		$cart,
		200,
		array(
			'order_id'         => $order['id'],
			'status'           => $order['status'],
			'order_key'        => $order['key'],
			'order_number'     => (string) $order['id'],
			'billing_address'  => $order['billing'],
			'shipping_address' => $order['shipping'],
			'payment_method'   => $order['payment_method'],
			'payment_result'   => array( 'payment_status' => 'success', 'payment_details' => array(), 'redirect_url' => '' ),
		)
	);
}

function get_order( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
	$order = order( (int) $request['id'] );
	$known = $order && hash_equals( $order['key'], (string) $request['key'] ) && hash_equals( $order['billing']['email'], (string) $request['billing_email'] );
	if ( ! $known ) {
		return refuse( 'woocommerce_rest_invalid_order', 'Invalid order ID or key provided.', 401 );
	}
	return new \WP_REST_Response(
		array(
			'id'               => $order['id'],
			'status'           => $order['status'],
			'items'            => $order['items'],
			'totals'           => $order['totals'],
			'billing_address'  => $order['billing'],
			'shipping_address' => $order['shipping'],
		)
	);
}
