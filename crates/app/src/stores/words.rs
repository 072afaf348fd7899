//! Words that no store's address or title holds.
//!
//! The list is that of `rustrict`, which its authors keep, and which reads through l33t spelling and look-alike letters.
//! Invariant: a word counts only as a whole. Scunthorpe, Hancock and Matsushita keep their names, and so does whatever
//! else has such letters inside; that some made-up compound goes through is the price.

use rustrict::{Censor, Type};
use souk_domain::name::StoreName;
use souk_domain::title::Title;

use crate::AppError;

/// On the list for what others make of them; they say who somebody is, and a shop may be for them.
const NOT_MEANT: [&str; 2] = ["lesbian", "lesbians"];
/// Stands for a letter of a word that is found; neither names nor titles that pass are changed.
const FOUND: char = '*';

/// `given` is absent where the title is the name.
pub(super) fn check(name: &StoreName, given: Option<&Title>) -> Result<(), AppError> {
    if holds_one(name.as_str()) {
        return Err(AppError::WordRefused { field: "name" });
    }
    check_title(given)
}

pub(super) fn check_title(given: Option<&Title>) -> Result<(), AppError> {
    match given {
        Some(title) if holds_one(title.as_str()) => Err(AppError::WordRefused { field: "title" }),
        _ => Ok(()),
    }
}

fn holds_one(text: &str) -> bool {
    let words =
        || text.split(|c: char| c.is_whitespace() || "-_.,;:/|".contains(c)).filter(|word| !word.is_empty());
    words().any(is_one)
        || spelled(words()).iter().any(|word| is_one(word))
        || is_one(&words().collect::<String>())
}

/// What single letters beside each other spell: f-u-c-k.
fn spelled<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut spelled = vec![String::new()];
    for word in words {
        match spelled.last_mut() {
            Some(last) if word.chars().count() == 1 => last.push_str(word),
            _ => spelled.push(String::new()),
        }
    }
    spelled
}

fn is_one(word: &str) -> bool {
    // Signs and digits around it hide no word; in the middle they stand for letters.
    let bare = word.trim_matches(|c: char| !c.is_alphabetic());
    [word, bare].into_iter().any(|word| !word.is_empty() && !is_meant_well(word) && is_found_whole(word))
}

fn is_meant_well(word: &str) -> bool {
    NOT_MEANT.contains(&word.to_lowercase().as_str())
}

fn is_found_whole(word: &str) -> bool {
    let bad = (Type::PROFANE | Type::OFFENSIVE | Type::SEXUAL) & Type::MODERATE_OR_HIGHER;
    let mut censor = Censor::from_str(word);
    censor
        .with_censor_threshold(bad)
        .with_censor_first_character_threshold(Type::ANY)
        .with_ignore_self_censoring(true)
        .with_censor_replacement(FOUND);
    let (shown, kind) = censor.censor_and_analyze();
    kind.is(bad) && shown.chars().all(|c| c == FOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_both(name: &str, title: Option<&str>) -> Result<(), &'static str> {
        let title = title.map(|title| title.parse().unwrap());
        check(&name.parse().unwrap(), title.as_ref()).map_err(|error| match error {
            AppError::WordRefused { field } => field,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn a_word_is_refused_however_it_is_spelled() {
        for name in [
            "fuck",
            "fucking",
            "my-shit-shop",
            "sh1t",
            "f-u-c-k",
            "fu-ck",
            "fvck-off",
            "b17ch",
            "n1gg3r",
            "cunt",
            "shit2",
            "shop-fuck99",
            "p0rn-shop",
            "nazi-shop",
        ] {
            assert_eq!(check_both(name, None), Err("name"), "{name}");
        }
        for title in ["Fuck!", "The SH1T shop", "$h!t", "ｆｕｃｋ", "f.u.c.k", "The F.U.C.K. shop", "fück"]
        {
            assert_eq!(check_both("lamps", Some(title)), Err("title"), "{title}");
        }
    }

    #[test]
    fn names_of_places_people_and_things_that_hold_such_letters_are_let_through() {
        for name in [
            "scunthorpe",
            "penistone",
            "essex",
            "sussex-lamps",
            "middlesex",
            "arsenal",
            "assassin",
            "class-act",
            "cocktail-bar",
            "hancock",
            "matsushita",
            "dickens",
            "shiitake",
            "grape",
            "therapist",
            "analytics",
            "documents",
            "titanic",
            "bass-guitars",
            "pussycat",
            "cumin",
            "assmann",
            "swatch",
            "lesbian-books",
            "leylas-lamps",
            "mass-age",
            "hello-world",
            "night-gown",
            "canal-boats",
            "mishit-tennis",
        ] {
            assert_eq!(check_both(name, None), Ok(()), "{name}");
        }
        for title in
            ["Leyla's Lamps", "Şişli Çarşı", "東京の店", "Ассортимент", "50% off!", "Café & Crème", "C++"]
        {
            assert_eq!(check_both("lamps", Some(title)), Ok(()), "{title}");
        }
    }
}
