use super::map::Shown;
use super::people::{Learners, Outcome, Row, Window};
use crate::indicators::Group;
use crate::sure::Judgement;
use statistics::chance::Chance;
use timeline::{Maalgruppe, date};

const WINDOW: Window = Window { start: date(2026, 1, 1), end: date(2026, 7, 1) };

/// People of teams: how likely it goes well, how many, and whether they are young, for whom it goes well more often.
fn learners(seed: u64, teams: &[(&str, Maalgruppe, usize, f64, f64)], staff: u16) -> Learners {
    let mut chance = Chance::new(seed, 0);
    let mut out = Learners::new(vec![WINDOW]);
    for (unit, group, people, share_old, better) in teams {
        let number = out.units.iter().position(|u| u == unit).unwrap_or_else(|| {
            out.units.push((*unit).to_owned());
            out.units.len() - 1
        });
        for n in 0..*people {
            let old = chance.uniform() < *share_old;
            let well = chance.uniform() < (if old { 0.15 } else { 0.55 }) + better;
            out.rows.push(Row {
                person: out.rows.len() as u32,
                unit: number as u16,
                staff: (number as u16) * 100 + (n as u16) % staff,
                group: *group,
                benefit: Group::Kontanthjaelp,
                outcomes: [well, well],
                age: Some(if old { 4 } else { 0 }),
                weeks: 0,
                female: false,
                share: 0.0,
                window: 0,
                talks: 6,
                offered: n % 2 == 0,
                business: n % 4 == 0,
                hours: n == 0,
            });
        }
    }
    out
}

const JOB: Maalgruppe = Maalgruppe::Jobparat;
const FAR: Maalgruppe = Maalgruppe::Aktivitetsparat;

#[test]
fn a_team_with_easier_people_is_not_better_and_one_that_does_better_with_hard_ones_is() {
    let teams = [
        ("Nord", JOB, 900, 0.2, 0.0),
        ("Syd", JOB, 900, 0.8, 0.0),
        ("Vest", JOB, 900, 0.8, 0.15),
        ("Nord", FAR, 600, 0.5, 0.0),
        ("Syd", FAR, 600, 0.5, 0.0),
        ("Vest", FAR, 600, 0.5, 0.0),
    ];
    let map = learners(1, &teams, 5).map(Outcome::SelfSupport, 20).unwrap();
    let of = |unit: &str, group| map.cells.iter().find(|c| c.unit == unit && c.group == group).unwrap();
    let Shown::Told { observed, expected, .. } = of("Nord", JOB).shown else { panic!("told") };
    let Shown::Told { observed: hard, .. } = of("Syd", JOB).shown else { panic!("told") };
    assert!(observed - hard > 15.0, "the raw shares lie far apart: {observed} and {hard}");
    assert!((observed - expected).abs() < 8.0, "as its people lead one to expect: {observed} of {expected}");
    assert_ne!(of("Nord", JOB).judgement(), Some(Judgement::Better));
    assert_eq!(of("Vest", JOB).judgement(), Some(Judgement::Better));
    assert_eq!(map.ask().first().map(|c| (c.unit.as_str(), c.group)), Some(("Vest", JOB)), "the surest stands first");
}

#[test]
fn intervals_hold_no_difference_in_nineteen_of_twenty_where_there_is_none() {
    let (mut told, mut held) = (0, 0);
    for seed in 0..150 {
        let teams = [
            ("A", JOB, 120, 0.2, 0.0),
            ("B", JOB, 200, 0.5, 0.0),
            ("C", JOB, 80, 0.7, 0.0),
            ("A", FAR, 60, 0.4, 0.0),
            ("B", FAR, 150, 0.6, 0.0),
        ];
        let map = learners(100 + seed, &teams, 4).map(Outcome::WorkOrHours, 20).unwrap();
        for cell in &map.cells {
            if let Shown::Told { sure, .. } = cell.shown {
                told += 1;
                held += usize::from(sure.low <= 0.0 && 0.0 <= sure.high);
            }
        }
    }
    let share = f64::from(held as u32) / f64::from(told as u32);
    assert!(told > 700 && (0.93..=0.97).contains(&share), "{held} of {told}");
}

