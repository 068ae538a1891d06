//! A journey made ready for many questions, and the same as of one day.

use crate::book::Version;
use crate::file::Clock;
use jiff::ToSpan;
use timeline::{
    Date, Event, Fact, FactId, Holder, Journey, Maalgruppe, Parathed, Period, PeriodSet, TalkState, Timeline, Ydelse,
    add_months,
};

/// A talk that was held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub day: Date,
    pub holder: Holder,
    pub id: FactId,
}

/// A benefit and the share of full time it is paid for, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Paid {
    benefit: Ydelse,
    share: u8,
}

/// A journey sorted once, so that many days and rules can be asked about cheaply.
#[derive(Clone, Debug)]
pub struct Prepared<'a> {
    pub(crate) facts: Vec<&'a Fact>,
    pub(crate) talks: Vec<Held>,
    pub(crate) born: Option<Date>,
    pub(crate) municipality: Option<&'a str>,
    placed: Vec<(Period, Option<Parathed>)>,
    benefits: Timeline<Paid>,
    groups: Timeline<Maalgruppe>,
    support: PeriodSet,
    registrations: Vec<(Date, Holder)>,
}

impl<'a> Prepared<'a> {
    /// From all that `journey` says. By days and not by the order recorded: the order of facts must not matter.
    pub fn new(journey: &'a Journey) -> Self {
        let mut facts: Vec<&Fact> = if journey.facts.iter().any(|f| f.replaces.is_some()) {
            journey.current().collect()
        } else {
            journey.facts.iter().collect()
        };
        let by_days = |f: &&Fact| (f.holds.from, f.holds.last(), f.id);
        if !facts.is_sorted_by_key(by_days) {
            facts.sort_unstable_by_key(by_days);
        }
        let mut benefits: Vec<(Period, FactId, Paid)> = Vec::new();
        let mut groups: Vec<(Period, FactId, Maalgruppe, Option<Parathed>)> = Vec::new();
        let (mut support, mut registrations) = (Vec::with_capacity(4), Vec::new());
        let mut talks = Vec::with_capacity(facts.len());
        for fact in &facts {
            match fact.event {
                Event::Benefit { benefit, share_percent } => {
                    benefits.push((fact.holds, fact.id, Paid { benefit, share: share_percent.unwrap_or(100) }));
                    if !matches!(benefit, Ydelse::Su | Ydelse::Feriedagpenge | Ydelse::Ingen) {
                        support.push(fact.holds);
                    }
                }
                Event::TargetGroup { group, readiness } => groups.push((fact.holds, fact.id, group, readiness)),
                Event::Registration { with } => registrations.push((fact.holds.from, with)),
                Event::Talk { state: TalkState::Held, holder, .. } => {
                    talks.push(Held { day: fact.holds.from, holder, id: fact.id });
                }
                _ => {}
            }
        }
        // Mostly in order already, since the facts are.
        if !benefits.is_sorted_by_key(|(p, id, _)| (p.from, *id)) {
            benefits.sort_unstable_by_key(|(p, id, _)| (p.from, *id));
        }
        if !groups.is_sorted_by_key(|(p, id, ..)| (p.from, *id)) {
            groups.sort_unstable_by_key(|(p, id, ..)| (p.from, *id));
        }
        Self {
            facts,
            talks,
            municipality: journey.person.as_ref().and_then(|p| p.municipality.as_deref()),
            // Most placements tell no readiness beyond the group, and then there is nothing to keep.
            placed: if groups.iter().any(|(.., readiness)| readiness.is_some()) {
                groups.iter().map(|(p, _, _, readiness)| (*p, *readiness)).collect()
            } else {
                Vec::new()
            },
            born: journey.person.as_ref().and_then(|p| p.born),
            benefits: Timeline::layered(benefits.into_iter().map(|(p, _, y)| (p, y))),
            groups: Timeline::layered(groups.into_iter().map(|(p, _, g, _)| (p, g))),
            support: PeriodSet::new(support),
            registrations,
        }
    }

    /// Target group on a day.
    pub fn group_on(&self, day: Date) -> Option<Maalgruppe> {
        self.groups.on(day).copied()
    }

    /// Readiness on a day, where it was told with the placement of that day.
    pub fn readiness_on(&self, day: Date) -> Option<Parathed> {
        self.placed.iter().rev().find(|(p, _)| p.contains(day)).and_then(|(_, readiness)| *readiness)
    }

    /// Benefit on a day.
    pub fn benefit_on(&self, day: Date) -> Option<Ydelse> {
        self.benefits.on(day).map(|paid| paid.benefit)
    }
}

/// What holds on `on`, and the first day of its unbroken run.
fn run<T: Copy, K: PartialEq>(timeline: &Timeline<T>, on: Date, kind: impl Fn(&T) -> K) -> Option<(T, Date)> {
    let parts = timeline.parts();
    // Few parts, and the last is asked about most.
    let last = parts.iter().rposition(|(p, _)| p.from <= on).filter(|i| parts[*i].0.contains(on))?;
    let mut i = last;
    while i > 0
        && kind(&parts[i - 1].1) == kind(&parts[i].1)
        && parts[i - 1].0.last().tomorrow().is_ok_and(|d| d == parts[i].0.from)
    {
        i -= 1;
    }
    Some((parts[last].1, parts[i].0.from))
}

