//! What every command does with tables that lack something.

use crate::program::{Room, body, on, sound};
use crate::tables_of::{USES, Use, states};

/// Asks every command, and tells all that is wrong at once.
#[track_caller]
fn each(ask: impl Fn(&Use) -> Result<(), String>) {
    let faults: Vec<String> =
        USES.iter().filter_map(|u| ask(u).err().map(|e| format!("{}\n    {}", u.words, e.trim()))).collect();
    assert!(faults.is_empty(), "{} commands fail:\n{}", faults.len(), faults.join("\n"));
}

/// That a run ended with one of these codes, gave nothing, and said all of `words`.
fn refusal(table: &str, words: &str, codes: &[i32], said: &[&str]) -> Result<(), String> {
    let ran = on(table, words);
    let whole = codes.contains(&ran.code) && ran.out.is_empty() && said.iter().all(|w| ran.err.contains(w));
    if whole { Ok(()) } else { Err(format!("wanted {codes:?} and {said:?}, got {}: {}", ran.code, ran.err)) }
}

#[test]
fn a_good_table_is_answered_soundly() {
    each(|u| {
        let ran = on(&(u.table)().csv(), u.words);
        if ran.code != 0 {
            return Err(ran.err);
        }
        let text = String::from_utf8_lossy(&ran.out).into_owned();
        let places: Vec<usize> =
            ["\"schema\"", "\"spec\"", "\"warnings\""].iter().filter_map(|k| text.find(k)).collect();
        let answer = ran.answer();
        let keys: Vec<&str> = answer.as_object().into_iter().flatten().take(3).map(|(k, _)| k.as_str()).collect();
        if keys != ["schema", "spec", "warnings"] || !places.is_sorted() {
            return Err(format!("begins with {keys:?}"));
        }
        if text.contains("NaN") || text.contains("inf") && !text.contains("\"info") {
            return Err("holds a number that is none".to_owned());
        }
        sound(&answer)
    });
}

#[test]
fn rows_that_lack_a_value_are_left_out_and_counted() {
    each(|u| {
        let rows = (u.table)().rows.len();
        let ran = on(&(u.table)().put(3, u.number, "").put(7, u.number, "").csv(), u.words);
        if !u.may_drop && ran.code == 4 && !ran.err.is_empty() {
            return Ok(());
        }
        if ran.code != 0 {
            return Err(ran.err);
        }
        let answer = ran.answer();
        let warnings = answer["warnings"].to_string();
        if !warnings.contains(&format!("2 of {rows} rows lack a value")) {
            return Err(format!("warns only of {warnings}"));
        }
        match answer.get("n").and_then(serde_json::Value::as_u64) {
            Some(n) if n as usize != rows - 2 => Err(format!("n is {n}")),
            _ => sound(&answer),
        }
    });
}

#[test]
fn rows_that_lack_a_value_are_refused_where_they_are_to_be() {
    each(|u| {
        let table = (u.table)().put(3, u.number, "").put(7, u.number, "").csv();
        refusal(
            &table,
            &format!("{} --missing error", u.words),
            &[3],
            &[&format!("\"{}\"", u.number), "row 3", "2 rows"],
        )
    });
}

#[test]
fn text_in_a_number_is_named_with_column_row_and_value() {
    each(|u| {
        let table = (u.table)().put(5, u.number, "mange").csv();
        // A covariate of text is a category, and too many levels are refused in other words.
        if ["x", "v"].contains(&u.number) || u.number == "d" && u.words.starts_with("results") {
            return on(&table, u.words).sound_or_refused();
        }
        refusal(&table, u.words, &[3], &[&format!("\"{}\"", u.number), "row 5", "mange"])
    });
}

#[test]
fn a_row_is_numbered_as_in_the_file_where_rows_before_it_are_left_out() {
    each(|u| {
        let table = (u.table)();
        let used =
            |c: &&&str| **c != u.number && u.words.contains(&format!(" {c} ")) && table.names.iter().any(|n| n == *c);
        let Some(other) = ["y", "b", "t", "r", "n"].iter().find(used) else { return Ok(()) };
        if ["x", "v"].contains(&u.number) || u.number == "d" && u.words.starts_with("results") || !u.may_drop {
            return Ok(());
        }
        let table = table.put(2, other, "").put(5, u.number, "mange").csv();
        refusal(&table, u.words, &[3], &["row 5"])
    });
}

