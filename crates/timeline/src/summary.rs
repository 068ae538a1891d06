//! A case on one line: what a caseload list shows of a journey.

use crate::calendar::days_between;
use crate::{
    Answer, AnsweredBy, Channel, Date, Event, Fact, Holder, Indicator, IsoWeek, Journey, Maalgruppe, Period, PeriodSet,
    Role, TalkState, Tilbud, Ydelse,
};
use jiff::ToSpan;
use std::collections::HashMap;

/// What at least three days of a week were spent on (work before offer before benefit), one letter in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeekState {
    /// Nothing known, or no support.
    Nothing,
    /// On dagpenge.
    Dagpenge,
    /// On kontanthjælp and the benefits that became it.
    Kontanthjaelp,
    /// On sygedagpenge or in job clarification.
    Sygedagpenge,
    /// On another benefit.
    Other,
    /// In an offer.
    Offer,
    /// Ordinary hours or a job.
    Work,
}

impl WeekState {
    const LETTERS: [(Self, char); 7] = [
        (Self::Nothing, '.'),
        (Self::Dagpenge, 'd'),
        (Self::Kontanthjaelp, 'k'),
        (Self::Sygedagpenge, 's'),
        (Self::Other, 'a'),
        (Self::Offer, 't'),
        (Self::Work, 'j'),
    ];

    /// The letter that stands for it.
    pub fn letter(self) -> char {
        Self::LETTERS.iter().find(|(s, _)| *s == self).map_or('.', |(_, c)| *c)
    }

    /// From its letter; an unknown one means nothing known.
    pub fn from_letter(letter: char) -> Self {
        Self::LETTERS.iter().find(|(_, c)| *c == letter).map_or(Self::Nothing, |(s, _)| *s)
    }

    fn of(benefit: Ydelse) -> Self {
        match benefit {
            Ydelse::Dagpenge => Self::Dagpenge,
            Ydelse::Kontanthjaelp | Ydelse::Uddannelseshjaelp | Ydelse::SelvforsoergelsesHjemrejseydelse => {
                Self::Kontanthjaelp
            }
            Ydelse::Sygedagpenge | Ydelse::Jobafklaring => Self::Sygedagpenge,
            Ydelse::Ingen => Self::Nothing,
            _ => Self::Other,
        }
    }
}

/// What comes next on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NextWhat {
    /// A planned talk.
    Talk(Channel),
    /// An offer begins.
    OfferStarts(Tilbud),
    /// An offer ends.
    OfferEnds(Tilbud),
    /// A step of the plan falls due.
    StepDue,
    /// A job begins.
    JobStarts,
}

/// What comes next, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NextThing {
    /// The day.
    pub on: Date,
    /// What.
    pub what: NextWhat,
}

/// A case on one line, as of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The day it is true for.
    pub as_of: Date,
    /// Target group.
    pub group: Option<Maalgruppe>,
    /// Benefit now.
    pub benefit: Option<Ydelse>,
    /// First day of the unbroken run of supported days that reaches to now.
    pub supported_since: Option<Date>,
    /// Started weeks in that run.
    pub weeks: u32,
    /// Last held talk.
    pub last_talk: Option<(Date, Channel, Holder)>,
    /// Next planned talk.
    pub next_talk: Option<Date>,
    /// The next dated thing.
    pub next: Option<NextThing>,
    /// Offer now, and its last day.
    pub offer: Option<(Tilbud, Option<Date>)>,
    /// Ordinary hours worked in the last 28 days.
    pub hours_4_weeks: f32,
    /// Own answers against own first answers: more indicators up than down (1), as many (0), fewer (-1). `None` where
    /// nothing was answered twice.
    pub progression: Option<i8>,
    /// Caseworker: staff id, name, unit.
    pub adviser: Option<(String, String, Option<String>)>,
    /// Shared with another field now.
    pub shared_with: Option<String>,
    /// The latest goal in own words is neither dropped nor reached.
    pub own_goal: bool,
    /// A job that began in the last seven days or begins in the next seven.
    pub job_starts: Option<Date>,
    /// See [`Summary::STALLED_AFTER_WEEKS`].
    pub stalled: bool,
    /// The last 26 ISO weeks, the current one last.
    pub weeks_26: [WeekState; 26],
}

impl Summary {
    /// A case counts as stalled (gået i stå) when it has run at least this many weeks and within them had neither
    /// offer, ordinary hours, job nor a step done.
    pub const STALLED_AFTER_WEEKS: u32 = 13;

