//! Tables that carry no estimate: no overlap, separation, one cluster, one treated, nothing that varies.

use crate::program::{Room, on};
use crate::tables_of::{Table, panel, persons, units};

/// That every command ends with one of these codes and gives nothing; all that do not are told at once.
#[track_caller]
fn all_refused<'a>(table: &str, codes: &[i32], commands: impl IntoIterator<Item = &'a str>) {
    let one = |words: &str| {
        let ran = on(table, words);
        let whole = codes.contains(&ran.code) && ran.out.is_empty() && !ran.err.trim().is_empty();
        (!whole).then(|| format!("{words} ended with {}: {}", ran.code, ran.err.lines().nth(1).unwrap_or("")))
    };
    let faults: Vec<String> = commands.into_iter().filter_map(one).collect();
    assert!(faults.is_empty(), "{} are not refused: {faults:#?}", faults.len());
}

/// That every command is refused or answers soundly.
#[track_caller]
fn all_sound<'a>(table: &str, commands: impl IntoIterator<Item = &'a str>) {
    let faults: Vec<String> =
        commands.into_iter().filter_map(|words| on(table, words).sound_or_refused().err()).collect();
    assert!(faults.is_empty(), "{} are not sound: {faults:#?}", faults.len());
}

fn text(value: usize) -> String {
    value.to_string()
}

/// Persons of whom those with `x` above 0 are treated, and nobody else.
fn apart() -> Table {
    let table = persons();
    let x: Vec<f64> = table.rows.iter().map(|r| r[6].parse().expect("x")).collect();
    table.fill("d", |i| text(usize::from(x[i] > 0.0)))
}

#[test]
fn no_overlap_is_said() {
    let table = apart().csv();
    for words in [
        "effects aipw --outcome y --treatment d --terms x,v",
        "effects aipw --outcome y --treatment d --terms x --cross-fit 4",
        "effects match --outcome y --treatment d --terms x,v",
        "effects dml --outcome y --treatment d --terms x,v --learner linear",
        "effects cate --outcome y --treatment d --terms x,v --learner dr",
    ] {
        on(&table, words).refused(4, &["no overlap", "\"x\""]);
    }
}

#[test]
fn no_overlap_is_said_of_forests_and_distances() {
    let table = apart().csv();
    let mut faults = Vec::new();
    for words in [
        "effects dml --outcome y --treatment d --terms x --learner forest --trees 50",
        "effects cate --outcome y --treatment d --terms x --trees 50",
        "effects cate --outcome y --treatment d --terms x --learner t --trees 50",
        "effects match --outcome y --treatment d --terms x --method mahalanobis --replace",
        "effects match --outcome y --treatment d --terms x --method inverse-variance --replace",
    ] {
        let ran = on(&table, words);
        let warned = ran.code == 0 && ran.answer()["warnings"].to_string().contains("overlap");
        let apart = ran.code == 0 && ran.answer()["warnings"].to_string().contains("standard deviations apart");
        if ran.code != 4 && !warned && !apart {
            faults.push(words);
        }
    }
    assert!(faults.is_empty(), "an effect without a word of overlap: {faults:#?}");
}

#[test]
fn a_fold_that_is_the_treatment_has_no_overlap() {
    let table = persons();
    let d: Vec<String> = table.rows.iter().map(|r| r[3].clone()).collect();
    let table = table.fill("g", |i| d[i].clone()).csv();
    let logits = [
        "effects aipw --outcome y --treatment d --terms x --folds g",
        "effects dml --outcome y --treatment d --terms x --learner linear --folds g",
    ];
    all_refused(&table, &[4], logits);
}

#[test]
fn a_fold_that_is_the_treatment_has_no_overlap_for_forests_either() {
    let table = persons();
    let d: Vec<String> = table.rows.iter().map(|r| r[3].clone()).collect();
    let table = table.fill("g", |i| d[i].clone()).csv();
    let forests = [
        "effects dml --outcome y --treatment d --terms x --learner forest --trees 20 --folds g",
        "effects dml --outcome y --treatment d --terms x --model plr --learner forest --trees 20 --folds g",
        "effects cate --outcome y --treatment d --terms x --learner t --trees 20 --folds g",
        "effects cate --outcome y --treatment d --terms x --trees 20 --folds g",
    ];
    all_refused(&table, &[4], forests);
}