/// A gap in the same benefit longer than this begins the accumulated count anew. **Our reading, to be confirmed.**
const ACCUMULATED_GAP_MONTHS: i32 = 12;

/// Paid hours in a week on full benefit: the standard week.
const FULL_WEEK_HOURS: f64 = 37.0;

/// A prepared journey as of a day.
pub(crate) struct Case<'a> {
    pub on: Date,
    /// Windows that closed before this day are history, and no longer today's work.
    pub year_ago: Date,
    pub trace: bool,
    pub benefit: Option<Ydelse>,
    pub journey: &'a Prepared<'a>,
    benefit_start: Option<Date>,
}

impl<'a> Case<'a> {
    pub fn new(journey: &'a Prepared<'a>, on: Date, trace: bool) -> Self {
        let run = run(&journey.benefits, on, |paid| paid.benefit);
        Self {
            on,
            year_ago: add_months(on, -12),
            trace,
            benefit: run.map(|(paid, _)| paid.benefit),
            journey,
            benefit_start: run.map(|(_, from)| from),
        }
    }

    /// Facts that hold in the case, by days.
    pub fn facts(&self) -> &'a [&'a Fact] {
        &self.journey.facts
    }

    /// Whether the citizen came into the group before a day: a closed group holds only for those.
    pub fn in_group_before(&self, day: Date) -> bool {
        run(&self.journey.groups, self.on, |g| *g).is_some_and(|(_, from)| from < day)
    }

    /// The day that a version counts from.
    pub fn clock(&self, version: &Version) -> Option<Date> {
        match version.how.clock? {
            Clock::BenefitStart => self.benefit_start,
            Clock::SupportStart => self.support_start(),
            Clock::Registration => self.registration(version.holder),
            Clock::FirstAbsence => self.benefit_start.filter(|_| self.benefit == Some(Ydelse::Sygedagpenge)),
            Clock::InGroup => run(&self.journey.groups, self.on, |g| *g).map(|(_, from)| from),
            Clock::AccumulatedBenefit => self.accumulated_start(),
        }
    }

    /// The first contact of the run, up to a month before it. The municipality's clock starts with a contact with the
    /// municipality, and at the latest when the benefit begins; the others' with the first contact with anybody.
    fn registration(&self, holder: Option<Holder>) -> Option<Date> {
        let municipal = holder == Some(Holder::Kommune);
        let start = if municipal { self.benefit_start } else { self.support_start() }?;
        let early = start.saturating_sub(31.days());
        let own = |with: Holder| !municipal || with != Holder::AKasse;
        let told = self.journey.registrations.iter().filter(|(day, _)| *day <= self.on);
        told.filter(|(day, with)| *day >= early && own(*with)).map(|(day, _)| *day).min().or(Some(start))
    }

    /// Periods on the benefit of the day and their shares, back to the last gap that begins the count anew.
    fn accumulated(&self) -> impl Iterator<Item = (Period, u8)> + '_ {
        let parts = self.journey.benefits.parts();
        let same = move |p: &(Period, Paid)| Some(p.1.benefit) == self.benefit && p.0.from <= self.on;
        let mut first = self.on;
        for (period, _) in parts.iter().rev().filter(|p| same(p)) {
            if add_months(period.last(), ACCUMULATED_GAP_MONTHS) < first {
                break;
            }
            first = period.from;
        }
        parts.iter().filter(move |p| same(p) && p.0.from >= first).map(|(period, paid)| (*period, paid.share))
    }

    /// The first day of the accumulated benefit: talks count from there, however often it stood still since.
    pub fn accumulated_first(&self) -> Option<Date> {
        self.accumulated().map(|(period, _)| period.from).min()
    }

    /// The start of a clock that stands still while the benefit is not received: as many days before the day asked
    /// about as the benefit has been received.
    fn accumulated_start(&self) -> Option<Date> {
        self.benefit?;
        let until_today = |p: Period| Period { to: Some(p.last().min(self.on)), ..p };
        let with_today: i64 = self.accumulated().filter_map(|(p, _)| until_today(p).days()).sum();
        Some(self.on.saturating_sub((with_today - 1).days()))
    }

    /// The first day of the unbroken run of support.
    pub fn support_start(&self) -> Option<Date> {
        self.journey.support.periods().iter().find(|p| p.contains(self.on)).map(|p| p.from)
    }

    /// The day after the month in which paid hours of the benefit of the day pass `hours`, counted at 37 hours a week on
    /// full benefit and going on as it is known to go on. Nothing where they never do.
    pub fn after_paid_hours(&self, hours: u16) -> Option<Date> {
        let mut left = f64::from(hours);
        let same = |p: &&(Period, Paid)| Some(p.1.benefit) == self.benefit;
        let first = self.accumulated_first()?;
        for (period, paid) in self.journey.benefits.parts().iter().filter(same).filter(|(p, _)| p.from >= first) {
            let a_day = FULL_WEEK_HOURS / 7.0 * f64::from(paid.share) / 100.0;
            let days = period.days().unwrap_or(i64::from(i32::MAX));
            if days as f64 * a_day > left {
                let passed = period.from.saturating_add(((left / a_day).floor() as i64).days());
                return passed.last_of_month().tomorrow().ok();
            }
            left -= days as f64 * a_day;
        }
        None
    }
}
