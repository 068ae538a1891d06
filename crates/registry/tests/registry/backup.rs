//! Backups: into either engine, and what is refused.

use crate::common::{
    assert_verifies, author, correcting, hex, note, number, on_each_engine, open, open_with, raw, vault,
};
use registry::{BackupReport, Look, Registry, RegistryError, Vault};
use sha2::{Digest, Sha256};
use testkit::{TODAY, TestDb, citizen, day, engines, moment};
use timeline::{Journey, Maalgruppe, Ydelse, sample};

fn cases() -> Vec<Journey> {
    let entered = day("2026-03-02");
    let bo = citizen("Bo \"Øl\" Dam").cpr("070761-4285").enters(entered, Ydelse::Dagpenge, Maalgruppe::Dagpenge);
    let highest = citizen("Carla Ek").id(u64::MAX).cpr("0101504000").talks_on([day("2026-05-04")]);
    vec![sample::journey(), bo.journey(), highest.journey(), citizen("Dorte Fø").journey()]
}

/// A registry with some of everything.
async fn filled(db: &TestDb) -> Registry {
    let cases = cases();
    let registry = open_with(db, &cases).await;
    registry.append(cases[1].citizen, vec![correcting(1, note("To\nlinjer\u{2028}"))], &author()).await.unwrap();
    for (at, what, reason) in [(1, "case", None), (2, "cpr", Some("Skal ringe »nu«".to_owned()))] {
        let look = Look { at: moment(at), who: "r-01".into(), what: what.into(), reason };
        registry.log_look(cases[1].citizen, &look).await.unwrap();
    }
    let says = registry::Description { unit: "Team Job".into(), does: "Timer\nfra uge 1".into(), ..Default::default() };
    let first = registry.write_practice(&says, None, "r-01", moment(3)).await.unwrap();
    registry.write_practice(&says, Some(first), "r-02", moment(4)).await.unwrap();
    registry
}

async fn backup(registry: &Registry) -> (BackupReport, Vec<u8>) {
    let mut bytes = Vec::new();
    let report = registry.backup(&mut bytes).await.expect("a backup");
    (report, bytes)
}

async fn restore(registry: &Registry, bytes: &[u8]) -> Result<BackupReport, RegistryError> {
    let mut from = bytes;
    registry.restore(&mut from, TODAY).await
}

#[test]
fn a_backup_of_each_engine_is_restored_into_each_engine() {
    on_each_engine(async |from| {
        let original = filled(from).await;
        let (report, bytes) = backup(&original).await;
        let facts = cases().iter().map(|j| j.facts.len() as u64).sum::<u64>() + 1;
        assert_eq!(report, BackupReport { cases: 4, facts, looks: 2, practices: 2 });
        for into in engines() {
            let registry = open(&into).await;
            assert_eq!(restore(&registry, &bytes).await.unwrap(), report);
            assert_verifies(&registry).await;
            assert_eq!(registry.citizens().await.unwrap(), original.citizens().await.unwrap());
            for case in cases() {
                let id = case.citizen;
                assert_eq!(registry.journey(id).await.unwrap(), original.journey(id).await.unwrap());
                assert_eq!(registry.case_line(id).await.unwrap(), original.case_line(id).await.unwrap());
                assert_eq!(registry.cpr(id).await.unwrap(), case.person.as_ref().and_then(|p| p.cpr));
                assert_eq!(registry.practices().await.unwrap(), original.practices().await.unwrap());
                assert_eq!(registry.looks(id, 9).await.unwrap(), original.looks(id, 9).await.unwrap());
            }
            assert_eq!(registry.search("dam øl", 9).await.unwrap(), original.search("dam øl", 9).await.unwrap());
            assert_eq!(backup(&registry).await.1, bytes, "a backup of the restored registry is the same file");
            registry.append(cases()[2].citizen, vec![note("Livet går videre")], &author()).await.unwrap();
            assert_verifies(&registry).await;
        }
    });
}

