//! Small journeys worked out by hand.

#![allow(clippy::float_cmp, reason = "whole numbers and hundreds, exactly")]

use super::*;
use crate::suppress::{Shown, Sum, learned};
use figures::Month;
use statistics::chance::Chance;
use std::ops::ControlFlow;
use timeline::{CitizenId, Date, Event, Fact, FactId, Journey, Period, Source, TalkState, Tilbud, Ydelse, date};

fn journey(events: Vec<(&str, Event)>) -> Journey {
    let facts = events
        .into_iter()
        .enumerate()
        .map(|(i, (period, event))| Fact {
            id: FactId(i as u32 + 1),
            holds: period.parse::<Period>().expect("a period"),
            learned: date(2024, 1, 1),
            source: Source::Synthetic,
            recorded: None,
            replaces: None,
            event,
        })
        .collect();
    Journey::from_facts(CitizenId(1), facts).expect("sound facts")
}

fn benefit(benefit: Ydelse) -> Event {
    Event::Benefit { benefit, share_percent: None }
}

fn offer(offer: Tilbud) -> Event {
    Event::Offer { offer, planned: false, hours_per_week: None, company: None, title: None }
}

fn job() -> Event {
    Event::Employment { company: None, hours_per_week: None, fleksjob: false }
}

fn talk() -> Event {
    let (holder, channel) = (timeline::Holder::Kommune, timeline::Channel::Phone);
    Event::Talk { state: TalkState::Held, holder, channel, purpose: None, summary: None, time: None }
}

fn grid(journeys: Vec<Journey>, first: (i16, i8), last: (i16, i8), on: Date) -> Grid {
    let month = |(year, month)| Month { year, month };
    count(&journeys.into_iter().collect(), month(first), month(last), on, false).expect("months")
}

fn value(grid: &Grid, code: &str, month: usize, group: Group) -> Answer {
    indicator(code).expect("an indicator").answer(grid, 0, month, group, 1)
}

fn number(grid: &Grid, code: &str, month: usize, group: Group) -> f64 {
    match value(grid, code, month, group) {
        Answer::Value { value, .. } => value,
        other => panic!("{code}: {other:?}"),
    }
}

/// Dagpenge 1 January to 15 March 2024, then a job; an internship for the whole of February (29 days).
fn short() -> Journey {
    journey(vec![
        ("2024-01-01..2024-03-15", benefit(Ydelse::Dagpenge)),
        ("2024-02-01..2024-02-29", offer(Tilbud::Virksomhedspraktik)),
        ("2024-03-16..", job()),
        ("2024-01-10..2024-01-10", talk()),
    ])
}

#[test]
fn a_spell_comes_in_is_activated_and_goes_to_a_job() {
    let g = grid(vec![short()], (2024, 1), (2024, 4), date(2025, 6, 30));
    assert_eq!(number(&g, "tilgang", 0, Group::Dagpenge), 1.0);
    assert_eq!(number(&g, "tilgang", 1, Group::Dagpenge), 0.0);
    assert_eq!(number(&g, "fuldtidspersoner", 0, Group::Dagpenge), 1.0);
    assert!((number(&g, "fuldtidspersoner", 2, Group::All) - 15.0 / 31.0).abs() < 1e-12);
    assert_eq!(number(&g, "aktiveringsgrad", 1, Group::Dagpenge), 100.0);
    assert_eq!(number(&g, "aktiveringsberoerte", 0, Group::Dagpenge), 0.0);
    assert_eq!(number(&g, "virksomhedsrettet", 1, Group::Dagpenge), 100.0);
    assert_eq!(number(&g, "afgang", 2, Group::Dagpenge), 1.0);
    assert!((number(&g, "varighed", 2, Group::Dagpenge) - 75.0 / 7.0).abs() < 1e-12, "31 + 29 + 15 days");
    for code in ["afgang-job-1", "afgang-job-12", "varigt-job", "varigt-uden-ydelse"] {
        assert_eq!(number(&g, code, 2, Group::Dagpenge), 100.0, "{code}");
    }
    // On the offer's last day still on the benefit; 26 weeks later, 29 August, in a job and self-supporting.
    assert_eq!(number(&g, "selvforsoergelse-26", 1, Group::Dagpenge), 100.0);
    assert_eq!(value(&g, "personer", 3, Group::Kontanthjaelp), Answer::Value { value: 0.0, over: 0, under: 1 });
    assert_eq!(value(&g, "aktiveringsgrad", 3, Group::Dagpenge), Answer::Nobody);
}

