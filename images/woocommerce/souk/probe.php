<?php
/**
 * `helm test`: asks a running store, as a shopper would, for its sample catalogue, with prices and pictures.
 *
 *   php /app/souk/probe.php URL_OF_THE_SERVICE
 */

require __DIR__ . '/ask.php';

try {
	$products = json_decode( Souk\ask( $argv[1], '/wp-json/wc/store/v1/products?per_page=100' )['body'], true );
	if ( ! $products ) {
		throw new RuntimeException( 'the shop shows no products' );
	}
	foreach ( $products as $product ) {
		if ( (int) $product['prices']['price'] <= 0 ) {
			throw new RuntimeException( "{$product['name']} has no price" );
		}
		$path    = parse_url( $product['images'][0]['src'] ?? '', PHP_URL_PATH );
		$picture = $path ? Souk\ask( $argv[1], $path ) : null;
		if ( ! str_starts_with( $picture['type'] ?? '', 'image/' ) ) {
			throw new RuntimeException( "{$product['name']} has no picture" );
		}
	}
	echo count( $products ), " products, all with a picture, all priced in {$products[0]['prices']['currency_code']}\n";
} catch ( Throwable $error ) {
	fwrite( STDERR, "probe: {$error->getMessage()}\n" );
	exit( 1 );
}