    /// Summarise what is known in `journey` as of `today`.
    pub fn of(journey: &Journey, today: Date) -> Self {
        let current: Vec<&Fact> = journey.current().collect();
        let benefits = journey.benefits();
        let supported = journey.supported_days();
        let spell = supported.periods().iter().find(|p| p.contains(today)).copied();
        let weeks = spell.map_or(0, |p| (days_between(p.from, today) / 7 + 1) as u32);
        let running = |f: &&&Fact| f.holds.contains(today);
        let recent =
            Period { from: today.saturating_sub((i64::from(Self::STALLED_AFTER_WEEKS) * 7).days()), to: Some(today) };
        let active = current.iter().any(|f| {
            f.holds.overlaps(recent)
                && matches!(
                    f.event,
                    Event::Offer { .. }
                        | Event::OrdinaryHours { .. }
                        | Event::Employment { .. }
                        | Event::Step { state: crate::StepState::Done, .. }
                )
        });
        Self {
            as_of: today,
            group: journey.target_groups().on(today).copied(),
            benefit: benefits.on(today).copied().filter(|b| *b != Ydelse::Ingen),
            supported_since: spell.map(|p| p.from),
            weeks,
            last_talk: current.iter().filter_map(|f| held_talk(f, today)).max_by_key(|(day, ..)| *day),
            next_talk: current
                .iter()
                .filter(|f| f.holds.from >= today && matches!(f.event, Event::Talk { state: TalkState::Planned, .. }))
                .map(|f| f.holds.from)
                .min(),
            next: current.iter().filter_map(|f| next_thing(f, today)).min(),
            offer: current
                .iter()
                .filter(running)
                .filter_map(|f| match f.event {
                    Event::Offer { offer, .. } => Some((offer, f.holds.to)),
                    _ => None,
                })
                .min_by_key(|(_, to)| to.unwrap_or(Date::MAX)),
            hours_4_weeks: hours(&current, Period { from: today.saturating_sub(27.days()), to: Some(today) }),
            progression: progression(&current, today),
            adviser: current.iter().rev().filter(running).find_map(|f| match &f.event {
                Event::Assignment { role: Role::Sagsbehandler, staff, name, unit } => {
                    Some((staff.clone(), name.clone(), unit.clone()))
                }
                _ => None,
            }),
            shared_with: current.iter().filter(running).find_map(|f| match &f.event {
                Event::OtherField { field, .. } => Some(field.clone()),
                _ => None,
            }),
            own_goal: own_goal(&current, today),
            job_starts: current
                .iter()
                .filter(|f| matches!(f.event, Event::Employment { .. }))
                .map(|f| f.holds.from)
                .filter(|d| days_between(*d, today).abs() <= 7)
                .max(),
            stalled: weeks >= Self::STALLED_AFTER_WEEKS && !active,
            weeks_26: weeks_26(&current, &benefits, today),
        }
    }
}

fn held_talk(fact: &Fact, today: Date) -> Option<(Date, Channel, Holder)> {
    match fact.event {
        Event::Talk { state: TalkState::Held, channel, holder, .. } if fact.holds.from <= today => {
            Some((fact.holds.from, channel, holder))
        }
        _ => None,
    }
}

fn next_thing(fact: &Fact, today: Date) -> Option<NextThing> {
    let (on, what) = match &fact.event {
        Event::Talk { state: TalkState::Planned, channel, .. } => (fact.holds.from, NextWhat::Talk(*channel)),
        Event::Offer { offer, .. } if fact.holds.from > today => (fact.holds.from, NextWhat::OfferStarts(*offer)),
        Event::Offer { offer, .. } => (fact.holds.to?, NextWhat::OfferEnds(*offer)),
        Event::Step { state: crate::StepState::Agreed, due: Some(due), .. } => (*due, NextWhat::StepDue),
        Event::Employment { .. } if fact.holds.from > today => (fact.holds.from, NextWhat::JobStarts),
        _ => return None,
    };
    (on >= today).then_some(NextThing { on, what })
}

/// Hours worked within `window`, from weekly averages.
fn hours(current: &[&Fact], window: Period) -> f32 {
    current
        .iter()
        .filter_map(|f| match f.event {
            Event::OrdinaryHours { hours_per_week, .. } => {
                let days = f.holds.intersection(window)?.days()?;
                Some(hours_per_week * days as f32 / 7.0)
            }
            _ => None,
        })
        .sum()
}