#[test]
fn a_column_of_text_only_where_it_is_left_out_is_told_truly() {
    // Row 1 is left out for its missing x; what is wrong with y stands in that row, and no other.
    let ran = on("y,x\nmange,\n1,2\n2,3\n3,5\n4,4\n5.5,7\n", "results regress --outcome y --terms x");
    assert!(ran.code == 0 || ran.err.contains("mange"), "{}: {}", ran.code, ran.err);
}

#[test]
fn a_column_that_is_not_there_is_named_with_those_that_are() {
    each(|u| {
        let table = (u.table)().rename(u.number, "andet").csv();
        refusal(&table, u.words, &[2, 3], &[&format!("\"{}\"", u.number), "andet"])
    });
}

#[test]
fn a_table_without_rows_is_refused() {
    each(|u| refusal(&(u.table)().first(0).csv(), u.words, &[3], &["t.csv", "no rows"]));
}

#[test]
fn a_column_without_values_is_refused() {
    each(|u| {
        let rows = (u.table)().rows.len();
        let table = (u.table)().fill(u.number, |_| String::new()).csv();
        refusal(&table, u.words, &[3], &["none of the", &rows.to_string()])
    });
}

#[test]
fn ten_rows_give_a_sound_answer_or_a_refusal() {
    each(|u| on(&(u.table)().first(10).csv(), u.words).sound_or_refused());
}

#[test]
fn two_rows_give_a_sound_answer_or_a_refusal() {
    each(|u| on(&(u.table)().first(2).csv(), u.words).sound_or_refused());
}

#[test]
fn one_value_everywhere_gives_a_sound_answer_or_a_refusal() {
    each(|u| on(&(u.table)().fill(u.number, |_| "1".to_owned()).csv(), u.words).sound_or_refused());
}

#[test]
fn huge_and_tiny_numbers_give_a_sound_answer_or_a_refusal() {
    for by in ["e120", "e-120"] {
        each(|u| {
            let table = (u.table)();
            let at = table.names.iter().position(|n| n == u.number).expect("the column");
            let old: Vec<String> = table.rows.iter().map(|r| r[at].clone()).collect();
            on(&table.fill(u.number, |i| format!("{}{by}", old[i])).csv(), u.words).sound_or_refused()
        });
    }
}

#[test]
fn danish_files_and_workbooks_answer_as_plain_ones() {
    each(|u| {
        let room = Room::new();
        let table = (u.table)();
        room.write("t.csv", table.csv());
        let danish: Vec<String> = table
            .joined(";")
            .lines()
            .map(|l| if l.contains(".csv") { l.to_owned() } else { l.replace('.', ",") })
            .collect();
        room.write("dansk.csv", format!("\u{feff}{}\r\n", danish.join("\r\n")));
        let cell = |text: &String| match text.parse::<f64>() {
            Ok(number) => tables::Value::Number(number),
            Err(_) if text.is_empty() => tables::Value::Missing,
            Err(_) => text.clone().into(),
        };
        let rows: Vec<Vec<tables::Value>> = table.rows.iter().map(|r| r.iter().map(cell).collect()).collect();
        let heads: Vec<tables::Column> = table.names.iter().map(|n| tables::Column::new(n.clone(), 10)).collect();
        let other = (vec![tables::Column::new("andet", 10)], vec![vec![tables::Value::Number(1.0)]]);
        let book = tables::write_xlsx(&[("Andet", &other.0, &other.1), ("Tal", &heads, &rows)]).expect("a workbook");
        room.write("t.xlsx", book);
        let ask = |from: &str| room.run(&format!("{} --data {from} --format json", u.words));
        let plain = ask("t.csv");
        if plain.code != 0 {
            return Err(plain.err);
        }
        let piped = room.run_with(&format!("{} --data - --format json", u.words), table.csv().as_bytes());
        for (name, ran) in [("danish", ask("dansk.csv")), ("workbook", ask("t.xlsx --sheet Tal")), ("piped", piped)] {
            if ran.code != 0 {
                return Err(format!("{name}: {}", ran.err));
            }
            if body(&ran) != body(&plain) {
                return Err(format!("{name}: another answer"));
            }
        }
        let lost = ask("t.xlsx --sheet Ingen");
        if lost.code == 3 && lost.err.contains("Andet, Tal") { Ok(()) } else { Err(format!("no sheet: {}", lost.err)) }
    });
}

