//! What this Souk calls itself.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use souk_http::{Brand, Logo};

use super::reader::Reader;

const NAME: &str = "brand_name";
const LOGO: &str = "brand_logo";
/// Every page asks for it.
const MAX_LOGO_BYTES: u64 = 256 * 1024;

pub(super) fn brand(reader: &mut Reader) -> Option<Brand> {
    let name = name(reader);
    let colour = reader.maybe("brand_colour");
    let logo = match reader.text(LOGO).map(PathBuf::from) {
        None => Some(None),
        Some(path) => read(&path).map_err(|why| reader.refuse(LOGO, why)).ok().map(Some),
    };
    Some(Brand { name: name?, colour: colour?, logo: logo? })
}

fn name(reader: &mut Reader) -> Option<String> {
    let name = reader.text(NAME).unwrap_or_default().trim().to_owned();
    if name.chars().count() > Brand::MAX_NAME_CHARS || name.chars().any(char::is_control) {
        reader.refuse(NAME, &format!("must be {} characters at most, on one line", Brand::MAX_NAME_CHARS));
        return None;
    }
    Some(name)
}

fn read(path: &Path) -> Result<Logo, &'static str> {
    let content_type = match path.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        _ => return Err("must be a file that ends with .svg, .png or .webp"),
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|_| "must be a file that can be read")?;
    file.take(MAX_LOGO_BYTES + 1).read_to_end(&mut bytes).map_err(|_| "must be a file that can be read")?;
    if bytes.len() as u64 > MAX_LOGO_BYTES {
        return Err("must be a file of 256 KiB at most");
    }
    Ok(Logo { content_type, bytes: bytes.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_a_picture_of_a_size_that_pages_can_carry() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: usize| {
            let path = folder.path().join(name);
            std::fs::write(&path, vec![b' '; bytes]).unwrap();
            path
        };
        assert_eq!(read(&file("logo.svg", 100)).unwrap().content_type, "image/svg+xml");
        assert_eq!(read(&file("logo.png", 256 * 1024)).unwrap().bytes.len(), 256 * 1024);
        assert!(read(&file("big.png", 256 * 1024 + 1)).is_err());
        assert!(read(&file("logo.html", 100)).is_err());
        assert!(read(&folder.path().join("absent.svg")).is_err());
    }
}
