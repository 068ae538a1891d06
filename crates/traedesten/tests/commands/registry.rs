//! `registry`: in, out and checked.

use crate::program::{Room, sorted};
use serde_json::Value;
use sqlx::{AnyConnection, Connection};

#[test]
fn a_new_registry_is_empty_and_may_be_made_again() {
    let room = Room::new();
    for _ in 0..2 {
        room.run(&["registry", "init", "--registry", "sqlite:cases.db"]).well();
    }
    assert!(room.has("cases.db"));
    assert_eq!(room.export("sqlite:cases.db"), "");
}

#[test]
fn a_dry_run_counts_everything_and_keeps_nothing() {
    let room = Room::new();
    room.synth("made.jsonl");
    let arguments = ["registry", "import", "--registry", "sqlite:cases.db", "--from", "made.jsonl"];
    let dry = room.run(&[&arguments[..], &["--dry-run", "--format", "json"]].concat()).well();
    let dry: Value = serde_json::from_str(&dry).expect("JSON");
    assert_eq!((&dry["schema"], &dry["spec"]["dry_run"]), (&"traedesten/import/1".into(), &true.into()));
    assert_eq!(dry["cases"], room.read("made.jsonl").lines().count());
    assert_eq!(room.export("sqlite:cases.db"), "", "nothing is kept");

    let kept: Value =
        serde_json::from_str(&room.run(&[&arguments[..], &["--format", "json"]].concat()).well()).unwrap();
    assert_eq!(kept["spec"]["dry_run"], false);
    assert_eq!((&kept["cases"], &kept["facts"], &kept["kinds"]), (&dry["cases"], &dry["facts"], &dry["kinds"]));
}

#[test]
fn what_is_taken_out_as_json_comes_back_the_same() {
    let room = Room::new();
    room.filled();
    let first = room.export("sqlite:cases.db");
    room.write("first.jsonl", &first);
    room.run(&["registry", "import", "--registry", "sqlite:again.db", "--from", "first.jsonl"]).well();
    assert_eq!(room.export("sqlite:again.db"), first, "with the same ids");
}

#[test]
fn what_was_made_is_what_is_kept_but_for_who_wrote_it_down() {
    let room = Room::new();
    room.filled();
    let plain = |text: &str| -> Vec<Value> {
        sorted(text)
            .iter()
            .map(|line| {
                let mut journey: Value = serde_json::from_str(line).expect("a journey");
                for fact in journey["facts"].as_array_mut().expect("facts") {
                    fact.as_object_mut().expect("a fact").remove("recorded");
                }
                journey
            })
            .collect()
    };
    assert_eq!(plain(&room.export("sqlite:cases.db")), plain(&room.read("made.jsonl")));
}

#[test]
fn the_same_cases_are_not_brought_in_twice() {
    let room = Room::new();
    room.filled();
    let first = room.export("sqlite:cases.db");
    let err = room.run(&["registry", "import", "--registry", "sqlite:cases.db", "--from", "made.jsonl"]).ended(3);
    assert!(err.contains("Linje 1:"), "{err}");
    assert_eq!(room.export("sqlite:cases.db"), first);
}

#[test]
fn a_workbook_that_is_taken_out_can_be_brought_in() {
    let room = Room::new();
    room.filled();
    for (format, out) in [("xlsx", "cases.xlsx"), ("csv", "cases")] {
        let url = format!("sqlite:{format}.db");
        let out = ["registry", "export", "--registry", "sqlite:cases.db", "--format", format, "--out", out];
        room.run(&out).well();
        room.run(&["registry", "import", "--registry", &url, "--from", out[7]]).well();
        room.run(&["registry", "verify", "--registry", &url]).well();
        let names = |text: &str| -> Vec<String> {
            let mut names: Vec<String> = text
                .lines()
                .map(|l| serde_json::from_str::<Value>(l).expect("a journey")["person"]["name"].to_string())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&room.export(&url)), names(&room.export("sqlite:cases.db")), "{format}");
    }
}

#[test]
fn a_registry_that_holds_is_said_to_hold() {
    let room = Room::new();
    room.filled();
    let text = room.run(&["registry", "verify", "--registry", "sqlite:cases.db"]).well();
    assert!(text.contains("efterprøvet") && text.contains("Alle kæder holder."), "{text}");
    let json = room.run(&["registry", "verify", "--registry", "sqlite:cases.db", "--format", "json"]).well();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "traedesten/verify/1");
    assert_eq!(json["faults"], Value::Array(vec![]));
    assert_eq!(json["cases"], room.read("made.jsonl").lines().count());
}

/// Runs SQL past the registry.
fn tamper(room: &Room, sql: &'static str) {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite:{}", room.at("cases.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut connection = AnyConnection::connect(&url).await.expect("a connection past the registry");
        sqlx::raw_sql(sql).execute(&mut connection).await.expect("SQL");
        connection.close().await.expect("closed");
    });
}

#[test]
fn a_fact_that_was_tampered_with_is_found_and_ends_with_1() {
    let room = Room::new();
    room.filled();
    tamper(
        &room,
        "DROP TRIGGER journal_no_update; UPDATE journal SET fact = replace(fact, 'synthetic', 'adviser') \
         WHERE seq = 2 AND citizen = (SELECT MIN(citizen) FROM journal)",
    );
    let text = room.run(&["registry", "verify", "--registry", "sqlite:cases.db"]);
    assert_eq!(text.code, 1, "{text:?}");
    assert!(text.out.contains("oplysning 2: kæden holder ikke"), "{}", text.out);
    let json = room.run(&["registry", "verify", "--registry", "sqlite:cases.db", "--format", "json"]);
    assert_eq!(json.code, 1);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json["faults"].as_array().map(Vec::len), &json["faults"][0]["fact"]), (Some(1), &2.into()));
}

#[test]
fn a_fact_cut_off_at_the_end_is_missed() {
    let room = Room::new();
    room.filled();
    tamper(
        &room,
        "DROP TRIGGER journal_no_delete; DELETE FROM journal WHERE citizen = (SELECT MIN(citizen) FROM journal) \
         AND seq = (SELECT MAX(seq) FROM journal WHERE citizen = (SELECT MIN(citizen) FROM journal))",
    );
    assert_eq!(room.run(&["registry", "verify", "--registry", "sqlite:cases.db"]).code, 1);
}
