<?php
/**
 * A catalogue of images/catalogues, put into the shop: categories, pictures, products with their variants, and
 * a first post. What is there already is found by its sku or slug and left alone.
 */

namespace Souk;

final class Catalogue {
	private const FOLDER = '/app/catalogues';

	private array $content;

	public function __construct( string $name ) {
		$this->content = json_decode( (string) file_get_contents( self::FOLDER . "/$name.json" ), true, 32, JSON_THROW_ON_ERROR );
	}

	public function furnish( string $currency ): void {
		$currency   = $this->priced_in( $currency );
		$categories = array();
		foreach ( $this->content['categories'] as $category ) {
			$categories[ $category['handle'] ] = $this->category( $category );
		}
		foreach ( $this->content['products'] as $product ) {
			$this->product( $product, $categories[ $product['category'] ], $currency );
		}
		$this->post( $this->content['post'] );
		update_option( 'souk_catalogue', $this->content['name'] );
		update_option( 'souk_prices_in', $currency );
	}

	/** The same catalogue in another of its currencies. */
	public function reprice( string $currency ): void {
		$currency = $this->priced_in( $currency );
		foreach ( $this->content['products'] as $product ) {
			$id = $this->by_sku( $product['sku'] );
			foreach ( $id ? $product['variants'] : array() as $variant ) {
				$price = array( 'regular_price' => $variant['prices'][ $currency ] );
				if ( isset( $product['option'] ) ) {
					$variation = $this->by_sku( $variant['sku'], $id );
					$variation && $this->wc( array( 'product_variation', 'update', $id, $variation ), $price );
				} else {
					$this->wc( array( 'product', 'update', $id ), $price );
				}
			}
		}
		update_option( 'souk_prices_in', $currency );
	}

	/** Prices are what somebody asks for, never what a rate makes of them: a currency without any has the first one's numbers. */
	private function priced_in( string $currency ): string {
		$currencies = array_keys( $this->content['products'][0]['variants'][0]['prices'] );
		return in_array( $currency, $currencies, true ) ? $currency : $currencies[0];
	}

	private function category( array $category ): string {
		$found = $this->listed( array( 'product_cat', 'list' ), array( 'slug' => $category['handle'] ) );
		return $found ?? $this->wc(
			array( 'product_cat', 'create' ),
			array( 'name' => $category['name'], 'slug' => $category['handle'], 'description' => $category['description'] )
		);
	}

	private function product( array $product, string $category, string $currency ): void {
		$is_variable = isset( $product['option'] );
		$id          = $this->by_sku( $product['sku'] );
		if ( ! $id ) {
			$fields = array(
				'name'        => $product['name'],
				'slug'        => $product['handle'],
				'sku'         => $product['sku'],
				'type'        => $is_variable ? 'variable' : 'simple',
				'description' => $product['description'],
				'short_description' => $product['description'],
				'weight'      => (string) ( $product['weight_g'] / 1000 ),
				'categories'  => json_encode( array( array( 'id' => (int) $category ) ) ),
				'images'      => json_encode( array( array( 'id' => (int) $this->picture( $product ), 'position' => 0 ) ) ),
			);
			$id     = $this->wc( array( 'product', 'create' ), $fields + ( $is_variable ? $this->choices( $product ) : $this->offer( $product['variants'][0], $currency ) ) );
		}
		foreach ( $is_variable ? $product['variants'] : array() as $variant ) {
			if ( ! $this->by_sku( $variant['sku'], $id ) ) {
				$choice = array( 'attributes' => json_encode( array( array( 'name' => $product['option'], 'option' => $variant['value'] ) ) ) );
				$this->wc( array( 'product_variation', 'create', $id ), array( 'sku' => $variant['sku'] ) + $choice + $this->offer( $variant, $currency ) );
			}
		}
	}

	private function choices( array $product ): array {
		$attribute = array(
			'name'      => $product['option'],
			'visible'   => true,
			'variation' => true,
			'options'   => array_column( $product['variants'], 'value' ),
		);
		return array( 'attributes' => json_encode( array( $attribute ) ) );
	}

	private function offer( array $variant, string $currency ): array {
		return array(
			'regular_price'  => $variant['prices'][ $currency ],
			'manage_stock'   => 'true',
			'stock_quantity' => (string) $variant['stock'],
		);
	}

	/** A picture that was brought in before a kill is found by its title. */
	private function picture( array $product ): string {
		$found = $this->posts( 'attachment', "picture-{$product['handle']}" );
		return $found ? explode( ' ', $found )[0] : wp(
			array( 'media', 'import', self::FOLDER . "/{$product['picture']}" ),
			array( 'title' => $product['name'], 'alt' => $product['alt'], 'post_name' => "picture-{$product['handle']}", 'porcelain' => true )
		);
	}

	private function post( array $post ): void {
		foreach ( array( 'hello-world' => 'post', 'sample-page' => 'page' ) as $slug => $type ) {
			$sample = $this->posts( $type, $slug );
			if ( $sample ) {
				wp_apart( array( 'post', 'delete', $sample, '--force' ) );
			}
		}
		if ( ! $this->posts( 'post', $post['slug'] ) ) {
			$paragraph = fn( $text ) => "<!-- wp:paragraph -->\n<p>" . esc_html( $text ) . "</p>\n<!-- /wp:paragraph -->";
			$content   = implode( "\n\n", array_map( $paragraph, $post['paragraphs'] ) );
			wp_apart(
				array(
					'post',
					'create',
					'--post_title=' . $post['title'],
					'--post_name=' . $post['slug'],
					'--post_content=' . $content,
					'--post_status=publish',
					'--post_author=1',
				)
			);
		}
	}

	private function posts( string $type, string $slug ): string {
		return wp( array( 'post', 'list' ), array( 'post_type' => $type, 'name' => $slug, 'format' => 'ids' ) );
	}

	private function by_sku( string $sku, ?string $parent = null ): ?string {
		return $this->listed( null === $parent ? array( 'product', 'list' ) : array( 'product_variation', 'list', $parent ), array( 'sku' => $sku ) );
	}

	/** The first of what is listed, or null. */
	private function listed( array $words, array $filter ): ?string {
		$ids = wp( array_merge( array( 'wc' ), $words ), $filter + array( 'format' => 'ids' ) );
		return '' === $ids ? null : explode( ' ', $ids )[0];
	}

	/** Makes or changes something; of what is made it says the id. */
	private function wc( array $words, array $fields ): string {
		$is_new = 'create' === $words[1];
		return wp( array_merge( array( 'wc' ), $words ), $fields + ( $is_new ? array( 'porcelain' => true ) : array() ) );
	}
}
