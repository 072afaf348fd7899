//! The corpus: whatever a fuzzer found worth keeping, and whatever once went wrong.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop, and say where")]

use std::fs;
use std::path::PathBuf;

#[test]
fn nothing_of_the_corpus_goes_wrong() {
    let corpus = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus"));
    for (name, entry) in souk_fuzz::ENTRIES {
        let mut replayed = 0;
        for file in fs::read_dir(corpus.join(name)).unwrap() {
            let path = file.unwrap().path();
            // A panic names its test only, so this names the file.
            println!("{}", path.display());
            entry(&fs::read(&path).unwrap());
            replayed += 1;
        }
        assert!(replayed > 20, "{name} has only {replayed}");
    }
}

#[test]
fn every_entry_has_its_program() {
    let programs = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/fuzz_targets"));
    let mut there: Vec<String> = fs::read_dir(programs)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    there.sort();
    assert_eq!(there, souk_fuzz::ENTRIES.map(|(name, _)| name));
}
