//! Who is looked at, what came of it, and what was known of them at the start.

use crate::indicators::{Group, business, number_of};
use timeline::{
    Date, Event, Journey, Maalgruppe, Period, Role, Sex, TalkState, Timeline, Ydelse, add_months, age_on, next_day,
};

/// What counts as having gone well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// No public support on the last day.
    SelfSupport,
    /// A job or ordinary hours on one of the last 28 days.
    WorkOrHours,
}

impl Outcome {
    /// Both.
    pub const ALL: [Self; 2] = [Self::WorkOrHours, Self::SelfSupport];

    /// The word in options and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SelfSupport => "selvforsoergelse",
            Self::WorkOrHours => "job-eller-timer",
        }
    }

    /// The outcome of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }

    /// In words.
    pub const fn name(self, danish: bool) -> &'static str {
        match (self, danish) {
            (Self::SelfSupport, true) => "uden offentlig ydelse",
            (Self::SelfSupport, false) => "without public support",
            (Self::WorkOrHours, true) => "i job eller ordinære timer",
            (Self::WorkOrHours, false) => "in a job or ordinary hours",
        }
    }
}

/// From the day that somebody is found on a benefit to the day that one looks at what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Found on a benefit.
    pub start: Date,
    /// Looked at.
    pub end: Date,
}

impl Window {
    /// So many windows of so many months, one after the other; the last ends on `on`.
    pub fn before(on: Date, months: u16, count: u16) -> Vec<Self> {
        let day = |back: u16| add_months(on, -i32::from(months) * i32::from(back));
        (0..count).rev().map(|n| Self { start: day(n + 1), end: day(n) }).collect()
    }
}

/// Ages that are held apart; the first is what the others are compared with.
const AGES: [i32; 4] = [30, 40, 50, 60];
/// Weeks of unbroken support, the same.
const WEEKS: [i64; 4] = [13, 26, 52, 104];

/// A person in a window.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub person: u32,
    pub unit: u16,
    pub staff: u16,
    pub group: Maalgruppe,
    pub benefit: Group,
    pub outcomes: [bool; 2],
    /// How many of [`AGES`] the person has reached; nothing where the day of birth is not known.
    pub age: Option<u8>,
    /// How many of [`WEEKS`] the unbroken support has lasted.
    pub weeks: u8,
    pub female: bool,
    /// Share of the last three years supported.
    pub share: f32,
    pub window: u8,
    pub talks: u32,
    pub offered: bool,
    pub business: bool,
    pub hours: bool,
}

impl Row {
    /// What was known at the start, in the order of [`Learners::names`] for so many windows.
    pub(super) fn known(&self, windows: usize) -> impl Iterator<Item = f64> {
        let one = |at: usize, bands: usize| (1..=bands).map(move |n| f64::from(n == at));
        one(usize::from(self.age.unwrap_or(0)), AGES.len())
            .chain(one(usize::from(self.weeks), WEEKS.len()))
            .chain([f64::from(self.female), f64::from(self.age.is_none()), f64::from(self.share)])
            .chain(one(usize::from(self.window), windows.saturating_sub(1)))
    }

    pub(super) const fn well(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::SelfSupport => self.outcomes[0],
            Outcome::WorkOrHours => self.outcomes[1],
        }
    }
}

/// A caseload as the learning map needs it.
#[derive(Clone, Debug)]
pub struct Learners {
    pub(super) windows: Vec<Window>,
    pub(super) rows: Vec<Row>,
    /// Names of units in the order of their numbers.
    pub(super) units: Vec<String>,
    /// Opaque ids of staff, the same; they are counted and never told.
    staff: Vec<String>,
    /// Found on a benefit, and no unit answered for the case.
    pub without_unit: usize,
    persons: u32,
}

/// How many of the bounds a value has reached.
fn band<T: PartialOrd + Copy>(value: T, bounds: &[T]) -> u8 {
    bounds.iter().filter(|b| value >= **b).count() as u8
}

