//! Values that cannot be: a treatment of 2, a time below 0, a count that is none. The column, the row and what would be right are
//! named.

use crate::program::on;
use crate::tables_of::{panel, persons, units};

#[test]
fn a_treatment_is_0_or_1() {
    let table = persons().put(9, "d", "2").csv();
    for words in [
        "effects rct --outcome y --treatment d",
        "effects aipw --outcome y --treatment d --terms x",
        "effects match --outcome y --treatment d --terms x",
        "effects dml --outcome y --treatment d --terms x --trees 20",
        "effects cate --outcome y --treatment d --terms x --trees 20",
        "effects did --outcome y --treated d --post p",
        "effects did --outcome y --treated p --post d",
        "effects sensitivity --outcome y --treatment d --terms x",
        "effects rct --outcome d --treatment z --binary",
        "effects km --time t --event d",
        "effects cox --time t --event d --terms x",
        "effects hazard --time t --event d --terms x --segments 0,1000",
        "effects timing --time t --event d --treated-at a --terms x --segments 0 --masses 1",
    ] {
        on(&table, words).refused(3, &["\"d\"", "row 9", "2 is neither 0 nor 1"]);
    }
}

#[test]
fn causes_are_whole_numbers_from_0() {
    for value in ["1.5", "-1", "99"] {
        let table = persons().put(9, "k", value).csv();
        for words in ["effects aalen-johansen --time t --event k", "effects fine-gray --time t --event k --terms x"] {
            on(&table, words).refused(3, &["\"k\"", "row 9", value]);
        }
    }
}

#[test]
fn times_are_not_below_0() {
    let table = persons().put(9, "t", "-1").csv();
    for words in [
        "effects km --time t --event e",
        "effects cox --time t --event e --terms x",
        "effects hazard --time t --event e --terms x --segments 0,1000",
        "effects timing --time t --event e --treated-at a --terms x --segments 0 --masses 1",
    ] {
        on(&table, words).refused(3, &["\"t\"", "row 9", "-1"]);
    }
}

#[test]
fn times_of_several_causes_are_not_below_0() {
    let table = persons().put(9, "t", "-1").csv();
    for words in ["effects aalen-johansen --time t --event k", "effects fine-gray --time t --event k --terms x"] {
        on(&table, words).refused(3, &["\"t\"", "row 9", "-1"]);
    }
}

#[test]
fn a_treatment_does_not_begin_before_the_spell() {
    let table = persons().put(9, "a", "-3").csv();
    let words = "effects timing --time t --event e --treated-at a --terms x --segments 0 --masses 1";
    on(&table, words).refused(3, &["\"a\"", "row 9"]);
}

#[test]
fn watching_begins_before_it_ends() {
    let table = persons().fill("v", |i| if i == 8 { "9999".to_owned() } else { "0".to_owned() }).csv();
    for words in ["effects km --time t --event e --entry v", "effects cox --time t --event e --entry v --terms x"] {
        on(&table, words).refused(3, &["\"t\"", "row 9", "9999"]);
    }
}

#[test]
fn weights_are_above_0() {
    for value in ["0", "-1"] {
        let table = persons().put(9, "w", value).csv();
        let words = "results benchmark --unit c --outcome y --terms x --weights w";
        on(&table, words).refused(3, &["row 9", "above 0"]);
        let table = panel().put(9, "w", value).csv();
        let words = "effects panel --outcome y --treatment d --unit unit --time time --weights w";
        on(&table, words).refused(3, &["row 9", "above 0"]);
    }
    let table = persons().put(9, "w", "-1").csv();
    on(&table, "results regress --outcome y --terms x --weights w").refused(3, &["row 9"]);
    let table = persons().fill("w", |_| "0".to_owned()).csv();
    let ran = on(&table, "results regress --outcome y --terms x --weights w");
    assert!([3, 4].contains(&ran.code), "{} {}", ran.code, ran.err);
}

#[test]
fn counts_are_counts() {
    for (column, value, said) in [
        ("r", "-1", "no count"),
        ("r", "1.5", "no count"),
        ("r", "9999", "events of"),
        ("n", "0", "no number of trials"),
        ("n", "10.5", "no number of trials"),
    ] {
        let table = units().put(4, column, value).csv();
        for words in ["results funnel", "results shrink", "results rank --draws 1000"] {
            on(&table, &format!("{words} --unit unit --events r --trials n")).refused(3, &["row 4", said]);
        }
    }
}