#[test]
fn separation_is_said_with_its_column() {
    let table = persons();
    // Whoever ends has v above 0.
    let v: Vec<f64> = table.rows.iter().map(|r| r[7].parse().expect("v")).collect();
    let ends = |i: usize| v[i] > 0.0 && !i.is_multiple_of(4);
    let table = table.fill("v", |i| text(usize::from(v[i] > 0.0))).fill("e", |i| text(usize::from(ends(i))));
    let table = table.fill("k", |i| text(if ends(i) { 1 } else { i % 3 / 2 * 2 })).csv();
    for words in [
        "effects cox --time t --event e --terms v",
        "effects cox --time t --event e --terms x,v",
        "effects hazard --time t --event e --terms v --segments 0,1000",
        "effects hazard --time t --event e --terms v --segments 0,1000 --link logit",
        "effects hazard --time t --event e --terms v --segments 0,1000 --rows segment --link exponential",
        "effects rct --outcome e --treatment v --binary",
        "results benchmark --unit id --outcome e --terms v --link logit",
    ] {
        on(&table, words).refused(4, &["\"v\""]);
    }
}

#[test]
fn separation_is_said_of_incidences_too() {
    let table = persons();
    let k = |i: usize| if i.is_multiple_of(5) { 0 } else { 2 - i % 2 };
    let table = table.fill("v", |i| text(i % 2)).fill("k", |i| text(k(i))).csv();
    on(&table, "effects fine-gray --time t --event k --cause 1 --terms v").refused(4, &["\"v\""]);
}

#[test]
fn one_cluster_is_said() {
    let table = persons().fill("c", |_| "s".to_owned()).csv();
    for words in [
        "results regress --outcome y --terms x --cluster c",
        "results regress --outcome y --terms x --cluster c --se CR1",
        "results regress --outcome y --terms x --cluster g --cluster c --se CR0",
        "effects did --outcome y --treated d --post p --cluster c",
    ] {
        on(&table, words).refused(4, &["two clusters"]);
    }
    let table = panel().fill("x", |_| "1".to_owned()).csv();
    on(&table, "effects panel --outcome y --treatment d --unit unit --time time --cluster x")
        .refused(4, &["two clusters"]);
}

#[test]
fn one_cluster_is_said_of_durations_too() {
    let table = persons().fill("c", |_| "s".to_owned()).csv();
    on(&table, "effects cox --time t --event e --terms x --cluster c").refused(4, &["cluster"]);
}

#[test]
fn a_treatment_that_is_its_clusters_has_no_error() {
    // Within each of two clusters residuals add up to nothing, and the error with them.
    let table = persons().fill("d", |i| text(usize::from(i < 60))).fill("c", |i| text(usize::from(i < 60))).csv();
    let words: Vec<String> = ["CR0", "CR1", "CR1S", "CR2", "CR3"]
        .iter()
        .map(|se| format!("results regress --outcome y --terms d --cluster c --se {se}"))
        .collect();
    all_sound(&table, words.iter().map(String::as_str));
}

#[test]
fn two_ways_of_clustering_that_take_more_away_than_there_is_are_said() {
    let mut table = Table::new("y,a,b");
    for i in 0..6 {
        for j in 0..6 {
            table.row([text(10 + 2 * ((i + j) % 2)), text(i), text(j)]);
        }
    }
    on(&table.csv(), "results regress --outcome y --cluster a --cluster b --se CR1").sound_or_refused().expect("sound");
}

#[test]
fn a_row_that_decides_its_own_coefficient_has_no_honest_error() {
    // The only row of its category is told perfectly: 1 − h is nothing.
    let table = persons().fill("g", |i| if i == 7 { "alone".to_owned() } else { format!("g{}", i % 2) }).csv();
    for words in [
        "results regress --outcome y --terms g,x --se HC2",
        "results regress --outcome y --terms g,x --se HC3",
        "results benchmark --unit id --outcome y --terms g,x --se HC2",
        "results benchmark --unit id --outcome y --terms g,x --se HC3",
        "effects rct --outcome y --treatment d --terms g,x",
        "effects did --outcome y --treated d --post p --terms g,x",
    ] {
        on(&table, words).sound_or_refused().expect("sound");
    }
    // A cell of one row is the same.
    let table = persons().fill("d", |i| text(usize::from(i % 2 == 1 || i == 4))).csv();
    on(&table, "effects did --outcome y --treated d --post p --se HC3").sound_or_refused().expect("sound");
}

