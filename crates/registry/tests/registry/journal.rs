//! Opening cases, appending facts and reading them back.

use crate::common::{
    assert_verifies, author, correcting, draft, note, number, on_each_engine, open, open_with, raw, sql, talk,
};
use registry::{Draft, RegistryError};
use testkit::{TODAY, citizen, day};
use timeline::{
    CitizenId, Event, FactId, Journey, JourneyError, Maalgruppe, Period, Recorded, Source, TalkState, Ydelse, sample,
};

#[test]
fn a_case_is_read_back_as_it_was_opened() {
    on_each_engine(async |db| {
        let registry = open(db).await;
        let highest = Journey { citizen: CitizenId(u64::MAX), ..sample::journey() };
        let empty = citizen("Ægir Østergaard Ålbæk").journey();
        for journey in [&sample::journey(), &highest, &empty] {
            registry.open_case(journey, TODAY).await.unwrap();
            assert_eq!(registry.journey(journey.citizen).await.unwrap(), *journey);
        }
        assert_eq!(registry.count().await.unwrap(), 3);
        registry.close().await;

        let again = open(db).await;
        assert_eq!(again.journey(highest.citizen).await.unwrap(), highest, "after closing and opening the registry");
        assert_verifies(&again).await;
    });
}

#[test]
fn a_case_cannot_be_opened_twice() {
    on_each_engine(async |db| {
        let journey = sample::journey();
        let registry = open_with(db, [&journey]).await;
        let other = Journey { facts: vec![], ..journey.clone() };
        let err = registry.open_case(&other, TODAY).await.unwrap_err();
        assert!(matches!(err, RegistryError::KnownCitizen(id) if id == journey.citizen), "{err:?}");
        assert_eq!(registry.journey(journey.citizen).await.unwrap(), journey);
    });
}

#[test]
fn facts_of_every_kind_are_appended_numbered_on_and_say_who_wrote_them() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").talks_on([day("2026-03-02")]).journey();
        let registry = open_with(db, [&anna]).await;
        let drafts: Vec<Draft> = sample::events().into_iter().map(|(holds, event)| draft(holds, event)).collect();
        let ids = registry.append(anna.citizen, drafts.clone(), &author()).await.unwrap();
        assert_eq!(ids, (2..=drafts.len() as u32 + 1).map(FactId).collect::<Vec<_>>());

        let journey = registry.journey(anna.citizen).await.unwrap();
        journey.check().unwrap();
        let written = Some(Recorded { by: author().by, at: Some(author().at) });
        for (fact, said) in journey.facts[1..].iter().zip(&drafts) {
            assert_eq!((fact.holds, &fact.event, fact.learned), (said.holds, &said.event, said.learned));
            assert_eq!((&fact.source, &fact.recorded), (&said.source, &written));
        }
        assert_verifies(&registry).await;
    });
}

#[test]
fn more_facts_than_go_into_one_statement_are_appended_whole() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").journey();
        let registry = open_with(db, [&anna]).await;
        for count in [250, 601] {
            let drafts = (0..count).map(|i| note(&format!("Nummer {i}"))).collect();
            assert_eq!(registry.append(anna.citizen, drafts, &author()).await.unwrap().len(), count);
        }
        assert_eq!(registry.journey(anna.citizen).await.unwrap().facts.len(), 851);
        assert_verifies(&registry).await;
    });
}

#[test]
fn a_correction_replaces_and_the_earlier_version_stays() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").talks_on([day("2026-11-02")]).journey();
        let registry = open_with(db, [&anna]).await;
        let corrected = correcting(1, talk(day("2026-11-03"), TalkState::Held));
        registry.append(anna.citizen, vec![corrected], &author()).await.unwrap();
        let withdrawn = draft(Period::day(TODAY), Event::Withdrawn { because: Some("Aldrig holdt".to_owned()) });
        let line = registry.case_line(anna.citizen).await.unwrap().unwrap();
        assert_eq!(line.last_talk, Some(day("2026-11-03")));
        registry.append(anna.citizen, vec![correcting(2, withdrawn)], &author()).await.unwrap();

        let journey = registry.journey(anna.citizen).await.unwrap();
        assert_eq!(journey.facts[0], anna.facts[0], "the first version is as it was");
        assert_eq!(journey.facts.len(), 3);
        assert_eq!(journey.current().count(), 0);
        let earlier: Vec<FactId> = journey.earlier_versions(FactId(3)).iter().map(|f| f.id).collect();
        assert_eq!(earlier, [FactId(2), FactId(1)]);
        assert_eq!(registry.case_line(anna.citizen).await.unwrap().unwrap().last_talk, None);
    });
}

