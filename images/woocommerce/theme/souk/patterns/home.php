<?php
/**
 * Title: Home
 * Slug: souk/home
 * Inserter: no
 */

?>
<!-- wp:pattern {"slug":"souk/home-<?php echo souk_theme_look(); ?>"} /-->
