//! What must hold for every journey, day and book.

#[path = "common/journeys.rs"]
mod journeys;

use journeys::{cases, days, journeys, renumbered, with_talk};
use law::{Assessment, LawBook, Prepared, Verdict};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::sync::LazyLock;
use timeline::{Date, Fact, FactId, Holder, Journey, Maalgruppe, Period, date, sample};

static BOOK: LazyLock<LawBook> = LazyLock::new(LawBook::shipped);

/// Each experiment laid over the book.
static EXPERIMENTS: LazyLock<Vec<LawBook>> = LazyLock::new(|| {
    let files = LawBook::experiments().map(|name| LawBook::experiment(name).expect("it is named"));
    files.map(|files| BOOK.with_proposal(files).expect("a test reads the experiments")).collect()
});

/// An assessment without the numbers of facts, which an order gives.
fn without_numbers(mut assessment: Assessment) -> Assessment {
    for finding in &mut assessment.findings {
        finding.used.clear();
    }
    assessment
}

/// The days of each fact that a finding used. Of two that cover the same days either may be named.
fn used(journey: &Journey, assessment: &Assessment) -> Vec<Vec<Option<Period>>> {
    let of = |ids: &[FactId]| {
        let mut all: Vec<Option<Period>> = ids.iter().map(|id| Some(journey.fact(*id)?.holds)).collect();
        all.sort();
        all
    };
    assessment.findings.iter().map(|f| of(&f.used)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_fact_learned_later_never_changes_what_was_known(
        (facts, known) in cases(), ahead in -200i32..200, more in journeys(),
    ) {
        let on = known.saturating_add(jiff::Span::new().days(ahead));
        let before = BOOK.assess(&facts.known_on(known), on);
        let mut all = facts.facts.clone();
        for fact in more.facts {
            let id = FactId(all.len() as u32 + 1);
            let learned = fact.learned.max(known).tomorrow().expect("a day");
            // Every third fact corrects one that was told before.
            let earlier = facts.facts.get(id.0 as usize % facts.facts.len().max(1));
            let replaces = earlier.filter(|_| id.0.is_multiple_of(3));
            let replaces = replaces.map(|f| f.id).filter(|r| all.iter().all(|f| f.replaces != Some(*r)));
            all.push(Fact { id, learned, replaces, ..fact });
        }
        let later = Journey::from_facts(facts.citizen, all).expect("the journey holds together");
        prop_assert_eq!(before, BOOK.assess(&later.known_on(known), on));
    }

    #[test]
    fn a_held_talk_more_never_turns_met_into_not_met(
        (journey, on) in cases(), ago in -30i32..300, holder in 0..Holder::ALL.len(),
    ) {
        let held = on.saturating_sub(jiff::Span::new().days(ago));
        let before = BOOK.assess(&journey, on);
        let after = BOOK.assess(&with_talk(&journey, held, Holder::ALL[holder]), on);
        prop_assert_eq!(before.findings.len(), after.findings.len());
        for (old, new) in before.findings.iter().zip(&after.findings) {
            prop_assert_eq!(&old.code, &new.code);
            prop_assert!(old.verdict != Verdict::Met || new.verdict == Verdict::Met, "{} lost by a talk", old.code);
            prop_assert!(old.counts.map(|c| c.0) <= new.counts.map(|c| c.0), "{} counts fewer", old.code);
        }
    }

    #[test]
    fn the_order_of_facts_does_not_matter(
        (journey, on, shuffled) in cases().prop_flat_map(|(journey, on)| {
            let facts = Just(journey.facts.clone()).prop_shuffle();
            (Just(journey), Just(on), facts)
        }),
    ) {
        let other = renumbered(&journey, shuffled);
        let (a, b) = (BOOK.assess(&journey, on), BOOK.assess(&other, on));
        prop_assert_eq!(used(&journey, &a), used(&other, &b));
        prop_assert_eq!(without_numbers(a), without_numbers(b));
    }

    #[test]
    fn assessing_never_panics_and_every_finding_can_be_said((journey, on) in cases()) {
        let assessment = BOOK.assess(&journey, on);
        for finding in &assessment.findings {
            prop_assert!(!finding.cite.is_empty());
            prop_assert!(finding.say(timeline::Lang::Da).contains(&finding.cite));
            prop_assert!(finding.version_from <= on);
            prop_assert!(finding.used.iter().all(|id| journey.fact(*id).is_some()));
        }
        prop_assert!(assessment.group.is_some() || assessment.findings.is_empty());
    }

    #[test]
    fn a_population_is_assessed_as_its_citizens_are((journey, on) in cases()) {
        let single = BOOK.assess(&journey, on);
        let prepared = Prepared::new(&journey);
        let batch = BOOK.in_force(on).answers(&prepared, on);
        prop_assert_eq!(single.findings.len(), batch.len());
        prop_assert_eq!(single.group, prepared.group_on(on));
        for (finding, answer) in single.findings.iter().zip(&batch) {
            prop_assert_eq!(&finding.code, &answer.rule.code);
            prop_assert_eq!((&finding.cite, finding.version_from), (&answer.version.cite.say(), answer.version.from));
            let outcome = &answer.outcome;
            prop_assert_eq!(
                (finding.verdict, finding.window, finding.due, finding.counts, finding.lifted_by.as_deref()),
                (outcome.verdict, outcome.window, outcome.due, outcome.counts, answer.lifted_by),
                "{}", &finding.code
            );
            prop_assert!(outcome.used.is_empty(), "a population is not traced");
        }
    }

    #[test]
    fn a_series_of_days_says_what_each_day_says(
        (mut journey, on) in cases(), born in days(), steps in prop::collection::vec(1i64..40, 40), one_law in any::<bool>(),
    ) {
        let born = born.saturating_sub(jiff::Span::new().years(29));
        journey.person = Some(timeline::Person { born: Some(born), ..timeline::Person::named("Borgeren") });
        let mut day = on.saturating_sub(jiff::Span::new().days(400));
        let days: Vec<Date> = steps.iter().map(|n| { day = day.saturating_add(jiff::Span::new().days(*n)); day }).collect();
        let law = BOOK.in_force(on);
        let series = if one_law { law.series(days.iter().copied()) } else { BOOK.series(days.iter().copied()) };
        let prepared = Prepared::new(&journey);
        let mut told = 0;
        series.each(&prepared, &mut Vec::new(), |n, day, answers| {
            let alone = if one_law { law.answers(&prepared, day) } else { BOOK.in_force(day).answers(&prepared, day) };
            assert!((n, day) == (told, days[n]) && answers == alone, "day {n}, {day}, is not answered as alone");
            told += 1;
        });
        prop_assert_eq!(told, days.len());
    }

    #[test]
    fn a_journey_prepared_in_used_room_is_as_one_in_new_room((first, _) in cases(), (second, on) in cases()) {
        let mut used = Prepared::new(&first);
        used.renew(&second);
        let law = BOOK.in_force(on);
        prop_assert!(law.answers(&used, on) == law.answers(&Prepared::new(&second), on));
    }

    #[test]
    fn in_an_experiment_a_population_is_assessed_as_its_citizens_are(
        (mut journey, on) in cases(), born in days(), place in prop::sample::select(&["0210", "0851", "0101"][..]),
    ) {
        let born = born.saturating_sub(jiff::Span::new().years(30));
        let person = timeline::Person { born: Some(born), ..timeline::Person::named("Borgeren") };
        journey.person = Some(timeline::Person { municipality: Some(place.to_owned()), ..person });
        for book in EXPERIMENTS.iter() {
            let single: Vec<_> = book.assess(&journey, on).findings.into_iter().map(|f| (f.code, f.verdict)).collect();
            let batch = book.in_force(on).answers(&Prepared::new(&journey), on);
            let batch: Vec<_> = batch.iter().map(|a| (a.rule.code.clone(), a.outcome.verdict)).collect();
            prop_assert_eq!(single, batch);
        }
    }

    #[test]
    fn sample_events_on_any_days_never_make_it_panic(moves in prop::collection::vec(-4000i32..4000, 40), on in days()) {
        let mut journey = sample::journey();
        for (fact, by) in journey.facts.iter_mut().zip(&moves) {
            let move_by = |day: Date| day.saturating_add(jiff::Span::new().days(*by));
            fact.holds = Period { from: move_by(fact.holds.from), to: fact.holds.to.map(move_by) };
        }
        for group in Maalgruppe::ALL {
            let mut one = journey.clone();
            let placed = timeline::Event::TargetGroup { group: *group, readiness: None };
            let id = FactId(one.facts.len() as u32 + 1);
            let holds = Period::open(date(2015, 1, 1));
            one.facts.push(Fact { id, event: placed, holds, replaces: None, ..one.facts[0].clone() });
            BOOK.assess(&one, on);
        }
    }

    #[test]
    fn a_day_does_not_differ_from_itself(on in days(), group in prop::option::of(0..Maalgruppe::ALL.len())) {
        prop_assert!(BOOK.differences(on, on, group.map(|g| Maalgruppe::ALL[g])).is_empty());
    }

    #[test]
    fn a_difference_between_two_days_is_the_same_from_either_side(a in days(), b in days()) {
        let codes = |x: Date, y: Date| {
            let mut codes: Vec<String> = BOOK.differences(x, y, None).iter().map(|d| d.rule.code.clone()).collect();
            codes.sort();
            codes
        };
        prop_assert_eq!(codes(a, b), codes(b, a));
    }

    #[test]
    fn what_differs_for_a_group_differs_for_all(a in days(), b in days(), group in 0..Maalgruppe::ALL.len()) {
        let all: Vec<String> = BOOK.differences(a, b, None).iter().map(|d| d.rule.code.clone()).collect();
        for one in BOOK.differences(a, b, Some(Maalgruppe::ALL[group])) {
            prop_assert!(all.contains(&one.rule.code), "{}", one.rule.code);
        }
    }

    #[test]
    fn an_empty_book_laid_over_changes_nothing((journey, on) in cases()) {
        let laid = BOOK.overlaid(&LawBook::default());
        prop_assert_eq!(BOOK.assess(&journey, on), laid.assess(&journey, on));
    }
}

#[test]
fn a_book_laid_over_itself_or_an_empty_one_is_itself() {
    assert_eq!(BOOK.overlaid(&LawBook::default()), *BOOK);
    assert_eq!(LawBook::default().overlaid(&BOOK), *BOOK);
    assert_eq!(BOOK.overlaid(&BOOK), *BOOK);
}

#[test]
fn the_journeys_that_are_tried_meet_and_miss_what_is_asked_for() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..300 {
        let tree = cases().new_tree(&mut runner).expect("a case");
        let (journey, on) = tree.current();
        for finding in BOOK.assess(&journey, on).findings {
            *seen.entry(finding.verdict.code()).or_insert(0) += 1;
        }
    }
    for verdict in ["met", "not_met", "open", "unknown", "holds", "exempt"] {
        assert!(seen.get(verdict).is_some_and(|n| *n >= 5), "{verdict} is hardly ever seen: {seen:?}");
    }
}