#[test]
fn the_journey_of_an_earlier_day_holds_only_what_was_known_then() {
    on_each_engine(async |db| {
        let entered = day("2026-03-02");
        let anna = citizen("Anna Holm").enters(entered, Ydelse::Kontanthjaelp, Maalgruppe::Jobparat).journey();
        let registry = open_with(db, [&anna]).await;
        // Told in June, of a talk in May; corrected in August.
        let told = Draft { learned: day("2026-06-10"), ..talk(day("2026-05-04"), TalkState::Held) };
        let corrected = Draft { learned: day("2026-08-01"), ..talk(day("2026-05-06"), TalkState::Missed) };
        registry.append(anna.citizen, vec![told, correcting(3, corrected)], &author()).await.unwrap();

        let journey = registry.journey(anna.citizen).await.unwrap();
        let known = |on: &str| journey.known_on(day(on)).current().map(|f| f.id.0).collect::<Vec<_>>();
        assert_eq!(known("2026-03-01"), Vec::<u32>::new());
        assert_eq!(known("2026-06-09"), [1, 2]);
        assert_eq!(known("2026-06-10"), [1, 2, 3]);
        assert_eq!(known("2026-08-01"), [1, 2, 4]);
    });
}

#[test]
fn facts_that_do_not_fit_are_refused_and_none_of_their_company_is_kept() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").talks_on([day("2026-03-02")]).journey();
        let registry = open_with(db, [&anna]).await;
        let before = registry.case_line(anna.citizen).await.unwrap();
        let withdrawn = draft(Period::day(TODAY), Event::Withdrawn { because: None });
        let backwards = Period { from: TODAY, to: Some(day("2026-11-01")) };
        let too_many = draft(Period::open(TODAY), Event::OrdinaryHours { hours_per_week: f32::NAN, company: None });
        for (bad, says) in [
            (correcting(7, note("Findes ikke")), "replaces fact 7, which does not come before it"),
            (correcting(3, note("Sig selv")), "replaces fact 3, which does not come before it"),
            (withdrawn, "does not say which fact"),
            (Draft { holds: backwards, ..note("Baglæns") }, "before it begins"),
            (too_many, "hours a week; give 0 to 60"),
            (note(""), "text is empty"),
        ] {
            let good = talk(day("2026-11-20"), TalkState::Held);
            let err = registry.append(anna.citizen, vec![good, bad], &author()).await.unwrap_err();
            assert!(matches!(err, RegistryError::Journey(_)), "{err:?}");
            assert!(err.to_string().contains(says), "{err}");
        }
        let nobody = CitizenId(404);
        let err = registry.append(nobody, vec![note("Til ingen")], &author()).await.unwrap_err();
        assert!(matches!(err, RegistryError::UnknownCitizen(id) if id == nobody), "{err:?}");
        let err = registry.journey(nobody).await.unwrap_err();
        assert!(matches!(err, RegistryError::UnknownCitizen(id) if id == nobody), "{err:?}");

        assert_eq!(registry.journey(anna.citizen).await.unwrap(), anna);
        assert_eq!(registry.case_line(anna.citizen).await.unwrap(), before);
    });
}

#[test]
fn a_fact_can_be_corrected_once_only() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").talks_on([day("2026-03-02")]).journey();
        let registry = open_with(db, [&anna]).await;
        registry.append(anna.citizen, vec![correcting(1, note("Først"))], &author()).await.unwrap();
        let err = registry.append(anna.citizen, vec![correcting(1, note("Igen"))], &author()).await.unwrap_err();
        let by = FactId(2);
        assert!(
            matches!(&err, RegistryError::Journey(JourneyError::ReplacedTwice { by: b, .. }) if *b == by),
            "{err:?}"
        );
        let next = registry.append(anna.citizen, vec![correcting(2, note("Igen"))], &author()).await;
        assert_eq!(next.unwrap(), [FactId(3)], "the correction itself can be corrected");
    });
}