#[test]
fn a_month_that_has_not_passed_is_not_counted() {
    // Known to 31 March: the whole of April has not passed, so nothing has ended yet.
    let g = grid(vec![short()], (2024, 1), (2024, 4), date(2024, 3, 31));
    assert_eq!(value(&g, "afgang", 2, Group::Dagpenge), Answer::NotYet);
    assert_eq!(number(&g, "personer", 2, Group::Dagpenge), 1.0);
    assert_eq!(number(&g, "personer", 3, Group::Dagpenge), 0.0);
    // Known to 30 April: ended, and one month has passed, but not three.
    let g = grid(vec![short()], (2024, 1), (2024, 4), date(2024, 4, 30));
    assert_eq!(number(&g, "afgang-job-1", 2, Group::Dagpenge), 100.0);
    assert_eq!(value(&g, "afgang-job-3", 2, Group::Dagpenge), Answer::Nobody);
}

#[test]
fn a_break_shorter_than_a_whole_month_ends_no_spell_and_begins_one() {
    let again = journey(vec![
        ("2024-01-01..2024-01-20", benefit(Ydelse::Kontanthjaelp)),
        ("2024-02-10..2024-02-20", benefit(Ydelse::Kontanthjaelp)),
    ]);
    let g = grid(vec![again], (2024, 1), (2024, 2), date(2025, 6, 30));
    assert_eq!(number(&g, "afgang", 0, Group::Kontanthjaelp), 0.0, "February has days on the benefit");
    assert_eq!(number(&g, "tilgang", 1, Group::Kontanthjaelp), 1.0);
    assert_eq!(number(&g, "afgang", 1, Group::Kontanthjaelp), 1.0);
}

#[test]
fn from_one_benefit_to_the_next_is_an_exit_of_the_group_and_none_of_all() {
    let moves = journey(vec![
        ("2024-01-01..2024-01-31", benefit(Ydelse::Sygedagpenge)),
        ("2024-02-01..", benefit(Ydelse::Jobafklaring)),
    ]);
    let g = grid(vec![moves], (2024, 1), (2024, 2), date(2025, 6, 30));
    assert_eq!(number(&g, "afgang", 0, Group::Sygedagpenge), 1.0);
    assert_eq!(number(&g, "afgang-ydelse-1", 0, Group::Sygedagpenge), 100.0);
    assert_eq!(number(&g, "afgang", 0, Group::All), 0.0);
    assert_eq!(number(&g, "tilgang", 1, Group::All), 0.0);
    assert_eq!(number(&g, "tilgang", 1, Group::Jobafklaring), 1.0);
}

#[test]
fn the_focus_goals_need_a_year_and_count_hours_and_talks() {
    let hours = |n| Event::OrdinaryHours { hours_per_week: n, company: None };
    let long = |events: Vec<(&'static str, Event)>| {
        let mut all = vec![("2023-01-01..", benefit(Ydelse::Kontanthjaelp))];
        all.extend(events);
        journey(all)
    };
    let share = |events, code| {
        number(&grid(vec![long(events)], (2024, 6), (2024, 6), date(2024, 12, 31)), code, 0, Group::Kontanthjaelp)
    };
    assert_eq!(share(vec![], "hverken-tilbud-eller-timer"), 100.0);
    // Seven hours a week over 20 weeks are 140 hours: enough for 100, not for 225.
    let twenty = vec![("2024-01-01..2024-05-19", hours(7.0))];
    assert_eq!(share(twenty.clone(), "hverken-tilbud-eller-timer"), 0.0);
    assert_eq!(share(twenty, "hverken-tilbud-eller-225-timer"), 100.0);
    let three: Vec<(&str, Event)> =
        ["2023-09-01..2023-09-01", "2024-01-05..2024-01-05", "2024-04-01..2024-04-01"].map(|d| (d, talk())).to_vec();
    assert_eq!(share(three.clone(), "under-fire-samtaler"), 100.0);
    let four = three.into_iter().chain([("2024-06-30..2024-06-30", talk())]).collect();
    assert_eq!(share(four, "under-fire-samtaler"), 0.0);
    // Eleven months are no year.
    let young = journey(vec![("2023-08-01..", benefit(Ydelse::Kontanthjaelp))]);
    let g = grid(vec![young], (2024, 6), (2024, 6), date(2024, 12, 31));
    assert_eq!(value(&g, "passive", 0, Group::Kontanthjaelp), Answer::Nobody);
}

