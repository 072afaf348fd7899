<?php
/** How the store's other pods ask the shop: through its service, under the name that shoppers type. */

namespace Souk;

const ASK_LIMIT_S = 100; // within a job's deadline

/** Answers `body` and `type`; anything but a 200 is an error. */
function ask( string $service, string $path ): array {
	$store   = parse_url( (string) getenv( 'STORE_URL' ) );
	$host    = $store['host'] . ( isset( $store['port'] ) ? ':' . $store['port'] : '' );
	$request = curl_init( rtrim( $service, '/' ) . $path );
	curl_setopt_array(
		$request,
		array(
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_CONNECTTIMEOUT => 5,
			CURLOPT_TIMEOUT        => ASK_LIMIT_S,
			CURLOPT_HTTPHEADER     => array( "Host: $host", "X-Forwarded-Proto: {$store['scheme']}" ),
		)
	);
	$body   = curl_exec( $request );
	$status = curl_getinfo( $request, CURLINFO_RESPONSE_CODE );
	if ( 200 !== $status ) {
		throw new \RuntimeException( trim( "$path answered $status " . curl_error( $request ) ) );
	}
	return array( 'body' => $body, 'type' => (string) curl_getinfo( $request, CURLINFO_CONTENT_TYPE ) );
}
