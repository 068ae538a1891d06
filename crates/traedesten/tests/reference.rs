//! Published data sets with the numbers that other programs gave for them: the built program must give the same.
//!
//! A case is a file under `reference/cases`: which data, what is derived from them, which commands are run, and which
//! number must stand where in the answer. To add one: put its data in `data/reference`, write the file, and name its
//! family below if it is a new one. One family alone: `cargo test -p traedesten --test reference survival_km`.
#![allow(clippy::disallowed_methods, reason = "tests read and write the files of the program they run")]

#[path = "reference/answer.rs"]
mod answer;
#[path = "reference/case.rs"]
mod case;
#[path = "reference/expression.rs"]
mod expression;
#[path = "reference/rows.rs"]
mod rows;

use case::Case;
use std::collections::BTreeSet;

/// A test for each family of cases.
macro_rules! families {
    ($($name:ident),+ $(,)?) => {
        const FAMILIES: &[&str] = &[$(stringify!($name)),+];
        $(
            #[test]
            fn $name() {
                hold(stringify!($name));
            }
        )+
    };
}

families! {
    benchmark_ols,
    benchmark_eb,
    benchmark_rank,
    cluster,
    spells,
    survival_km,
    survival_cox,
    survival_discrete,
    competing_risks,
    timing_of_events,
    rct,
    rct_binary,
    iv_late,
    observational,
    matching,
    double_ml,
    cate,
    did_2x2,
    did_staggered,
    synthetic_control,
    synthetic_did,
}

/// That every number of every case in the family comes out.
fn hold(family: &str) {
    let mut faults = Vec::new();
    for case in Case::all().iter().filter(|case| case.family() == family) {
        faults.extend(case.faults());
    }
    assert!(faults.is_empty(), "{} of the numbers do not hold:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_family_has_cases_and_every_case_a_family() {
    let cases: BTreeSet<String> = Case::all().iter().map(Case::family).collect();
    let families: BTreeSet<String> = FAMILIES.iter().map(ToString::to_string).collect();
    assert_eq!(cases, families);
}

#[test]
fn every_case_can_be_read_and_its_data_derived() {
    for case in Case::all() {
        for rows in case.derived() {
            assert!(!rows.is_empty(), "{}: nothing is left of {}", case.id, case.data);
        }
        assert!(case.numbers() > 0, "{}: expects nothing", case.id);
    }
}