#[test]
fn few_people_few_staff_and_a_group_that_one_team_has_alone_are_said_and_not_told() {
    let teams = [
        ("A", JOB, 200, 0.5, 0.0),
        ("B", JOB, 200, 0.5, 0.0),
        ("C", JOB, 19, 0.5, 0.0),
        ("D", JOB, 3, 0.5, 0.0),
        ("A", FAR, 100, 0.5, 0.0),
    ];
    let map = learners(7, &teams, 3).map(Outcome::SelfSupport, 20).unwrap();
    let shown = |unit: &str, group| {
        let cell = map.cells.iter().find(|c| c.unit == unit && c.group == group).unwrap();
        (cell.shown, cell.persons, cell.practice.is_some())
    };
    assert!(matches!(shown("A", JOB), (Shown::Told { .. }, Some(200), true)));
    assert_eq!(shown("C", JOB), (Shown::FewPersons, Some(19), false));
    assert_eq!(shown("D", JOB), (Shown::FewPersons, None, false));
    assert_eq!(shown("A", FAR), (Shown::Alone, Some(100), true));
    let two = learners(7, &teams, 2).map(Outcome::SelfSupport, 20).unwrap();
    assert!(
        two.cells.iter().filter(|c| c.persons > Some(20)).all(|c| c.shown == Shown::FewStaff && c.practice.is_none())
    );
}

#[test]
fn small_counts_of_what_was_done_are_not_shown() {
    let map =
        learners(3, &[("A", JOB, 40, 0.5, 0.0), ("B", JOB, 40, 0.5, 0.0)], 4).map(Outcome::SelfSupport, 20).unwrap();
    let practice = map.cells[0].practice.unwrap();
    assert_eq!((practice.offered, practice.business, practice.hours), (Some(50.0), Some(25.0), None));
    assert!((practice.talks_a_month.unwrap() - 1.0).abs() < 1e-12, "six talks in six months");
}

#[test]
fn an_outcome_that_nobody_had_is_told_of_no_team() {
    let mut learners = learners(3, &[("A", JOB, 60, 0.5, 0.0), ("B", JOB, 60, 0.5, 0.0)], 4);
    learners.rows.iter_mut().for_each(|r| r.outcomes = [false, false]);
    let map = learners.map(Outcome::SelfSupport, 20).unwrap();
    assert!(map.cells.iter().all(|c| c.shown == Shown::FewPersons));
    assert!(Learners::new(vec![WINDOW]).map(Outcome::SelfSupport, 20).is_err(), "nobody at all is an error");
}

#[test]
fn a_journey_is_followed_from_the_start_of_a_window_to_its_end() {
    use timeline::{Event, Period, Role, Tilbud, Ydelse};
    let assigned = Event::Assignment {
        role: Role::Sagsbehandler,
        staff: "r-1".to_owned(),
        name: "Mette Krag".to_owned(),
        unit: Some("Team Job".to_owned()),
    };
    let entered = date(2025, 9, 1);
    let told = testkit::citizen("Anna Holm")
        .enters(entered, Ydelse::Kontanthjaelp, JOB)
        .fact(Period::open(entered), assigned)
        .talks_on([date(2026, 1, 1), date(2026, 2, 2), date(2026, 7, 1), date(2026, 7, 2)])
        .offer(Period { from: date(2026, 3, 1), to: Some(date(2026, 3, 28)) }, Tilbud::Vejledning)
        .fact(
            Period { from: date(2026, 6, 4), to: Some(date(2026, 6, 4)) },
            Event::OrdinaryHours { hours_per_week: 6.0, company: None },
        );
    let mut learners = Learners::new(vec![WINDOW, Window { start: date(2026, 7, 1), end: date(2027, 1, 1) }]);
    learners.push(&told.journey());
    assert_eq!(learners.rows.len(), 2);
    let row = &learners.rows[0];
    assert_eq!(
        (row.talks, row.offered, row.business, row.hours),
        (2, true, true, true),
        "the first day is before the way"
    );
    assert_eq!(row.outcomes, [false, true], "still supported, and hours on the first of the last 28 days");
    assert_eq!((row.age, row.weeks), (None, 1), "no day of birth; seventeen weeks: over 13 and under 26");
    let known: Vec<f64> = row.known(2).collect();
    assert_eq!(known.len(), learners.names().len());
    assert_eq!(known[4..11], [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, f64::from(row.share)]);
    assert_eq!(learners.rows[1].outcomes, [false, false]);
}
