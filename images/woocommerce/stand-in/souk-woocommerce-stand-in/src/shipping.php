<?php
/** The one zone there is, for every place: flat rates. And the one way to pay. */

namespace Souk\StandIn;

const METHODS = 'souk_stand_in_shipping';
const COD     = 'woocommerce_cod_settings';

/** @return array[] each `{instance_id, method_id, enabled, title, cost}` */
function shipping_methods(): array {
	return array_values( (array) get_option( METHODS, array() ) );
}

function add_shipping_method( string $method, bool $enabled, string $title, string $cost ): int {
	$methods = shipping_methods();
	$id      = count( $methods ) + 1;
	update_option( METHODS, array_merge( $methods, array( array( 'instance_id' => $id, 'method_id' => $method, 'enabled' => $enabled, 'title' => $title, 'cost' => $cost ) ) ) );
	return $id;
}

/** What a shopper may choose from. */
function rates(): array {
	$rates = array();
	foreach ( array_filter( shipping_methods(), fn( $method ) => $method['enabled'] ) as $method ) {
		$rates[] = array(
			'rate_id'     => "{$method['method_id']}:{$method['instance_id']}",
			'name'        => $method['title'],
			'price'       => (string) minor( $method['cost'] ),
			'method_id'   => $method['method_id'],
			'instance_id' => $method['instance_id'],
		) + currency_fields();
	}
	return $rates;
}

function is_cod_on(): bool {
	return 'yes' === ( get_option( COD, array() )['enabled'] ?? 'no' );
}

function turn_cod( bool $on ): void {
	update_option( COD, array( 'enabled' => $on ? 'yes' : 'no' ) );
}
