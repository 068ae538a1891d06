//! What is counted of each citizen, month by month and group by group.
//!
//! What holds of a person in a month, or at its end, is put down for all months at once, as the bits of a number; what happens on a
//! day is put down in its month. The work is that of the spells, however long they are.

use super::bits::{Months, between, each};
use super::calendar::{Calendar, Place, Sheet};
use super::cells::{Cell, Cells, Of, OfFew, Page, Table, grid};
use super::common::Common;
use super::grid::{Grid, NotCounted};
use super::history::{Group, Histories, History, Span, merge};
use figures::Month;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use timeline::Date;

/// Bits of the narrow groups that each group holds.
const HOLDS: [u32; Group::ALL.len()] = {
    let mut holds = [0; Group::ALL.len()];
    let mut group = 0;
    while group < holds.len() {
        let narrow = Group::ALL[group];
        let mut at = if narrow.is_narrow() { Some(narrow) } else { None };
        while let Some(whole) = at {
            holds[whole as usize] |= narrow.bit();
            at = whole.whole();
        }
        group += 1;
    }
    holds
};

/// Counts of the citizens given to it.
pub(super) struct Tally<'a> {
    calendar: &'a Calendar,
    by_unit: bool,
    /// Of each sheet.
    cells: Vec<Cells>,
    common: Common,
    spells: Vec<Span>,
}

impl<'a> Tally<'a> {
    pub fn new(calendar: &'a Calendar, by_unit: bool) -> Self {
        let cells = calendar.sheets.iter().map(|sheet| Cells::new(sheet.months)).collect();
        Self { calendar, by_unit, cells, common: Common::default(), spells: Vec::new() }
    }

    /// Count a citizen; units are numbered from 0.
    pub fn citizen(&mut self, h: &History) {
        let days =
            h.benefits.iter().map(|(span, _)| *span).reduce(|a, b| Span { from: a.from, until: a.until.max(b.until) });
        let Some(days) = days else { return };
        let Self { calendar, by_unit, cells, common, spells } = self;
        for (sheet, cells) in calendar.sheets.iter().zip(cells) {
            if !sheet.has_none(days.from, days.until) {
                cells.make_room(h.len());
                common.look_through(sheet, h, days, *by_unit);
                Counting { sheet, cells, h, common, spells }.benefits();
            }
        }
    }
}

/// A citizen who is counted in a sheet.
struct Counting<'a> {
    sheet: &'a Sheet,
    cells: &'a mut Cells,
    h: &'a History,
    common: &'a Common,
    spells: &'a mut Vec<Span>,
}

impl Counting<'_> {
    fn benefits(&mut self) {
        let mut rest = &self.h.benefits[..];
        while let Some(((first, group), _)) = rest.split_first() {
            // Benefits between which no whole month is free have to be looked at together; no others are told of in one month, or
            // change what an exit is.
            let (mut until, mut met, mut chain) = (first.until, group.bit(), 1);
            while let Some((span, group)) = rest.get(chain)
                && span.from < self.sheet.free_after(until - 1)
            {
                until = until.max(span.until);
                met |= group.bit();
                chain += 1;
            }
            let (benefits, after) = rest.split_at(chain);
            rest = after;
            if self.sheet.has_none(first.from, until) {
                continue;
            }
            if met.is_power_of_two() {
                self.spells_of(benefits, met);
                self.of_group(Table::Held(*group));
            } else {
                for group in Group::ALL.into_iter().filter(|group| HOLDS[*group as usize] & met != 0) {
                    self.spells_of(benefits, HOLDS[group as usize]);
                    self.of_group(Table::Only(group));
                }
            }
        }
    }

    /// Spells of those of the benefits that are in one of the groups.
    fn spells_of(&mut self, benefits: &[(Span, Group)], groups: u32) {
        self.spells.clear();
        if let [(span, _)] = benefits {
            self.spells.push(*span);
            return;
        }
        merge(benefits.iter().filter(|(_, group)| group.bit() & groups != 0).map(|(span, _)| *span), self.spells);
    }

    /// The spells, in that table of each unit.
    fn of_group(&mut self, table: Table) {
        let (sheet, h, common) = (self.sheet, self.h, self.common);
        for (unit, months) in &common.units {
            let page = self.cells.page(*unit, table);
            OfGroup { page, months: *months, sheet, h, common }.spells(self.spells);
        }
    }
}

/// Spells of a group of a citizen, in the months in which one unit answers.
struct OfGroup<'a> {
    page: Page<'a>,
    months: Months,
    sheet: &'a Sheet,
    h: &'a History,
    common: &'a Common,
}

