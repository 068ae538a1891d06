//! What is counted of each citizen, month by month and group by group.

use super::history::{Group, Histories, History, Span, day_number};
use figures::Month;
use rayon::prelude::*;
use std::fmt;
use std::ops::Range;
use timeline::Date;

macro_rules! counts {
    ($($variant:ident $da:literal, $doc:literal;)+) => {
        /// Something counted; its description says of whom.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Count { $(#[doc = $doc] $variant,)+ }

        impl Count {
            const HOW_MANY: usize = [$(Self::$variant),+].len();

            /// What it counts.
            pub const fn says(self, danish: bool) -> &'static str {
                match self { $(Self::$variant => if danish { $da } else { $doc }),+ }
            }

            /// Whether it is known only once the month after has passed.
            pub const fn is_of_exits(self) -> bool {
                self as u8 >= Self::Exit as u8 && self as u8 <= Self::SpellDays as u8
                    || self as u8 >= Self::Known1 as u8 && self as u8 <= Self::LastingFree as u8
            }

            /// Whether it counts persons or spells, not days.
            pub const fn is_of_people(self) -> bool {
                !matches!(self, Self::Days | Self::MonthDays | Self::OfferDays | Self::SpellDays)
            }
        }
    };
}

counts! {
    Persons "personer med en dag på ydelsen i måneden", "persons with a day on the benefit in the month";
    Days "dage på ydelsen i måneden", "days on the benefit in the month";
    MonthDays "dage i måneden", "days of the month";
    Inflow "forløb, der begynder i måneden: dagen før var uden ydelsen", "spells that begin in the month: the day before was without the benefit";
    Exit "forløb, der slutter i måneden: hele den næste kalendermåned er uden ydelsen", "spells that end in the month: the next whole calendar month is without the benefit";
    SpellDays "dage i de forløb, der slutter", "days of the spells that end";
    OfferDays "dage på ydelsen i tilbud", "days on the benefit in an offer";
    Activated "personer på ydelsen med en dag i tilbud i måneden", "persons on the benefit with a day in an offer in the month";
    Business "personer på ydelsen med en dag i praktik, løntilskud eller ordinære timer i måneden", "persons on the benefit with a day in internship, wage subsidy or ordinary hours in the month";
    Hours "personer på ydelsen med en dag med ordinære timer i måneden", "persons on the benefit with a day of ordinary hours in the month";
    Known1 "afsluttede forløb, hvor der er gået en måned", "spells that ended, and a month has passed that is known of";
    Job1 "heraf i job en måned efter den sidste dag", "of them in a job one month after the last day";
    Education1 "heraf i uddannelse", "of them in education";
    Support1 "heraf på offentlig ydelse", "of them with public support";
    Known3 "afsluttede forløb, hvor der er gået tre måneder", "spells that ended, and three months have passed";
    Job3 "heraf i job tre måneder efter", "of them in a job three months after";
    Education3 "heraf i uddannelse", "of them in education";
    Support3 "heraf på offentlig ydelse", "of them with public support";
    Known6 "afsluttede forløb, hvor der er gået seks måneder", "spells that ended, and six months have passed";
    Job6 "heraf i job seks måneder efter", "of them in a job six months after";
    Education6 "heraf i uddannelse", "of them in education";
    Support6 "heraf på offentlig ydelse", "of them with public support";
    Known12 "afsluttede forløb, hvor der er gået tolv måneder", "spells that ended, and twelve months have passed";
    Job12 "heraf i job tolv måneder efter", "of them in a job twelve months after";
    Education12 "heraf i uddannelse", "of them in education";
    Support12 "heraf på offentlig ydelse", "of them with public support";
    LastingJob "heraf i job en, to, tre, fire, fem og seks måneder efter", "of those that ended six months ago, in a job one, two, three, four, five and six months after";
    LastingFree "heraf uden offentlig ydelse alle dage siden", "of those that ended six months ago, without public support on every day since";
    Quarter "personer på ydelsen den sidste dag i måneden, som havde været det i mindst 91 dage", "persons on the benefit on the month's last day who had been for at least 91 days";
    NoTalk "heraf uden en holdt samtale i de seneste 91 dage", "of them without a held talk in the last 91 days";
    TalksQuarter "deres holdte samtaler i de seneste 91 dage", "held talks of theirs in the last 91 days";
    Year "personer på ydelsen den sidste dag i måneden, som havde fået offentlig ydelse i mindst et år", "persons on the benefit on the month's last day who had been supported for at least a year";
    NoOffer "heraf uden en dag i tilbud i det seneste år", "of them without a day in an offer in the last year";
    Neither100 "heraf uden tilbud og med under 100 ordinære timer i det seneste år", "of them without an offer and with under 100 ordinary hours in the last year";
    Neither225 "heraf uden tilbud og med under 225 ordinære timer i det seneste år", "of them without an offer and with under 225 ordinary hours in the last year";
    FewTalks "heraf med under fire holdte samtaler i det seneste år", "of them with fewer than four held talks in the last year";
    OfferKnown26 "tilbud, der sluttede i måneden, hvor der er gået 26 uger", "offers that ended in the month, and 26 weeks have passed";
    SelfSupport26 "heraf uden offentlig ydelse 26 uger efter den sidste dag", "of them without public support 26 weeks after the last day";
    OfferKnown52 "tilbud, der sluttede i måneden, hvor der er gået 52 uger", "offers that ended in the month, and 52 weeks have passed";
    SelfSupport52 "heraf uden offentlig ydelse 52 uger efter", "of them without public support 52 weeks after";
    Measured "personer på ydelsen den sidste dag i måneden med et eget svar givet to gange i det seneste år", "persons on the benefit on the month's last day with an own answer given twice in the last year";
    Up "heraf med flere svar op end ned", "of them with more answers up than down";
    Down "heraf med flere svar ned end op", "of them with more answers down than up";
}

