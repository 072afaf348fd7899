<?php
/** Amounts: kept as the text that somebody wrote, counted in minor units. */

namespace Souk\StandIn;

function minor( string $amount ): int {
	return (int) round( 100 * (float) $amount );
}

function major( int $minor ): string {
	return number_format( $minor / 100, 2, '.', '' );
}

function currency(): string {
	return (string) get_option( 'woocommerce_currency', 'USD' );
}

function symbol(): string {
	return array( 'EUR' => '€', 'USD' => '$', 'GBP' => '£' )[ currency() ] ?? currency() . ' ';
}

/** What the Store API says beside each amount. */
function currency_fields(): array {
	return array(
		'currency_code'               => currency(),
		'currency_symbol'             => symbol(),
		'currency_minor_unit'         => 2,
		'currency_decimal_separator'  => '.',
		'currency_thousand_separator' => ',',
		'currency_prefix'             => symbol(),
		'currency_suffix'             => '',
	);
}
