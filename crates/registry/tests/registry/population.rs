//! Many cases that differ in everything the caseload shows.

use crate::common::Dice;
use jiff::ToSpan;
use testkit::{Scenario, TODAY, citizen};
use timeline::{
    Answer, AnsweredBy, Date, Event, GoalState, Indicator, Journey, Maalgruppe, Period, Scale, Tilbud, Ydelse,
};

const FIRST: [&str; 12] =
    ["Anna", "anders", "Åse", "Ærlig", "Øjvind", "Bo", "Carl-Emil", "Zoë", "Mette", "Mads", "Aage", "Émile"];
const LAST: [&str; 9] = ["Holm", "Ørsted", "Ålbæk", "de la Cour", "Dam", "holm", "O'Brien", "Krag", "Ærø"];
const ADVISERS: [(&str, &str); 5] = [
    ("Mette Krag", "Team Job"),
    ("Åge Lund", "Team Job"),
    ("Ib Øst", "Team Syg"),
    ("anne vest", "Team Syg"),
    ("Zenia Å", ""),
];

/// A day so many days from today.
fn from_today(days: i64) -> Date {
    TODAY.saturating_add(days.days())
}

/// `count` cases, the same in every run.
pub fn many(count: usize) -> Vec<Journey> {
    let mut dice = Dice(26);
    (0..count).map(|i| one(&mut dice, i)).collect()
}

fn one(dice: &mut Dice, i: usize) -> Journey {
    let ago = |dice: &mut Dice, days: usize| from_today(-dice.days(days));
    let ahead = |dice: &mut Dice, days: usize| from_today(dice.days(days));
    let name = format!("{} {}", dice.pick(&FIRST), dice.pick(&LAST));
    let id = (dice.below(usize::MAX) as u64) << 1 | u64::from(i.is_multiple_of(2));
    let mut told: Scenario = citizen(&name).id(id);
    if dice.below(10) > 0 {
        told = told.enters(ago(dice, 900), dice.pick(Ydelse::ALL), dice.pick(Maalgruppe::ALL));
    }
    for _ in 0..dice.below(4) {
        told = told.talks_on([ago(dice, 150)]);
    }
    if dice.below(10) < 6 {
        told = told.talk_planned_on(ahead(dice, 60));
    }
    if dice.below(10) < 4 {
        let to = (dice.below(5) > 0).then(|| ahead(dice, 60));
        told = told.offer(Period { from: ago(dice, 90), to }, dice.pick(Tilbud::ALL));
    }
    if dice.below(10) < 4 {
        let hours = dice.below(140) as f32 / 10.0;
        told = told.hours(Period { from: ago(dice, 60), to: Some(ahead(dice, 30)) }, hours);
    }
    if dice.below(10) < 8 {
        let (name, unit) = dice.pick(&ADVISERS);
        told = told.adviser(ago(dice, 300), name, unit);
    }
    if dice.below(10) < 2 {
        let field = dice.pick(&["Sundhed", "Familie"]).to_owned();
        told = told.fact(Period::open(ago(dice, 90)), Event::OtherField { field, title: "Forløb".to_owned() });
    }
    if dice.below(10) < 5 {
        for back in [200, 20] {
            let scale = Scale { version: "1".to_owned(), low: 1, high: 5 };
            let answer = Answer::Value(dice.pick(&[1, 2, 3, 4, 5]));
            let event = Event::Progression { indicator: Indicator::Hverdag, by: AnsweredBy::Citizen, scale, answer };
            told = told.fact(Period::day(from_today(-back)), event);
        }
    }
    if dice.below(10) < 5 {
        let event = Event::Goal { text: "Et job".to_owned(), state: dice.pick(GoalState::ALL), own_words: true };
        told = told.fact(Period::day(ago(dice, 200)), event);
    }
    if dice.below(10) < 2 {
        let event = Event::Employment { company: None, hours_per_week: None, fleksjob: false };
        told = told.fact(Period::open(from_today(dice.days(30) - 15)), event);
    }
    told.journey()
}