#[test]
fn an_outcome_that_never_varies_gives_no_effect() {
    let table = persons().fill("y", |_| "5".to_owned()).csv();
    let commands = [
        "results regress --outcome y --terms x",
        "results regress --outcome y --terms x --cluster c",
        "results benchmark --unit id --outcome y --terms x",
        "effects rct --outcome y --treatment d --terms x",
        "effects late --outcome y --treatment d --instrument z --terms x",
        "effects rd --outcome y --running x --cutoff 0",
        "effects aipw --outcome y --treatment d --terms x",
        "effects match --outcome y --treatment d --terms x",
        "effects dml --outcome y --treatment d --terms x --learner linear --model plr",
        "effects dml --outcome y --treatment d --terms x --trees 20",
        "effects cate --outcome y --treatment d --terms x --trees 20",
        "effects cate --outcome y --treatment d --terms x --learner dr",
        "effects did --outcome y --treated d --post p",
        "effects sensitivity --outcome y --treatment d --terms x",
    ];
    all_refused(&table, &[4], commands);
    let table = panel().fill("y", |_| "5".to_owned()).csv();
    let commands = [
        "effects panel --outcome y --treatment d --unit unit --time time",
        "effects event-study --outcome y --unit unit --time time --cohort s",
        "effects sdid --outcome y --unit unit --time time --treated u1 --from 4",
        "effects scm --outcome y --unit unit --time time --treated u1 --from 4",
    ];
    all_refused(&table, &[4], commands);
}

#[test]
fn a_column_that_says_nothing_is_named() {
    let doubled = persons();
    let x: Vec<f64> = doubled.rows.iter().map(|r| r[6].parse().expect("x")).collect();
    let doubled = doubled.fill("v", |i| format!("{}", 2.0 * x[i] + 0.0)).csv();
    let constant = persons().fill("v", |_| "2.1".to_owned()).csv();
    for words in [
        "results regress --outcome y --terms x,v",
        "results benchmark --unit id --outcome y --terms x,v",
        "results benchmark --unit id --outcome b --terms x,v --link logit",
        "results benchmark --unit c --outcome y --terms x,v --random-intercept",
        "effects fine-gray --time t --event k --terms x,v",
        "effects cox --time t --event e --terms x,v",
        "effects cox --time t --event e --terms x,v --ties breslow --strata g",
        "effects hazard --time t --event e --terms x,v --segments 0,1000",
        "effects hazard --time t --event e --terms x,v --segments 0,1000 --rows segment --link exponential",
        "effects rct --outcome y --treatment d --terms x,v",
        "effects rct --outcome b --treatment d --terms x,v --binary",
        "effects late --outcome y --treatment d --instrument z --terms x,v",
        "effects aipw --outcome y --treatment d --terms x,v",
        "effects match --outcome y --treatment d --terms x,v",
        "effects match --outcome y --treatment d --terms x,v --method mahalanobis --replace",
        "effects dml --outcome y --treatment d --terms x,v --learner linear",
        "effects dml --outcome y --treatment d --terms x,v --learner linear --model plr",
        "effects cate --outcome y --treatment d --terms x,v --learner dr",
        "effects did --outcome y --treated d --post p --terms x,v",
        "effects sensitivity --outcome y --treatment d --terms x,v",
    ] {
        for table in [&doubled, &constant] {
            on(table, words).refused(4, &["\"v\""]);
        }
    }
}

#[test]
fn a_column_that_says_nothing_is_named_where_treatment_has_its_time() {
    let table = persons().fill("v", |_| "2.1".to_owned()).csv();
    let words = "effects timing --time t --event e --treated-at a --terms x,v --segments 0 --masses 1";
    on(&table, words).refused(4, &["\"v\""]);
}

#[test]
fn one_treated_is_too_few() {
    let table = persons().fill("d", |i| text(usize::from(i == 3))).csv();
    for words in [
        "effects rct --outcome y --treatment d",
        "effects late --outcome y --treatment d --instrument z",
        "effects aipw --outcome y --treatment d --terms x",
        "effects match --outcome y --treatment d --terms x",
        "effects match --outcome y --treatment d --terms x --method mahalanobis --replace",
        "effects dml --outcome y --treatment d --terms x --trees 20",
        "effects cate --outcome y --treatment d --terms x --trees 20",
    ] {
        on(&table, words).refused(4, &["\"d\" = 1"]);
    }
    // Of one who is treated it is only seen before or after.
    on(&table, "effects did --outcome y --treated d --post p").refused(4, &["treated = 1"]);
}

