//! What a change of the law means for a caseload small enough to count by hand.

#[path = "common/journeys.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod journeys;
#[path = "common/scenario.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod scenario;

use law::{Impact, LawBook, Place, Prepared, Work};
use proptest::prelude::*;
use scenario::Case;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use timeline::{CitizenId, Date, Holder, Journey, Maalgruppe, date};

static BOOK: LazyLock<LawBook> = LazyLock::new(LawBook::shipped);

/// Average length of a month, in days.
const MONTH: f64 = 365.25 / 12.0;

/// A citizen told as in a scenario.
fn told(id: u64, facts: &str) -> Journey {
    let case = Case::read("told here", &format!("# T\n\n```fakta\n{facts}\n```\n")).expect("the facts read");
    Journey { citizen: CitizenId(id), ..case.journey }
}

/// The law of one day against that of another, over some months up to `on`.
fn between(pool: &[Journey], (first, second): (Date, Date), on: Date, months: u16) -> Impact<'static> {
    let prepared: Vec<_> = pool.iter().map(|j| (j.citizen, Prepared::new(j))).collect();
    Impact::between(&BOOK.in_force(first), &BOOK.in_force(second), &prepared, on, months, |_| {})
}

/// The reform of 1 July 2026 on the last day of July.
fn reform(pool: &[Journey]) -> Impact<'static> {
    between(pool, (date(2026, 6, 30), date(2026, 7, 1)), date(2026, 7, 31), 1)
}

fn work(side: &BTreeMap<Place<'_>, Work>, code: &str) -> Work {
    let mut found = side.iter().filter(|(place, _)| place.code == code);
    let work = found.next().map(|(_, work)| *work).unwrap_or_default();
    assert!(found.next().is_none(), "{code} has one place");
    work
}

#[track_caller]
fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

/// Job-ready from 4 May 2026: the half year is 185 days and ends on 4 November.
const JOB_READY: &str = "2026-05-04.. ydelse kontanthjaelp\n2026-05-04.. maalgruppe 6.2\n\
    2026-05-08 samtale holdt fremmøde kommune\n2026-07-14 samtale holdt fremmøde kommune";

#[test]
fn one_job_ready_citizen_has_the_same_four_talks_and_a_quarter_may_be_spared() {
    let impact = reform(&[told(1, JOB_READY)]);
    let (july, group) = (date(2026, 7, 1), Maalgruppe::Jobparat);
    assert_eq!(impact.months, [july]);
    assert_eq!(impact.citizens, BTreeMap::from([((july, group), 1)]));
    assert_eq!(impact.held, BTreeMap::from([((july, group), 1)]), "the talk in May is not July's");
    let place = Place { month: july, group, code: "TALKS-FIRST-6M", holder: Some(Holder::Kommune) };
    let (before, after) = (impact.before[&place], impact.after[&place]);
    let a_month = 4.0 * MONTH / 185.0;
    assert_eq!((before.citizens, before.exempt, before.deadlines), (1, 0, 0));
    near(before.talks, a_month);
    near(before.talks_least, a_month);
    near(after.talks, a_month);
    near(after.talks_least, 0.75 * a_month);
    let total = |side: &BTreeMap<Place<'_>, Work>| side.values().map(|w| w.talks).sum::<f64>();
    near(total(&impact.before), a_month);
    near(total(&impact.after), a_month);
    assert!(impact.moves.values().all(|m| m.out.is_empty() && m.into.is_empty()), "{:?}", impact.moves);
    assert_eq!(impact.moves["TALKS-FIRST-6M"].stays, 1);
}

#[test]
fn one_insured_citizen_has_fewer_talks_in_the_fund_and_in_the_municipality() {
    // The fund's 93 days end on 4 August. 410 hours are passed in July, so the municipality begins on 1 August; its
    // 96 days end on 4 November.
    let facts = "2026-05-04.. ydelse dagpenge\n2026-05-04.. maalgruppe 6.1\n2026-05-04 tilmelding a_kasse";
    let impact = reform(&[told(1, facts)]);
    near(work(&impact.before, "TALKS-FUND-3M").talks, 3.0 * MONTH / 93.0);
    near(work(&impact.after, "TALKS-FUND-3M").talks, 2.0 * MONTH / 93.0);
    near(work(&impact.after, "TALKS-FUND-3M").talks_least, 0.75 * 2.0 * MONTH / 93.0);
    assert_eq!(work(&impact.before, "TALKS-MUNICIPALITY-3-6M"), Work::default(), "not opened yet");
    let august = between(&[told(1, facts)], (date(2026, 6, 30), date(2026, 7, 1)), date(2026, 8, 31), 1);
    near(work(&august.before, "TALKS-MUNICIPALITY-3-6M").talks, 3.0 * MONTH / 96.0);
    near(work(&august.after, "TALKS-MUNICIPALITY-3-6M").talks, 2.0 * MONTH / 96.0);
    let fund = work(&august.before, "TALKS-FUND-3M");
    assert_eq!((fund.citizens, fund.deadlines), (0, 1), "the deadline fell in August, and then the window closed");
    near(fund.talks, 0.0);
}

