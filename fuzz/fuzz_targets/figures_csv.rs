//! A file of figures is refused in words or read, and what was read answers.

#![no_main]

use figures::{Provenance, Published, Series};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let provenance = Provenance { source: String::new(), fetched: String::new() };
    let Ok(figures) = Published::read("figures.csv", bytes, provenance) else { return };
    let last = figures.months().last().copied();
    for series in Series::ALL.iter().copied() {
        figures.latest(series);
        for place in figures.places() {
            assert_eq!(figures.line(series, &place.code).len(), figures.months().len());
        }
        let Some(month) = last else { continue };
        for (place, value) in figures.across(series, month) {
            let standing = figures.standing(series, &place.code, month);
            assert_eq!(standing.is_some(), value.is_some(), "who has a figure has a place among the others");
            assert!(standing.is_none_or(|s| s.rank >= 1 && s.rank + s.ties <= s.of));
        }
    }
});
