<?php
/** Products, their variations and categories: posts, with what is asked of them as meta. */

namespace Souk\StandIn;

add_action( 'init', __NAMESPACE__ . '\register_products' );

function register_products(): void {
	register_taxonomy(
		'product_cat',
		'product',
		array( 'public' => true, 'hierarchical' => true, 'show_in_rest' => true, 'label' => 'Product categories', 'rewrite' => array( 'slug' => 'product-category' ) )
	);
	register_post_type(
		'product',
		array(
			'label'        => 'Products',
			'public'       => true,
			'show_in_rest' => true,
			'supports'     => array( 'title', 'editor', 'excerpt', 'thumbnail' ),
			'rewrite'      => array( 'slug' => 'product', 'with_front' => false ),
			'has_archive'  => 'shop',
		)
	);
	register_post_type( 'product_variation', array( 'public' => false ) );
}

function is_product( int $id ): bool {
	return in_array( get_post_type( $id ), array( 'product', 'product_variation' ), true ) && 'publish' === get_post_status( $id );
}

function type_of( int $id ): string {
	return 'product_variation' === get_post_type( $id ) ? 'variation' : ( get_post_meta( $id, '_type', true ) ?: 'simple' );
}

/** @return int[] */
function variations_of( int $product ): array {
	return get_posts( array( 'post_type' => 'product_variation', 'post_parent' => $product, 'fields' => 'ids', 'numberposts' => 100, 'orderby' => 'ID', 'order' => 'ASC' ) );
}

/** @return int[] of products, or of the variations of one. */
function with_sku( string $sku, ?int $parent = null ): array {
	return get_posts(
		array(
			'post_type'   => null === $parent ? array( 'product', 'product_variation' ) : 'product_variation',
			'post_parent' => $parent ?? '',
			'post_status' => 'publish',
			'meta_key'    => '_sku',
			'meta_value'  => $sku,
			'fields'      => 'ids',
			'numberposts' => 1,
		)
	);
}

/** What one costs, in minor units; of a product with a choice the cheapest, and null where there is no price. */
function price_of( int $id ): ?int {
	if ( 'variable' === type_of( $id ) ) {
		$prices = array_filter( array_map( __NAMESPACE__ . '\price_of', variations_of( $id ) ), fn( $price ) => null !== $price );
		return $prices ? min( $prices ) : null;
	}
	$price = (string) get_post_meta( $id, '_regular_price', true );
	return '' === $price ? null : minor( $price );
}

/** How many can be had; null where nobody counts. */
function stock_of( int $id ): ?int {
	if ( 'variable' === type_of( $id ) ) {
		$stocks = array_map( __NAMESPACE__ . '\stock_of', variations_of( $id ) );
		return in_array( null, $stocks, true ) ? null : (int) array_sum( $stocks );
	}
	return get_post_meta( $id, '_manage_stock', true ) ? (int) get_post_meta( $id, '_stock', true ) : null;
}

/** A variation's choices, or a product's options: a list of `{name, option}` or `{name, options}`. */
function attributes_of( int $id ): array {
	return (array) json_decode( (string) get_post_meta( $id, '_attributes', true ), true );
}

/** The Store API's picture of a product. */
function picture_of( int $id ): array {
	$picture = (int) get_post_thumbnail_id( $id );
	if ( ! $picture ) {
		return array();
	}
	return array(
		array(
			'id'        => $picture,
			'src'       => wp_get_attachment_url( $picture ),
			'thumbnail' => wp_get_attachment_image_url( $picture, 'medium' ),
			'name'      => get_the_title( $picture ),
			'alt'       => (string) get_post_meta( $picture, '_wp_attachment_image_alt', true ),
		),
	);
}

function categories_of( int $id ): array {
	$terms = get_the_terms( $id, 'product_cat' );
	return array_map(
		fn( $term ) => array( 'id' => $term->term_id, 'name' => $term->name, 'slug' => $term->slug, 'link' => get_term_link( $term ) ),
		is_array( $terms ) ? $terms : array()
	);
}

/** A product as the Store API shows it. */
function shown( int $id ): array {
	$parent      = (int) wp_get_post_parent_id( $id );
	$is_variable = 'variable' === type_of( $id );
	$price       = price_of( $id );
	$stock       = stock_of( $id );
	$variation   = fn( int $variation ) => array(
		'id'         => $variation,
		'attributes' => array_map( fn( $attribute ) => array( 'name' => $attribute['name'], 'value' => $attribute['option'] ), attributes_of( $variation ) ),
	);
	return array(
		'id'                => $id,
		'name'              => get_the_title( $parent ?: $id ),
		'slug'              => get_post_field( 'post_name', $id ),
		'parent'            => $parent,
		'type'              => type_of( $id ),
		'permalink'         => get_permalink( $parent ?: $id ),
		'sku'               => (string) get_post_meta( $id, '_sku', true ),
		'short_description' => get_post_field( 'post_excerpt', $id ),
		'description'       => get_post_field( 'post_content', $id ),
		'on_sale'           => false,
		'prices'            => array( 'price' => (string) ( $price ?? 0 ), 'regular_price' => (string) ( $price ?? 0 ), 'sale_price' => (string) ( $price ?? 0 ) ) + currency_fields(),
		'images'            => picture_of( $parent ?: $id ),
		'categories'        => categories_of( $parent ?: $id ),
		'variations'        => $is_variable ? array_map( $variation, variations_of( $id ) ) : array(),
		'has_options'       => $is_variable,
		'is_purchasable'    => null !== $price,
		'is_in_stock'       => null !== $price && ( null === $stock || $stock > 0 ),
	);
}