#[test]
fn few_are_held_back_over_under_and_between() {
    let mut all: Vec<Journey> = (0..20).map(|_| short()).collect();
    all.push(journey(vec![("2024-01-01..2024-12-31", benefit(Ydelse::Dagpenge))]));
    let g = grid(all, (2024, 2), (2024, 2), date(2025, 6, 30));
    let answer = |code: &str| indicator(code).expect("it").answer(&g, 0, 0, Group::Dagpenge, 5);
    assert!(matches!(answer("personer"), Answer::Value { over: 21, .. }));
    assert_eq!(answer("aktiveringsberoerte"), Answer::Few, "20 of 21 tell of the one who was not");
    let few = grid(vec![short(), short()], (2024, 2), (2024, 2), date(2025, 6, 30));
    for i in indicators() {
        assert!(!matches!(i.answer(&few, 0, 0, Group::Dagpenge, 5), Answer::Value { .. }), "{}", i.code);
    }
}

#[test]
fn the_order_of_citizens_and_threads_changes_nothing() {
    let all: Vec<Journey> = (0..1500)
        .map(|i| {
            if i % 3 == 0 { short() } else { journey(vec![("2024-01-05..2024-02-20", benefit(Ydelse::Kontanthjaelp))]) }
        })
        .collect();
    let mut turned = all.clone();
    turned.reverse();
    let (a, b) =
        (grid(all, (2024, 1), (2024, 3), date(2025, 1, 1)), grid(turned, (2024, 1), (2024, 3), date(2025, 1, 1)));
    for month in 0..3 {
        for group in Group::ALL {
            for i in indicators() {
                assert_eq!(i.answer(&a, 0, month, group, 1), i.answer(&b, 0, month, group, 1));
            }
        }
    }
}

#[test]
fn every_indicator_has_its_own_code_and_words() {
    let mut codes: Vec<&str> = indicators().iter().map(|i| i.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), indicators().len());
    assert!(indicators().iter().all(|i| !i.name.0.is_empty() && !i.name.1.is_empty() && !i.source.is_empty()));
}

#[test]
fn what_is_left_of_three_statuses_is_not_given_away() {
    let after = |event: Option<Event>| {
        let mut all = vec![("2024-01-01..2024-02-15", benefit(Ydelse::Dagpenge))];
        all.extend(event.map(|e| ("2024-02-16..", e)));
        journey(all)
    };
    let people = |left: usize| -> Vec<Journey> {
        let education = Event::Education { title: "SOSU".to_owned() };
        let mut all: Vec<Journey> = (0..20).map(|_| after(Some(job()))).collect();
        all.extend((0..10).map(|_| after(Some(education.clone()))));
        all.extend((0..left).map(|_| after(None)));
        all
    };
    let answer = |left: usize, code: &str| {
        let g = grid(people(left), (2024, 2), (2024, 2), date(2025, 6, 30));
        indicator(code).expect("it").answer(&g, 0, 0, Group::Dagpenge, 5)
    };
    for code in ["afgang-job-3", "afgang-uddannelse-3", "afgang-ydelse-3"] {
        assert_eq!(answer(3, code), Answer::Few, "{code}: three are left over");
        assert!(matches!(answer(8, code), Answer::Value { .. }), "{code}: eight are left over");
    }
}