#[test]
fn a_backup_holds_cpr_numbers_under_seal_only() {
    on_each_engine(async |db| {
        let registry = filled(db).await;
        let text = String::from_utf8(backup(&registry).await.1).unwrap();
        assert!(!text.contains("0707614285") && !text.contains("070761-4285"));

        let other = TestDb::sqlite();
        let closed = Registry::open(other.url(), Vault::closed()).await.unwrap();
        restore(&closed, text.as_bytes()).await.unwrap();
        closed.close().await;
        let opened = Registry::open(other.url(), vault()).await.unwrap();
        let cpr = opened.cpr(cases()[1].citizen).await.unwrap().unwrap();
        assert_eq!(cpr.reveal(), "0707614285", "restored without the key, and opened with it");
    });
}

#[test]
fn an_empty_registry_is_backed_up_and_restored() {
    on_each_engine(async |db| {
        let (report, bytes) = backup(&open(db).await).await;
        assert_eq!(report, BackupReport::default());
        assert_eq!(restore(&open(&TestDb::sqlite()).await, &bytes).await.unwrap(), report);
    });
}

#[test]
fn a_registry_that_holds_cases_is_not_restored_into() {
    on_each_engine(async |db| {
        let registry = filled(db).await;
        let (_, bytes) = backup(&registry).await;
        let before = registry.citizens().await.unwrap();
        assert!(matches!(restore(&registry, &bytes).await, Err(RegistryError::NotEmpty)));
        assert_eq!(registry.citizens().await.unwrap(), before);
        assert_eq!(backup(&registry).await.1, bytes);
    });
}

/// The lines with a last line that fits them, as somebody would make it who knows how.
fn sealed(lines: &[String]) -> Vec<u8> {
    let text = lines.concat();
    let sum = hex(&Sha256::digest(&text));
    (text + &format!("{{\"line\":\"end\",\"lines\":{},\"sha256\":\"{sum}\"}}\n", lines.len())).into_bytes()
}

/// That a backup is refused at that line (or any, where none is given), and that nothing of it is kept.
async fn refused(bytes: &[u8], line: Option<usize>, says: &str) {
    for into in engines() {
        let registry = open(&into).await;
        match restore(&registry, bytes).await.expect_err(says) {
            RegistryError::File { line: found, what } => {
                assert!(what.contains(says), "{what:?} should say {says:?}");
                assert!(line.is_none_or(|l| l == found), "line {found} and not {line:?}: {what}");
            }
            other => panic!("{says}: a line should be named, not {other:?}"),
        }
        let mut past = raw(into.url()).await;
        for table in ["citizen", "journal", "head", "cpr", "look", "caseload", "search_word"] {
            let left = number(&mut past, &format!("SELECT COUNT(*) FROM {table}")).await;
            assert_eq!(left, 0, "{table} is empty after: {says}");
        }
    }
}

/// The backup of [`filled`] by lines, the last (which carries the sum) apart.
fn lines() -> (Vec<String>, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let db = TestDb::sqlite();
    let (_, bytes) = runtime.block_on(async { backup(&filled(&db).await).await });
    let text = String::from_utf8(bytes).unwrap();
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let last = lines.pop().unwrap();
    (lines, last)
}

fn check(test: impl AsyncFn()) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test());
}

fn first(lines: &[String], kind: &str) -> usize {
    lines.iter().position(|l| l.starts_with(&format!("{{\"line\":\"{kind}\""))).expect("such a line")
}

#[test]
fn a_backup_that_is_cut_off_anywhere_is_refused() {
    let (lines, last) = lines();
    check(async || {
        for keep in [0, 1, 2, first(&lines, "fact"), lines.len() - 1, lines.len()] {
            refused(lines[..keep].concat().as_bytes(), Some(keep + 1), "cut off").await;
        }
        let whole = lines.concat() + &last;
        for cut in [3, whole.len() / 2, whole.len() - 3] {
            refused(&whole.as_bytes()[..cut], None, "not a line of a backup").await;
        }
    });
}

