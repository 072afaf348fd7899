<?php
/**
 * Mail goes by the server that the operator named.
 *
 * Invariant: a mail that is not sent is said, never lost in silence: whoever sends it is told so, the log names its
 * subject, the admin pages count it, and an order that it was about has it in its notes (the plugin writes those
 * when it hears `wp_mail_failed`).
 */

namespace Souk;

const NO_SERVER     = 'this shop has no mail server';
const SEND_LIMIT_S  = 10;
const COUNT_UNSENT  = 'souk_mails_not_sent';
/** What WordPress calls a sender that nobody has named. */
const NOBODY        = 'wordpress@';
const NOBODYS_NAME  = 'WordPress';

function mail_server(): ?string {
	return getenv( 'STORE_SMTP_HOST' ) ?: null;
}

function by_the_server( object $mailer ): void {
	$server = mail_server();
	if ( ! $server ) {
		return;
	}
	$tls = setting( 'STORE_SMTP_TLS', 'tls' );
	$mailer->isSMTP();
	$mailer->Host        = $server;
	$mailer->Port        = (int) setting( 'STORE_SMTP_PORT', '587' );
	$mailer->Timeout     = SEND_LIMIT_S;
	$mailer->SMTPSecure  = 'none' === $tls ? '' : $tls;
	$mailer->SMTPAutoTLS = '' !== $mailer->SMTPSecure;
	$user                = optional_secret( 'smtp-user' );
	if ( $user ) {
		$mailer->SMTPAuth = true;
		$mailer->Username = $user;
		$mailer->Password = secret( 'smtp-password' );
	}
	from_the_sender( $mailer );
}

/** A server that sends for one address only gets that one; who answers still reaches the shop. */
function from_the_sender( object $mailer ): void {
	$sender = getenv( 'STORE_SMTP_FROM' );
	if ( $sender && $sender !== $mailer->From ) {
		if ( ! $mailer->getReplyToAddresses() ) {
			$mailer->addReplyTo( $mailer->From, $mailer->FromName );
		}
		$mailer->setFrom( $sender, $mailer->FromName, false );
	}
	$mailer->Sender = $mailer->From;
}

/** Without a server it would go to a program that is not there. */
function refused( ?bool $sent, array $mail ): ?bool {
	if ( null !== $sent || mail_server() ) {
		return $sent;
	}
	do_action( 'wp_mail_failed', new \WP_Error( 'wp_mail_failed', NO_SERVER, $mail ) );
	return false;
}

function say_unsent( \WP_Error $error ): void {
	update_option( COUNT_UNSENT, 1 + (int) get_option( COUNT_UNSENT ), false );
	// Its subject only: a mail can hold a key to an account.
	$subject = $error->get_error_data()['subject'] ?? '';
	error_log( "souk: a mail was not sent, {$error->get_error_message()}; its subject: $subject" );
}

function notice(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$unsent = (int) get_option( COUNT_UNSENT );
	$notice = mail_server()
		? "The mail server does not take this shop's e-mail. Mails not sent so far: $unsent. The notes of each order say why."
		: "This shop has no mail server, so it sends no e-mail. Mails not sent so far: $unsent.";
	if ( $unsent || ! mail_server() ) {
		printf( '<div class="notice notice-warning"><p>%s</p></div>', esc_html( $notice ) );
	}
}

add_action( 'phpmailer_init', __NAMESPACE__ . '\by_the_server', 100 );
add_filter( 'pre_wp_mail', __NAMESPACE__ . '\refused', 10, 2 );
add_action( 'wp_mail_failed', __NAMESPACE__ . '\say_unsent' );
add_action( 'wp_mail_succeeded', fn() => get_option( COUNT_UNSENT ) && delete_option( COUNT_UNSENT ) );
add_action( 'admin_notices', __NAMESPACE__ . '\notice' );
// WordPress's own mails (a forgotten password) come from the shop, too.
add_filter(
	'wp_mail_from',
	fn( $from ) => str_starts_with( $from, NOBODY ) ? ( get_option( 'woocommerce_email_from_address' ) ?: $from ) : $from
);
add_filter(
	'wp_mail_from_name',
	fn( $name ) => NOBODYS_NAME === $name ? ( wp_specialchars_decode( get_option( 'blogname' ), ENT_QUOTES ) ?: $name ) : $name
);