#[test]
fn a_small_group_is_not_the_difference_between_all_and_the_others() {
    let one = |b: Ydelse| journey(vec![("2024-01-01..", benefit(b))]);
    let mut all: Vec<Journey> = (0..30).map(|_| one(Ydelse::Dagpenge)).collect();
    all.extend((0..17).map(|_| one(Ydelse::Kontanthjaelp)));
    all.extend((0..3).map(|_| one(Ydelse::Ressourceforloeb)));
    let g = grid(all, (2024, 2), (2024, 2), date(2025, 6, 30));
    let answer = |code: &str, group| indicator(code).expect("it").answer(&g, 0, 0, group, 5);
    for code in ["personer", "fuldtidspersoner"] {
        assert_eq!(answer(code, Group::Ressourceforloeb), Answer::Few, "{code}");
        assert_eq!(answer(code, Group::Kontanthjaelp), Answer::Few, "{code}: all less the rest would tell of three");
        assert_eq!(answer(code, Group::KunKontanthjaelp), Answer::Few, "{code}: it is all of the kontanthjælp");
        assert!(matches!(answer(code, Group::Dagpenge), Answer::Value { .. }), "{code}");
        assert!(matches!(answer(code, Group::All), Answer::Value { .. }), "{code}");
    }
}

#[test]
fn a_small_part_of_kontanthjaelp_is_not_the_difference_between_it_and_the_others() {
    let one = |b: Ydelse| journey(vec![("2024-01-01..", benefit(b))]);
    let mut all: Vec<Journey> = (0..30).map(|_| one(Ydelse::Dagpenge)).collect();
    all.extend((0..17).map(|_| one(Ydelse::Kontanthjaelp)));
    all.extend((0..9).map(|_| one(Ydelse::Uddannelseshjaelp)));
    all.extend((0..3).map(|_| one(Ydelse::SelvforsoergelsesHjemrejseydelse)));
    all.extend((0..40).map(|_| one(Ydelse::Fleksloentilskud)));
    let g = grid(all, (2024, 2), (2024, 2), date(2025, 6, 30));
    for code in ["personer", "fuldtidspersoner"] {
        let answer = |group| indicator(code).expect("it").answer(&g, 0, 0, group, 5);
        let shown = |group| matches!(answer(group), Answer::Value { .. });
        assert_eq!((answer(Group::Sho), answer(Group::Uddannelseshjaelp)), (Answer::Few, Answer::Few), "{code}");
        assert!(shown(Group::Kontanthjaelp) && shown(Group::KunKontanthjaelp) && shown(Group::Dagpenge), "{code}");
    }
    assert_eq!(number(&g, "personer", 0, Group::All), 59.0, "a flexible job is none of the benefits");
    assert_eq!(number(&g, "personer", 0, Group::Fleksjob), 40.0);
}

#[test]
fn a_benefit_ended_by_the_next_record_is_ended() {
    let ended =
        journey(vec![("2024-01-01..", benefit(Ydelse::Kontanthjaelp)), ("2024-06-01..", benefit(Ydelse::Ingen))]);
    let g = grid(vec![ended], (2024, 5), (2024, 5), date(2025, 12, 31));
    assert_eq!(number(&g, "afgang", 0, Group::Kontanthjaelp), 1.0);
    assert_eq!(number(&g, "afgang-ydelse-6", 0, Group::Kontanthjaelp), 0.0);
    assert_eq!(number(&g, "varigt-uden-ydelse", 0, Group::Kontanthjaelp), 100.0);
}

#[test]
fn a_week_counts_what_began_and_ended_in_it_and_no_change_of_benefit() {
    let journeys = [
        // On benefit to Wednesday 13 March 2024, and a job the day after.
        journey(vec![
            ("2024-01-01..2024-03-13", benefit(Ydelse::Dagpenge)),
            ("2024-03-14..", job()),
            ("2024-03-12..2024-03-12", talk()),
        ]),
        // A change of benefit in the week is neither an end nor a beginning; an offer begins, and no talk was ever held.
        journey(vec![
            ("2023-06-01..2024-03-12", benefit(Ydelse::Sygedagpenge)),
            ("2024-03-13..", benefit(Ydelse::Jobafklaring)),
            ("2024-03-11..2024-04-30", offer(Tilbud::Virksomhedspraktik)),
        ]),
        // New on Friday; a job that began long after any benefit is none of ours.
        journey(vec![("2024-03-15..", benefit(Ydelse::Kontanthjaelp))]),
        journey(vec![("2022-01-01..2022-03-01", benefit(Ydelse::Dagpenge)), ("2024-03-12..", job())]),
    ];
    let all = weeks(&journeys.into_iter().collect(), date(2024, 3, 17), 2);
    let now = Week { begun: 1, ended: 1, jobs: 1, offers: 1, talks: 1, persons: 2, quarter: 1, no_talk: 1 };
    let before = Week { persons: 2, quarter: 1, no_talk: 1, ..Week::default() };
    assert_eq!(all, [before, now]);
}

