//! Themes that Souk does not come with: an operator lays their zips into a folder.

use std::path::{Path, PathBuf};

use souk_domain::theme::Theme;

use super::reader::Reader;

const SETTING: &str = "wp_themes";

/// What the folder holds; `None` when it cannot be read, which is noted.
pub(super) fn brought(reader: &mut Reader) -> Option<Vec<Theme>> {
    let Some(folder) = reader.text(SETTING).map(PathBuf::from) else { return Some(Vec::new()) };
    if !folder.is_dir() {
        reader.refuse(SETTING, "must be a folder that can be read");
        return None;
    }
    Some(in_folder(&folder))
}

fn in_folder(folder: &Path) -> Vec<Theme> {
    let is_there = |theme: &Theme| theme.is_brought() && folder.join(format!("{theme}.zip")).is_file();
    Theme::ALL.iter().copied().filter(is_there).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;

    fn read(value: Option<&Path>) -> (Option<Vec<Theme>>, Vec<String>) {
        let values = value.map(|path| (SETTING.to_owned(), path.to_str().unwrap().to_owned()));
        let mut reader = Reader::new(BTreeMap::from_iter(values));
        let found = brought(&mut reader);
        (found, reader.finish().0)
    }

    #[test]
    fn the_zips_in_the_folder_are_what_can_be_had() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(None).0, Some(vec![]));
        assert_eq!(read(Some(folder.path())).0, Some(vec![]));
        for name in ["astra.zip", "fashion.zip", "storefront.zip.part", "divi.zip"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(read(Some(folder.path())).0, Some(vec![Theme::Astra]));
        fs::write(folder.path().join("storefront.zip"), "").unwrap();
        assert_eq!(read(Some(folder.path())).0, Some(vec![Theme::Astra, Theme::Storefront]));
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_fault_of_the_settings() {
        let (found, faults) = read(Some(Path::new("/nowhere/at/all")));
        assert_eq!(found, None);
        assert_eq!(faults, ["SOUK_WP_THEMES must be a folder that can be read"]);
    }
}
