<?php
/**
 * What WordPress, the restore and the probes know of this store: its secrets, as files, and its database.
 *
 * Secrets are read where they are needed. None stands in the environment, where each child process and
 * every `kubectl describe` would see it.
 */

namespace Souk;

const FOLDER = '/run/secrets/souk';
/** What the dump says where this store's address will stand. Nobody can own a name below `.invalid`. */
const DUMP_URL = 'http://store.souk.invalid';
const DATABASE = 'wordpress';

function optional_secret( string $key ): ?string {
	$file = ( getenv( 'SOUK_SECRETS' ) ?: FOLDER ) . "/$key";
	return is_readable( $file ) ? trim( (string) file_get_contents( $file ) ) : null;
}

function secret( string $key ): string {
	$value = optional_secret( $key );
	if ( null === $value || '' === $value ) {
		throw new \RuntimeException( "the Secret has no `$key`" );
	}
	return $value;
}

/** What the store was asked to open with; defaults are for a chart that is used by hand. */
function wanted( string $name ): string {
	static $defaults = array( 'title' => 'Store', 'catalogue' => 'fashion', 'currency' => 'EUR', 'country' => 'DE' );
	$value           = optional_secret( "store-$name" );
	if ( null === $value || '' === $value ) {
		// Each catalogue has a look that was drawn for it.
		return 'theme' === $name ? wanted( 'catalogue' ) : $defaults[ $name ];
	}
	return $value;
}

/** A setting of the pod's, from the chart. */
function setting( string $name, string $default ): string {
	return getenv( $name ) ?: $default;
}

/** One key of WordPress's eight, all from the one secret that this store shares with nobody. */
function salt( string $name ): string {
	return hash_hmac( 'sha256', $name, secret( 'wordpress-salt' ) );
}

function database_address(): string {
	return setting( 'MARIADB_ADDRESS', 'mariadb:3306' );
}

/** One connection; fails at once. */
function connect( int $timeout_s = 2 ): \mysqli {
	mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
	[ $host, $port ] = explode( ':', database_address() );
	$db              = mysqli_init();
	$db->options( MYSQLI_OPT_CONNECT_TIMEOUT, $timeout_s );
	$db->real_connect( $host, DATABASE, secret( 'mariadb-password' ), DATABASE, (int) $port );
	$db->set_charset( 'utf8mb4' );
	return $db;
}

/** `restoring`, `restored`, `installing` or `set_up`; null where nobody has begun. */
function state( \mysqli $db ): ?string {
	try {
		$row = $db->query( 'SELECT state FROM souk_store' )->fetch_row();
		return $row ? $row[0] : null;
	} catch ( \mysqli_sql_exception $error ) {
		if ( 1146 === $error->getCode() ) { // there is no such table
			return null;
		}
		throw $error;
	}
}

/** Writes down how far the store has come. */
function mark( \mysqli $db, string $state ): void {
	$db->query(
		"CREATE TABLE IF NOT EXISTS souk_store (
		   id tinyint PRIMARY KEY CHECK (id = 1),
		   state enum('restoring','restored','installing','set_up') NOT NULL,
		   changed_at datetime NOT NULL)"
	);
	$db->query( "REPLACE INTO souk_store VALUES (1, '$state', UTC_TIMESTAMP())" );
}

/** Which plugin this image holds: slug, name and version, and whether it is the real one. */
function plugin(): array {
	return json_decode( (string) file_get_contents( __DIR__ . '/plugin.json' ), true );
}