/// Counts by unit, month, group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The first month.
    pub first: Month,
    /// Number of months.
    pub months: usize,
    /// Units, besides all (0).
    pub units: usize,
    /// So many of the months have a next one that has passed: an exit is not known before.
    pub exits_known: usize,
    cells: Vec<u64>,
}

impl Grid {
    fn new(first: Month, months: usize, units: usize) -> Self {
        Self {
            first,
            months,
            units,
            exits_known: 0,
            cells: vec![0; (units + 1) * months * Group::ALL.len() * Count::HOW_MANY],
        }
    }

    fn at(&self, unit: usize, month: usize, group: Group, count: Count) -> usize {
        ((unit * self.months + month) * Group::ALL.len() + group as usize) * Count::HOW_MANY + count as usize
    }

    /// A count; unit 0 is all citizens, the last is those without a unit.
    pub fn get(&self, unit: usize, month: usize, group: Group, count: Count) -> u64 {
        self.cells[self.at(unit, month, group, count)]
    }

    /// The month of that number.
    pub fn month(&self, at: usize) -> Month {
        Month::from_number(self.first.number() + at as i32)
    }

    /// All citizens, from the units that they were counted in.
    fn sum_units(&mut self) {
        let size = self.cells.len() / (self.units + 1);
        let (all, units) = self.cells.split_at_mut(size);
        for unit in units.chunks(size) {
            all.iter_mut().zip(unit).for_each(|(a, b)| *a += b);
        }
    }

    fn plus(mut self, other: &Self) -> Self {
        self.cells.iter_mut().zip(&other.cells).for_each(|(a, b)| *a += b);
        self
    }
}

/// A month in numbered days, with what is needed of the months after.
struct Window {
    from: i32,
    until: i32,
    /// End of the month after.
    next: i32,
}

fn first_day(month: Month) -> i32 {
    Date::new(month.year, month.month, 1).map_or(0, day_number)
}

fn any(spans: &[Span], day: i32) -> bool {
    spans.iter().any(|s| s.has(day))
}

fn touches(spans: &[Span], from: i32, until: i32) -> bool {
    spans.iter().any(|s| s.days_within(from, until) > 0)
}

pub(super) fn held_talks(h: &History, from: i32, until: i32) -> u64 {
    (h.talks.partition_point(|t| *t < until) - h.talks.partition_point(|t| *t < from)) as u64
}

/// Talks held before a day, and before the windows that look back from it; days only go forward.
#[derive(Default)]
struct Talks {
    before: usize,
    quarter: usize,
    year: usize,
}

impl Talks {
    fn go_on(&mut self, talks: &[i32], until: i32) {
        for (place, day) in [(&mut self.before, until), (&mut self.quarter, until - 91), (&mut self.year, until - 365)]
        {
            while talks.get(*place).is_some_and(|t| *t < day) {
                *place += 1;
            }
        }
    }
}

