<?php
/**
 * A cart: what is in it, for whom, and how it gets there. It is known by a token that nobody can guess.
 */

namespace Souk\StandIn;

const CART_LIFE_S = 2 * DAY_IN_SECONDS;

final class Cart {
	/** @var array<int, int> product or variation => quantity */
	public array $items     = array();
	public array $billing   = array();
	public array $shipping  = array();
	public ?string $rate_id = null;

	private function __construct( public readonly string $token ) {
	}

	public static function fresh(): self {
		return new self( bin2hex( random_bytes( 24 ) ) );
	}

	public static function of( ?string $token ): ?self {
		$kept = $token && preg_match( '/^[0-9a-f]{48}$/', $token ) ? get_transient( "souk_cart_$token" ) : false;
		if ( ! is_array( $kept ) ) {
			return null;
		}
		$cart = new self( $token );
		foreach ( $kept as $name => $value ) {
			$cart->$name = $value;
		}
		return $cart;
	}

	public function keep(): void {
		$kept = get_object_vars( $this );
		unset( $kept['token'] );
		set_transient( "souk_cart_{$this->token}", $kept, CART_LIFE_S );
	}

	public function clear(): void {
		$this->items   = array();
		$this->rate_id = null;
	}

	/** Null where there are enough, else why not. */
	public function refusal_of( int $id, int $quantity ): ?\WP_Error {
		if ( ! is_product( $id ) || null === price_of( $id ) || 'variable' === type_of( $id ) ) {
			return new \WP_Error( 'woocommerce_rest_product_not_purchasable', 'This product cannot be purchased.', array( 'status' => 400 ) );
		}
		$stock = stock_of( $id );
		if ( $quantity < 1 || ( null !== $stock && $quantity > $stock ) ) {
			return new \WP_Error( 'woocommerce_rest_product_partially_out_of_stock', 'There is not enough of this in stock.', array( 'status' => 400 ) );
		}
		return null;
	}

	public function rate(): ?array {
		$rates = rates();
		foreach ( $rates as $rate ) {
			if ( $rate['rate_id'] === $this->rate_id ) {
				return $rate;
			}
		}
		return $rates[0] ?? null;
	}

	public function items_total(): int {
		return array_sum( array_map( fn( $id, $quantity ) => $quantity * (int) price_of( $id ), array_keys( $this->items ), $this->items ) );
	}

	public function shipping_total(): int {
		return $this->items ? (int) ( $this->rate()['price'] ?? 0 ) : 0;
	}

	public function total(): int {
		return $this->items_total() + $this->shipping_total();
	}

	/** The cart as the Store API shows it. */
	public function shown(): array {
		$rate = $this->rate();
		return array(
			'items'            => array_map( array( self::class, 'line' ), array_keys( $this->items ), $this->items ),
			'items_count'      => array_sum( $this->items ),
			'billing_address'  => (object) $this->billing,
			'shipping_address' => (object) $this->shipping,
			'needs_payment'    => (bool) $this->items,
			'needs_shipping'   => (bool) $this->items,
			'payment_methods'  => is_cod_on() ? array( 'cod' ) : array(),
			'shipping_rates'   => $this->items ? array(
				array(
					'package_id'     => 0,
					'name'           => 'Shipment 1',
					'shipping_rates' => array_map( fn( $one ) => $one + array( 'selected' => $one === $rate ), rates() ),
				),
			) : array(),
			'totals'           => array(
				'total_items'    => (string) $this->items_total(),
				'total_shipping' => (string) $this->shipping_total(),
				'total_price'    => (string) $this->total(),
				'total_tax'      => '0',
			) + currency_fields(),
			'errors'           => array(),
		);
	}

	public static function key( int $id ): string {
		return md5( "item-$id" );
	}

	private static function line( int $id, int $quantity ): array {
		$product = shown( $id );
		$choices = fn( $attribute ) => array( 'raw_attribute' => $attribute['name'], 'attribute' => $attribute['name'], 'value' => $attribute['option'] );
		return array(
			'key'       => self::key( $id ),
			'id'        => $id,
			'type'      => $product['type'],
			'quantity'  => $quantity,
			'name'      => $product['name'],
			'sku'       => $product['sku'],
			'permalink' => $product['permalink'],
			'images'    => $product['images'],
			'variation' => 'variation' === $product['type'] ? array_map( $choices, attributes_of( $id ) ) : array(),
			'prices'    => $product['prices'],
			'totals'    => array( 'line_subtotal' => (string) ( $quantity * price_of( $id ) ), 'line_total' => (string) ( $quantity * price_of( $id ) ) ) + currency_fields(),
		);
	}
}
