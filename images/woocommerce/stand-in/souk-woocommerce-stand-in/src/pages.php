<?php
/**
 * What a visitor's browser sees: the blocks of product pages and lists, plainly; and a shop that is not open yet.
 * Nothing can be bought here: that goes over the Store API.
 */

namespace Souk\StandIn;

add_action(
	'init',
	function (): void {
		$block = fn( string $name, callable $render, array $more = array() ) => register_block_type( "woocommerce/$name", array( 'render_callback' => $render ) + $more );
		$block( 'product-price', fn() => price_text( (int) get_the_ID() ) );
		$block( 'product-image-gallery', fn() => get_the_post_thumbnail( null, 'large' ) );
		$block( 'product-collection', __NAMESPACE__ . '\collection', array( 'attributes' => array( 'query' => array( 'type' => 'object' ) ), 'skip_inner_blocks' => true ) );
	}
);

function price_text( int $id ): string {
	$price = price_of( $id );
	return null === $price ? '' : sprintf( '<p class="wc-block-components-product-price">%s%s</p>', esc_html( symbol() ), esc_html( major( $price ) ) );
}

function collection( array $attributes ): string {
	$query = $attributes['query'] ?? array();
	$ids   = ! empty( $query['inherit'] )
		? wp_list_pluck( $GLOBALS['wp_query']->posts, 'ID' )
		: get_posts( array( 'post_type' => 'product', 'fields' => 'ids', 'numberposts' => (int) ( $query['perPage'] ?? 12 ), 'orderby' => 'title', 'order' => 'ASC' ) );
	$cards = array_map(
		fn( $id ) => sprintf(
			'<li class="wc-block-product"><a href="%s"><div class="wc-block-components-product-image">%s</div>%s</a>%s</li>',
			esc_url( get_permalink( $id ) ),
			get_the_post_thumbnail( $id, 'large' ),
			esc_html( get_the_title( $id ) ),
			price_text( $id )
		),
		$ids
	);
	return '<div class="alignwide"><ul class="wc-block-product-template">' . implode( '', $cards ) . '</ul></div>';
}

function page_id( string $page ): int {
	return (int) get_option( "woocommerce_{$page}_page_id" );
}

function is_shop_page(): bool {
	return is_post_type_archive( 'product' ) || is_singular( 'product' ) || is_tax( 'product_cat' ) || is_page( array_filter( array( page_id( 'cart' ), page_id( 'checkout' ) ) ) );
}

add_action(
	'template_redirect',
	function (): void {
		$is_closed = 'yes' === get_option( 'woocommerce_coming_soon' ) && ! current_user_can( 'manage_options' );
		if ( $is_closed && ( 'yes' !== get_option( 'woocommerce_store_pages_only' ) || is_shop_page() ) ) {
			wp_die( 'Something is coming here soon.', 'Coming soon', array( 'response' => 200 ) );
		}
		// No cart of a browser has anything in it here.
		if ( page_id( 'checkout' ) && is_page( page_id( 'checkout' ) ) ) {
			wp_safe_redirect( get_permalink( page_id( 'cart' ) ) );
			exit;
		}
	}
);

add_action( 'wp_footer', fn() => printf( '<aside style="text-align:center">%s</aside>', esc_html( LOUD ) ) );
