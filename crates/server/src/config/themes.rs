//! Themes that Souk does not come with: an operator lays their zips into a folder.
//!
//! Invariant: a theme that stores may ask for is one. The image's build (`images/woocommerce/themes.php`) looks at the
//! same, so that no zip is taken here that it refuses.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use souk_domain::theme::Theme;

use super::reader::Reader;

const SETTING: &str = "wp_themes";
/// The lines that name a theme are at the top of its style sheet: as much of it as WordPress reads.
const HEADER_BYTES: u64 = 8192;

/// What the folder holds; `None` when it cannot be read, which is noted.
pub(super) fn brought(reader: &mut Reader) -> Option<Vec<Theme>> {
    let Some(folder) = reader.text(SETTING).map(PathBuf::from) else { return Some(Vec::new()) };
    if !folder.is_dir() {
        reader.refuse(SETTING, "must be a folder that can be read");
        return None;
    }
    let mut themes = Vec::new();
    for theme in Theme::ALL.iter().copied().filter(|theme| theme.is_brought()) {
        let zip = folder.join(format!("{theme}.zip"));
        if !zip.is_file() {
            continue;
        }
        if !is_theme(&zip, theme) {
            let style = format!("{theme}/style.css");
            let words = format!(
                "holds a {theme}.zip that is no theme of that name: it must hold {style} with a line `Theme Name:`"
            );
            reader.refuse(SETTING, &words);
            return None;
        }
        themes.push(theme);
    }
    Some(themes)
}

/// As WordPress knows a theme: a folder of its name, with a style sheet that says what it is.
fn is_theme(zip: &Path, theme: Theme) -> bool {
    let style = || {
        let mut zip = zip::ZipArchive::new(File::open(zip).ok()?).ok()?;
        let mut header = Vec::new();
        zip.by_name(&format!("{theme}/style.css")).ok()?.take(HEADER_BYTES).read_to_end(&mut header).ok()?;
        Some(String::from_utf8_lossy(&header).into_owned())
    };
    style().is_some_and(|style| style.lines().any(names_a_theme))
}

/// `Theme Name: Storefront`, with the signs of a comment before it.
fn names_a_theme(line: &str) -> bool {
    const FIELD: &str = "theme name:";
    let line = line.trim_start_matches([' ', '\t', '/', '*', '#', '@']);
    let name = line.get(..FIELD.len()).filter(|start| start.eq_ignore_ascii_case(FIELD));
    // `*/` is the comment's end, not a name.
    name.is_some() && !line[FIELD.len()..].trim_matches([' ', '\t', '\r', '*', '/']).is_empty()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::io::Write as _;

    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const STYLE: &str = "/*\n * Theme Name: A shop\n */\nbody { margin: 0 }\n";

    fn read(value: Option<&Path>) -> (Option<Vec<Theme>>, Vec<String>) {
        let values = value.map(|path| (SETTING.to_owned(), path.to_str().unwrap().to_owned()));
        let mut reader = Reader::new(BTreeMap::from_iter(values));
        let found = brought(&mut reader);
        (found, reader.finish().faults)
    }

    fn lay(folder: &TempDir, name: &str, entry: &str, content: &str) {
        let mut zip = ZipWriter::new(File::create(folder.path().join(name)).unwrap());
        zip.start_file(entry, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
        zip.finish().unwrap();
    }

    #[test]
    fn the_zips_in_the_folder_are_what_can_be_had() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(None).0, Some(vec![]));
        assert_eq!(read(Some(folder.path())).0, Some(vec![]));
        for name in ["astra.zip", "fashion.zip", "divi.zip"] {
            let theme = name.strip_suffix(".zip").unwrap();
            lay(&folder, name, &format!("{theme}/style.css"), STYLE);
        }
        fs::write(folder.path().join("storefront.zip.part"), "").unwrap();
        assert_eq!(read(Some(folder.path())), (Some(vec![Theme::Astra]), vec![]));
        lay(
            &folder,
            "storefront.zip",
            "storefront/style.css",
            "@charset \"UTF-8\";/*! THEME NAME:x\n*/\n/*#Theme name: y",
        );
        assert_eq!(read(Some(folder.path())).0, Some(vec![Theme::Astra, Theme::Storefront]));
    }

    #[test]
    fn a_zip_that_is_no_theme_of_its_name_is_a_fault_of_the_settings_that_says_what_is_missing() {
        let faults = |lay: &dyn Fn(&TempDir)| {
            let folder = tempfile::tempdir().unwrap();
            lay(&folder);
            read(Some(folder.path()))
        };
        let expected = "SOUK_WP_THEMES holds a storefront.zip that is no theme of that name: it must hold \
            storefront/style.css with a line `Theme Name:`";
        let no_zip = |folder: &TempDir| fs::write(folder.path().join("storefront.zip"), STYLE).unwrap();
        let elsewhere = |folder: &TempDir| lay(folder, "storefront.zip", "storefront-4.5.4/style.css", STYLE);
        let unnamed =
            |folder: &TempDir| lay(folder, "storefront.zip", "storefront/style.css", "/* Theme Name: */");
        let late = " ".repeat(8192) + "\n" + STYLE;
        let too_late = |folder: &TempDir| lay(folder, "storefront.zip", "storefront/style.css", &late);
        for wrong in [&no_zip as &dyn Fn(&TempDir), &elsewhere, &unnamed, &too_late] {
            assert_eq!(faults(wrong), (None, vec![expected.to_owned()]));
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_fault_of_the_settings() {
        let (found, faults) = read(Some(Path::new("/nowhere/at/all")));
        assert_eq!(found, None);
        assert_eq!(faults, ["SOUK_WP_THEMES must be a folder that can be read"]);
    }
}
