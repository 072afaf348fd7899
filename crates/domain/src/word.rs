//! Words with a fixed list: one spelling each, the same in the database, the API and the logs.

/// Gives an enum its `ALL`, `as_str`, `Display` and `FromStr`, from one list of its words.
macro_rules! words {
    ($type:ident is $what:literal: $($variant:ident = $word:literal),+ $(,)?) => {
        impl $type {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::word::UnknownWord;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|word| word.as_str() == s)
                    .ok_or(const { $crate::word::UnknownWord { what: $what, known: &[$($word),+] } })
            }
        }
    };
}

pub(crate) use words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not {what}; known are: {}", known.join(", "))]
pub struct UnknownWord {
    pub what: &'static str,
    pub known: &'static [&'static str],
}