pub(super) struct Counting<'a> {
    grid: &'a mut Grid,
    windows: &'a [Window],
    /// The day after the last one that is known of.
    known: i32,
    by_unit: bool,
    /// The month of each day from the first window's first to the last one's last.
    months: &'a [u32],
    /// First days of those months and a year more.
    starts: &'a [i32],
    /// Where the counts of a citizen's months begin: of the unit that answers on the month's last day, or of all.
    base: Vec<usize>,
    /// Every benefit of the citizen is of one group: what is counted of it is counted of all.
    alone: bool,
}

impl Counting<'_> {
    fn add(&mut self, month: usize, group: Group, what: Count, by: u64) {
        let place = self.base[month] + what as usize;
        self.grid.cells[place + group as usize * Count::HOW_MANY] += by;
        if self.alone {
            self.grid.cells[place] += by;
        }
    }

    fn flag(&mut self, month: usize, group: Group, what: Count, holds: bool) {
        if holds {
            self.add(month, group, what, 1);
        }
    }

    /// The same day of the month a number of months after a day of one of the months, or the last of that month.
    fn month_after(&self, month: usize, day: i32, months: usize) -> i32 {
        let (from, next) = (self.starts[month + months], self.starts[month + months + 1]);
        (from + day - self.starts[month]).min(next - 1)
    }

    /// The first month that has not ended before a day.
    fn month_from(&self, day: i32) -> usize {
        let first = self.windows[0].from;
        match usize::try_from(day.saturating_sub(first)) {
            Err(_) => 0,
            Ok(at) => self.months.get(at).map_or(self.windows.len(), |m| *m as usize),
        }
    }

    /// The month that a day lies in, where it is one of those.
    fn month_of(&self, day: i32, of: &Range<usize>) -> Option<usize> {
        let month = self.month_from(day);
        (of.contains(&month) && self.windows[month].from <= day).then_some(month)
    }

    /// Who answers for the case on each month's last day; units are numbered from 1, and the last is nobody.
    fn look_up_units(&mut self, h: &History, months: Range<usize>) {
        for month in months {
            let last = self.windows[month].until - 1;
            let unit = if self.by_unit {
                h.units.iter().rev().find(|(_, s)| s.has(last)).map_or(self.grid.units, |(u, _)| usize::from(*u) + 1)
            } else {
                0
            };
            self.base[month] = self.grid.at(unit, month, Group::All, Count::Persons);
        }
    }

    pub(super) fn citizen(&mut self, h: &History) {
        // A month that has not ended tells nothing yet.
        let whole = self.windows.partition_point(|w| w.until <= self.known);
        // From the month of the first day to that after the last.
        let months_of = |counting: &Self, spells: &[Span]| match spells {
            [first, .., last] | [first @ last] => {
                let end = (counting.month_from(last.until) + 1).min(whole);
                let start = counting.month_from(first.from);
                // A last day far back ends before the first month.
                if last.until < counting.windows[0].from { 0..0 } else { start..end.max(start) }
            }
            [] => 0..0,
        };
        let all = h.of(Group::All);
        let months = months_of(self, all);
        // Spells of a group lie within those of all.
        self.look_up_units(h, months);
        self.alone = false;
        let mut groups = Group::ALL[1..].iter().filter(|g| !h.of(**g).is_empty());
        if let (Some(only), None) = (groups.next(), groups.next()) {
            self.alone = true;
            self.of_group(h, *only, months_of(self, all));
            return;
        }
        for group in Group::ALL {
            let spells = h.of(group);
            if !spells.is_empty() {
                self.of_group(h, group, months_of(self, spells));
            }
        }
    }

    fn of_group(&mut self, h: &History, group: Group, counted: Range<usize>) {
        let spells = h.of(group);
        // The first spell that is not over before the month.
        let mut next = 0;
        let mut talks = Talks::default();
        for month in counted.clone() {
            let Window { from, until, .. } = self.windows[month];
            while spells.get(next).is_some_and(|s| s.until <= from) {
                next += 1;
            }
            let here = &spells[next..];
            let here = &here[..here.iter().take_while(|s| s.from < until).count()];
            let days: i32 = here.iter().map(|s| s.days_within(from, until)).sum();
            if days > 0 {
                self.in_month(h, here, month, group, days);
            }
            if let Some(spell) = here.last().filter(|s| s.has(until - 1)) {
                talks.go_on(&h.talks, until);
                self.month_end(h, &talks, month, group, *spell);
            }
        }
        for (at, spell) in spells.iter().enumerate() {
            if let Some(month) = self.month_of(spell.from, &counted) {
                self.add(month, group, Count::Inflow, 1);
            }
            if let Some(month) = self.month_of(spell.until - 1, &counted) {
                self.exit(h, month, group, *spell, spells.get(at + 1));
            }
        }
        for (_, offer) in &h.offers {
            let last = offer.until.saturating_sub(1);
            if let Some(month) = self.month_of(last, &counted) {
                self.offer_ended(h, month, group, spells, last);
            }
        }
    }

    /// `spells` are those that touch the month.
    fn in_month(&mut self, h: &History, spells: &[Span], month: usize, group: Group, days: i32) {
        let Window { from, until, .. } = self.windows[month];
        self.add(month, group, Count::Persons, 1);
        self.add(month, group, Count::Days, days as u64);
        let on =
            |span: Span| -> i32 { spells.iter().map(|s| span.days_within(s.from.max(from), s.until.min(until))).sum() };
        let offered: i32 = h.offered.iter().map(|s| on(*s)).sum();
        let hours = h.hours.iter().any(|(n, s)| *n > 0.0 && on(*s) > 0);
        let business = hours || offered > 0 && h.offers.iter().any(|(b, s)| *b && on(*s) > 0);
        if offered > 0 {
            self.add(month, group, Count::OfferDays, offered as u64);
            self.add(month, group, Count::Activated, 1);
        }
        self.flag(month, group, Count::Hours, hours);
        self.flag(month, group, Count::Business, business);
    }

    /// A spell whose last day lies in the month; `after` is the next of the group.
    fn exit(&mut self, h: &History, month: usize, group: Group, spell: Span, after: Option<&Span>) {
        // The whole next month is without the benefit and known of.
        let next = self.windows[month].next;
        if next > self.known || after.is_some_and(|s| s.from < next) {
            return;
        }
        self.add(month, group, Count::Exit, 1);
        self.add(month, group, Count::SpellDays, (spell.until - spell.from) as u64);
        let last = spell.until - 1;
        let after = [
            (1, Count::Known1, Count::Job1, Count::Education1, Count::Support1),
            (3, Count::Known3, Count::Job3, Count::Education3, Count::Support3),
            (6, Count::Known6, Count::Job6, Count::Education6, Count::Support6),
            (12, Count::Known12, Count::Job12, Count::Education12, Count::Support12),
        ];
        for (months, known, job, education, support) in after {
            let day = self.month_after(month, last, months);
            if day >= self.known {
                break;
            }
            self.add(month, group, known, 1);
            // One status each: a job before education before support.
            let (in_job, in_education) = (any(&h.jobs, day), any(&h.education, day));
            self.flag(month, group, job, in_job);
            self.flag(month, group, education, !in_job && in_education);
            self.flag(month, group, support, !in_job && !in_education && any(&h.supported, day));
            if months == 6 {
                let each = (1..=6).all(|m| any(&h.jobs, self.month_after(month, last, m)));
                self.flag(month, group, Count::LastingJob, each);
                self.flag(month, group, Count::LastingFree, !touches(&h.supported, spell.until, day + 1));
            }
        }
    }

    fn month_end(&mut self, h: &History, talks: &Talks, month: usize, group: Group, spell: Span) {
        let until = self.windows[month].until;
        if until - spell.from >= 91 {
            let held = (talks.before - talks.quarter) as u64;
            self.add(month, group, Count::Quarter, 1);
            self.add(month, group, Count::TalksQuarter, held);
            self.flag(month, group, Count::NoTalk, held == 0);
        }
        let (year, supported) = (until - 365, h.supported.iter().find(|s| s.has(until - 1)));
        if supported.is_some_and(|s| s.from <= year) {
            let hours: f32 = h.hours.iter().map(|(n, s)| n * s.days_within(year, until) as f32 / 7.0).sum();
            let offer = touches(&h.offered, year, until);
            self.add(month, group, Count::Year, 1);
            self.flag(month, group, Count::NoOffer, !offer);
            self.flag(month, group, Count::Neither100, !offer && hours < 100.0);
            self.flag(month, group, Count::Neither225, !offer && hours < 225.0);
            self.flag(month, group, Count::FewTalks, talks.before - talks.year < 4);
        }
        if h.answers.is_empty() {
            return;
        }
        let (mut twice, mut moves) = (false, 0);
        let recent: Vec<&(u16, i32, i32)> =
            h.answers.iter().filter(|(_, day, _)| *day >= year && *day < until).collect();
        for asked in recent.chunk_by(|a, b| a.0 == b.0) {
            if let [first, .., last] = asked {
                twice = true;
                moves += (last.2 - first.2).signum();
            }
        }
        self.flag(month, group, Count::Measured, twice);
        self.flag(month, group, Count::Up, twice && moves > 0);
        self.flag(month, group, Count::Down, twice && moves < 0);
    }

    /// An offer that ended on a day of the month, of somebody who was on the benefit that day.
    fn offer_ended(&mut self, h: &History, month: usize, group: Group, spells: &[Span], last: i32) {
        if !any(spells, last) {
            return;
        }
        let after = [(26, Count::OfferKnown26, Count::SelfSupport26), (52, Count::OfferKnown52, Count::SelfSupport52)];
        for (weeks, known, free) in after {
            let day = last + weeks * 7;
            if day < self.known {
                self.add(month, group, known, 1);
                self.flag(month, group, free, !any(&h.supported, day));
            }
        }
    }
}