#[test]
fn a_first_talk_within_a_window_of_the_same_holder_is_not_counted_twice() {
    // On the eighth day of absence: before 2020 the first talk stands alone, from 2020 it is one of four.
    let facts = "2019-11-08.. ydelse sygedagpenge\n2019-11-08.. maalgruppe 6.6";
    let laws = (date(2019, 12, 31), date(2020, 1, 1));
    let impact = between(&[told(1, facts)], laws, date(2019, 11, 15), 1);
    near(work(&impact.before, "TALK-SICK-FIRST-8W").talks, MONTH / 56.0);
    near(work(&impact.after, "TALK-SICK-FIRST-8W").talks, 0.0);
    // 8 November to 8 May: 183 days.
    near(work(&impact.after, "TALKS-SICK-6M").talks, 4.0 * MONTH / 183.0);
    // In the ninth week a talk every fourth week begins under the old law.
    let later = between(&[told(1, facts)], laws, date(2020, 1, 10), 1);
    near(work(&later.before, "TALKS-SICK-EVERY-4W").talks, MONTH / 28.0);
    assert_eq!(work(&later.before, "TALKS-SICK-EVERY-4W").citizens, 1);
}

#[test]
fn an_exempted_citizen_asks_for_no_talk() {
    let impact = reform(&[told(1, &format!("{JOB_READY}\n2026-06-15.. fritagelse personlig"))]);
    let (before, after) = (work(&impact.before, "TALKS-FIRST-6M"), work(&impact.after, "TALKS-FIRST-6M"));
    assert_eq!((before.exempt, after.exempt, after.citizens), (0, 1, 1));
    near(before.talks, 4.0 * MONTH / 185.0);
    near(after.talks, 0.0);
    assert_eq!(impact.moves["TALKS-FIRST-6M"].out, [CitizenId(1)], "it is no longer asked for");
    assert_eq!(impact.moves["OFFER-6M"].out, [CitizenId(1)]);
}

#[test]
fn who_falls_out_of_a_duty_and_who_into_it() {
    let of = |id, group: &str, benefit: &str| {
        told(id, &format!("2026-05-04.. ydelse {benefit}\n2026-05-04.. maalgruppe {group}"))
    };
    let pool = [
        of(2, "6.2", "kontanthjaelp"),
        of(3, "6.3", "kontanthjaelp"),
        of(4, "6.4", "kontanthjaelp"),
        of(6, "6.6", "sygedagpenge"),
        told(9, "2026-05-04.. ydelse kontanthjaelp"),
    ];
    let impact = between(&pool, (date(2026, 6, 30), date(2026, 7, 1)), date(2026, 6, 20), 1);
    let offers = &impact.moves["OFFER-6M"];
    assert_eq!((&offers.out[..], &offers.into[..], offers.stays), (&[CitizenId(3)][..], &[CitizenId(4)][..], 1));
    let sick = &impact.moves["TALK-SICK-FIRST-8W"];
    assert_eq!((&sick.out[..], sick.into.len(), sick.stays), (&[CitizenId(6)][..], 0, 0));
    assert_eq!(impact.moves["TALKS-SICK-6M"].stays, 1);
    assert_eq!(impact.citizens.values().sum::<u32>(), 4, "one has no group");
}

#[test]
fn a_deadline_is_counted_in_its_month_alone() {
    let pool = [told(1, JOB_READY)];
    let impact = between(&pool, (date(2026, 6, 30), date(2026, 7, 1)), date(2026, 12, 31), 8);
    assert_eq!((impact.months.first(), impact.months.last()), (Some(&date(2026, 5, 1)), Some(&date(2026, 12, 1))));
    let due: Vec<Date> = impact
        .before
        .iter()
        .filter(|(place, work)| place.code == "TALKS-FIRST-6M" && work.deadlines > 0)
        .map(|(place, _)| place.month)
        .collect();
    assert_eq!(due, [date(2026, 11, 1)]);
    assert_eq!(impact.held.values().sum::<u32>(), 2);
}

