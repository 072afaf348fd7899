//! Which WooCommerce plugin the image `woocommerce` holds: the one that `WOOCOMMERCE_PLUGIN` names, a folder or
//! a zip as it is released; else the pinned release, where it can be downloaded; else this repository's stand-in.
//!
//! Invariant: the stand-in is never taken for the real one. Image tag, label, the file in the image and what is
//! printed all say which it is.

mod pinned;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::{Doing, Error, Result},
    hash::Inputs,
    paths::Paths,
    process,
};
use pinned::{Fetched, Pinned};

pub const VARIABLE: &str = "WOOCOMMERCE_PLUGIN";
/// What the variable says where the stand-in is wanted, whatever can be had.
const ON_PURPOSE: &str = "stand-in";
const THEMES: &str = "SOUK_WP_THEMES";
const STAND_IN: &str = "images/woocommerce/stand-in/souk-woocommerce-stand-in";
/// The header of a plugin's main file is at its top.
const HEADER_BYTES: usize = 4096;

#[derive(Debug, Clone)]
pub struct Plugin {
    pub folder: PathBuf,
    /// Zips of themes that an operator brings; Souk's own setting names the same folder.
    pub themes: PathBuf,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Real {
        version: String,
    },
    /// Why it is not the real one.
    StandIn {
        because: String,
    },
}

impl Plugin {
    pub fn find(paths: &Paths) -> Result<Self> {
        let themes = themes(paths)?;
        let zip = match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            Some(named) if named == ON_PURPOSE => {
                return Ok(Self::stand_in(paths, themes, format!("{VARIABLE} asks for it")));
            }
            Some(named) => {
                let named = std::path::absolute(named).doing(format!("reading {VARIABLE}"))?;
                if !named.is_file() {
                    return Self::real(&named, themes);
                }
                named
            }
            None => match Pinned::of(&paths.repo)?.zip(&paths.downloads())? {
                Fetched::Here(zip) => zip,
                Fetched::OutOfReach(why) => return Ok(Self::stand_in(paths, themes, why)),
            },
        };
        Self::real(&unpacked(paths, &zip)?, themes)
    }

    fn stand_in(paths: &Paths, themes: PathBuf, because: String) -> Self {
        Self { folder: paths.repo.join(STAND_IN), themes, kind: Kind::StandIn { because } }
    }

    /// Where the real plugin is, if it is that.
    pub fn real_folder(&self) -> Option<&Path> {
        matches!(self.kind, Kind::Real { .. }).then_some(&self.folder)
    }

    fn real(folder: &Path, themes: PathBuf) -> Result<Self> {
        let main = folder.join("woocommerce.php");
        let refused = |what: &str| Error::Refused(format!("{VARIABLE}: {} {what}", folder.display()));
        let text = fs::read(&main).map_err(|_| refused("holds no woocommerce.php"))?;
        let version = version_of(&String::from_utf8_lossy(&text[..text.len().min(HEADER_BYTES)]))
            .ok_or_else(|| refused("names no version in woocommerce.php"))?;
        Ok(Self { folder: folder.to_owned(), themes, kind: Kind::Real { version } })
    }

    /// The plugin's folder in WordPress, which is its name there.
    pub fn slug(&self) -> &'static str {
        match self.kind {
            Kind::Real { .. } => "woocommerce",
            Kind::StandIn { .. } => "souk-woocommerce-stand-in",
        }
    }

    /// Fit for an image's tag.
    pub fn label(&self) -> String {
        match &self.kind {
            Kind::Real { version } => version.clone(),
            Kind::StandIn { .. } => "stand-in".to_owned(),
        }
    }

    pub fn words(&self) -> String {
        match &self.kind {
            Kind::Real { version } => format!("WooCommerce stores run WooCommerce {version}"),
            Kind::StandIn { because } => format!(
                "NOT WOOCOMMERCE: WooCommerce stores run a small stand-in, good for tests only ({because}). \
                 {VARIABLE}=<zip or folder of the plugin> gives them the real one"
            ),
        }
    }
}

/// `Version: 11.0.1` in the comment at the top of a plugin.
fn version_of(header: &str) -> Option<String> {
    let line =
        header.lines().find_map(|line| line.trim_start_matches([' ', '*']).strip_prefix("Version:"))?;
    let version = line.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    (!version.is_empty() && version.chars().all(is_plain)).then(|| version.to_owned())
}

/// A build always copies from it, so it is there, if empty.
fn themes(paths: &Paths) -> Result<PathBuf> {
    if let Some(named) = env::var_os(THEMES).filter(|value| !value.is_empty()) {
        return std::path::absolute(named).doing(format!("reading {THEMES}"));
    }
    let none = paths.cache.join("no-themes");
    fs::create_dir_all(&none).doing("making an empty folder for themes")?;
    Ok(none)
}

/// A released zip holds one folder, `woocommerce`.
fn unpacked(paths: &Paths, zip: &Path) -> Result<PathBuf> {
    let bytes = fs::read(zip).doing(format!("reading {}", zip.display()))?;
    let key = Inputs::default().bytes(&bytes).key();
    let target = paths.tools().join(format!("woocommerce-plugin-{key}"));
    let folder = target.join("woocommerce");
    if folder.is_dir() {
        return Ok(folder);
    }
    let half = target.with_extension("half");
    process::remove_tree(&half)?;
    fs::create_dir_all(&half).doing("making a folder for the plugin")?;
    process::capture(Command::new("unzip").arg("-q").arg(zip).arg("-d").arg(&half))?;
    fs::rename(&half, &target).doing("putting the plugin in its place")?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugins_version_is_read_from_its_header_and_fits_a_tag() {
        let header =
            "<?php\n/**\n * Plugin Name: WooCommerce\n * Version: 11.0.1\n * WC tested up to: 9\n */";
        assert_eq!(version_of(header).as_deref(), Some("11.0.1"));
        assert_eq!(version_of("<?php\n/* Plugin Name: WooCommerce */"), None);
        assert_eq!(version_of("<?php\n * Version: 1.0; rm -rf /"), None);
    }

    #[test]
    fn a_folder_that_is_no_plugin_is_refused_and_the_stand_in_says_what_it_is() {
        let error = Plugin::real(Path::new("/nowhere"), PathBuf::new()).unwrap_err();
        assert!(error.to_string().contains("/nowhere holds no woocommerce.php"), "{error}");
        let kind = Kind::StandIn { because: "curl had no way".to_owned() };
        let stand_in = Plugin { folder: PathBuf::new(), themes: PathBuf::new(), kind };
        assert!(stand_in.words().starts_with("NOT WOOCOMMERCE") && stand_in.words().contains("had no way"));
        assert_eq!(stand_in.real_folder(), None);
        assert_eq!((stand_in.label().as_str(), stand_in.slug()), ("stand-in", "souk-woocommerce-stand-in"));
    }
}
