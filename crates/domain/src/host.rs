//! Where a store lives: its host name for visitors, its namespaces in the cluster.

use std::fmt;

use crate::entropy::Entropy;
use crate::name::StoreName;

/// No vowels, so that no word comes out by chance, and no look-alikes.
const SLUG_ALPHABET: &[u8] = b"23456789bcdfghjkmnpqrstvwxz";
const SLUG_LEN: usize = 6;

/// `<name>-<6 random>`: made once when the store is created, the same for all its attempts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

impl Slug {
    pub fn generate(name: &StoreName, entropy: &Entropy) -> Self {
        Self(format!("{name}-{}", entropy.text(SLUG_ALPHABET, SLUG_LEN)))
    }

    /// A slug that `generate` made earlier, as the database kept it.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host name under the installation's `suffix`, which starts with a dot.
    #[must_use]
    pub fn host(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.0)
    }

    /// The namespace of one attempt. Each attempt has its own, and none is used twice: what a
    /// failed attempt leaves behind while it is being removed can never meet the next one.
    #[must_use]
    pub fn namespace(&self, attempt: u32) -> String {
        format!("store-{}-{attempt}", self.0)
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_still_fits_a_label_and_a_helm_release() {
        let name: StoreName = "a".repeat(30).parse().unwrap();
        let namespace = Slug::generate(&name, &Entropy::seeded(1)).namespace(9_999);
        assert!(namespace.len() <= 53, "{namespace}");
    }

    #[test]
    fn two_stores_of_one_name_get_two_hosts() {
        let (name, entropy) = ("shop".parse().unwrap(), Entropy::seeded(1));
        assert_ne!(Slug::generate(&name, &entropy), Slug::generate(&name, &entropy));
    }
}
