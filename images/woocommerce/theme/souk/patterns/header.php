<?php
/**
 * Title: Header
 * Slug: souk/header
 * Inserter: no
 */

$link = fn( string $label, string $url ) => '<!-- wp:navigation-link ' . wp_json_encode( array( 'label' => $label, 'url' => $url, 'kind' => 'custom', 'isTopLevelLink' => true ) ) . ' /-->';
?>
<!-- wp:group {"className":"souk-header","layout":{"type":"constrained"},"style":{"spacing":{"padding":{"top":"var:preset|spacing|30","bottom":"var:preset|spacing|30"}}}} -->
<div class="wp-block-group souk-header" style="padding-top:var(--wp--preset--spacing--30);padding-bottom:var(--wp--preset--spacing--30)"><!-- wp:group {"align":"wide","layout":{"type":"flex","flexWrap":"nowrap","justifyContent":"space-between"}} -->
<div class="wp-block-group alignwide"><!-- wp:site-title {"level":0} /-->
<!-- wp:group {"style":{"spacing":{"blockGap":"var:preset|spacing|40"}},"layout":{"type":"flex","flexWrap":"nowrap"}} -->
<div class="wp-block-group"><!-- wp:navigation {"overlayMenu":"mobile","ariaLabel":"Shop","style":{"spacing":{"blockGap":"var:preset|spacing|40"}}} -->
<?php
echo $link( 'Shop', souk_theme_shop_url() );
foreach ( souk_theme_categories() as $category ) {
	echo $link( $category->name, get_term_link( $category ) );
}
if ( souk_theme_journal_url() ) {
	echo $link( 'Journal', souk_theme_journal_url() );
}
?>
<!-- /wp:navigation -->
<!-- wp:woocommerce/mini-cart {"hasHiddenPrice":true} /--></div>
<!-- /wp:group --></div>
<!-- /wp:group --></div>
<!-- /wp:group -->