#[test]
fn the_database_itself_refuses_to_change_or_delete_facts_and_looks() {
    on_each_engine(async |db| {
        let anna = sample::journey();
        let registry = open_with(db, [&anna]).await;
        let look = registry::Look { at: testkit::moment(0), who: "r-01".into(), what: "case".into(), reason: None };
        registry.log_look(anna.citizen, &look).await.unwrap();
        let mut past = raw(db.url()).await;
        let mut attempts = vec![
            "UPDATE journal SET fact = '{}'",
            "UPDATE journal SET learned = learned WHERE seq = 3",
            "DELETE FROM journal WHERE seq = 3",
            "DELETE FROM journal",
            "UPDATE look SET who = 'r-02'",
            "DELETE FROM look",
        ];
        if db.is_postgres() {
            attempts.extend([
                "TRUNCATE journal CASCADE",
                "TRUNCATE look",
                "INSERT INTO journal SELECT * FROM journal WHERE seq = 3 \
                 ON CONFLICT (citizen, seq) DO UPDATE SET fact = '{}'",
            ]);
        } else {
            attempts.extend([
                "INSERT INTO journal SELECT * FROM journal WHERE seq = 3 ON CONFLICT DO UPDATE SET fact = '{}'",
                "REPLACE INTO journal SELECT citizen, seq, learned, kind, replaces, '{}', hash FROM journal WHERE seq = 3",
                "UPDATE OR REPLACE journal SET seq = 4 WHERE seq = 3",
                "REPLACE INTO look (rowid, citizen, at_ms, who, what) VALUES (1, 1, 1, 'r-02', 'case')",
            ]);
        }
        for attempt in attempts {
            let refused = sql(&mut past, attempt).await;
            let said = refused.expect_err(attempt).to_string();
            assert!(said.contains("is append-only"), "{attempt}: {said}");
        }
        assert_eq!(registry.journey(anna.citizen).await.unwrap(), anna);
        assert_eq!(registry.looks(anna.citizen, 9).await.unwrap(), [look]);
        assert_verifies(&registry).await;
    });
}

#[test]
fn a_fact_and_its_line_of_the_caseload_are_kept_together_or_not_at_all() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").talks_on([day("2026-03-02")]).journey();
        let registry = open_with(db, [&anna]).await;
        let before = registry.case_line(anna.citizen).await.unwrap();
        let mut past = raw(db.url()).await;
        let (stop, go_on) = if db.is_postgres() {
            (
                "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stopped'; END $$; \
                 CREATE TRIGGER stop BEFORE INSERT OR UPDATE ON caseload FOR EACH ROW EXECUTE FUNCTION stop();",
                "DROP TRIGGER stop ON caseload",
            )
        } else {
            (
                "CREATE TRIGGER stop BEFORE INSERT ON caseload BEGIN SELECT RAISE(ABORT, 'stopped'); END",
                "DROP TRIGGER stop",
            )
        };
        sql(&mut past, stop).await.unwrap();
        let held = talk(TODAY, TalkState::Held);
        let err = registry.append(anna.citizen, vec![held.clone()], &author()).await.unwrap_err();
        assert!(err.to_string().contains("stopped"), "{err}");
        let err = registry.open_case(&citizen("Bo Dam").journey(), TODAY).await.unwrap_err();
        assert!(err.to_string().contains("stopped"), "{err}");

        assert_eq!(registry.journey(anna.citizen).await.unwrap(), anna, "the fact was not kept either");
        assert_eq!(registry.case_line(anna.citizen).await.unwrap(), before);
        assert_eq!(registry.count().await.unwrap(), 1);
        assert_eq!(number(&mut past, "SELECT COUNT(*) FROM search_word").await, 2, "words of Anna's name only");
        assert_verifies(&registry).await;

        sql(&mut past, go_on).await.unwrap();
        registry.append(anna.citizen, vec![held], &author()).await.unwrap();
        assert_eq!(registry.case_line(anna.citizen).await.unwrap().unwrap().last_talk, Some(TODAY));
    });
}

#[test]
fn the_source_of_a_fact_is_kept() {
    on_each_engine(async |db| {
        let anna = citizen("Anna Holm").journey();
        let registry = open_with(db, [&anna]).await;
        let sources =
            [Source::Citizen, Source::AKasse, Source::Register("Jobnet".into()), Source::Import("fil".into())];
        let drafts = sources.clone().map(|source| Draft { source, ..note("Æblegrød \u{1f34e} \"'\\") });
        registry.append(anna.citizen, drafts.to_vec(), &author()).await.unwrap();
        let journey = registry.journey(anna.citizen).await.unwrap();
        assert_eq!(journey.facts.into_iter().map(|f| f.source).collect::<Vec<_>>(), sources);
    });
}
