//! The dashboard as `cargo xtask dashboard` has built it (`frontend/dist`): in the binary of a release; read from that
//! folder in a debug build, so that the two can be worked on apart.
//!
//! Architecture invariant: nothing here knows HTTP. Which file answers which address, and for how long, is `souk-http`'s.

use std::borrow::Cow;

use rust_embed::{EmbeddedFile, RustEmbed};

/// The one page; everything else is what it asks for.
pub const PAGE: &str = "index.html";

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
#[exclude = ".vite/*"]
#[allow_missing = true]
struct Dist;

/// How a file may be packed besides as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Brotli,
    Gzip,
}

impl Packing {
    /// Smallest first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// As `Accept-Encoding` and `Content-Encoding` write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }
}

/// A file of the dashboard.
#[derive(Debug)]
pub struct File {
    pub bytes: Cow<'static, [u8]>,
    /// How the bytes are packed; `None` when they are the file as it is.
    pub packing: Option<Packing>,
    pub content_type: String,
    /// Of these bytes; another packing has another.
    pub sha256: [u8; 32],
}

/// The file of that path, like `assets/index-abc.js`, in the first of `accepted` that there is of it.
#[must_use]
pub fn file(path: &str, accepted: &[Packing]) -> Option<File> {
    let plain = Dist::get(path)?;
    let content_type = content_type(&plain);
    let packed = accepted
        .iter()
        .find_map(|packing| Some((*packing, Dist::get(&format!("{path}.{}", packing.suffix()))?)));
    let (packing, found) = packed.map_or((None, plain), |(packing, found)| (Some(packing), found));
    Some(File { sha256: found.metadata.sha256_hash(), bytes: found.data, packing, content_type })
}

fn content_type(file: &EmbeddedFile) -> String {
    let mime = file.metadata.mimetype();
    let is_text = mime.starts_with("text/") || mime.ends_with("javascript");
    if is_text { format!("{mime}; charset=utf-8") } else { mime.to_owned() }
}
