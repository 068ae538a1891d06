//! Journeys: what was known when, corrections, the JSON form, and what does not depend on order.

use proptest::prelude::*;
use proptest::sample::Index;
use timeline::{
    CitizenId, Date, Event, Fact, FactId, Journey, JourneyError, Maalgruppe, Period, Source, Summary, Tilbud, Ydelse,
    date, sample,
};

/// What is done to a case, with the days until we learn of it.
#[derive(Clone, Debug)]
enum Step {
    Record(Index),
    Correct(Index, Index),
    Withdraw(Index),
}

type Story = Vec<(Step, i64)>;

fn story(steps: std::ops::Range<usize>) -> impl Strategy<Value = Story> {
    let step = prop_oneof![
        3 => any::<Index>().prop_map(Step::Record),
        2 => any::<(Index, Index)>().prop_map(|(which, event)| Step::Correct(which, event)),
        1 => any::<Index>().prop_map(Step::Withdraw),
    ];
    prop::collection::vec((step, 0..60i64), steps)
}

fn learned_on(n: i64) -> Date {
    date(2026, 1, 1).checked_add(jiff::Span::new().days(n)).expect("the tests stay within the calendar")
}

fn fact(id: usize, (holds, event): (Period, Event), learned: i64) -> Fact {
    let source = if learned % 2 == 0 { Source::Adviser } else { Source::Register("Jobnet".to_owned()) };
    Fact { id: FactId(id as u32), holds, learned: learned_on(learned), source, recorded: None, replaces: None, event }
}

/// Plays a story on top of a journey, and on a plain list of the versions that nothing has replaced.
fn play(journey: &mut Journey, newest: &mut Vec<Fact>, story: &Story) {
    for (step, learned) in story {
        let id = journey.facts.len() + 1;
        let withdrawn = (Period::day(date(2026, 1, 1)), Event::Withdrawn { because: None });
        let (target, said) = match step {
            Step::Correct(which, event) if !newest.is_empty() => (Some(which), event.get(&sample::events()).clone()),
            Step::Withdraw(which) if !newest.is_empty() => (Some(which), withdrawn),
            Step::Record(event) | Step::Correct(_, event) | Step::Withdraw(event) => {
                (None, event.get(&sample::events()).clone())
            }
        };
        let replaces = target.map(|which| newest.remove(which.index(newest.len())).id);
        let fact = Fact { replaces, ..fact(id, said, *learned) };
        assert_eq!(journey.check_next(&fact), Ok(()));
        journey.facts.push(fact.clone());
        newest.push(fact);
    }
}

fn journey_of(story: &Story) -> Journey {
    let mut journey = Journey::new(CitizenId(7));
    play(&mut journey, &mut Vec::new(), story);
    journey
}

fn numbered(events: Vec<(Period, Event)>) -> Journey {
    let facts = events.into_iter().enumerate().map(|(i, said)| fact(i + 1, said, 0)).collect();
    Journey::from_facts(CitizenId(7), facts).expect("samples hold together")
}

/// Samples of each kind, and some more that hold on the same days but begin or end on days of their own.
fn unrelated() -> Vec<(Period, Event)> {
    let holds = |text: &str| text.parse::<Period>().expect("a period");
    let mut events = sample::events();
    let ill = Event::Benefit { benefit: Ydelse::Sygedagpenge, share_percent: None };
    events.push((holds("2026-02-02..2026-09-30"), ill));
    events.push((holds("2026-02-02.."), Event::TargetGroup { group: Maalgruppe::Sygedagpenge, readiness: None }));
    let (planned, hours_per_week, company, title) = (false, None, None, None);
    let mentor = Event::Offer { offer: Tilbud::Mentor, planned, hours_per_week, company, title };
    events.extend([(holds("2026-04-01..2026-12-31"), mentor.clone()), (holds("2026-01-05.."), mentor)]);
    events
}

/// What is said when the sample journey is read after a change.
fn refusal(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut json = serde_json::to_value(sample::journey()).expect("a journey has a JSON form");
    change(&mut json);
    Journey::from_json(&json.to_string()).expect_err("the changed journey is refused")
}

