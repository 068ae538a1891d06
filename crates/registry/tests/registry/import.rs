//! Journeys in and out as JSON lines.

use crate::common::{assert_verifies, number, on_each_engine, open, open_with, raw};
use registry::{Imported, Registry, RegistryError};
use testkit::{TODAY, citizen, day, moment};
use timeline::{Journey, Maalgruppe, Ydelse, sample};

fn lines(journeys: &[Journey]) -> Vec<String> {
    journeys.iter().map(|j| serde_json::to_string(j).unwrap()).collect()
}

fn read(lines: &[String]) -> Imported {
    Imported::from_json_lines(&lines.join("\n")).expect("every line is a journey")
}

fn cases() -> Vec<Journey> {
    let told =
        |name: &str| citizen(name).enters(day("2026-03-02"), Ydelse::Kontanthjaelp, Maalgruppe::Jobparat).journey();
    vec![told("Anna Holm"), told("Bo Dam"), sample::journey(), told("Carla Ek"), citizen("Dorte Fø").journey()]
}

async fn assert_empty(registry: &Registry, url: &str) {
    assert_eq!(registry.count().await.unwrap(), 0);
    let mut past = raw(url).await;
    for table in ["journal", "head", "cpr", "caseload", "search_word"] {
        assert_eq!(number(&mut past, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
}

#[test]
fn what_is_imported_is_exported_again() {
    on_each_engine(async |db| {
        let registry = open(db).await;
        let imported = read(&lines(&cases()));
        let mut heard = Vec::new();
        let report = registry.import(&imported, TODAY, false, |n| heard.push(n)).await.unwrap();
        let facts = cases().iter().map(|j| j.facts.len() as u64).sum::<u64>();
        assert_eq!((report.cases, report.facts), (5, facts));
        assert_eq!(report.kinds.iter().map(|k| k.1).sum::<u64>(), facts);
        assert_eq!(report.kinds.iter().find(|k| k.0 == "target_group").unwrap().1, 4);
        assert_eq!(heard, [1, 2, 3, 4, 5]);
        assert_verifies(&registry).await;

        let mut out = Vec::new();
        let keep = |journey| {
            out.push(journey);
            Ok(())
        };
        assert_eq!(registry.export("r-01", moment(0), keep).await.unwrap(), 5);
        let mut expected = cases();
        expected.sort_by_key(|j| j.citizen);
        out.sort_by_key(|j| j.citizen);
        assert_eq!(out, expected);
        let looks = registry.looks(expected[0].citizen, 9).await.unwrap();
        assert_eq!(looks.iter().map(|l| (&*l.who, &*l.what)).collect::<Vec<_>>(), [("r-01", "export")]);
    });
}

#[test]
fn ids_are_in_order_whatever_their_first_digit() {
    on_each_engine(async |db| {
        let ids = [u64::MAX, 1, 1 << 63, (1 << 63) - 1, 0];
        let registry = open_with(db, &ids.map(|id| citizen("Anna Holm").id(id).journey())).await;
        let mut expected = ids.map(timeline::CitizenId);
        expected.sort_unstable();
        assert_eq!(registry.citizens().await.unwrap(), expected);
    });
}

#[test]
fn a_dry_run_says_the_same_and_keeps_nothing() {
    on_each_engine(async |db| {
        let registry = open(db).await;
        let imported = read(&lines(&cases()));
        let rehearsed = registry.import(&imported, TODAY, true, |_| {}).await.unwrap();
        assert_empty(&registry, db.url()).await;
        assert_eq!(registry.import(&imported, TODAY, false, |_| {}).await.unwrap(), rehearsed);
        assert_eq!(registry.count().await.unwrap(), 5);
        let err = registry.import(&imported, TODAY, true, |_| {}).await.unwrap_err();
        assert!(matches!(err, RegistryError::File { line: 1, .. }), "a dry run finds what a real one would: {err:?}");
    });
}

#[test]
fn a_line_in_the_middle_that_cannot_be_kept_is_named_and_no_other_is_kept() {
    on_each_engine(async |db| {
        let registry = open(db).await;
        let twin = |name: &str| citizen(name).cpr("070761-4285").journey();
        let mut journeys: Vec<(usize, Journey)> = cases().into_iter().enumerate().map(|(i, j)| (i + 1, j)).collect();
        journeys[1].1 = twin("Bo Dam");
        journeys[3].1 = twin("Bo Dams dobbeltgænger");
        let first = journeys[1].1.citizen.to_string();
        let err = registry.import(&Imported { journeys }, TODAY, false, |_| {}).await.unwrap_err();
        assert!(matches!(&err, RegistryError::File { line: 4, what } if what.contains(&first)), "{err:?}");
        assert_empty(&registry, db.url()).await;

        registry.open_case(&cases()[2], TODAY).await.unwrap();
        let err = registry.import(&read(&lines(&cases())), TODAY, false, |_| {}).await.unwrap_err();
        assert!(matches!(&err, RegistryError::File { line: 3, what } if what.contains("already")), "{err:?}");
        assert_eq!(registry.count().await.unwrap(), 1, "only the case that was there");
    });
}

#[test]
fn every_line_that_is_no_journey_is_named_before_anything_is_kept() {
    let mut lines = lines(&cases());
    lines[1] = lines[1].replace("\"from\":\"2026-03-02\"", "\"from\":\"2026-13-02\"");
    lines[2] = lines[2].replace("\"id\":2,", "\"id\":7,");
    lines.insert(3, String::new());
    lines.push(lines[0].clone());
    lines.push(lines[0].replace("traedesten/journey/1", "traedesten/journey/9"));
    let faults = Imported::from_json_lines(&lines.join("\n")).unwrap_err();
    let said: Vec<(usize, String)> = faults
        .into_iter()
        .map(|fault| match fault {
            RegistryError::File { line, what } => (line, what),
            other => panic!("a line should be named: {other:?}"),
        })
        .collect();
    let expected = [
        (2, "\"2026-13-02\" is not a day; write it as 2026-11-24"),
        (3, "fact 7 stands where fact 2 should"),
        (7, "stands on line 1 already"),
        (8, "this program reads \"traedesten/journey/1\""),
    ];
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for ((line, what), (expected_line, says)) in said.iter().zip(expected) {
        assert_eq!(*line, expected_line, "{what}");
        assert!(what.contains(says), "{what:?} should say {says:?}");
    }
}

#[test]
fn a_file_of_nothing_but_faults_is_given_up_after_fifty() {
    let text = "{}\n".repeat(3000);
    assert_eq!(Imported::from_json_lines(&text).unwrap_err().len(), 50);
    assert_eq!(Imported::from_json_lines("\n\n").unwrap().journeys.len(), 0);
}

#[test]
fn a_cpr_number_whose_control_digit_does_not_fit_is_kept_and_pointed_out() {
    on_each_engine(async |db| {
        let registry = open(db).await;
        let journeys = ["070761-4285", "0707614286"].map(|cpr| citizen(cpr).cpr(cpr).journey());
        let imported = Imported { journeys: vec![(11, journeys[0].clone()), (12, journeys[1].clone())] };
        let report = registry.import(&imported, TODAY, false, |_| {}).await.unwrap();
        assert_eq!(report.control_digit, [12]);
        let cpr = journeys[1].person.as_ref().unwrap().cpr;
        assert_eq!(registry.cpr(journeys[1].citizen).await.unwrap(), cpr);
    });
}
