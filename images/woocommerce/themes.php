<?php
/**
 * Unpacks the themes that an operator brings, while the image is built.
 *
 *   php themes.php ZIPS THEMES
 *
 * Invariant: NAME.zip becomes the theme NAME or ends the build with words. A store that is asked for a theme is
 * promised it by the name of its zip alone, so what is in the zip must be that. Souk looks at the same when it starts.
 */

function refuse( string $words ): never {
	fwrite( STDERR, "themes: $words\n" );
	exit( 1 );
}

/** Writes what belongs to the theme, and nothing beside it (some archivers add folders of their own). */
function unpack_theme( string $file, string $themes ): void {
	$name = basename( $file, '.zip' );
	$zip  = new ZipArchive();
	if ( true !== $zip->open( $file ) ) {
		refuse( "$name.zip cannot be read as a zip" );
	}
	$style = $zip->getFromName( "$name/style.css", 8192 );
	if ( false === $style || ! preg_match( '/^[ \t\/*#@]*Theme Name:[ \t*\/]*[^\s*\/]/mi', $style ) ) {
		refuse( "$name.zip is no theme of that name: it must hold $name/style.css with a line `Theme Name:`" );
	}
	$own = array();
	for ( $i = 0; $i < $zip->numFiles; $i++ ) {
		$entry = $zip->getNameIndex( $i );
		if ( str_starts_with( $entry, "$name/" ) ) {
			str_contains( "/$entry/", '/../' ) && refuse( "$name.zip holds $entry, which leads out of its folder" );
			$own[] = $entry;
		}
	}
	$zip->extractTo( $themes, $own ) || refuse( "$name.zip cannot be unpacked" );
	echo "theme: $name\n";
}

[ , $zips, $themes ] = $argv;
foreach ( glob( "$zips/*.zip" ) as $file ) {
	unpack_theme( $file, $themes );
}
