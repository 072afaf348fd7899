<?php
/**
 * Walks through a shop and its admin once, so that the code behind their pages is compiled. An answer that is no
 * page ends the image's build.
 *
 *   php warm.php URL_OF_APACHE
 */

require '/app/souk/store.php';

const WAIT_S = 20;

$store  = parse_url( (string) getenv( 'STORE_URL' ) );
$asking = curl_init();
curl_setopt_array(
	$asking,
	array(
		CURLOPT_RETURNTRANSFER => true,
		CURLOPT_COOKIEFILE     => '',
		CURLOPT_TIMEOUT        => 60,
		CURLOPT_HTTPHEADER     => array( "Host: {$store['host']}:{$store['port']}", "X-Forwarded-Proto: {$store['scheme']}" ),
	)
);
$ask = function ( string $path, ?array $form = null ) use ( $asking, $argv ): int {
	curl_setopt( $asking, CURLOPT_URL, $argv[1] . $path );
	curl_setopt( $asking, CURLOPT_HTTPGET, null === $form );
	if ( null !== $form ) {
		curl_setopt( $asking, CURLOPT_POSTFIELDS, http_build_query( $form ) );
	}
	curl_exec( $asking );
	return curl_getinfo( $asking, CURLINFO_RESPONSE_CODE );
};

$until = microtime( true ) + WAIT_S;
while ( 200 !== $ask( '/.souk/live' ) && microtime( true ) < $until ) {
	usleep( 50_000 );
}
$catalogue = json_decode( file_get_contents( '/app/catalogues/' . Souk\wanted( 'catalogue' ) . '.json' ), true );
$product   = $catalogue['products'][0]['handle'];
$login     = array( 'log' => Souk\secret( 'admin-email' ), 'pwd' => Souk\secret( 'admin-password' ) );
$walk      = array(
	array( '/.souk/ready', 200 ),
	array( '/', 200 ),
	array( "/product/$product/", 200 ),
	array( '/shop/', 200 ),
	array( '/cart/', 200 ),
	array( '/no-such-page/', 404 ),
	array( '/wp-json/wc/store/v1/products?per_page=100', 200 ),
	array( '/wp-json/wc/store/v1/cart', 200 ),
	array( '/wp-cron.php?doing_wp_cron=1', 200 ),
	array( '/wp-login.php', 200 ),
	array( '/wp-login.php', 302, $login ),
	array( '/wp-admin/admin-ajax.php?action=rest-nonce', 200 ),
	array( '/wp-admin/', 200 ),
);
foreach ( $walk as $step ) {
	$status = $ask( $step[0], $step[2] ?? null );
	if ( $status !== $step[1] ) {
		fwrite( STDERR, "{$step[0]} answered $status and not {$step[1]}\n" );
		exit( 1 );
	}
}