/// What is known of a citizen as a table of periods would tell it.
fn told(journeys: &[Journey]) -> Periods {
    let mut p = Periods::default();
    for (person, journey) in journeys.iter().enumerate() {
        let mut put = |what, holds: Period, hours: f32| {
            p.person.push(person as u64);
            p.what.push(what);
            p.from.push(history::day_number(holds.from));
            p.until.push(holds.to.map_or(i32::MAX, |d| history::day_number(d) + 1));
            p.hours.push(hours);
        };
        for (holds, benefit) in journey.benefits().parts() {
            put(What::Benefit(*benefit), *holds, 0.0);
        }
        for fact in journey.current() {
            match &fact.event {
                Event::Offer { offer, planned: false, .. } => {
                    put(if business(*offer) { What::BusinessOffer } else { What::Offer }, fact.holds, 0.0);
                }
                Event::OrdinaryHours { hours_per_week, .. } => put(What::Hours, fact.holds, *hours_per_week),
                Event::Employment { .. } => put(What::Job, fact.holds, 0.0),
                Event::Education { .. } => put(What::Education, fact.holds, 0.0),
                Event::Talk { state: TalkState::Held, .. } => put(What::Talk, fact.holds, 0.0),
                _ => {}
            }
        }
    }
    p
}

#[test]
fn periods_and_journeys_of_the_same_people_give_the_same_counts() {
    let journeys = vec![
        short(),
        journey(vec![
            ("2023-01-01..2023-08-31", benefit(Ydelse::Sygedagpenge)),
            ("2023-09-01..2024-05-02", benefit(Ydelse::Jobafklaring)),
            ("2024-05-20..", benefit(Ydelse::Kontanthjaelp)),
            ("2023-10-02..2023-12-01", offer(Tilbud::Virksomhedspraktik)),
            ("2024-05-03..2024-05-19", job()),
            ("2023-11-05..2023-11-05", talk()),
            ("2024-06-01..2024-06-01", talk()),
        ]),
        journey(vec![("2019-01-01..2024-06-30", benefit(Ydelse::Su)), ("2024-07-01..", benefit(Ydelse::Dagpenge))]),
    ];
    let mut periods = told(&journeys);
    let (first, last, on) = (Month { year: 2023, month: 1 }, Month { year: 2024, month: 12 }, date(2025, 3, 1));
    let expected = count(&journeys.into_iter().collect(), first, last, on, false).expect("months");
    let counted = count_periods(&periods, first, last, on, false).expect("months");
    assert_eq!((&counted.grid, counted.persons), (&expected, 3));
    // In any order.
    for column in [&mut periods.from, &mut periods.until] {
        column.reverse();
    }
    periods.person.reverse();
    periods.what.reverse();
    periods.hours.reverse();
    assert_eq!(count_periods(&periods, first, last, on, false).expect("months"), counted);
}