#[test]
fn one_treated_unit_has_no_error_of_its_own() {
    let alone = panel();
    let d = |i: usize| (4..8).contains(&i);
    let alone = alone.fill("d", |i| text(usize::from(d(i)))).fill("s", |i| text(if i < 8 { 5 } else { 0 })).csv();
    let mut faults = Vec::new();
    for words in [
        "effects event-study --outcome y --unit unit --time time --cohort s",
        "effects event-study --outcome y --unit unit --time time --cohort s --control not-yet",
        "effects panel --outcome y --treatment d --unit unit --time time",
    ] {
        let ran = on(&alone, words);
        let warned = ran.code == 0 && ran.answer()["warnings"].as_array().is_some_and(|w| !w.is_empty());
        if ran.code != 4 && !warned {
            faults.push(words);
        }
    }
    assert!(faults.is_empty(), "an error that knows nothing of the only treated unit: {faults:#?}");
}

#[test]
fn where_nothing_happens_nothing_is_told() {
    let none = persons().fill("e", |_| "0".to_owned()).fill("k", |_| "0".to_owned()).csv();
    for words in [
        "effects km --time t --event e --group g",
        "effects cox --time t --event e --terms x",
        "effects aalen-johansen --time t --event k",
        "effects fine-gray --time t --event k --terms x",
        "effects hazard --time t --event e --terms x --segments 0,1000",
        "effects timing --time t --event e --treated-at a --terms x --segments 0 --masses 1",
    ] {
        on(&none, words).refused(4, &[]);
    }
    on(&persons().csv(), "effects cox --time t --event k --terms x --cause 7").refused(4, &["nobody"]);
    on(&persons().csv(), "effects fine-gray --time t --event k --terms x --cause 7").refused(4, &["cause 7"]);
    for table in
        [units().fill("r", |_| "0".to_owned()), units().fill("n", |_| "5".to_owned()).fill("r", |_| "5".to_owned())]
    {
        for words in
            ["results funnel", "results shrink", "results rank --draws 1000", "results shrink --model logit-normal"]
        {
            on(&table.csv(), &format!("{words} --unit unit --events r --trials n")).refused(4, &["rate"]);
        }
    }
}

#[test]
fn units_that_differ_by_chance_alone_are_not_told_apart() {
    let table = units().fill("n", |_| "100".to_owned()).fill("r", |i| text(20 + i % 2)).csv();
    for words in [
        "results shrink --unit unit --events r --trials n",
        "results shrink --unit unit --events r --trials n --model logit-normal",
        "results rank --unit unit --events r --trials n --draws 1000",
    ] {
        on(&table, words).refused(4, &["no more than chance"]);
    }
    let answer = on(&table, "results shrink --unit unit --events r --trials n --model normal-normal").answer();
    assert_eq!(answer["parameters"]["tau2_reml"], 0.0);
}

#[test]
fn heavy_ties_are_sound_or_said() {
    let ties = persons().fill("t", |i| text(5 * (1 + i % 2))).csv();
    let one = persons().fill("t", |_| "5".to_owned()).csv();
    for words in [
        "effects km --time t --event e --group g",
        "effects aalen-johansen --time t --event k --group g",
        "effects fine-gray --time t --event k --terms x",
        "effects cox --time t --event e --terms x",
        "effects cox --time t --event e --terms x --ties breslow --cluster c",
        "effects hazard --time t --event e --terms x --segments 0,5,10",
    ] {
        on(&ties, words).sound_or_refused().expect("sound");
        on(&one, words).sound_or_refused().expect("sound");
    }
}

#[test]
fn where_no_pair_can_be_compared_concordance_is_not_shown_as_a_number() {
    let one = persons().fill("t", |_| "5".to_owned()).csv();
    let room = Room::new();
    room.write("t.csv", one);
    let ran = room.run("effects cox --time t --event e --terms x --data t.csv");
    assert!(!String::from_utf8_lossy(&ran.out).contains("NaN"), "{}", String::from_utf8_lossy(&ran.out));
}

