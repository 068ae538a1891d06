//! A journey made ready for many questions, and the same as of one day.

use crate::book::Version;
use crate::file::Clock;
use crate::verdict::Verdict;
use jiff::ToSpan;
use std::cell::Cell;
use timeline::{
    Date, Event, Fact, FactId, Holder, Journey, Maalgruppe, ORDER_OF_A_YEAR, Parathed, Period, PeriodSet, TalkState,
    Timeline, Ydelse, add_months, next_day, order_of,
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
#[derive(Clone, Debug, Default)]
pub struct Prepared<'a> {
    by_days: Vec<(u64, &'a Fact)>,
    pub(crate) facts: Vec<&'a Fact>,
    pub(crate) talks: Vec<Held>,
    pub(crate) born: Option<Date>,
    pub(crate) municipality: Option<&'a str>,
    placed: Vec<(Period, FactId, Maalgruppe, Option<Parathed>)>,
    paid: Vec<(Period, FactId, Paid)>,
    benefits: Timeline<Paid>,
    groups: Timeline<Maalgruppe>,
    support: PeriodSet,
    registrations: Vec<(Date, Holder)>,
}

impl<'a> Prepared<'a> {
    /// From all that `journey` says. By days and not by the order recorded: the order of facts must not matter.
    pub fn new(journey: &'a Journey) -> Self {
        let mut prepared = Self::default();
        prepared.renew(journey);
        prepared
    }

    /// The same for another journey, in the room that the last one had: for a whole population, one after the other.
    pub fn renew(&mut self, journey: &'a Journey) {
        self.facts.clear();
        self.talks.clear();
        self.placed.clear();
        self.paid.clear();
        self.benefits.clear();
        self.groups.clear();
        self.support.clear();
        self.registrations.clear();
        self.born = journey.person.as_ref().and_then(|p| p.born);
        self.municipality = journey.person.as_ref().and_then(|p| p.municipality.as_deref());
        let place = |f: &'a Fact| (u64::from(order_of(f.holds.from)) << 32 | u64::from(order_of(f.holds.last())), f);
        self.by_days.clear();
        if journey.facts.iter().any(|f| f.replaces.is_some()) {
            self.by_days.extend(journey.current().map(place));
        } else {
            self.by_days.extend(journey.facts.iter().map(place));
        }
        let by_days = |(days, fact): &(u64, &Fact)| (*days, fact.id);
        if !self.by_days.is_sorted_by_key(by_days) {
            self.by_days.sort_unstable_by_key(by_days);
        }
        self.facts.extend(self.by_days.iter().map(|(_, fact)| *fact));
        for fact in &self.facts {
            match fact.event {
                Event::Benefit { benefit, share_percent } => {
                    self.paid.push((fact.holds, fact.id, Paid { benefit, share: share_percent.unwrap_or(100) }));
                    if benefit.is_support() {
                        self.support.add(fact.holds);
                    }
                }
                Event::TargetGroup { group, readiness } => self.placed.push((fact.holds, fact.id, group, readiness)),
                Event::Registration { with } => self.registrations.push((fact.holds.from, with)),
                Event::Talk { state: TalkState::Held, holder, .. } => {
                    self.talks.push(Held { day: fact.holds.from, holder, id: fact.id });
                }
                _ => {}
            }
        }
        // Of two that begin on one day the later told wins. Mostly in order already, since the facts are.
        if !self.paid.is_sorted_by_key(|(p, id, _)| (p.from, *id)) {
            self.paid.sort_unstable_by_key(|(p, id, _)| (p.from, *id));
        }
        if !self.placed.is_sorted_by_key(|(p, id, ..)| (p.from, *id)) {
            self.placed.sort_unstable_by_key(|(p, id, ..)| (p.from, *id));
        }
        for (period, _, paid) in &self.paid {
            self.benefits.layer(*period, *paid);
        }
        for (period, _, group, _) in &self.placed {
            self.groups.layer(*period, *group);
        }
        // Most placements tell no readiness beyond the group, and then there is nothing to keep.
        if self.placed.iter().all(|(.., readiness)| readiness.is_none()) {
            self.placed.clear();
        }
    }

    /// Target group on a day.
    pub fn group_on(&self, day: Date) -> Option<Maalgruppe> {
        self.groups.on(day).copied()
    }

    /// Readiness on a day, where it was told with the placement of that day.
    pub fn readiness_on(&self, day: Date) -> Option<Parathed> {
        self.placed.iter().rev().find(|(p, ..)| p.contains(day)).and_then(|(.., readiness)| *readiness)
    }

    /// Benefit on a day.
    pub fn benefit_on(&self, day: Date) -> Option<Ydelse> {
        self.benefits.on(day).map(|paid| paid.benefit)
    }
}

/// What holds on a day with the first day of its unbroken run, and from which day on that may be another. Days are given as
/// [`order_of`] does.
#[inline]
fn run<T: Copy, K: PartialEq>(timeline: &Timeline<T>, on: u32, kind: impl Fn(&T) -> K) -> (Option<(T, Date)>, u32) {
    let parts = timeline.parts();
    // Few parts, and the last is asked about most.
    let begun = parts.iter().rposition(|(p, _)| order_of(p.from) <= on);
    let Some(last) = begun.filter(|i| on <= order_of(parts[*i].0.last())) else {
        let next = parts.get(begun.map_or(0, |i| i + 1));
        return (None, next.map_or(u32::MAX, |(p, _)| order_of(p.from)));
    };
    let mut i = last;
    while i > 0 && kind(&parts[i - 1].1) == kind(&parts[i].1) && next_day(parts[i - 1].0.last()) == parts[i].0.from {
        i -= 1;
    }
    (Some((parts[last].1, parts[i].0.from)), order_of(parts[last].0.last()) + 1)
}

/// A gap in the same benefit longer than this begins the accumulated count anew. **Our reading, to be confirmed.**
const ACCUMULATED_GAP_MONTHS: i32 = 12;

/// Paid hours in a week on full benefit: the standard week.
const FULL_WEEK_HOURS: f64 = 37.0;

/// A prepared journey as of a day.
///
/// The day itself is asked about through [`Case::reached`] and its kin, and the case notes the first later day on which
/// one of them would be answered otherwise. Until then every answer stays what it is: see [`Case::changes`].
pub(crate) struct Case<'a> {
    on: Date,
    /// The same as [`order_of`] gives it, and a year before.
    order: u32,
    year_ago: u32,
    changes: Cell<u32>,
    pub trace: bool,
    pub benefit: Option<Ydelse>,
    pub journey: &'a Prepared<'a>,
    benefit_start: Option<Date>,
    pub group: Option<Maalgruppe>,
    group_start: Option<Date>,
}

