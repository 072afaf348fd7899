<?php
/**
 * Title: Footer
 * Slug: souk/footer
 * Inserter: no
 */

$pages = array( 'Shop' => souk_theme_shop_url(), 'Journal' => souk_theme_journal_url() );
foreach ( array( 'Cart' => 'cart', 'My account' => 'myaccount' ) as $label => $page ) {
	$id              = (int) get_option( "woocommerce_{$page}_page_id" );
	$pages[ $label ] = $id > 0 ? get_permalink( $id ) : '';
}
$links = array();
foreach ( array_filter( $pages ) as $label => $url ) {
	$links[] = sprintf( '<a href="%s">%s</a>', esc_url( $url ), esc_html( $label ) );
}
?>
<!-- wp:group {"className":"souk-footer","layout":{"type":"constrained"},"style":{"border":{"top":{"color":"var:preset|color|line","width":"1px"}},"spacing":{"margin":{"top":"var:preset|spacing|70"},"padding":{"top":"var:preset|spacing|50","bottom":"var:preset|spacing|50"}}}} -->
<div class="wp-block-group souk-footer" style="border-top-color:var(--wp--preset--color--line);border-top-width:1px;margin-top:var(--wp--preset--spacing--70);padding-top:var(--wp--preset--spacing--50);padding-bottom:var(--wp--preset--spacing--50)"><!-- wp:group {"align":"wide","layout":{"type":"flex","flexWrap":"wrap","justifyContent":"space-between"}} -->
<div class="wp-block-group alignwide"><!-- wp:site-title {"level":0} /-->
<!-- wp:paragraph {"fontSize":"small"} -->
<p class="has-small-font-size"><?php echo implode( ' &ensp; ', $links ); ?></p>
<!-- /wp:paragraph --></div>
<!-- /wp:group --></div>
<!-- /wp:group -->