#[test]
fn a_unit_that_lacks_a_period_is_named() {
    let gap = panel().without(|r| r[0] == "u3" && r[1] == "4").csv();
    for words in [
        "effects scm --outcome y --unit unit --time time --treated u1 --from 4",
        "effects sdid --outcome y --unit unit --time time --treated u1 --from 4",
    ] {
        on(&gap, words).refused(4, &["u3"]);
    }
    on(&gap, "effects event-study --outcome y --unit unit --time time --cohort s").refused(4, &["every period"]);
    let answer = on(&gap, "effects panel --outcome y --treatment d --unit unit --time time").answer();
    assert!(answer["warnings"].to_string().contains("1 of 112"), "{}", answer["warnings"]);
}

#[test]
fn a_unit_that_lacks_a_period_is_named_among_staggered_starts() {
    let gap = panel().without(|r| r[0] == "u3" && r[1] == "4").csv();
    on(&gap, "effects event-study --outcome y --unit unit --time time --cohort s").refused(4, &["u3"]);
}

#[test]
fn a_unit_that_is_seen_twice_is_named_with_its_row() {
    let twice = panel().put(2, "time", "1").csv();
    for words in [
        "effects scm --outcome y --unit unit --time time --treated u1 --from 4",
        "effects sdid --outcome y --unit unit --time time --treated u1 --from 4",
        "effects event-study --outcome y --unit unit --time time --cohort s",
        "effects panel --outcome y --treatment d --unit unit --time time",
        "effects panel --outcome y --treatment d --unit unit --time time --first-difference",
    ] {
        on(&twice, words).refused(3, &["row 2", "twice"]);
    }
    on(&panel().put(2, "s", "7").csv(), "effects event-study --outcome y --unit unit --time time --cohort s")
        .refused(3, &["\"s\"", "row 2", "two different"]);
}

#[test]
fn a_cohort_that_never_comes_has_no_effect() {
    let late = panel().fill("s", |i| text(if i < 56 { 99 } else { 0 })).csv();
    on(&late, "effects event-study --outcome y --unit unit --time time --cohort s").refused(4, &[]);
    let none = panel().fill("s", |_| "0".to_owned()).csv();
    on(&none, "effects event-study --outcome y --unit unit --time time --cohort s").refused(4, &["no unit starts"]);
    let all = panel().fill("s", |_| "4".to_owned()).csv();
    on(&all, "effects event-study --outcome y --unit unit --time time --cohort s").refused(4, &["comparison"]);
}

#[test]
fn a_treatment_that_does_not_vary_within_units_is_said() {
    let fixed = panel().fill("d", |i| text(usize::from(i < 48))).csv();
    on(&fixed, "effects panel --outcome y --treatment d --unit unit --time time").refused(4, &["\"d\""]);
    on(&fixed, "effects panel --outcome y --treatment d --unit unit --time time --first-difference")
        .refused(4, &["\"d\""]);
}

#[test]
fn a_treated_unit_that_is_not_there_is_said() {
    for command in ["scm", "sdid"] {
        let words = format!("effects {command} --outcome y --unit unit --time time");
        on(&panel().csv(), &format!("{words} --treated u99 --from 4")).refused(2, &["u99", "u1"]);
        on(&panel().csv(), &format!("{words} --treated u1 --from 1")).refused(4, &["before"]);
        on(&panel().csv(), &format!("{words} --treated u1 --from 9")).refused(4, &["after"]);
        on(&panel().csv(), &format!("{words} --treated u1 --from nan")).refused(4, &[]);
        on(&panel().first(16).csv(), &format!("{words} --treated u1 --from 4")).refused(4, &["two other units"]);
    }
}

#[test]
fn few_other_units_are_weighed_or_refused_truly() {
    // Three units, all different: nothing is the same as another.
    let words = "effects sdid --outcome y --unit unit --time time --treated u1 --from 4 --placebo";
    let ran = on(&panel().first(24).csv(), words);
    assert!(ran.code == 0 || !ran.err.contains("the same"), "{}", ran.err);
}

#[test]
fn units_that_are_the_same_share_their_weight() {
    let table = panel();
    let y: Vec<String> = table.rows.iter().map(|r| r[2].clone()).collect();
    let table = table.fill("y", |i| y[if (24..32).contains(&i) { i - 8 } else { i }].clone()).csv();
    for command in ["scm", "sdid"] {
        let words = format!("effects {command} --outcome y --unit unit --time time --treated u1 --from 4");
        on(&table, &words).answer();
    }
}

