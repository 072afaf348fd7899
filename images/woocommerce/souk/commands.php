<?php
/**
 * How WP-CLI's commands are called: by lists of words that no shell ever reads.
 *
 * Invariant: a command that fails ends the whole run, with its words on stderr, its exit code, and a line
 * that names it.
 */

namespace Souk;

const OWNER = 'owner';

/** What a failing command is called by in the line that names it: never its values, which may be secret. */
function name_of( array $words ): string {
	return implode( ' ', array_slice( $words, 0, min( 3, count( $words ) ) ) );
}

/**
 * In a WordPress that is loaded: no second of loading it again. Returns what the command prints.
 *
 * Not for commands that end the process themselves when they are done (`post create`, `post delete`).
 */
function wp( array $words, array $options = array() ): string {
	$running = name_of( $words );
	$GLOBALS['souk_running'] = $running;
	ob_start();
	\WP_CLI::run_command( $words, $options );
	$GLOBALS['souk_running'] = null;
	return trim( (string) ob_get_clean() );
}

/** In a process of its own: for what changes the code that a WordPress loads, and for what ends its process. */
function wp_apart( array $words ): void {
	$process = proc_open(
		array_merge( array( '/usr/local/bin/wp' ), $words ),
		array( array( 'file', '/dev/null', 'r' ), array( 'file', '/dev/null', 'w' ), STDERR ),
		$pipes
	);
	$code    = $process ? proc_close( $process ) : 127;
	if ( 0 !== $code ) {
		$GLOBALS['souk_running'] = name_of( $words );
		\WP_CLI::halt( $code );
	}
}

/** Commands of the plugin ask who is asking. */
function as_owner(): void {
	wp_set_current_user( get_user_by( 'login', OWNER )->ID );
}

// WP-CLI ends the process in the middle of a command that fails; this is the last that is heard of it.
register_shutdown_function(
	function (): void {
		while ( ob_get_level() > 0 ) {
			ob_end_clean();
		}
		if ( isset( $GLOBALS['souk_running'] ) ) {
			fwrite( STDERR, "`wp {$GLOBALS['souk_running']}` failed\n" );
			exit( 1 ); // whatever it called its own end
		}
	}
);
