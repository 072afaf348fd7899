<?php
/**
 * What the CronJob runs: asks the shop, through its service, to do what is due.
 *
 * The shop's own processes do the work, with their compiled code: a WordPress of its own each five minutes
 * would cost a second of CPU and 150 MB, for each store of the cluster.
 *
 *   php /app/souk/cron.php URL_OF_THE_SERVICE
 */

require __DIR__ . '/ask.php';

try {
	Souk\ask( $argv[1], '/wp-cron.php?doing_wp_cron=' . sprintf( '%.22F', microtime( true ) ) );
} catch ( Throwable $error ) {
	fwrite( STDERR, "scheduled work: {$error->getMessage()}\n" );
	exit( 1 );
}
