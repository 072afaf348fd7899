<?php
/**
 * Plugin Name: Souk
 * Description: How this shop lives in its pod: loopback requests, mail, and nothing of third parties.
 */

namespace Souk;

require '/app/souk/mail.php';

/**
 * Loopback: WordPress asks itself by its public address, which leads out of the pod and, for a name like
 * `*.localhost`, nowhere. The same question goes to Apache beside it, under the same name.
 */
add_filter(
	'pre_http_request',
	function ( $answer, $arguments, $url ) {
		$home = home_url();
		if ( false !== $answer || ( $url !== $home && ! str_starts_with( $url, "$home/" ) && ! str_starts_with( $url, "$home?" ) ) ) {
			return $answer;
		}
		$arguments['headers'] = array_merge(
			(array) $arguments['headers'],
			array(
				'Host'              => explode( '/', $home )[2],
				'X-Forwarded-Proto' => explode( ':', $home )[0],
			)
		);
		$arguments['reject_unsafe_urls'] = false;
		// Another try at a redirect would leave by the front door.
		return wp_remote_request( 'http://127.0.0.1:8080' . substr( $url, strlen( $home ) ), $arguments );
	},
	10,
	3
);

// No third party: pictures of e-mail addresses, emoji and name look-ups of other people's servers.
add_filter( 'pre_option_show_avatars', '__return_zero' );
add_filter( 'emoji_svg_url', '__return_false' );
remove_action( 'wp_head', 'print_emoji_detection_script', 7 );
remove_action( 'admin_print_scripts', 'print_emoji_detection_script' );
remove_action( 'wp_print_styles', 'print_emoji_styles' );
remove_action( 'admin_print_styles', 'print_emoji_styles' );
remove_action( 'wp_head', 'wp_generator' );

// Scheduled work has a CronJob; the plugin's queue would also ask for itself at each visit.
add_filter( 'action_scheduler_allow_async_request_runner', '__return_false' );