#[test]
fn a_draw_that_moves_nobody_gives_no_effect() {
    // Half of each arm of the draw is treated: the effect of the draw on treatment is nothing without covariates.
    let table = persons().fill("d", |i| text(i % 2)).fill("z", |i| text(i / 2 % 2)).csv();
    for terms in ["", "--terms x"] {
        let ran = on(&table, &format!("effects late --outcome y --treatment d --instrument z {terms}"));
        ran.sound_or_refused().expect("sound");
    }
}

#[test]
fn folds_are_at_least_two() {
    let table = persons().csv();
    for words in [
        "effects aipw --outcome y --treatment d --terms x --cross-fit 1",
        "effects aipw --outcome y --treatment d --terms x --cross-fit 0",
    ] {
        let ran = on(&table, words);
        assert!([2, 4].contains(&ran.code), "{words} ended with {}: {}", ran.code, ran.err);
    }
    let one = persons().fill("g", |_| "1".to_owned()).csv();
    for words in [
        "effects aipw --outcome y --treatment d --terms x --folds g",
        "effects dml --outcome y --treatment d --terms x --folds g",
        "effects cate --outcome y --treatment d --terms x --folds g",
    ] {
        on(&one, words).refused(4, &["two folds"]);
    }
    on(&table, "effects aipw --outcome y --treatment d --terms x --cross-fit 500").sound_or_refused().expect("sound");
}

