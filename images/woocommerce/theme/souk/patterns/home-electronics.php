<?php
/**
 * Title: Home, electronics
 * Slug: souk/home-electronics
 * Categories: featured
 * Description: A search, the categories, then the products.
 */

$categories = souk_theme_categories();
?>
<!-- wp:group {"align":"full","className":"souk-hero","layout":{"type":"constrained"},"style":{"color":{"background":"#0b1220"},"elements":{"link":{"color":{"text":"#ffffff"}}},"spacing":{"padding":{"top":"var:preset|spacing|60","bottom":"var:preset|spacing|60"}}}} -->
<div class="wp-block-group alignfull souk-hero has-background has-link-color" style="background-color:#0b1220;padding-top:var(--wp--preset--spacing--60);padding-bottom:var(--wp--preset--spacing--60)"><!-- wp:heading {"level":1,"align":"wide","style":{"color":{"text":"#ffffff"}}} -->
<h1 class="wp-block-heading alignwide has-text-color" style="color:#ffffff">Tested for a month before it is sold</h1>
<!-- /wp:heading -->
<!-- wp:search {"label":"Search products","showLabel":false,"placeholder":"Headphones, keyboard, charger","buttonText":"Search","align":"wide","query":{"post_type":"product"}} /--></div>
<!-- /wp:group -->
<!-- wp:buttons {"align":"wide","className":"souk-categories"} -->
<div class="wp-block-buttons alignwide souk-categories"><?php foreach ( $categories as $category ) : ?><!-- wp:button {"className":"is-style-outline"} -->
<div class="wp-block-button is-style-outline"><a class="wp-block-button__link wp-element-button" href="<?php echo esc_url( get_term_link( $category ) ); ?>"><?php echo esc_html( $category->name ); ?></a></div>
<!-- /wp:button --><?php endforeach; ?></div>
<!-- /wp:buttons -->
<!-- wp:heading {"align":"wide"} -->
<h2 class="wp-block-heading alignwide">All products</h2>
<!-- /wp:heading -->
<!-- wp:woocommerce/product-collection {"queryId":12,"query":{"perPage":12,"pages":1,"offset":0,"postType":"product","order":"asc","orderBy":"title","search":"","exclude":[],"inherit":false,"taxQuery":{},"isProductCollectionBlock":true,"woocommerceOnSale":false,"woocommerceStockStatus":["instock","outofstock","onbackorder"],"woocommerceAttributes":[],"woocommerceHandPickedProducts":[]},"tagName":"div","displayLayout":{"type":"flex","columns":3,"shrinkColumns":true},"queryContextIncludes":["collection"],"align":"wide"} -->
<div class="wp-block-woocommerce-product-collection alignwide"><!-- wp:woocommerce/product-template -->
<!-- wp:woocommerce/product-image {"showSaleBadge":true,"imageSizing":"thumbnail","isDescendentOfQueryLoop":true} /-->
<!-- wp:post-title {"level":3,"isLink":true,"fontSize":"medium","__woocommerceNamespace":"woocommerce/product-collection/product-title"} /-->
<!-- wp:woocommerce/product-price {"isDescendentOfQueryLoop":true,"fontSize":"small"} /-->
<!-- /wp:woocommerce/product-template -->
</div>
<!-- /wp:woocommerce/product-collection -->
