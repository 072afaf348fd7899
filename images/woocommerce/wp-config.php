<?php
/**
 * WordPress's settings: the address and the limits from the environment, secrets from files.
 */

require_once '/app/souk/store.php';

define( 'DB_NAME', Souk\DATABASE );
define( 'DB_USER', Souk\DATABASE );
define( 'DB_PASSWORD', Souk\secret( 'mariadb-password' ) );
define( 'DB_HOST', Souk\database_address() );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';

foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $souk_name ) {
	define( "{$souk_name}_KEY", Souk\salt( "{$souk_name}_KEY" ) );
	define( "{$souk_name}_SALT", Souk\salt( "{$souk_name}_SALT" ) );
}

// The one address that shoppers type. TLS ends at the ingress controller; Apache has read its header.
define( 'WP_HOME', rtrim( Souk\setting( 'STORE_URL', Souk\DUMP_URL ), '/' ) );
define( 'WP_SITEURL', WP_HOME );
if ( str_starts_with( WP_HOME, 'https:' ) ) {
	define( 'FORCE_SSL_ADMIN', true );
}
if ( 'cli' === PHP_SAPI ) {
	$_SERVER['HTTP_HOST'] = explode( '/', WP_HOME )[2];
	if ( str_starts_with( WP_HOME, 'https:' ) ) {
		$_SERVER['HTTPS'] = 'on';
	}
}

// The code is the image's: it is read-only, and a new version is a new image.
define( 'DISALLOW_FILE_MODS', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
// Scheduled work is done by a CronJob, on time and not by whichever shopper comes.
define( 'DISABLE_WP_CRON', true );
// A shop that may not reach the internet would wait for each try until its time is up.
define( 'WP_HTTP_BLOCK_EXTERNAL', 'true' !== getenv( 'STORE_INTERNET' ) );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' ); // itself (mu-plugins/souk.php)
define( 'WP_TEMP_DIR', '/tmp' );
define( 'WP_MEMORY_LIMIT', '256M' );
define( 'WP_DEFAULT_THEME', 'souk' );
define( 'WP_POST_REVISIONS', 10 );
define( 'WP_DEBUG', false );
define( 'WP_ENVIRONMENT_TYPE', 'production' );

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
