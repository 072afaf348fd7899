<?php
/** What is written when an order comes, to the owner and to the shopper, and what became of it: notes of the order. */

namespace Souk\StandIn;

const NOTE = 'order_note';

function tell( array $order ): void {
	$shop = wp_specialchars_decode( get_option( 'woocommerce_email_from_name', get_option( 'blogname' ) ), ENT_QUOTES );
	mail_about( $order, 'New order', get_option( 'admin_email' ), "[$shop]: New order #{$order['id']}" );
	mail_about( $order, 'Processing order', $order['billing']['email'], "Your $shop order has been received!" );
}

function mail_about( array $order, string $kind, string $to, string $subject ): void {
	$why    = null;
	$listen = function ( \WP_Error $error ) use ( &$why ): void {
		$why = $error->get_error_message();
	};
	$from    = fn() => get_option( 'woocommerce_email_from_address', get_option( 'admin_email' ) );
	$name    = fn() => get_option( 'woocommerce_email_from_name', get_option( 'blogname' ) );
	$filters = array( 'wp_mail_failed' => $listen, 'wp_mail_from' => $from, 'wp_mail_from_name' => $name );
	foreach ( $filters as $hook => $do ) {
		add_filter( $hook, $do );
	}
	$sent = wp_mail( $to, $subject, "Order #{$order['id']}: {$order['total']} {$order['currency']}\n" );
	foreach ( $filters as $hook => $do ) {
		remove_filter( $hook, $do );
	}
	$note = $sent ? "Email \"$kind\" sent." : "Email \"$kind\" failed to send" . ( $why ? ": $why." : '.' );
	wp_insert_comment( array( 'comment_post_ID' => $order['id'], 'comment_type' => NOTE, 'comment_content' => wp_slash( $note ) ) );
}

/** @return array[] the newest first */
function notes( int $order ): array {
	$comments = get_comments( array( 'post_id' => $order, 'type' => NOTE ) );
	return array_map( fn( $comment ) => array( 'id' => (int) $comment->comment_ID, 'note' => $comment->comment_content ), $comments );
}
