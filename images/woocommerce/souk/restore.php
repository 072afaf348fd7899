<?php
/**
 * First boot: turns an empty database into this store's own, from a dump in the image. Later ones: brings a database
 * that an older image left to this one's code.
 *
 * Invariant: a database that is called `restored` is whole. MariaDB ends a transaction at each new table, so a
 * row says that the restore has begun and another that it is over; what was begun and not ended is removed
 * and begun again. A lock lets one of two do it. A database that holds anything else is never touched.
 */

namespace Souk;

require __DIR__ . '/store.php';
require __DIR__ . '/upgrade.php';

const WAIT_FOR_DATABASE_S = 120;
const RETRY_US            = 50_000;
const LOCK                = 'souk';
/** A wrong password or a missing database does not heal by waiting. */
const FINAL_ERRORS = array( 1044, 1045, 1049 );

function connect_within( int $wait_s ): \mysqli {
	$until = microtime( true ) + $wait_s;
	for ( ;; ) {
		try {
			return connect();
		} catch ( \mysqli_sql_exception $error ) {
			if ( in_array( $error->getCode(), FINAL_ERRORS, true ) ) {
				throw new \RuntimeException( "MariaDB refuses this store: {$error->getMessage()}" );
			}
			if ( microtime( true ) >= $until ) {
				throw new \RuntimeException( "MariaDB did not answer within $wait_s s: {$error->getMessage()}" );
			}
			usleep( RETRY_US );
		}
	}
}

/** The dump of this store's catalogue, priced in its currency when there is one, else in the first. */
function dump(): ?string {
	$catalogue = catalogue();
	foreach ( array( wanted( 'currency' ), 'EUR' ) as $currency ) {
		$file = __DIR__ . "/stores/$catalogue-$currency.sql";
		if ( is_file( $file ) ) {
			return $file;
		}
	}
	return null;
}

/** It becomes a part of a path. */
function catalogue(): string {
	$name = wanted( 'catalogue' );
	if ( ! preg_match( '/^[a-z]+$/', $name ) ) {
		throw new \RuntimeException( '`store-catalogue` must be a word of small letters' );
	}
	return $name;
}

function restore(): string {
	$db = connect_within( WAIT_FOR_DATABASE_S );
	$db->query( sprintf( "SELECT GET_LOCK('%s', %d)", LOCK, WAIT_FOR_DATABASE_S ) );
	$state = state( $db );
	if ( null !== $state && 'restoring' !== $state ) {
		return upgrade( $db, $state ) ? 'upgraded' : 'present';
	}
	$tables = array_diff( array_column( $db->query( 'SHOW TABLES' )->fetch_all(), 0 ), array( 'souk_store' ) );
	if ( null === $state && $tables ) {
		return 'foreign'; // nobody's restore was cut short here: this is somebody's data
	}
	$file = dump();
	if ( null === $file || 'install' === getenv( 'STORE_FIRST_BOOT' ) ) {
		return 'none'; // `wp souk setup` installs it step by step
	}
	mark( $db, 'restoring' );
	run( $db, 'SET foreign_key_checks = 0;' . implode( '', array_map( fn( $table ) => "DROP TABLE `$table`;", $tables ) ) );
	run( $db, as_this_store( (string) file_get_contents( $file ) ) );
	pictures( dirname( $file ) . '/' . catalogue() . '/uploads', '/app/wordpress/wp-content/uploads' );
	mark( $db, 'restored' );
	return 'restored';
}

function as_this_store( string $sql ): string {
	return str_replace( DUMP_URL, rtrim( setting( 'STORE_URL', DUMP_URL ), '/' ), $sql );
}

/** Many statements in one journey. */
function run( \mysqli $db, string $sql ): void {
	$db->multi_query( $sql );
	do {
		$result = $db->store_result();
		if ( $result ) {
			$result->free();
		}
	} while ( $db->more_results() && $db->next_result() );
}

/** The catalogue's pictures are the owner's from now on: on the volume, to be changed and deleted. */
function pictures( string $from, string $to ): void {
	$entries = new \RecursiveIteratorIterator(
		new \RecursiveDirectoryIterator( $from, \FilesystemIterator::SKIP_DOTS ),
		\RecursiveIteratorIterator::SELF_FIRST
	);
	foreach ( $entries as $entry ) {
		$target = $to . '/' . $entries->getSubPathname();
		$done   = $entry->isDir() ? is_dir( $target ) || mkdir( $target, 0775 ) : copy( $entry->getPathname(), $target );
		if ( ! $done ) {
			throw new \RuntimeException( "$target cannot be written" );
		}
	}
}

$started = microtime( true );
try {
	$outcome = restore();
	echo json_encode( array( 'restore' => $outcome, 'elapsed_ms' => (int) ( 1000 * ( microtime( true ) - $started ) ) ) ), "\n";
} catch ( \Throwable $error ) {
	fwrite( STDERR, json_encode( array( 'error' => "restore: {$error->getMessage()}" ) ) . "\n" );
	exit( 1 );
}