impl OfGroup<'_> {
    /// Whether the unit answers in the month that a day lies in.
    #[inline]
    const fn has(&self, day: Place) -> bool {
        day.inside && self.months >> day.month & 1 != 0
    }

    /// The months that the days of a run lie in, whose days before and after it are put down as those `outside`; and as `again`
    /// where it lies in one that is among those `touched` by a run before.
    #[inline]
    fn run(&mut self, first: Place, last: Place, touched: Months, outside: usize, again: usize) -> Months {
        let months = between(first.month, last.month + usize::from(last.inside)) & self.months;
        let (before, after) = (i32::from(self.has(first)), i32::from(self.has(last)));
        // It is the first of its months alone that a run before can have touched.
        self.page.cells[first.month][outside] += before * first.before;
        self.page.cells[first.month][again] += i32::from(touched & months != 0);
        self.page.cells[last.month][outside] += after * last.after;
        months
    }

    /// Spells in order.
    fn spells(&mut self, spells: &[Span]) {
        let (sheet, common) = (self.sheet, self.common);
        // Months with a day of a spell; at whose end there is one; and at whose end it has lasted a quarter of a year.
        let (mut touched, mut ends, mut quarter) = (0, 0, 0);
        for (at, spell) in spells.iter().enumerate() {
            let (begun, ended) = (sheet.place(spell.from), sheet.place(spell.until - 1));
            touched |= self.run(begun, ended, touched, Cell::OUTSIDE, Cell::AGAIN);
            self.page.cells[begun.month][Cell::INFLOW] += i32::from(self.has(begun));
            if self.has(ended) {
                self.exit(ended.month, *spell, spells.get(at + 1));
            }
            let last = ended.month + usize::from(ended.inside && ended.after == 0);
            ends |= between(begun.month, last);
            quarter |= between(sheet.month(spell.from.saturating_add(90)), last);
        }
        ends &= self.months;
        quarter &= self.months;
        let year = ends & common.year;
        let mut put = [0; Of::HOW_MANY];
        put[Of::Person as usize] = touched;
        put[Of::Quarter as usize] = quarter;
        put[Of::NoTalk as usize] = quarter & !common.talk();
        put[Of::Talks1 as usize] = quarter & common.talks[0];
        put[Of::Talks2 as usize] = quarter & common.talks[1];
        put[Of::Talks4 as usize] = quarter & common.talks[2];
        put[Of::Talks8 as usize] = quarter & common.talks[3];
        put[Of::Year as usize] = year;
        put[Of::NoOffer as usize] = year & !common.offer;
        put[Of::FewTalks as usize] = year & !common.four_talks;
        self.page.often.put(put);
        for talks in &common.sixteen_talks {
            each(quarter & talks, |month| self.page.cells[month][Cell::SIXTEEN_TALKS] += 1);
        }
        let helped = touched & common.helped != 0;
        if helped || year & common.hours_100 != 0 || ends & common.measured != 0 {
            let mut put = [0; OfFew::HOW_MANY];
            if helped {
                self.offers(spells, &mut put);
            }
            put[OfFew::Enough100 as usize] = year & common.hours_100;
            put[OfFew::Enough225 as usize] = year & common.hours_225;
            put[OfFew::Measured as usize] = ends & common.measured;
            put[OfFew::Up as usize] = ends & common.up;
            put[OfFew::Down as usize] = ends & common.down;
            self.page.few.put(put);
        }
    }

    /// A spell whose last day lies in the month; `after` is the next of the group.
    fn exit(&mut self, month: usize, spell: Span, after: Option<&Span>) {
        let (sheet, h) = (self.sheet, self.h);
        // The whole next month is without the benefit and known of.
        let next = sheet.end(month + 1);
        if next > sheet.known || after.is_some_and(|s| s.from < next) {
            return;
        }
        let days = sheet.days_after(month, spell.until - 1);
        let known = days.map(|day| i32::from(day < sheet.known));
        let [jobs, education, supported] = which([&h.jobs, &h.education, &h.supported], days);
        // One status each: a job before education before support.
        let mut status = [[0; 8]; 4];
        for (i, known) in known.into_iter().enumerate() {
            let (no_job, no_education) = (known & (1 - jobs[i]), 1 - education[i]);
            status[0][i] = known;
            status[1][i] = known & jobs[i];
            status[2][i] = no_job & education[i];
            status[3][i] = no_job & no_education & supported[i];
        }
        let cell = &mut self.page.cells[month];
        cell[Cell::EXIT] += 1;
        cell.add_days((i64::from(spell.until) - i64::from(spell.from)) as u32);
        cell.add_status(&status);
        if known[5] != 0 {
            cell[Cell::LASTING_JOB] += jobs[..6].iter().fold(1, |each, j| each & j);
            cell[Cell::LASTING_FREE] += i32::from(!touches(&h.supported, spell.until, days[5] + 1));
        }
    }

    /// Offers and ordinary hours on days of the spells, and offers that ended on one.
    fn offers(&mut self, spells: &[Span], put: &mut [Months; OfFew::HOW_MANY]) {
        let (sheet, h) = (self.sheet, self.h);
        let activated = &mut put[OfFew::Activated as usize];
        meets(spells, &h.offered, |span| {
            let (first, last) = (sheet.place(span.from), sheet.place(span.until - 1));
            *activated |= self.run(first, last, *activated, Cell::OFFER_OUTSIDE, Cell::OFFER_AGAIN);
        });
        let touched = |all: Span| {
            let within = |s: &Span| Span { from: s.from.max(all.from), until: s.until.min(all.until) };
            let some = |s: &Span| if s.until > s.from { sheet.touched(*s) } else { 0 };
            self.months & spells.iter().map(within).fold(0, |any, s| any | some(&s))
        };
        let worked = h.hours.iter().filter(|(n, _)| *n > 0.0).fold(0, |any, (_, s)| any | touched(*s));
        put[OfFew::Hours as usize] = worked;
        let business = h.offers.iter().filter(|(business, _)| *business);
        put[OfFew::Business as usize] = business.fold(worked, |any, (_, s)| any | touched(*s));
        for (_, offer) in &h.offers {
            let last = offer.until.saturating_sub(1);
            let place = sheet.place(last);
            if self.has(place) & any(spells, last) {
                let after = [last + 26 * 7, last + 52 * 7];
                let known = after.map(|day| day < sheet.known);
                let free = after.map(|day| !any(&h.supported, day));
                let cell = &mut self.page.cells[place.month];
                cell[Cell::OFFER_KNOWN_26] += i32::from(known[0]);
                cell[Cell::SELF_SUPPORT_26] += i32::from(known[0] & free[0]);
                cell[Cell::OFFER_KNOWN_52] += i32::from(known[1]);
                cell[Cell::SELF_SUPPORT_52] += i32::from(known[1] & free[1]);
            }
        }
    }
}

