<?php
/**
 * A newer image brings newer code to a database that an older one made. WordPress and the plugin change it only when
 * somebody clicks on their admin pages; here it is done before the shop serves.
 *
 * Invariant: a database is written down as of this code only when both have said that they are done. Killed anywhere,
 * the next boot does it again: both look at what is there already. The caller holds the store's lock.
 */

namespace Souk;

const CODE = 'souk_code';

/** Which WordPress and which plugin this image holds. */
function code(): string {
	require '/app/wordpress/wp-includes/version.php';
	$plugin = plugin();
	return "WordPress $wp_version, {$plugin['name']} {$plugin['version']}";
}

/** Which ones have last brought the database to themselves; null before any did. */
function code_of( \mysqli $db ): ?string {
	$row = $db->query( "SELECT option_value FROM wp_options WHERE option_name = '" . CODE . "'" )->fetch_row();
	return $row ? $row[0] : null;
}

/** Whether there was anything to do. What is still being installed is made by this code anyway. */
function upgrade( \mysqli $db, string $state ): bool {
	if ( ! in_array( $state, array( 'restored', 'set_up' ), true ) || code_of( $db ) === code() ) {
		return false;
	}
	$steps = array( array( 'core', 'update-db' ) );
	// An owner may have turned the plugin off; then there is nobody to ask.
	if ( 0 === run_wp( array( 'plugin', 'is-active', plugin()['slug'] ) ) ) {
		$steps[] = array( 'wc', 'update' );
	}
	foreach ( $steps as $words ) {
		$code = run_wp( $words );
		if ( 0 !== $code ) {
			throw new \RuntimeException( sprintf( '`wp %s` failed with code %d', implode( ' ', $words ), $code ) );
		}
	}
	$row = $db->prepare( 'REPLACE INTO wp_options (option_name, option_value, autoload) VALUES (?, ?, "off")' );
	$row->execute( array( CODE, code() ) );
	return true;
}

/** The exit code; what it says goes to the log. */
function run_wp( array $words ): int {
	$process = proc_open( array( '/usr/local/bin/wp', ...$words ), array( array( 'file', '/dev/null', 'r' ), STDERR, STDERR ), $pipes );
	return $process ? proc_close( $process ) : 127;
}