impl<'a> Case<'a> {
    pub fn new(journey: &'a Prepared<'a>, on: Date, trace: bool) -> Self {
        let order = order_of(on);
        let (paid, benefit_changes) = run(&journey.benefits, order, |paid| paid.benefit);
        let (group, group_changes) = run(&journey.groups, order, |g| *g);
        Self {
            on,
            order,
            // A year before 29 February is the 28th.
            year_ago: order - ORDER_OF_A_YEAR - u32::from(on.month() == 2 && on.day() == 29),
            changes: Cell::new(benefit_changes.min(group_changes)),
            trace,
            benefit: paid.map(|(paid, _)| paid.benefit),
            journey,
            benefit_start: paid.map(|(_, from)| from),
            group: group.map(|(group, _)| group),
            group_start: group.map(|(_, from)| from),
        }
    }

    /// From which day on, as [`order_of`] gives it, an answer given so far may be another.
    pub fn changes(&self) -> u32 {
        self.changes.get()
    }

    #[inline]
    fn may_change(&self, order: u32) {
        self.changes.set(self.changes.get().min(order));
    }

    /// The day asked about, for what is new every day.
    pub fn today(&self) -> Date {
        self.may_change(0);
        self.on
    }

    /// Whether the day asked about is `day` or later.
    #[inline]
    pub fn reached(&self, day: Date) -> bool {
        let day = order_of(day);
        let reached = day <= self.order;
        if !reached {
            self.may_change(day);
        }
        reached
    }

    /// Whether `day` is over.
    #[inline]
    pub fn passed(&self, day: Date) -> bool {
        let day = order_of(day);
        let passed = day < self.order;
        if !passed {
            self.may_change(day + 1);
        }
        passed
    }

    /// Whether the day asked about lies in a period.
    pub fn holds(&self, period: Period) -> bool {
        self.reached(period.from) && !self.passed(period.last())
    }

    /// Whether a window closed over a year ago: then it is history, and no longer today's work.
    pub fn lapsed(&self, window: Period) -> bool {
        let last = order_of(window.last());
        let lapsed = last < self.year_ago;
        if !lapsed {
            // Up to this day, at least, it is not.
            self.may_change(last + ORDER_OF_A_YEAR);
        }
        lapsed
    }

    /// Met, or else whether there is still time.
    pub fn verdict(&self, met: bool, window: Period) -> Verdict {
        match met {
            true => Verdict::Met,
            false if self.passed(window.last()) => Verdict::NotMet,
            false => Verdict::Open,
        }
    }

    /// Whole years, where the day of birth is known.
    pub fn age(&self) -> Option<i32> {
        let born = self.journey.born?;
        self.may_change(order_of(timeline::next_birthday(born, self.on)));
        Some(timeline::age_on(born, self.on))
    }

    /// Readiness told with the placement of the day.
    pub fn readiness(&self) -> Option<Parathed> {
        if self.journey.placed.is_empty() {
            return None;
        }
        self.journey.readiness_on(self.today())
    }

    /// Facts that hold in the case, by days.
    pub fn facts(&self) -> &'a [&'a Fact] {
        &self.journey.facts
    }

    /// Whether the citizen came into the group before a day: a closed group holds only for those.
    pub fn in_group_before(&self, day: Date) -> bool {
        self.group_start.is_some_and(|from| from < day)
    }

    /// The day that a version counts from.
    pub fn clock(&self, version: &Version) -> Option<Date> {
        match version.how.clock? {
            Clock::BenefitStart => self.benefit_start,
            Clock::SupportStart => self.support_start(),
            Clock::Registration => self.registration(version.holder),
            Clock::FirstAbsence => self.benefit_start.filter(|_| self.benefit == Some(Ydelse::Sygedagpenge)),
            Clock::InGroup => self.group_start,
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
        let told = self.journey.registrations.iter().filter(|(day, with)| *day >= early && own(*with));
        told.map(|(day, _)| *day).filter(|day| self.reached(*day)).min().or(Some(start))
    }

    /// Periods on the benefit of the day and their shares, back to the last gap that begins the count anew.
    fn accumulated(&self) -> impl Iterator<Item = (Period, u8)> + '_ {
        let parts = self.journey.benefits.parts();
        let same = move |p: &(Period, Paid)| Some(p.1.benefit) == self.benefit && self.reached(p.0.from);
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
        let on = self.today();
        let until_today = |p: Period| Period { to: Some(p.last().min(on)), ..p };
        let with_today: i64 = self.accumulated().filter_map(|(p, _)| until_today(p).days()).sum();
        Some(on.saturating_sub((with_today - 1).days()))
    }

    /// The first day of the unbroken run of support.
    pub fn support_start(&self) -> Option<Date> {
        self.journey.support.periods().iter().find(|p| self.holds(**p)).map(|p| p.from)
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
