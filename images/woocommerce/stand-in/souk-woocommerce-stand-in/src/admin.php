<?php
/** What the owner sees in wp-admin: the orders, at the address where the real plugin has them. */

namespace Souk\StandIn;

add_action( 'admin_menu', fn() => add_menu_page( 'Orders', 'Orders', 'manage_options', 'wc-orders', __NAMESPACE__ . '\orders_page', 'dashicons-cart', 55 ) );
add_action( 'admin_notices', fn() => printf( '<div class="notice notice-error"><p><strong>%s</strong></p></div>', esc_html( LOUD ) ) );

function orders_page(): void {
	echo '<div class="wrap"><h1>Orders</h1><table class="widefat striped"><thead><tr><th>Order</th><th>Date</th><th>Status</th><th>Total</th></tr></thead><tbody>';
	foreach ( orders() as $order ) {
		printf(
			'<tr><td>#%d %s %s</td><td>%s</td><td>%s</td><td>%s %s</td></tr>',
			$order['id'],
			esc_html( $order['billing']['first_name'] ),
			esc_html( $order['billing']['last_name'] ),
			esc_html( $order['date'] ),
			esc_html( $order['status'] ),
			esc_html( $order['total'] ),
			esc_html( $order['currency'] )
		);
	}
	echo '</tbody></table></div>';
}
