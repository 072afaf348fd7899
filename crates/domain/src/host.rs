//! Where a store lives: its host name for visitors, its namespaces in the cluster.

use std::fmt;

use crate::entropy::Entropy;
use crate::name::StoreName;

/// No vowels, so that no word comes out by chance, and no look-alikes.
const SLUG_ALPHABET: &[u8] = b"23456789bcdfghjkmnpqrstvwxz";
const SLUG_LEN: usize = 6;
/// Stands for a character of a slug that is not made yet.
const UNKNOWN: char = '•';

/// `<name>-<6 random>`: made once when the store is created, the same for all its attempts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

impl Slug {
    pub fn generate(name: &StoreName, entropy: &Entropy) -> Self {
        Self(format!("{name}-{}", entropy.text(SLUG_ALPHABET, SLUG_LEN)))
    }

    /// What a slug of this name will look like: a dot for each character that is not known yet.
    #[must_use]
    pub fn preview(name: &StoreName) -> Self {
        Self(format!("{name}-{}", UNKNOWN.to_string().repeat(SLUG_LEN)))
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

    /// Which attempt the namespace is of; `None` when [`Self::namespace`] never makes this name.
    #[must_use]
    pub fn attempt_of(&self, namespace: &str) -> Option<u32> {
        let (_, attempt) = split(namespace)?;
        (self.namespace(attempt) == namespace).then_some(attempt)
    }
}

/// Whether `namespace` is that of an earlier attempt at the store whose attempt has the namespace `than`.
/// A later one never is, however late the question comes.
#[must_use]
pub fn is_earlier_attempt(namespace: &str, than: &str) -> bool {
    match (split(namespace), split(than)) {
        (Some((of, earlier)), Some((store, attempt))) => of == store && earlier < attempt,
        _ => false,
    }
}

fn split(namespace: &str) -> Option<(&str, u32)> {
    let (store, attempt) = namespace.rsplit_once('-')?;
    Some((store, attempt.parse().ok()?))
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
    fn a_preview_is_as_long_as_the_slug_will_be() {
        let name: StoreName = "lamps".parse().unwrap();
        let (preview, made) = (Slug::preview(&name), Slug::generate(&name, &Entropy::seeded(1)));
        assert_eq!(preview.as_str(), "lamps-••••••");
        assert_eq!(preview.as_str().chars().count(), made.as_str().chars().count());
    }

    #[test]
    fn the_longest_name_still_fits_a_label_and_a_helm_release() {
        let name: StoreName = "a".repeat(30).parse().unwrap();
        let namespace = Slug::generate(&name, &Entropy::seeded(1)).namespace(9_999);
        assert!(namespace.len() <= 53, "{namespace}");
    }

    #[test]
    fn a_namespace_tells_its_attempt_and_foreign_names_tell_none() {
        let slug = Slug::stored("lamps-7h2kx9".to_owned());
        assert_eq!(slug.attempt_of(&slug.namespace(12)), Some(12));
        for other in ["store-lamps-7h2kx9-012", "store-lamps-7h2kx9", "store-rugs-7h2kx9-1", "default", ""] {
            assert_eq!(slug.attempt_of(other), None, "{other}");
        }
    }

    #[test]
    fn only_a_lower_number_of_the_same_store_is_an_earlier_attempt() {
        let slug = Slug::stored("lamps-7h2kx9".to_owned());
        let second = slug.namespace(2);
        assert!(is_earlier_attempt(&slug.namespace(1), &second));
        assert!(is_earlier_attempt(&second, &slug.namespace(10)));
        for other in [&second, &slug.namespace(3), "store-rugs-7h2kx9-1", "default", "1"] {
            assert!(!is_earlier_attempt(other, &second), "{other}");
        }
    }

    #[test]
    fn two_stores_of_one_name_get_two_hosts() {
        let (name, entropy) = ("shop".parse().unwrap(), Entropy::seeded(1));
        assert_ne!(Slug::generate(&name, &entropy), Slug::generate(&name, &entropy));
    }
}