// All runs are looked at, since they are few, and where to stop cannot be foretold.

fn any(spans: &[Span], day: i32) -> bool {
    spans.iter().fold(false, |any, s| any | s.has(day))
}

fn touches(spans: &[Span], from: i32, until: i32) -> bool {
    spans.iter().fold(false, |any, s| any | (s.days_within(from, until) > 0))
}

/// Where runs of both meet, in order; each of them in order and without overlap.
fn meets(a: &[Span], b: &[Span], mut each: impl FnMut(Span)) {
    let mut b = b;
    for span in a {
        while let [first, rest @ ..] = b
            && first.until <= span.from
        {
            b = rest;
        }
        for other in b.iter().take_while(|o| o.from < span.until) {
            each(Span { from: span.from.max(other.from), until: span.until.min(other.until) });
        }
    }
}

/// For each list of runs, 1 for each of the days that lies in one of them: numbers, of which several are compared at once.
#[inline]
fn which(lists: [&[Span]; 3], days: [i32; 8]) -> [[i32; 8]; 3] {
    let mut found = [[0; 8]; 3];
    for (list, found) in lists.into_iter().zip(&mut found) {
        // The last of two is looked at twice where there is one.
        for pair in list.chunks(2) {
            let (one, other) = (pair[0], pair[pair.len() - 1]);
            for (found, day) in found.iter_mut().zip(days) {
                *found |= i32::from(one.from <= day) & i32::from(day < one.until);
                *found |= i32::from(other.from <= day) & i32::from(day < other.until);
            }
        }
    }
    found
}

/// Everything counted, from the first month to the last, of what is known on a day. With `by_unit` also for each unit.
///
/// # Errors
/// Where the last month is before the first.
pub fn count(histories: &Histories, first: Month, last: Month, on: Date, by_unit: bool) -> Result<Grid, NotCounted> {
    let calendar = Calendar::new(first, last, on)?;
    let parts: Vec<&[History]> = histories.all.chunks(PART).collect();
    let each = |part: usize, (): &mut (), tally: &mut Tally<'_>| parts[part].iter().for_each(|h| tally.citizen(h));
    let counted = on_every_core(&calendar, by_unit, parts.len(), each);
    let units: Vec<u16> = (0..histories.units.len() as u16).collect();
    Ok(together(&calendar, counted.iter().map(|(tally, ())| tally), by_unit.then_some(&units)))
}

/// Everything counted on each core; with `units`, the places of the units by their numbers.
pub(super) fn together<'a>(
    calendar: &'a Calendar,
    tallies: impl Iterator<Item = &'a Tally<'a>>,
    units: Option<&[u16]>,
) -> Grid {
    let cells: Vec<&[Cells]> = tallies.map(|tally| &tally.cells[..]).collect();
    grid(calendar, &cells, units)
}

/// Citizens that a core takes at once.
const PART: usize = 1 << 12;

/// Parts of the work, each done by the core that is next to be free, in room that the core uses again; what each core has counted,
/// and its room.
pub(super) fn on_every_core<'a, R: Default + Send>(
    calendar: &'a Calendar,
    by_unit: bool,
    parts: usize,
    each: impl Fn(usize, &mut R, &mut Tally<'a>) + Sync,
) -> Vec<(Tally<'a>, R)> {
    let next = AtomicUsize::new(0);
    let cores = rayon::current_num_threads().min(parts);
    (0..cores)
        .into_par_iter()
        .with_max_len(1)
        .map(|_| {
            let (mut tally, mut room) = (Tally::new(calendar, by_unit), R::default());
            loop {
                let part = next.fetch_add(1, Ordering::Relaxed);
                if part >= parts {
                    return (tally, room);
                }
                each(part, &mut room, &mut tally);
            }
        })
        .collect()
}