#[test]
fn a_backup_with_one_digit_changed_in_any_kind_of_line_is_refused() {
    let (lines, last) = lines();
    check(async || {
        for (kind, from, to) in
            [("citizen", "Anna", "Anne"), ("cpr", "\"sealed\":\"", "\"sealed\":\"00"), ("look", "r-01", "r-02")]
        {
            let mut changed = lines.clone();
            let place = first(&lines, kind);
            let place = (place..lines.len()).find(|i| lines[*i].contains(from)).unwrap();
            changed[place] = changed[place].replacen(from, to, 1);
            refused((changed.concat() + &last).as_bytes(), Some(lines.len() + 1), "the sum does not fit").await;
        }
        let mut changed = lines.clone();
        let place = lines.iter().position(|l| l.contains("\"seq\":4") && l.contains("2025-03")).unwrap();
        changed[place] = changed[place].replace("2025-", "2024-");
        let bytes = changed.concat() + &last;
        refused(bytes.as_bytes(), Some(place + 1), "").await;
        let damaged = (lines.concat() + &last).replacen("\"look\"", "\"lock\"", 1);
        refused(damaged.as_bytes(), Some(first(&lines, "look") + 1), "not a line of a backup").await;
    });
}

#[test]
fn a_backup_with_lines_in_another_order_is_refused_even_where_its_sum_was_made_to_fit() {
    let (lines, last) = lines();
    let fact = lines.iter().position(|l| l.contains("\"kind\":\"benefit\"")).unwrap();
    check(async || {
        let mut swapped = lines.clone();
        swapped.swap(fact + 1, fact + 2);
        refused((swapped.concat() + &last).as_bytes(), Some(fact + 2), "the chain of the case breaks").await;
        refused(&sealed(&swapped), Some(fact + 2), "the chain of the case breaks").await;

        let mut missing = lines.clone();
        missing.remove(fact + 4);
        refused(&sealed(&missing), Some(fact + 5), "the chain of the case breaks").await;

        let mut early = lines.clone();
        let moved = early.remove(fact);
        early.insert(1, moved);
        refused(&sealed(&early), Some(2), "a citizen not named before").await;

        let mut headless = lines.clone();
        headless.remove(0);
        refused(&sealed(&headless), Some(1), "the first line should say").await;
    });
}

#[test]
fn a_line_that_says_something_twice_or_of_nobody_is_named() {
    let (lines, _) = lines();
    let (person, cpr) = (first(&lines, "citizen"), first(&lines, "cpr"));
    check(async || {
        let mut twice = lines.clone();
        twice.insert(person + 1, lines[person].clone());
        refused(&sealed(&twice), Some(person + 2), "").await;

        let mut twice = lines.clone();
        twice.insert(cpr + 1, lines[cpr].clone());
        refused(&sealed(&twice), Some(cpr + 2), "").await;

        let mut nobody = lines.clone();
        nobody[cpr] = nobody[cpr].replacen("\"citizen\":\"", "\"citizen\":\"0000000000000abc", 1);
        let tail = nobody[cpr].find("0abc").unwrap() + 4;
        nobody[cpr].replace_range(tail..tail + 16, "");
        refused(&sealed(&nobody), Some(cpr + 1), "").await;
    });
}

#[test]
fn columns_of_a_fact_that_do_not_say_what_it_says_are_refused() {
    let (lines, _) = lines();
    let fact = lines.iter().position(|l| l.contains("\"kind\":\"benefit\"")).unwrap();
    check(async || {
        let mut changed = lines.clone();
        changed[fact] = changed[fact].replacen("\"kind\":\"benefit\"", "\"kind\":\"note\"", 1);
        refused(&sealed(&changed), Some(fact + 1), "").await;
    });
}

#[test]
fn what_follows_the_last_line_of_a_backup_is_not_passed_over() {
    let (lines, last) = lines();
    check(async || {
        let whole = lines.concat() + &last;
        refused((whole.clone() + &whole).as_bytes(), Some(lines.len() + 2), "").await;
    });
}

#[test]
fn a_file_that_is_no_backup_is_refused() {
    check(async || {
        refused(b"", Some(1), "cut off").await;
        refused(b"borger;navn\n1;Anna\n", Some(1), "not a line of a backup").await;
        refused(b"{\"line\":\"start\",\"format\":\"traedesten/backup/9\"}\n", Some(1), "traedesten/backup/1").await;
        refused(b"\xff\xfe\n", Some(1), "").await;
    });
}