#[test]
fn threads_say_nothing_and_the_seed_says_all() {
    each(|u| {
        let room = Room::new();
        room.write("t.csv", (u.table)().csv());
        let ask = |more: &str| {
            let ran = room.run(&format!("{} --data t.csv --format json {more}", u.words));
            let mut answer = if ran.code == 0 { ran.answer() } else { return Err(ran.err) };
            answer["spec"].as_object_mut().expect("a spec").remove("command");
            Ok(answer.to_string())
        };
        let (one, two) = (ask("--threads 1 --seed 5")?, ask("--threads 2 --seed 5")?);
        if one == two && ask("--threads 2 --seed 5")? == two { Ok(()) } else { Err("other bytes".to_owned()) }
    });
}

#[test]
fn both_languages_answer() {
    each(|u| {
        let room = Room::new();
        room.write("t.csv", (u.table)().csv());
        let (da, en) = (
            room.run(&format!("--lang da {} --data t.csv", u.words)),
            room.run(&format!("--lang en {} --data t.csv", u.words)),
        );
        let text = String::from_utf8_lossy(&da.out).into_owned();
        let whole = (da.code, en.code) == (0, 0) && da.out != en.out && text.contains("Kilde: t.csv");
        if whole { Ok(()) } else { Err(format!("{}{text}", da.err)) }
    });
}

#[test]
fn a_refusal_is_danish_where_danish_is_asked_for() {
    let english = [" the ", " is ", " are ", " rows ", " there ", " no ", " of ", " must "];
    each(|u| {
        let room = Room::new();
        for table in [(u.table)().first(2), (u.table)().fill(u.number, |_| "1".to_owned())] {
            room.write("t.csv", table.csv());
            let ran = room.run(&format!("--lang da {} --data t.csv", u.words));
            if let Some(word) = english.iter().find(|w| ran.code != 0 && ran.err.contains(**w)) {
                return Err(format!("\"{word}\" in a Danish refusal: {}", ran.err));
            }
        }
        Ok(())
    });
}

#[test]
fn spells_are_folded_or_refused() {
    let words = "effects spells --id id --states m1..m5";
    let answer = on(&states().csv(), words).answer();
    assert_eq!(answer["persons"], 20);
    let lengths =
        |key: &str| answer["states"].as_array().into_iter().flatten().filter_map(|s| s[key].as_f64()).sum::<f64>();
    assert!((lengths("spells") - answer["spells"].as_f64().unwrap_or(-1.0)).abs() < 0.5);
    let dropped = on(&states().put(4, "id", "").csv(), words).answer();
    assert_eq!(dropped["persons"], 19);
    assert!(dropped["warnings"].to_string().contains("1 of 20 rows"));
    on(&states().put(4, "id", "").csv(), &format!("{words} --missing error")).refused(3, &["\"id\"", "row 4"]);
    on(&states().csv(), "effects spells --id id --states m1..m9").refused(3, &["\"m9\"", "m1, m2"]);
    on(&states().csv(), "effects spells --id nr --states m1").refused(3, &["\"nr\"", "id, m1"]);
    on(&states().csv(), "effects spells --id id --states m4..m2").refused(2, &["m2", "before"]);
    on(&states().first(0).csv(), words).refused(3, &["no rows"]);
    let room = Room::new();
    room.write("t.csv", states().csv());
    let ran = room.run(&format!("{words} --data t.csv --out s.csv --format json"));
    ran.answer();
    let text = String::from_utf8(room.read("s.csv")).expect("text");
    assert!(text.starts_with("id,state,start,end,length,censored"), "{text}");
    assert_eq!(text.lines().count() - 1, ran.answer()["spells"].as_u64().unwrap_or(0) as usize);
}