/// Why nothing was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMonths;

impl fmt::Display for NoMonths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the last month is before the first")
    }
}

/// Everything counted, from the first month to the last, of what is known on a day. With `by_unit` also for each unit.
///
/// # Errors
/// Where the last month is before the first.
pub fn count(histories: &Histories, first: Month, last: Month, on: Date, by_unit: bool) -> Result<Grid, NoMonths> {
    let units = by_unit.then_some(histories.units.len());
    counted(histories.all.len(), first, last, on, units, |citizens, counting| {
        histories.all[citizens].iter().for_each(|h| counting.citizen(h));
    })
}

/// The same of so many citizens, who are given to what counts them a part at a time, on every core.
pub(super) fn counted(
    citizens: usize,
    first: Month,
    last: Month,
    on: Date,
    of_units: Option<usize>,
    each: impl Fn(Range<usize>, &mut Counting<'_>) + Sync,
) -> Result<Grid, NoMonths> {
    let months = usize::try_from(last.number() - first.number() + 1).ok().filter(|n| *n > 0).ok_or(NoMonths)?;
    let by_unit = of_units.is_some();
    let units = of_units.map_or(0, |n| n + 1);
    let start = |n: usize| first_day(Month::from_number(first.number() + n as i32));
    let windows: Vec<Window> =
        (0..months).map(|n| Window { from: start(n), until: start(n + 1), next: start(n + 2) }).collect();
    let month_of_day: Vec<u32> =
        windows.iter().enumerate().flat_map(|(m, w)| (w.from..w.until).map(move |_| m as u32)).collect();
    let starts: Vec<i32> = (0..months + 14).map(start).collect();
    let known = day_number(on) + 1;
    let empty = || Grid::new(first, months, units);
    // A grid for each part: as few parts as keep every core at work.
    let part = citizens.div_ceil(4 * rayon::current_num_threads()).max(512);
    let mut grid = (0..citizens.div_ceil(part))
        .into_par_iter()
        .map(|n| {
            let mut grid = empty();
            let (windows, months, starts) = (&windows, &month_of_day, &starts);
            let base = vec![0; windows.len()];
            let mut counting =
                Counting { grid: &mut grid, windows, known, by_unit, months, starts, base, alone: false };
            each(n * part..citizens.min((n + 1) * part), &mut counting);
            grid
        })
        .reduce(empty, |a, b| a.plus(&b));
    if by_unit {
        grid.sum_units();
    }
    grid.exits_known = windows.iter().filter(|w| w.next <= known).count();
    for unit in 0..=units {
        for (month, window) in windows.iter().enumerate() {
            for group in Group::ALL {
                let place = grid.at(unit, month, group, Count::MonthDays);
                grid.cells[place] = (window.until - window.from) as u64;
            }
        }
    }
    Ok(grid)
}

/// A value of an indicator in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// The value, and what it is made of.
    Value {
        /// The value.
        value: f64,
        /// Over the line.
        over: u64,
        /// Under it.
        under: u64,
    },
    /// Nobody to count.
    Nobody,
    /// The months have not passed that it is known after.
    NotYet,
    /// Held back: it would tell of fewer than the least count.
    Few,
}