#[test]
fn forests_never_give_an_empty_effect() {
    let mut faults = Vec::new();
    for rows in [8, 12, 20, 30, 40, 60] {
        for seed in [1, 2, 3] {
            for words in [
                "effects cate --outcome y --treatment d --terms x --trees 10",
                "effects cate --outcome y --treatment d --terms x,v --trees 20 --learner t",
                "effects dml --outcome y --treatment d --terms x --trees 10",
                "effects dml --outcome y --treatment d --terms x --trees 10 --model plr",
            ] {
                let ran = on(&persons().first(rows).csv(), &format!("{words} --seed {seed}"));
                faults.extend(ran.sound_or_refused().err().map(|e| format!("{rows} rows: {e}")));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults, as {:#?}", faults.len(), &faults[..faults.len().min(4)]);
}

#[test]
fn a_group_of_one_has_no_error() {
    let alone = persons().fill("g", |i| if i == 7 { "alone".to_owned() } else { "rest".to_owned() }).csv();
    for learner in ["dr", "t", "causal-forest"] {
        let words =
            format!("effects cate --outcome y --treatment d --terms x --trees 20 --learner {learner} --groups g");
        let ran = on(&alone, &words);
        if ran.code == 0 {
            let answer = ran.answer();
            let bare = answer["groups"].as_array().into_iter().flatten().any(|g| g["std_error"].is_null());
            assert!(!bare || answer["warnings"].to_string().contains("alone"), "{words}: {}", answer["groups"]);
        }
    }
}

#[test]
fn no_terms_are_answered_or_refused() {
    let commands = [
        "results regress --outcome y",
        "results benchmark --unit c --outcome y",
        "effects cox --time t --event e",
        "effects hazard --time t --event e --segments 0,1000",
        "effects timing --time t --event e --treated-at a --segments 0 --masses 1",
        "effects rct --outcome y --treatment d",
        "effects late --outcome y --treatment d --instrument z",
        "effects aipw --outcome y --treatment d",
        "effects match --outcome y --treatment d",
        "effects dml --outcome y --treatment d --trees 10",
        "effects dml --outcome y --treatment d --model plr --learner linear",
        "effects cate --outcome y --treatment d --trees 10",
        "effects cate --outcome y --treatment d --learner dr",
        "effects did --outcome y --treated d --post p",
        "effects sensitivity --outcome y --treatment d",
    ];
    all_sound(&persons().csv(), commands);
}

#[test]
fn a_model_without_covariates_is_refused() {
    let commands = ["effects cox --time t --event e", "effects fine-gray --time t --event k"];
    all_refused(&persons().csv(), &[2, 4], commands);
}

#[test]
fn options_that_are_no_numbers_are_refused() {
    let (table, counts) = (persons().csv(), units().csv());
    let commands = [
        "effects km --time t --event e --rmst nan",
        "effects km --time t --event e --rmst=-1",
        "effects km --time t --event e --rmst inf",
        "effects km --time t --event e --times nan",
        "effects km --time t --event e --group g --rho nan",
        "effects aalen-johansen --time t --event k --times nan",
        "effects hazard --time t --event e --terms x --segments 0,nan",
        "effects hazard --time t --event e --terms x --segments=-10,1000",
        "effects hazard --time t --event e --terms x --segments 10,5",
        "effects timing --time t --event e --treated-at a --terms x --segments 0,nan --masses 1",
        "effects timing --time t --event e --treated-at a --terms x --segments 0 --masses 1 --horizon nan",
        "effects aipw --outcome y --treatment d --terms x --trim 0.9,0.1",
        "effects aipw --outcome y --treatment d --terms x --trim nan,0.9",
        "effects dml --outcome y --treatment d --terms x --trees 0",
        "effects match --outcome y --treatment d --terms x --neighbours 0",
        "effects match --outcome y --treatment d --terms x --neighbours 1000 --replace",
        "effects rct --outcome y --treatment d --se HC9",
        "effects rct --outcome y --treatment d --se CR1",
        "results regress --outcome y --terms x --se CR2",
        "results regress --outcome y --terms x --threads 0",
        "results regress --outcome y --terms x --base g=g1",
        "results regress --outcome y --terms g --base g=g9",
        "results regress --outcome y --terms x --categorical g",
    ];
    all_refused(&table, &[2, 3, 4], commands);
    for words in ["--levels 1.5", "--levels nan", "--levels 0", "--winsorise 0.5", "--winsorise nan"] {
        on(&counts, &format!("results funnel --unit unit --events r --trials n {words}")).refused(2, &["--"]);
    }
}

#[test]
fn periods_named_in_a_mixture_do_not_end_the_program() {
    // Numbers in their order, words in theirs: 10 < 5a < 9 among words, 9 < 10 among numbers.
    let mut table = Table::new("unit,time,y,d");
    for u in 0..4 {
        for t in 0..80usize {
            let name = if t % 3 == 0 { format!("{}a", t * 7 % 83) } else { text(t * 7 % 83) };
            table.row([text(u), name, text(t * 13 % 17 + u), text(usize::from(u > 1 && t > 40))]);
        }
    }
    on(&table.csv(), "effects panel --outcome y --treatment d --unit unit --time time")
        .sound_or_refused()
        .expect("sound");
}

#[test]
fn a_panel_whose_units_hardly_meet_is_fitted_as_with_indicators() {
    // Each pair of units is seen in two periods only, and is tied to the others by one of them.
    let mut table = Table::new("unit,time,y,d");
    for link in 0..500usize {
        for twin in 0..3usize {
            for t in [link, link + 1] {
                let d = usize::from((link * 7 + twin * 3 + t * 5) % 4 == 0);
                let noise = ((link * 31 + twin * 17 + t * 13) % 19) as f64 / 10.0;
                table.row([
                    format!("u{link}_{twin}"),
                    text(t),
                    format!("{}", t as f64 * 0.3 + noise + 2.0 * d as f64),
                    text(d),
                ]);
            }
        }
    }
    let fixed = on(&table.csv(), "effects panel --outcome y --treatment d --unit unit --time time").answer();
    // Two periods of a unit: first differences with an intercept for each period are the same estimate.
    let first =
        on(&table.csv(), "effects panel --outcome y --treatment d --unit unit --time time --first-difference").answer();
    let (a, b) = (fixed["effect"]["estimate"].as_f64().expect("a"), first["effect"]["estimate"].as_f64().expect("b"));
    assert!((a - b).abs() < 1e-7, "{a} against {b}");
}

#[test]
fn one_propensity_far_out_gives_no_empty_effect() {
    // A treated person far beyond all others: nobody can stand in for that one.
    let table = persons().put(5, "x", "4000").put(5, "d", "1").csv();
    let commands = [
        "effects aipw --outcome y --treatment d --terms x",
        "effects aipw --outcome y --treatment d --terms x --cross-fit 4",
        "effects aipw --outcome y --treatment d --terms x --trim 0.05,0.95",
        "effects match --outcome y --treatment d --terms x",
        "effects dml --outcome y --treatment d --terms x --learner linear",
        "effects cate --outcome y --treatment d --terms x --learner dr",
    ];
    all_sound(&table, commands);
}
