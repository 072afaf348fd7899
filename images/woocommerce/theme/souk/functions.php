<?php
/**
 * The theme Souk: its look, and what its patterns need to know.
 *
 * The look is a name in the options, and its file in styles/ is laid over theme.json at each request. So a new
 * version of the theme brings its looks along, and what the owner has changed in the editor stays on top. (A
 * style that is chosen in the editor is copied into the database instead, and stays as it was that day.)
 */

const SOUK_LOOKS       = array( 'fashion', 'electronics', 'minimal' );
const SOUK_LOOK_OPTION = 'souk_look';

function souk_theme_look(): string {
	$look = get_option( SOUK_LOOK_OPTION );
	return in_array( $look, SOUK_LOOKS, true ) ? $look : SOUK_LOOKS[0];
}

/** Gives the shop the look of this name. Says whether there is one. */
function souk_theme_apply_style( string $look ): bool {
	if ( ! in_array( $look, SOUK_LOOKS, true ) ) {
		return false;
	}
	update_option( SOUK_LOOK_OPTION, $look );
	wp_clean_theme_json_cache();
	return true;
}

add_filter(
	'wp_theme_json_data_theme',
	function ( $theme_json ) {
		$style = wp_json_file_decode( __DIR__ . '/styles/' . souk_theme_look() . '.json', array( 'associative' => true ) );
		return is_array( $style ) ? $theme_json->update_with( $style ) : $theme_json;
	}
);

add_action(
	'after_setup_theme',
	function (): void {
		add_editor_style( 'style.css' );
		// Pictures of products as the looks' cards show them on a good screen; never cut, the card does that.
		add_theme_support( 'woocommerce', array( 'thumbnail_image_width' => 600, 'single_image_width' => 900 ) );
		add_theme_support( 'wc-product-gallery-lightbox' );
	}
);
add_filter( 'woocommerce_get_image_size_thumbnail', fn( $size ) => array( 'width' => 600, 'height' => 0, 'crop' => 0 ) + (array) $size );

add_action(
	'wp_enqueue_scripts',
	function (): void {
		wp_enqueue_style( 'souk', get_stylesheet_uri(), array(), wp_get_theme()->get( 'Version' ) );
		// Small enough to come with the page: no request stands before the first paint.
		wp_style_add_data( 'souk', 'path', __DIR__ . '/style.css' );
	}
);

// The plugin's older scripts (jQuery among them) and styles are for its own pages; its blocks bring theirs.
add_action(
	'wp_enqueue_scripts',
	function (): void {
		if ( ! function_exists( 'is_woocommerce' ) || is_woocommerce() || is_cart() || is_checkout() || is_account_page() ) {
			return;
		}
		foreach ( array( 'wc-add-to-cart', 'woocommerce', 'wc-order-attribution', 'sourcebuster-js' ) as $script ) {
			wp_dequeue_script( $script );
		}
		foreach ( array( 'woocommerce-general', 'woocommerce-layout', 'woocommerce-smallscreen', 'woocommerce-blocktheme' ) as $style ) {
			wp_dequeue_style( $style );
		}
	},
	20
);

/** Where the shop's products are listed. */
function souk_theme_shop_url(): string {
	$page = (int) get_option( 'woocommerce_shop_page_id' );
	return $page > 0 ? (string) get_permalink( $page ) : home_url( '/' );
}

/** Where the posts are listed, or nothing where no page was made for them. */
function souk_theme_journal_url(): string {
	$page = (int) get_option( 'page_for_posts' );
	return 'page' === get_option( 'show_on_front' ) && $page > 0 ? (string) get_permalink( $page ) : '';
}

/**
 * The shop's categories that have products, the oldest first: as its catalogue names them.
 *
 * @return WP_Term[]
 */
function souk_theme_categories(): array {
	if ( ! taxonomy_exists( 'product_cat' ) ) {
		return array();
	}
	$terms = get_terms( array( 'taxonomy' => 'product_cat', 'hide_empty' => true, 'parent' => 0, 'orderby' => 'term_id', 'number' => 4 ) );
	return is_array( $terms ) ? $terms : array();
}

/**
 * The newest products, for the home page's pictures.
 *
 * @return WP_Post[]
 */
function souk_theme_products( int $count, int $offset = 0 ): array {
	return get_posts( array( 'post_type' => 'product', 'numberposts' => $count, 'offset' => $offset, 'orderby' => 'ID', 'order' => 'ASC' ) );
}

/** A product's picture as an image block; the first thing on a page is wanted at once. */
function souk_theme_picture( WP_Post $product, string $sizes, bool $is_first = false ): string {
	return get_the_post_thumbnail(
		$product,
		'woocommerce_single',
		array( 'sizes' => $sizes, 'loading' => $is_first ? 'eager' : 'lazy', 'fetchpriority' => $is_first ? 'high' : 'auto' )
	);
}