fn progression(current: &[&Fact], today: Date) -> Option<i8> {
    let mut answers: HashMap<(Indicator, &str), Vec<(Date, crate::FactId, i32)>> = HashMap::new();
    for f in current.iter().filter(|f| f.holds.from <= today) {
        if let Event::Progression { indicator, by: AnsweredBy::Citizen, scale, answer: Answer::Value(v) } = &f.event {
            answers.entry((*indicator, &scale.version)).or_default().push((f.holds.from, f.id, *v));
        }
    }
    let moves: Vec<i32> = answers
        .values()
        .filter(|a| a.len() > 1)
        .filter_map(|a| {
            let (first, last) = (a.iter().min()?, a.iter().max()?);
            Some((last.2 - first.2).signum())
        })
        .collect();
    if moves.is_empty() { None } else { Some(moves.iter().sum::<i32>().signum() as i8) }
}

fn own_goal(current: &[&Fact], today: Date) -> bool {
    current
        .iter()
        .filter(|f| f.holds.from <= today)
        .filter_map(|f| match f.event {
            Event::Goal { state, own_words: true, .. } => Some((f.holds.from, f.id, state)),
            _ => None,
        })
        .max_by_key(|(day, id, _)| (*day, *id))
        .is_some_and(|(_, _, state)| matches!(state, crate::GoalState::Set | crate::GoalState::Changed))
}

fn weeks_26(current: &[&Fact], benefits: &crate::Timeline<Ydelse>, today: Date) -> [WeekState; 26] {
    let now = IsoWeek::of(today);
    let days_of = |want: fn(&Event) -> bool| -> PeriodSet {
        current.iter().filter(|f| want(&f.event)).map(|f| f.holds).collect()
    };
    let work = days_of(|e| matches!(e, Event::OrdinaryHours { .. } | Event::Employment { .. }));
    let offers = days_of(|e| matches!(e, Event::Offer { .. }));
    std::array::from_fn(|i| {
        let week = now.plus(i64::try_from(i).unwrap_or(25) - 25).period();
        let midweek = week.from.saturating_add(3.days());
        let half = |days: &PeriodSet| days.clip(week).days().unwrap_or(0) >= 3;
        if half(&work) {
            WeekState::Work
        } else if half(&offers) {
            WeekState::Offer
        } else {
            benefits.on(midweek).copied().map_or(WeekState::Nothing, WeekState::of)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date;

    #[test]
    fn the_sample_citizen_on_one_line() {
        let s = Summary::of(&crate::sample::journey(), date(2026, 11, 24));
        assert_eq!(s.group, Some(Maalgruppe::Jobparat));
        assert_eq!(s.supported_since, Some(date(2025, 3, 3)), "dagpenge and kontanthjælp follow without a day between");
        assert_eq!(s.weeks, 91);
        assert_eq!(s.last_talk.map(|t| t.0), Some(date(2026, 1, 20)));
        assert_eq!(s.next, Some(NextThing { on: date(2026, 12, 3), what: NextWhat::Talk(Channel::Video) }));
        assert_eq!(s.offer, Some((Tilbud::LoentilskudPrivat, Some(date(2027, 2, 16)))));
        assert!(!s.stalled && s.own_goal);
        let letters: String = s.weeks_26.iter().map(|w| w.letter()).collect();
        assert_eq!(letters, "jjjjjjjjjjjjtttttttttttttt");
    }

    #[test]
    fn a_citizen_nothing_is_known_of_has_an_empty_line() {
        let s = Summary::of(&Journey::new(crate::CitizenId(1)), date(2026, 11, 24));
        assert_eq!((s.weeks, s.benefit, s.next, s.progression, s.stalled), (0, None, None, None, false));
    }

    #[test]
    fn thirteen_weeks_without_anything_happening_is_stalled() {
        let benefit = Event::Benefit { benefit: Ydelse::Kontanthjaelp, share_percent: None };
        let fact = Fact {
            id: crate::FactId(1),
            holds: Period::open(date(2026, 1, 5)),
            learned: date(2026, 1, 5),
            source: crate::Source::Synthetic,
            recorded: None,
            replaces: None,
            event: benefit,
        };
        let journey = Journey::from_facts(crate::CitizenId(1), vec![fact]).unwrap();
        assert!(!Summary::of(&journey, date(2026, 3, 29)).stalled, "the twelfth week ends");
        assert!(Summary::of(&journey, date(2026, 3, 30)).stalled, "the thirteenth week begins");
    }
}