impl Learners {
    /// Nobody yet.
    pub const fn new(windows: Vec<Window>) -> Self {
        Self { windows, rows: Vec::new(), units: Vec::new(), staff: Vec::new(), without_unit: 0, persons: 0 }
    }

    /// What the expectation is built on, in words; the target group comes besides.
    pub(super) fn names(&self) -> Vec<String> {
        let ages = AGES.iter().map(|a| format!("age from {a}"));
        let weeks = WEEKS.iter().map(|w| format!("supported for {w} weeks or more"));
        let windows = self.windows.iter().skip(1).map(|w| format!("from {}", w.start));
        let rest = ["female", "age not known", "share of the last three years supported"].map(str::to_owned);
        ages.chain(weeks).chain(rest).chain(windows).collect()
    }

    /// Add a citizen.
    pub fn push(&mut self, journey: &Journey) {
        let person = self.persons;
        self.persons += 1;
        let (benefits, groups, supported) = (journey.benefits(), journey.target_groups(), journey.supported_days());
        for at in 0..self.windows.len() {
            let window = self.windows[at];
            let start = window.start;
            let Some(benefit) = benefits.on(start).and_then(|b| Group::of(*b)?.broad()) else { continue };
            let Some(group) = groups.on(start).copied() else { continue };
            let Some((unit, staff)) = self.unit_of(journey, start) else {
                self.without_unit += 1;
                continue;
            };
            let who = journey.person.as_ref();
            let since = supported.periods().iter().find(|p| p.contains(start)).map_or(start, |p| p.from);
            let lasted = Period { from: since, to: Some(start) }.days().unwrap_or(0) / 7;
            let three_years = Period { from: add_months(start, -36), to: Some(start) };
            let share = supported.clip(three_years).days().unwrap_or(0) as f32 / three_years.days().unwrap_or(1) as f32;
            let mut row = Row {
                person,
                unit,
                staff,
                group,
                benefit,
                outcomes: [!supported_on(&benefits, window.end), false],
                age: who.and_then(|p| p.born).map(|born| band(age_on(born, start), &AGES)),
                weeks: band(lasted, &WEEKS),
                female: who.is_some_and(|p| p.sex == Some(Sex::Female)),
                share,
                window: at as u8,
                talks: 0,
                offered: false,
                business: false,
                hours: false,
            };
            follow(journey, window, &mut row);
            self.rows.push(row);
        }
    }

    /// The unit and the member of staff that answer for the case on a day: of several those named last.
    fn unit_of(&mut self, journey: &Journey, day: Date) -> Option<(u16, u16)> {
        let named = journey.current().filter(|f| f.holds.contains(day)).filter_map(|f| match &f.event {
            Event::Assignment { role: Role::Sagsbehandler, staff, unit: Some(unit), .. } => {
                Some((f.holds.from, f.id, unit, staff))
            }
            _ => None,
        });
        let (_, _, unit, staff) = named.max_by_key(|(from, id, ..)| (*from, *id))?;
        Some((number_of(&mut self.units, unit), number_of(&mut self.staff, staff)))
    }
}

fn supported_on(benefits: &Timeline<Ydelse>, day: Date) -> bool {
    benefits.on(day).is_some_and(|b| b.is_support())
}

/// What came of it, and what was done on the way.
fn follow(journey: &Journey, window: Window, row: &mut Row) {
    let way = Period { from: next_day(window.start), to: Some(window.end) };
    let lately = Period { from: window.end.saturating_sub(jiff::ToSpan::days(27)), to: Some(window.end) };
    for fact in journey.current() {
        match &fact.event {
            Event::Employment { .. } => row.outcomes[1] |= fact.holds.overlaps(lately),
            Event::OrdinaryHours { .. } => {
                row.outcomes[1] |= fact.holds.overlaps(lately);
                row.hours |= fact.holds.overlaps(way);
            }
            Event::Offer { offer, planned: false, .. } if fact.holds.overlaps(way) => {
                row.offered = true;
                row.business |= business(*offer);
            }
            Event::Talk { state: TalkState::Held, .. } => row.talks += u32::from(way.contains(fact.holds.from)),
            _ => {}
        }
    }
    row.business |= row.hours;
}
