//! Several writers at once.

use crate::common::{assert_verifies, author, correcting, note, on_each_engine, open, open_with, talk};
use jiff::ToSpan;
use registry::{Registry, RegistryError};
use testkit::{TODAY, citizen, day};
use timeline::{CitizenId, FactId, JourneyError, Maalgruppe, TalkState, Ydelse};
use tokio::task::JoinSet;

#[test]
fn of_two_writers_who_correct_the_same_fact_exactly_one_wins() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").talks_on([day("2026-03-02")]).journey();
        // Two registries, as two servers would have on PostgreSQL and two programs on one SQLite file.
        let (one, two) = (open_with(db, [&anna]).await, open(db).await);
        let author = author();
        for target in 1..=20 {
            let (first, second) = tokio::join!(
                one.append(anna.citizen, vec![correcting(target, note("Den ene"))], &author),
                two.append(anna.citizen, vec![correcting(target, note("Den anden"))], &author),
            );
            let lost = match (first, second) {
                (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => lost,
                other => panic!("one should win and one should lose: {other:?}"),
            };
            let expected =
                matches!(&lost, RegistryError::Raced | RegistryError::Journey(JourneyError::ReplacedTwice { .. }));
            assert!(expected, "{lost:?}");
        }
        let journey = one.journey(anna.citizen).await.unwrap();
        assert_eq!((journey.facts.len(), journey.current().count()), (21, 1));
        journey.check().unwrap();
        assert_verifies(&two).await;
    });
}

/// Appends held talks on days of its own, and says what was kept.
async fn write(registry: Registry, citizen: CitizenId, count: usize) -> Vec<FactId> {
    let mut kept = Vec::new();
    for _ in 0..count {
        kept.extend(registry.append(citizen, vec![talk(TODAY, TalkState::Held)], &author()).await.expect("kept"));
    }
    kept
}

#[test]
fn writers_on_one_case_queue_and_nothing_of_theirs_is_lost() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").journey();
        let (one, two) = (open_with(db, [&anna]).await, open(db).await);
        let mut writers = JoinSet::new();
        for i in 0..4 {
            let registry = if i % 2 == 0 { one.clone() } else { two.clone() };
            writers.spawn(write(registry, anna.citizen, 15));
        }
        let mut kept: Vec<FactId> = writers.join_all().await.into_iter().flatten().collect();
        kept.sort_unstable();
        assert_eq!(kept, (1..=60).map(FactId).collect::<Vec<_>>(), "every number is given once");
        assert_eq!(one.journey(anna.citizen).await.unwrap().facts.len(), 60);
        assert_verifies(&one).await;
    });
}

#[test]
fn chains_that_are_being_written_verify() {
    on_each_engine(async |db| {
        let names = ["Anna Holm", "Bo Dam", "Carla Ek"];
        let cases = names.map(|name| citizen(name).journey());
        let registry = open_with(db, &cases).await;
        let mut writers = JoinSet::new();
        for case in &cases {
            writers.spawn(write(registry.clone(), case.citizen, 40));
        }
        let mut rounds = 0;
        while writers.try_join_next().is_none() {
            assert_verifies(&registry).await;
            rounds += 1;
        }
        writers.join_all().await;
        assert!(rounds > 1, "it was verified while it was written");
    });
}

#[test]
fn of_two_cases_opened_at_once_with_one_cpr_number_the_second_is_told_of_the_first() {
    on_each_engine(async |db| {
        let (one, two) = (open(db).await, open(db).await);
        for i in 0..10 {
            let cpr = format!("0101{:02}-4000", 50 + i);
            let anna = citizen(&format!("Anna {i}")).cpr(&cpr).journey();
            let bo = citizen(&format!("Bo {i}")).cpr(&cpr).journey();
            let (first, second) = tokio::join!(one.open_case(&anna, TODAY), two.open_case(&bo, TODAY));
            let (lost, winner) = match (first, second) {
                (Ok(()), Err(lost)) => (lost, anna.citizen),
                (Err(lost), Ok(())) => (lost, bo.citizen),
                other => panic!("one should win and one should lose: {other:?}"),
            };
            assert!(matches!(lost, RegistryError::CprTaken(id) if id == winner), "{lost:?}");
        }
    });
}

#[test]
fn a_refresh_does_not_undo_the_line_of_a_fact_written_meanwhile() {
    on_each_engine(async |db| {
        // Many facts, so that each takes its time between reading the case and writing its line.
        let entered = day("2026-03-02");
        let anna = citizen("Anna Holm")
            .enters(entered, Ydelse::Kontanthjaelp, Maalgruppe::Jobparat)
            .talks_on((0..300).map(|i| entered.saturating_sub(i.days())))
            .journey();
        let (one, two) = (open_with(db, [&anna]).await, open(db).await);
        for i in 1..=60 {
            let today = TODAY.saturating_add(i.days());
            let told = registry::Author { today, ..author() };
            let (refreshed, written) = tokio::join!(
                one.refresh(today, |_| {}),
                two.append(anna.citizen, vec![talk(today, TalkState::Held)], &told),
            );
            refreshed.unwrap();
            written.unwrap();
            let line = one.case_line(anna.citizen).await.unwrap().unwrap();
            assert_eq!(line.last_talk, Some(today), "the line says what the fact of day {i} said");
        }
    });
}