fn set(path: &'static str, value: impl Into<serde_json::Value>) -> impl FnOnce(&mut serde_json::Value) {
    move |json| {
        let (parent, key) = path.rsplit_once('/').expect("a path has a parent");
        json.pointer_mut(parent).expect("the sample has this place")[key] = value.into();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_known_on_a_day_is_unchanged_by_what_was_learned_later(
        before in story(0..12), after in story(1..12), day in 0..60i64,
    ) {
        let (mut journey, mut newest) = (Journey::new(CitizenId(7)), Vec::new());
        play(&mut journey, &mut newest, &before);
        let known = journey.known_on(learned_on(day));
        let after: Story = after.into_iter().map(|(step, more)| (step, day + 1 + more)).collect();
        play(&mut journey, &mut newest, &after);
        let still_known = journey.known_on(learned_on(day));
        prop_assert_eq!(&still_known, &known);
        prop_assert!(still_known.current().eq(known.current()));
        let today = date(2026, 6, 22);
        prop_assert_eq!(Summary::of(&still_known, today), Summary::of(&known, today));
    }

    #[test]
    fn knowing_more_days_is_knowing_the_earlier_ones(story in story(0..20), a in 0..60i64, b in 0..60i64) {
        let journey = journey_of(&story);
        let twice = journey.known_on(learned_on(a)).known_on(learned_on(b));
        prop_assert_eq!(twice, journey.known_on(learned_on(a.min(b))));
        prop_assert_eq!(journey.known_on(learned_on(59)), journey);
    }

    #[test]
    fn corrections_and_withdrawals_leave_what_a_plain_list_leaves(story in story(0..40)) {
        let (mut journey, mut newest) = (Journey::new(CitizenId(7)), Vec::new());
        play(&mut journey, &mut newest, &story);
        let standing: Vec<&Fact> = newest.iter().filter(|f| !matches!(f.event, Event::Withdrawn { .. })).collect();
        prop_assert_eq!(journey.current().collect::<Vec<_>>(), standing);
        prop_assert_eq!(journey.check(), Ok(()));
    }

    #[test]
    fn every_fact_is_a_newest_version_or_an_earlier_one_of_just_one(story in story(0..40)) {
        let (mut journey, mut newest) = (Journey::new(CitizenId(7)), Vec::new());
        play(&mut journey, &mut newest, &story);
        let mut seen: Vec<FactId> = Vec::new();
        for last in &newest {
            prop_assert_eq!(journey.replaced_by(last.id), None);
            let mut later = last.id;
            seen.push(later);
            for version in journey.earlier_versions(last.id) {
                prop_assert_eq!(journey.replaced_by(version.id).map(|f| f.id), Some(later));
                later = version.id;
                seen.push(later);
            }
        }
        seen.sort_unstable();
        prop_assert!(seen.into_iter().eq(journey.facts.iter().map(|f| f.id)));
    }

    #[test]
    fn the_next_fact_is_judged_as_it_is_in_the_whole(
        story in story(0..8), id in 0..3usize, replaces in prop::option::of(0..10u32), what in any::<Index>(),
    ) {
        let journey = journey_of(&story);
        let mut said = sample::events();
        said.push((Period::day(date(2026, 1, 1)), Event::Withdrawn { because: None }));
        said.push((Period::day(date(2026, 1, 1)), Event::OrdinaryHours { hours_per_week: 60.5, company: None }));
        let replaces = replaces.map(FactId);
        let next = Fact { replaces, ..fact(journey.facts.len() + id, what.get(&said).clone(), 0) };
        let whole = Journey::from_facts(journey.citizen, [&journey.facts[..], std::slice::from_ref(&next)].concat());
        prop_assert_eq!(journey.check_next(&next), whole.map(|_| ()));
    }

    #[test]
    fn a_journey_survives_its_json(story in story(0..30)) {
        let journey = journey_of(&story);
        prop_assert_eq!(Journey::from_json(&serde_json::to_string(&journey).unwrap()), Ok(journey));
    }

    #[test]
    fn the_order_in_which_unrelated_facts_were_recorded_does_not_show(
        (told, shuffled) in prop::sample::subsequence(unrelated(), 0..=unrelated().len())
            .prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())),
        day in 0..120i64,
    ) {
        let (told, shuffled) = (numbered(told), numbered(shuffled));
        for today in [date(2025, 3, 1), date(2025, 12, 1), date(2026, 4, 20), date(2026, 8, 1), date(2027, 2, 1)] {
            let today = today.saturating_add(jiff::Span::new().days(day));
            prop_assert_eq!(Summary::of(&told, today), Summary::of(&shuffled, today));
        }
    }
}

#[test]
fn the_sample_journey_survives_its_json() {
    let journey = sample::journey();
    assert_eq!(journey.check(), Ok(()));
    assert_eq!(Journey::from_json(&serde_json::to_string_pretty(&journey).unwrap()), Ok(journey));
}

#[test]
fn order_shows_where_two_facts_answer_the_same_question_for_the_same_day() {
    let since = Period::open(date(2026, 1, 5));
    let benefit = |benefit| (since, Event::Benefit { benefit, share_percent: None });
    let (first, second) = (benefit(Ydelse::Dagpenge), benefit(Ydelse::Sygedagpenge));
    let shown = |events: Vec<(Period, Event)>| Summary::of(&numbered(events), date(2026, 2, 2)).benefit;
    assert_eq!(shown(vec![first.clone(), second.clone()]), Some(Ydelse::Sygedagpenge), "the last recorded is shown");
    assert_eq!(shown(vec![second, first]), Some(Ydelse::Dagpenge), "the last recorded is shown");
}