#[test]
fn an_average_month_is_the_sum_over_the_months() {
    let pool = [told(1, JOB_READY)];
    // From June to September the window is open at every month's end.
    let impact = between(&pool, (date(2026, 6, 30), date(2026, 7, 1)), date(2026, 9, 30), 4);
    let average = impact.average(|place| place.holder);
    let (before, after) = average[&Some(Holder::Kommune)];
    near(before.talks, 4.0 * MONTH / 185.0);
    near(after.talks_least, 3.0 * MONTH / 185.0);
}

#[test]
fn an_empty_caseload_and_no_months_are_no_fault() {
    let impact = reform(&[]);
    assert!(impact.citizens.is_empty() && impact.before.is_empty() && impact.moves.is_empty());
    let none = between(&[told(1, JOB_READY)], (date(2026, 6, 30), date(2026, 7, 1)), date(2026, 7, 31), 0);
    assert!(none.months.is_empty() && none.average(|p| p.code).is_empty());
    assert_eq!(none.moves["TALKS-FIRST-6M"].stays, 1, "moves are of the day, not of the months");
}

#[test]
fn progress_is_told_for_each_citizen() {
    let pool = [told(1, JOB_READY), told(2, JOB_READY)];
    let prepared: Vec<_> = pool.iter().map(|j| (j.citizen, Prepared::new(j))).collect();
    let law = BOOK.in_force(date(2026, 7, 1));
    let mut heard = Vec::new();
    Impact::between(&law, &law, &prepared, date(2026, 7, 31), 1, |n| heard.push(n));
    assert_eq!(heard, [1, 2]);
}

/// Compared without regard to the order in which numbers were added and citizens told.
fn alike(a: &Impact<'_>, b: &Impact<'_>) {
    assert_eq!((&a.months, &a.citizens, &a.held), (&b.months, &b.citizens, &b.held));
    for (a, b) in [(&a.before, &b.before), (&a.after, &b.after)] {
        assert!(a.keys().eq(b.keys()));
        for (a, b) in a.values().zip(b.values()) {
            assert_eq!((a.citizens, a.exempt, a.deadlines), (b.citizens, b.exempt, b.deadlines));
            near(a.talks, b.talks);
            near(a.talks_least, b.talks_least);
        }
    }
    assert!(a.moves.keys().eq(b.moves.keys()));
    for (a, b) in a.moves.values().zip(b.moves.values()) {
        let sorted = |ids: &[CitizenId]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids
        };
        assert_eq!((sorted(&a.out), sorted(&a.into), a.stays), (sorted(&b.out), sorted(&b.into), b.stays));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_citizens_does_not_matter(
        (pool, shuffled) in pools().prop_flat_map(|pool| (Just(pool.clone()), Just(pool).prop_shuffle())),
        on in journeys::days(),
    ) {
        let laws = (date(2023, 12, 31), date(2026, 7, 1));
        alike(&between(&pool, laws, on, 3), &between(&shuffled, laws, on, 3));
    }

    #[test]
    fn the_same_law_twice_changes_nothing(pool in pools(), on in journeys::days()) {
        let impact = between(&pool, (on, on), on, 3);
        prop_assert_eq!(&impact.before, &impact.after);
        prop_assert!(impact.moves.values().all(|m| m.out.is_empty() && m.into.is_empty()));
    }

    #[test]
    fn the_other_way_round_the_sides_change_places(pool in pools(), on in journeys::days()) {
        let (a, b) = (date(2023, 12, 31), date(2026, 7, 1));
        let (there, back) = (between(&pool, (a, b), on, 2), between(&pool, (b, a), on, 2));
        prop_assert_eq!((&there.before, &there.after), (&back.after, &back.before));
        for (code, moves) in &there.moves {
            let other = &back.moves[code];
            prop_assert_eq!((&moves.out, &moves.into, moves.stays), (&other.into, &other.out, other.stays));
        }
    }

    #[test]
    fn what_must_be_held_at_least_is_never_more_than_all(pool in pools(), on in journeys::days()) {
        let impact = between(&pool, (on, date(2026, 7, 1)), on, 2);
        for work in impact.before.values().chain(impact.after.values()) {
            prop_assert!(work.talks_least <= work.talks + 1e-9 && work.talks.is_finite() && work.talks_least >= 0.0);
        }
    }
}

/// A handful of citizens with numbers of their own.
fn pools() -> impl Strategy<Value = Vec<Journey>> {
    let numbered = |pool: Vec<Journey>| {
        (1..).zip(pool).map(|(id, journey)| Journey { citizen: CitizenId(id), ..journey }).collect()
    };
    prop::collection::vec(journeys::journeys(), 0..8).prop_map(numbered)
}