#[test]
fn a_table_in_parts_gives_the_counts_of_the_whole() {
    let mut chance = Chance::new(7, 2);
    let mut whole = Periods { units: ["b", "a", "c"].map(str::to_owned).to_vec(), ..Periods::default() };
    let benefits = [Ydelse::Dagpenge, Ydelse::Uddannelseshjaelp, Ydelse::Fleksloentilskud];
    for person in 0..200_u64 {
        for _ in 0..=chance.below(6) {
            let from = 18_600 + chance.below(1_500) as i32;
            whole.person.push(person);
            whole.what.push(match chance.below(7) {
                0 => What::Job,
                1 => What::Talk,
                2 => What::BusinessOffer,
                3 => What::Hours,
                n => What::Benefit(benefits[n - 4]),
            });
            // Of other rows they are nothing.
            whole.hours.push(chance.below(9) as f32);
            whole.from.push(from);
            whole.until.push(from + 1 + chance.below(300) as i32);
            whole.unit.push([0, 1, 2, u16::MAX][chance.below(4)]);
        }
    }
    let (first, last, on) = (Month { year: 2021, month: 1 }, Month { year: 2023, month: 12 }, date(2025, 3, 1));
    let rows = whole.person.len();
    for by_unit in [false, true] {
        let expected = count_periods(&whole, first, last, on, by_unit).expect("months");
        // The last time the rows of a part are turned round, so that no person's lie in order.
        for (parts, turned) in [(1, false), (2, false), (7, false), (3, true)] {
            let cut = |at: usize| rows * at / parts;
            let shared: Vec<Vec<u64>> =
                (0..parts).map(|at| vec![whole.person[cut(at)], whole.person[cut(at + 1) - 1]]).collect();
            let part = |at: usize, take: &mut dyn FnMut(&Periods) -> Result<ControlFlow<()>, NotCounted>| {
                let mut order: Vec<usize> = (cut(at)..cut(at + 1)).collect();
                if turned {
                    order.reverse();
                }
                let mut units: Vec<String> = Vec::new();
                for some in order.chunks(11) {
                    let name = |row: &usize| {
                        let name = whole.units.get(usize::from(whole.unit[*row]));
                        name.map_or(u16::MAX, |name| number_of(&mut units, name))
                    };
                    let unit = some.iter().map(name).collect();
                    let of = |all: &[i32]| some.iter().map(|row| all[*row]).collect();
                    let periods = Periods {
                        person: some.iter().map(|row| whole.person[*row]).collect(),
                        what: some.iter().map(|row| whole.what[*row]).collect(),
                        from: of(&whole.from),
                        until: of(&whole.until),
                        unit,
                        units: units.clone(),
                        hours: some.iter().map(|row| whole.hours[*row]).collect(),
                    };
                    if take(&periods)?.is_break() {
                        assert!(turned, "rows in order are gone through once");
                        break;
                    }
                }
                Ok(())
            };
            let counted = count_parts(&shared, part, (first, last), on, by_unit).expect("months");
            assert_eq!(counted.persons, expected.persons);
            for (month, group) in (0..36).flat_map(|m| Group::ALL.map(|g| (m, g))) {
                for what in Count::ALL {
                    let same = |place: usize, other: usize| {
                        let (a, b) = (&counted.grid, &expected.grid);
                        assert_eq!(a.get(place, month, group, *what), b.get(other, month, group, *what), "{what:?}");
                    };
                    same(0, 0);
                    if by_unit {
                        same(4, 4);
                        for (at, name) in counted.units.iter().enumerate() {
                            let other = expected.units.iter().position(|n| n == name).expect("a unit");
                            same(at + 1, other + 1);
                        }
                    }
                }
            }
        }
    }
    let broken = |at: usize, _: &mut dyn FnMut(&Periods) -> Result<ControlFlow<()>, NotCounted>| {
        if at == 0 { Ok(()) } else { Err(NotCounted::NoMonths) }
    };
    // Half of each part is there before its fault.
    let broken_off = |at: usize, take: &mut dyn FnMut(&Periods) -> Result<ControlFlow<()>, NotCounted>| {
        let _ = take(&whole)?;
        broken(at.min(1), take)
    };
    assert_eq!(
        count_parts(&vec![vec![]; 9], broken_off, (first, last), on, true),
        Err(NotCounted::NoMonths),
        "nor of a person whose rows are broken off"
    );
    assert_eq!(
        count_parts(&[vec![], vec![], vec![]], broken, (first, last), on, true),
        Err(NotCounted::NoMonths),
        "nothing is told of a part of the table"
    );
}