#[test]
fn a_withdrawal_that_is_corrected_lets_the_fact_hold_again() {
    let said = sample::events().swap_remove(6);
    let withdrawn = (said.0, Event::Withdrawn { because: Some("Forkert sag".to_owned()) });
    let mut journey = numbered(vec![said.clone()]);
    journey.facts.push(Fact { replaces: Some(FactId(1)), ..fact(2, withdrawn, 1) });
    assert_eq!(journey.talks_held(), Vec::<&Fact>::new());
    journey.facts.push(Fact { replaces: Some(FactId(2)), ..fact(3, said, 2) });
    assert_eq!(journey.talks_held(), vec![&journey.facts[2]]);
    let earlier: Vec<FactId> = journey.earlier_versions(FactId(3)).into_iter().map(|f| f.id).collect();
    assert_eq!(earlier, [FactId(2), FactId(1)]);
}

#[test]
fn a_key_that_nobody_knows_is_refused_with_the_keys_that_are_known() {
    for (path, known) in [
        ("/farve", "`citizen`"),
        ("/person/farve", "`municipality`"),
        ("/facts/0/farve", "`learned`"),
        ("/facts/0/event/farve", "`share_percent`"),
        ("/facts/11/event/company/farve", "`p_number`"),
        ("/facts/20/event/scale/farve", "`version`"),
    ] {
        let said = refusal(set(path, "blå"));
        assert!(said.contains("unknown field `farve`") && said.contains(known), "{path}: {said}");
    }
}

#[test]
fn a_kind_of_fact_that_nobody_knows_is_refused_with_the_kinds_that_are_known() {
    let said = refusal(set("/facts/0/event/type", "dans"));
    assert!(said.contains("unknown variant `dans`") && said.contains("`target_group`"), "{said}");
}

#[test]
fn numbering_and_corrections_that_do_not_fit_are_refused_by_number() {
    let ordered = "facts are numbered 1, 2, 3 … in the order recorded";
    assert_eq!(refusal(set("/facts/2/id", 7)), format!("fact 7 stands where fact 3 should; {ordered}"));
    assert_eq!(refusal(set("/facts/0/id", 0)), format!("fact 0 stands where fact 1 should; {ordered}"));
    for target in [0, 3, 9, 31, 400] {
        let said = refusal(set("/facts/2/replaces", target));
        assert_eq!(said, format!("fact 3 replaces fact {target}, which does not come before it"));
    }
    assert_eq!(
        refusal(set("/facts/30/replaces", 14)),
        "fact 31 replaces fact 14, which fact 30 has replaced already; correct fact 30 instead"
    );
    assert_eq!(
        refusal(set("/facts/30/replaces", serde_json::Value::Null)),
        "fact 31 withdraws, but does not say which fact (replaces)"
    );
}

#[test]
fn values_that_cannot_be_are_refused_with_the_values_that_can() {
    for (change, said) in [
        (("/facts/20/event/answer/value", 6), "fact 21: the answer 6 lies outside the scale 1 to 5"),
        (("/facts/20/event/answer/value", 0), "fact 21: the answer 0 lies outside the scale 1 to 5"),
        (("/facts/20/event/scale/high", 1), "fact 21: a scale from 1 to 1; the highest must lie above"),
        (("/facts/11/event/hours_per_week", 61), "fact 12: 61 hours a week; give 0 to 60"),
        (("/facts/13/event/hours_per_week", 168), "fact 14: 168 hours a week; give 0 to 60"),
        (("/facts/14/event/hours_per_week", -1), "fact 15: -1 hours a week; give 0 to 60"),
        (("/facts/0/event/share_percent", 101), "fact 1: a share of 101 percent; give 1 to 100"),
    ] {
        assert_eq!(refusal(set(change.0, change.1)), said);
    }
    for time in ["9.30", "9:30", "24:00", "10:60", ""] {
        assert_eq!(refusal(set("/facts/6/event/time", time)), "fact 7: the time of day must be written as 10:30");
    }
    let said = refusal(set("/facts/0/holds/to", "2025-03-02"));
    assert!(said.contains("the period ends on 2025-03-02, before it begins on 2025-03-03"), "{said}");
}

#[test]
fn values_on_the_edge_are_kept() {
    let edges = [
        ("/facts/20/event/answer/value", [1, 5]),
        ("/facts/13/event/hours_per_week", [0, 60]),
        ("/facts/0/event/share_percent", [1, 100]),
    ];
    for (path, value) in edges.into_iter().flat_map(|(path, values)| values.map(|value| (path, value))) {
        let mut json = serde_json::to_value(sample::journey()).unwrap();
        set(path, value)(&mut json);
        assert!(Journey::from_json(&json.to_string()).is_ok(), "{path} {value}");
    }
}

#[test]
fn a_newer_form_is_refused_by_name() {
    let said = refusal(set("/schema", "traedesten/journey/2"));
    assert_eq!(said, "schema is \"traedesten/journey/2\"; this program reads \"traedesten/journey/1\"");
    let long = Journey { schema: "x".repeat(500), ..sample::journey() };
    assert_eq!(long.check(), Err(JourneyError::Schema("x".repeat(60))));
}
