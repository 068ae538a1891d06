//! The forms of an answer: text, JSON, CSV and workbook, to standard output or to a whole file.

use crate::program::{Room, body};
use crate::tables_of::{USES, persons};

#[test]
fn every_form_is_given_and_a_file_is_whole() {
    for u in USES {
        let room = Room::new();
        room.write("t.csv", (u.table)().csv());
        let ask = |more: &str| room.run(&format!("{} --data t.csv {more}", u.words));
        for form in ["text", "json", "csv", "xlsx"] {
            let shown = ask(&format!("--format {form}"));
            assert_eq!(shown.code, 0, "{} {form}: {}", u.words, shown.err);
            let kept = ask(&format!("--format {form} --out answer.{form}"));
            assert_eq!((kept.code, kept.out.len()), (0, 0), "{} {form}: {}", u.words, kept.err);
            let written = room.read(&format!("answer.{form}"));
            match form {
                "text" => assert!(String::from_utf8_lossy(&written).contains("Source: t.csv"), "{}", u.words),
                "json" => {
                    let kept: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
                    assert_eq!(
                        kept.as_object().map(serde_json::Map::len),
                        body(&shown).as_object().map(|o| o.len() + 1)
                    );
                }
                "csv" => {
                    assert_eq!(written, shown.out, "{}", u.words);
                    let text = String::from_utf8(written).expect("UTF-8");
                    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
                    let width = reader.headers().expect("headings").len();
                    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
                    assert!(width > 1 && !rows.is_empty(), "{}: {text}", u.words);
                    assert!(!text.contains("NaN") && !text.contains("inf,"), "{}: {text}", u.words);
                }
                _ => {
                    assert!(written.starts_with(b"PK"), "{}", u.words);
                    let sheets = tables::read_xlsx("answer.xlsx", &written).expect("a workbook");
                    assert!(!sheets[0].is_empty(), "{}", u.words);
                }
            }
        }
        assert_eq!(room.names(), ["answer.csv", "answer.json", "answer.text", "answer.xlsx", "t.csv"], "no half file");
    }
}

#[test]
fn a_refusal_leaves_what_was_there() {
    let room = Room::new();
    room.write("t.csv", persons().fill("x", |_| "1".to_owned()).csv());
    room.write("answer.json", "before");
    room.run("results regress --outcome y --terms x --data t.csv --format json --out answer.json")
        .refused(4, &["\"x\""]);
    assert_eq!(room.read("answer.json"), b"before");
    assert_eq!(room.names(), ["answer.json", "t.csv"]);
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let room = Room::new();
    room.write("t.csv", persons().csv());
    let ran = room.run("results regress --outcome y --terms x --data t.csv --out nowhere/answer.txt");
    ran.refused(5, &["nowhere/answer.txt"]);
}

#[test]
fn power_answers_or_says_which_number_cannot_be() {
    let room = Room::new();
    let answer = room.run("effects power --n 500 --format json").answer();
    assert!(answer["effect"].as_f64().is_some_and(|e| e > 0.0));
    let keys: Vec<&String> = answer.as_object().into_iter().flatten().take(3).map(|(k, _)| k).collect();
    assert_eq!(keys, ["schema", "spec", "warnings"]);
    for (words, said) in [
        ("--n 0", "--n"),
        ("--n nan", "--n"),
        ("--effect 0", "--effect"),
        ("--n 100 --share 2", "--share"),
        ("--n 100 --sd 0", "--sd"),
        ("--n 100 --alpha 0.9", "--alpha"),
        ("--n 100 --power 0.01", "--power"),
        ("--n 100 --take-up 0", "--take-up"),
        ("", "--n"),
        ("--n 100 --format csv", "text"),
    ] {
        let ran = room.run(&format!("effects power {words}"));
        assert!([2, 4].contains(&ran.code) && ran.err.contains(said) && ran.out.is_empty(), "{words}: {ran:?}");
    }
}

#[test]
fn power_never_gives_an_empty_number() {
    let room = Room::new();
    for words in ["--effect 1e-300", "--n 1e300 --effect 1e-300", "--n 0.01", "--n 3 --cluster-size 1000 --effect 1"] {
        let ran = room.run(&format!("effects power {words} --format json"));
        if ran.code == 0 {
            let answer = ran.answer();
            assert!(answer["n"].as_f64().is_some_and(|n| n >= 2.0), "{words}: {answer}");
            assert!(["effect", "power", "clusters"].iter().all(|k| answer[k].is_number()), "{words}: {answer}");
        } else {
            ran.refused(ran.code, &["--"]);
        }
    }
}

#[test]
fn a_table_of_an_answer_is_never_empty() {
    let room = Room::new();
    room.write("t.csv", persons().csv());
    for words in [
        "effects cate --outcome y --treatment d --terms x --learner dr",
        "effects sensitivity --outcome y --treatment d",
        "effects aipw --outcome y --treatment d",
        "effects km --time t --event e",
    ] {
        let ran = room.run(&format!("{words} --data t.csv --format csv"));
        assert_eq!(ran.code, 0, "{words}: {}", ran.err);
        assert!(
            String::from_utf8_lossy(&ran.out).lines().count() > 1,
            "{words}: {}",
            String::from_utf8_lossy(&ran.out)
        );
    }
}