#[test]
fn nothing_is_told_of_months_that_have_not_ended_nor_of_days_outside_them() {
    let (first, last) = (Month { year: 2026, month: 1 }, Month { year: 2026, month: 3 });
    let days = |from: i32, until: i32| Periods {
        person: vec![1],
        what: vec![What::Benefit(Ydelse::Dagpenge)],
        from: vec![from],
        until: vec![until],
        unit: vec![0],
        units: vec!["0101".to_owned()],
        hours: Vec::new(),
    };
    // 1 January 2026 is day 20,454.
    for (from, until, on, persons) in [
        (20_000, i32::MAX, date(2026, 1, 15), [0, 0, 0]),
        (20_000, i32::MAX, date(2026, 2, 15), [1, 0, 0]),
        (20_000, 20_454, date(2026, 6, 30), [0, 0, 0]),
        (20_000, 20_455, date(2026, 6, 30), [1, 0, 0]),
        (20_544, 20_600, date(2026, 6, 30), [0, 0, 0]),
        (20_543, 20_600, date(2026, 6, 30), [0, 0, 1]),
    ] {
        for by_unit in [false, true] {
            let counted = count_periods(&days(from, until), first, last, on, by_unit).expect("months");
            let told = [0, 1, 2].map(|month| counted.grid.get(0, month, Group::All, Count::Persons));
            assert_eq!((told, counted.persons), (persons, 1), "{from} to {until}, {on}");
        }
    }
}

#[test]
fn a_small_part_of_a_unit_is_had_neither_from_the_other_units_nor_from_the_other_benefits() {
    let benefits = [
        Ydelse::Kontanthjaelp,
        Ydelse::Uddannelseshjaelp,
        Ydelse::SelvforsoergelsesHjemrejseydelse,
        Ydelse::Dagpenge,
        Ydelse::Sygedagpenge,
    ];
    let held_back = |people: &[[usize; 5]]| {
        let mut p = Periods { units: (0..people.len()).map(|n| n.to_string()).collect(), ..Periods::default() };
        for (unit, counts) in people.iter().enumerate() {
            for (benefit, n) in benefits.iter().zip(counts) {
                for _ in 0..*n {
                    p.person.push(p.person.len() as u64);
                    p.what.push(What::Benefit(*benefit));
                    p.from.push(19_000);
                    p.until.push(i32::MAX);
                    p.unit.push(unit as u16);
                }
            }
        }
        let month = Month { year: 2024, month: 2 };
        let grid = count_periods(&p, month, month, date(2025, 6, 30), true).expect("a month").grid;
        let units = grid.units + 1;
        for code in ["personer", "uden-samtale"] {
            let table = indicator(code).expect(code).table(&grid, 0, 5);
            let (mut counts, mut shown) = (Vec::new(), Vec::new());
            for (group, unit) in Group::ALL.into_iter().flat_map(|g| (0..units).map(move |u| (g, u))) {
                let n = grid.get(unit, 0, group, Count::Persons);
                counts.push(n);
                // Nobody is told why something is held back.
                let held = table[group as usize][unit] == Answer::Few;
                shown.push(if held { Shown::Protects } else { Shown::Count(n) });
            }
            let cell = |group: Group, unit: usize| group as usize * units + unit;
            let mut sums = Vec::new();
            for group in Group::ALL {
                sums.push(Sum { total: cell(group, 0), parts: (1..units).map(|u| cell(group, u)).collect() });
            }
            for unit in 0..units {
                for (whole, parts) in Group::SUMS {
                    let parts = parts.iter().map(|g| cell(*g, unit)).collect();
                    sums.push(Sum { total: cell(whole, unit), parts });
                }
            }
            let known = learned(&shown, &counts, &sums, 5);
            for at in (0..counts.len()).filter(|at| counts[*at] > 0 && counts[*at] < 5) {
                assert_eq!(shown[at], Shown::Protects, "{code} {people:?} {at}");
                assert!(!known[at], "{code} {people:?}: {:?} {}", Group::ALL[at / units], at % units);
            }
        }
    };
    held_back(&[[3, 10, 0, 40, 30], [20, 30, 0, 50, 60]]);
    let mut chance = Chance::new(5, 3);
    for _ in 0..60 {
        let one = |chance: &mut Chance| if chance.below(3) == 0 { chance.below(7) } else { 5 + chance.below(40) };
        let people: Vec<[usize; 5]> = (0..3).map(|_| std::array::from_fn(|_| one(&mut chance))).collect();
        held_back(&people);
    }
}

