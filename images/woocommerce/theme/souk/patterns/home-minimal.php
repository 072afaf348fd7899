<?php
/**
 * Title: Home, minimal
 * Slug: souk/home-minimal
 * Categories: featured
 * Description: One picture, one line, then the things.
 */

$products = souk_theme_products( 2 );
$hero     = $products[1] ?? $products[0] ?? null;
?>
<!-- wp:group {"align":"full","className":"souk-hero souk-hero-one","layout":{"type":"constrained"},"style":{"spacing":{"padding":{"top":"var:preset|spacing|50","bottom":"var:preset|spacing|60"}}}} -->
<div class="wp-block-group alignfull souk-hero souk-hero-one" style="padding-top:var(--wp--preset--spacing--50);padding-bottom:var(--wp--preset--spacing--60)"><!-- wp:group {"align":"wide"} -->
<div class="wp-block-group alignwide"><!-- wp:html -->
<?php echo $hero ? souk_theme_picture( $hero, '(min-width: 1300px) 78rem, 92vw', true ) : ''; ?>
<!-- /wp:html --></div>
<!-- /wp:group -->
<!-- wp:heading {"level":1,"textAlign":"center"} -->
<h1 class="wp-block-heading has-text-align-center">One good thing instead of five</h1>
<!-- /wp:heading --></div>
<!-- /wp:group -->
<!-- wp:woocommerce/product-collection {"queryId":13,"query":{"perPage":12,"pages":1,"offset":0,"postType":"product","order":"asc","orderBy":"title","search":"","exclude":[],"inherit":false,"taxQuery":{},"isProductCollectionBlock":true,"woocommerceOnSale":false,"woocommerceStockStatus":["instock","outofstock","onbackorder"],"woocommerceAttributes":[],"woocommerceHandPickedProducts":[]},"tagName":"div","displayLayout":{"type":"flex","columns":3,"shrinkColumns":true},"queryContextIncludes":["collection"],"align":"wide"} -->
<div class="wp-block-woocommerce-product-collection alignwide"><!-- wp:woocommerce/product-template -->
<!-- wp:woocommerce/product-image {"showSaleBadge":true,"imageSizing":"thumbnail","isDescendentOfQueryLoop":true} /-->
<!-- wp:post-title {"level":2,"isLink":true,"fontSize":"medium","__woocommerceNamespace":"woocommerce/product-collection/product-title"} /-->
<!-- wp:woocommerce/product-price {"isDescendentOfQueryLoop":true,"fontSize":"small"} /-->
<!-- /wp:woocommerce/product-template -->
</div>
<!-- /wp:woocommerce/product-collection -->
