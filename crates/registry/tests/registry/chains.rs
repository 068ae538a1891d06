//! What tampering past the registry looks like to `verify`.

use crate::common::{column, drop_guards, on_each_engine, open_with, raw, sql};
use registry::{ChainFault, Registry};
use testkit::{TestDb, citizen, day};
use timeline::{CitizenId, Journey, Maalgruppe, Ydelse};

/// Two cases of five facts each, and one without any.
fn cases() -> [Journey; 3] {
    let told = |name: &str, id: u64| {
        citizen(name)
            .id(id)
            .enters(day("2026-03-02"), Ydelse::Kontanthjaelp, Maalgruppe::Jobparat)
            .talks_on(["2026-03-09", "2026-06-01", "2026-09-01"].map(day))
            .journey()
    };
    [told("Anna Holm", 1), told("Bo Dam", u64::MAX - 1), citizen("Carla Ek").id(3).journey()]
}

/// The faults found after `tampering`.
async fn after(db: &TestDb, registry: &Registry, tampering: &[String]) -> Vec<ChainFault> {
    let mut past = raw(db.url()).await;
    drop_guards(&mut past, db.is_postgres()).await;
    for statement in tampering {
        sql(&mut past, statement).await.expect("the tampering succeeds");
    }
    let mut heard = 0;
    let verified = registry.verify(|n| heard = n).await.expect("the chains are read");
    assert_eq!((verified.cases, heard), (3, 3));
    verified.faults
}

fn tampered(statements: &[&str], first_fault: i64) {
    on_each_engine(async |db| {
        let registry = open_with(db, &cases()).await;
        let clean = registry.verify(|_| {}).await.unwrap();
        assert_eq!((clean.cases, clean.facts, clean.faults), (3, 10, vec![]));
        let statements: Vec<String> = statements.iter().map(|s| (*s).to_owned()).collect();
        let faults = after(db, &registry, &statements).await;
        assert!(!faults.is_empty(), "{statements:?} is found");
        assert!(faults.iter().all(|f| f.citizen == CitizenId(1)), "only the case that was tampered with: {faults:?}");
        assert_eq!(faults[0].seq, first_fault, "{faults:?}");
    });
}

#[test]
fn changed_text_of_a_fact_is_found() {
    tampered(&["UPDATE journal SET fact = replace(fact, '2026-03-09', '2026-03-10') WHERE citizen = 1 AND seq = 3"], 3);
}

#[test]
fn a_fact_whose_text_is_no_longer_a_fact_is_found() {
    tampered(&["UPDATE journal SET fact = '{}' WHERE citizen = 1 AND seq = 5"], 5);
}

#[test]
fn a_changed_hash_is_found() {
    tampered(
        &["UPDATE journal SET hash = (SELECT hash FROM journal WHERE citizen = 1 AND seq = 1) \
           WHERE citizen = 1 AND seq = 2"],
        2,
    );
}

#[test]
fn changed_columns_beside_the_text_are_found() {
    tampered(&["UPDATE journal SET learned = '2026-01-01' WHERE citizen = 1 AND seq = 4"], 4);
    tampered(&["UPDATE journal SET kind = 'note' WHERE citizen = 1 AND seq = 4"], 4);
    tampered(&["UPDATE journal SET replaces = 2 WHERE citizen = 1 AND seq = 4"], 4);
}

#[test]
fn a_fact_deleted_from_the_beginning_is_found() {
    tampered(&["DELETE FROM journal WHERE citizen = 1 AND seq = 1"], 1);
}

#[test]
fn a_fact_deleted_from_the_middle_is_found() {
    tampered(&["DELETE FROM journal WHERE citizen = 1 AND seq = 3"], 3);
}

#[test]
fn a_fact_deleted_from_the_middle_with_the_others_moved_up_is_found() {
    tampered(
        &[
            "DELETE FROM journal WHERE citizen = 1 AND seq = 3",
            "UPDATE journal SET seq = 3 WHERE citizen = 1 AND seq = 4",
            "UPDATE journal SET seq = 4 WHERE citizen = 1 AND seq = 5",
            "UPDATE head SET seq = 4 WHERE citizen = 1",
        ],
        3,
    );
}