#[test]
fn nobody_answers_for_the_exit_of_a_case_that_was_closed_with_the_benefit() {
    let closed = "2024-01-01..2024-03-15";
    let worker = timeline::Role::Sagsbehandler;
    let (staff, name, unit) = ("s1".to_owned(), "Sagsbehandler".to_owned(), Some("Nord".to_owned()));
    let assigned = Event::Assignment { role: worker, staff, name, unit };
    let one = journey(vec![(closed, benefit(Ydelse::Dagpenge)), (closed, assigned)]);
    let histories: Histories = [one].into_iter().collect();
    let month = |month| Month { year: 2024, month };
    let grid = count(&histories, month(1), month(4), date(2025, 6, 30), true).expect("months");
    let exits = |unit, at| grid.get(unit, at, Group::Dagpenge, Count::Exit);
    assert_eq!((exits(1, 2), exits(2, 2), exits(0, 2)), (0, 1, 1), "on 31 March the case is nobody's");
    assert_eq!(grid.get(1, 1, Group::Dagpenge, Count::Persons), 1, "in February it is");
}

#[test]
fn a_flow_is_not_had_back_from_the_persons_of_two_months() {
    let stays = || journey(vec![("2023-01-01..", benefit(Ydelse::Dagpenge))]);
    let leaves = || journey(vec![("2023-01-01..2024-01-20", benefit(Ydelse::Dagpenge))]);
    let comes = || journey(vec![("2024-02-10..", benefit(Ydelse::Dagpenge))]);
    let answers = |journeys: Vec<Journey>| {
        let grid = grid(journeys, (2024, 1), (2024, 2), date(2024, 4, 2));
        let of = |code: &str, month| indicator(code).expect(code).answer(&grid, 0, month, Group::All, 5);
        (of("afgang", 0), of("afgang-job-1", 0), of("tilgang", 1))
    };
    let of = |stay: usize, leave: usize, come: usize| {
        let many = |n: usize, make: &dyn Fn() -> Journey| (0..n).map(|_| make()).collect::<Vec<_>>();
        answers([many(stay, &stays), many(leave, &leaves), many(come, &comes)].concat())
    };
    let few = |a: &Answer| *a == Answer::Few;
    // One left and nobody came: 20 and 19 persons and an inflow of 0 would tell that it was one.
    let (left, _, came) = of(20, 1, 0);
    assert!(few(&left) && few(&came), "{left:?} {came:?}");
    // Three left: from one to four may have.
    let (left, _, came) = of(20, 3, 0);
    assert!(few(&left) && came == Answer::Value { value: 0.0, over: 0, under: 1 }, "{came:?}");
    // Four came and ten left: 20 and 14 persons and ten exits would tell that it was four.
    let (left, jobs, came) = of(10, 10, 4);
    assert!(few(&left) && few(&jobs) && few(&came), "{left:?} {jobs:?} {came:?}");
    let (left, _, came) = of(10, 10, 3);
    assert!(!few(&left) && few(&came), "{left:?} {came:?}");
}

#[test]
fn what_is_held_back_between_months_is_not_had_from_the_whole_and_the_other_benefits() {
    let spell = |b: Ydelse, period: &'static str| move || journey(vec![(period, benefit(b))]);
    let all = [
        (10, spell(Ydelse::Dagpenge, "2023-01-01..")),
        (10, spell(Ydelse::Dagpenge, "2023-01-01..2024-01-20")),
        (4, spell(Ydelse::Dagpenge, "2024-02-10..")),
        (10, spell(Ydelse::Kontanthjaelp, "2023-01-01..")),
        (10, spell(Ydelse::Kontanthjaelp, "2023-01-01..2024-01-20")),
        (10, spell(Ydelse::Kontanthjaelp, "2024-02-10..")),
    ];
    let journeys = all.into_iter().flat_map(|(n, make)| (0..n).map(move |_| make()).collect::<Vec<_>>()).collect();
    let grid = grid(journeys, (2024, 1), (2024, 2), date(2024, 4, 2));
    let exits = |group| indicator("afgang").expect("exits").answer(&grid, 0, 0, group, 5);
    // Ten dagpenge exits would tell that four came; twenty of all and ten of kontanthjælp would tell those ten.
    assert_eq!((exits(Group::Dagpenge), exits(Group::All)), (Answer::Few, Answer::Few));
    assert_eq!(exits(Group::Kontanthjaelp), Answer::Value { value: 10.0, over: 10, under: 1 });
}
