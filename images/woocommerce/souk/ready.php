<?php
/**
 * The readiness probe's question: does this store's database answer, and is the store in it.
 *
 * It loads no WordPress: a question each five seconds must cost nothing.
 */

require __DIR__ . '/store.php';

try {
	$ready = Souk\connect()->query( 'SELECT 1' )->fetch_row();
} catch ( Throwable $error ) {
	$ready = false;
}
http_response_code( $ready ? 200 : 503 );
header( 'Content-Type: text/plain' );
header( 'Cache-Control: no-store' );
echo $ready ? "ok\n" : "the database does not answer\n";