#[test]
fn the_last_fact_deleted_is_found() {
    tampered(&["DELETE FROM journal WHERE citizen = 1 AND seq = 5"], 4);
}

#[test]
fn every_fact_deleted_is_found() {
    tampered(&["DELETE FROM journal WHERE citizen = 1"], 0);
}

#[test]
fn two_facts_of_a_case_that_changed_places_are_found() {
    tampered(
        &[
            "UPDATE journal SET seq = 9 WHERE citizen = 1 AND seq = 3",
            "UPDATE journal SET seq = 3 WHERE citizen = 1 AND seq = 4",
            "UPDATE journal SET seq = 4 WHERE citizen = 1 AND seq = 9",
        ],
        3,
    );
}

#[test]
fn the_end_of_a_chain_that_was_changed_or_lost_is_found() {
    tampered(&["UPDATE head SET seq = 6 WHERE citizen = 1"], 5);
    on_each_engine(async |db| {
        let registry = open_with(db, &cases()).await;
        let mut past = raw(db.url()).await;
        sql(&mut past, "DELETE FROM head WHERE citizen = 1").await.unwrap();
        let verified = registry.verify(|_| {}).await.unwrap();
        assert_eq!(verified.faults.iter().filter(|f| f.citizen == CitizenId(1)).count(), 1, "{verified:?}");
    });
}

#[test]
fn two_cases_that_changed_places_are_found() {
    on_each_engine(async |db| {
        let journeys = cases();
        let registry = open_with(db, &journeys).await;
        let [one, two, free] = journeys.each_ref().map(|j| column(j.citizen));
        let swap = |table: &str| {
            let moved = |from: i64, to: i64| format!("UPDATE {table} SET citizen = {to} WHERE citizen = {from}");
            [moved(one, free), moved(two, one), moved(free, two)]
        };
        let mut tampering: Vec<String> = swap("journal").to_vec();
        tampering.push(format!("DELETE FROM head WHERE citizen = {free}"));
        tampering.extend(swap("head"));
        tampering.push(format!("INSERT INTO head SELECT {free}, 0, hash FROM head WHERE citizen = {one}"));
        let faults = after(db, &registry, &tampering).await;
        for citizen in [journeys[0].citizen, journeys[1].citizen] {
            let first = faults.iter().find(|f| f.citizen == citizen);
            assert_eq!(first.map(|f| f.seq), Some(1), "{faults:?}");
        }
    });
}

#[test]
fn a_fact_that_was_slipped_in_at_the_end_is_found() {
    tampered(
        &["INSERT INTO journal (citizen, seq, learned, kind, replaces, fact, hash) \
           SELECT citizen, 6, learned, kind, NULL, fact, hash FROM journal WHERE citizen = 1 AND seq = 5"],
        6,
    );
}

#[test]
fn more_cases_than_one_page_holds_are_all_looked_at() {
    on_each_engine(async |db| {
        let journeys: Vec<Journey> =
            (0..405).map(|i| citizen(&format!("Nr {i}")).talks_on([day("2026-03-02")]).journey()).collect();
        let registry = crate::common::open(db).await;
        let imported = registry::Imported { journeys: journeys.iter().cloned().enumerate().collect() };
        registry.import(&imported, testkit::TODAY, false, |_| {}).await.unwrap();
        let verified = registry.verify(|_| {}).await.unwrap();
        assert_eq!((verified.cases, verified.facts, verified.faults), (405, 405, vec![]));
        let mut past = raw(db.url()).await;
        drop_guards(&mut past, db.is_postgres()).await;
        sql(&mut past, "UPDATE journal SET fact = replace(fact, 'held', 'missed')").await.unwrap();
        let faults = registry.verify(|_| {}).await.unwrap().faults;
        assert_eq!(faults.iter().map(|f| f.citizen).collect::<std::collections::HashSet<_>>().len(), 405);
    });
}
