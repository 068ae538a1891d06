//! Duties to talk.

use crate::book::Version;
use crate::case::{Case, Held};
use crate::file::{Clock, Counted};
use crate::outcome::Outcome;
use crate::verdict::{Missing, Verdict};
use jiff::ToSpan;
use timeline::{Date, Holder, Period, add_months, next_day, order_of};

/// Held talks within a period that count for the version, by day.
fn counting<'a, 'c>(
    version: &'c Version,
    case: &'c Case<'a>,
    within: Period,
) -> impl DoubleEndedIterator<Item = &'a Held> + use<'a, 'c> {
    let talks = &case.journey.talks;
    let first = talks.partition_point(|t| order_of(t.day) < order_of(within.from));
    let last = order_of(within.last());
    talks[first..].iter().filter(move |t| order_of(t.day) <= last && counts(version, t.holder) && case.reached(t.day))
}

fn counts(version: &Version, holder: Holder) -> bool {
    match (version.how.counted, version.holder) {
        (Counted::ByHolder, Some(own)) => {
            // Another actor acts for the municipality.
            let actor = own == Holder::Kommune && holder == Holder::AndenAktoer;
            holder == own || holder == Holder::Faelles || actor
        }
        _ => true,
    }
}

/// At least `min_talks` talks within the window from the clock. With `opens_after_hours` the window opens after the month
/// in which so many hours of benefit were paid.
///
/// **Which version.** The one in force on the day asked about.
/// **Our reading, to be confirmed.** Six months run to the same day number, or to the month's last day.
/// **Example.** Window from 6 January 2025, fourth talk held on 6 July: met.
pub(super) fn within(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let Some(start) = case.clock(version) else {
        return Some(Outcome::unknown(version, Missing::Clock));
    };
    let mut window = version.window(start);
    if let Some(months) = version.how.rolling_months {
        let on = case.today();
        let back = add_months(on, -i32::from(months));
        if back > start {
            let from = next_day(back);
            return Some(rolling(version, case, Period { from, to: Some(on) }));
        }
        // Until so many months have passed there is still time.
        window = Period::months_from(start, months);
    }
    if let Some(hours) = version.how.opens_after_hours {
        // Not handed over before the window's last day: nothing is asked of this holder.
        window.from = case.after_paid_hours(hours).filter(|day| *day < window.last())?;
    }
    if version.how.clock == Some(Clock::AccumulatedBenefit) && window.from == start {
        window.from = case.accumulated_first().unwrap_or(start);
    }
    let need = version.min_talks();
    if !case.reached(window.from) {
        // The window has not opened: it is told as what comes.
        return Some(Outcome::new(Verdict::Open, window).counts(0, need).due(window.last()));
    }
    if case.lapsed(window) {
        return None;
    }
    let held = counting(version, case, window);
    let mut used = Vec::new();
    let done = if case.trace {
        used.extend(held.map(|t| t.id));
        used.len()
    } else {
        held.count()
    };
    let mut outcome = Outcome::new(case.verdict(done >= usize::from(need), window), window);
    outcome.used = used;
    Some(outcome.counts(done.min(usize::from(u16::MAX)) as u16, need).due(window.last()))
}

/// Held in the months up to the day; when too few, it is already late.
fn rolling(version: &Version, case: &Case<'_>, window: Period) -> Outcome {
    let held: Vec<&Held> = counting(version, case, window).collect();
    let need = version.min_talks();
    let verdict = if held.len() >= usize::from(need) { Verdict::Met } else { Verdict::NotMet };
    let mut outcome = Outcome::new(verdict, window).counts(held.len().min(usize::from(u16::MAX)) as u16, need);
    outcome.used.extend(held.iter().filter(|_| case.trace).map(|t| t.id));
    outcome.due(window.last())
}

/// A first talk by the end of the window.
pub(super) fn first_by(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let Some(start) = case.clock(version) else {
        return Some(Outcome::unknown(version, Missing::Clock));
    };
    let window = version.window(start);
    if case.lapsed(window) {
        return None;
    }
    let first = counting(version, case, window).next();
    let mut outcome = Outcome::new(case.verdict(first.is_some(), window), window);
    outcome.used.extend(first.filter(|_| case.trace).map(|t| t.id));
    Some(outcome.counts(u16::from(first.is_some()), 1).due(window.last()))
}

/// A talk at least every so often: due that long after the last one, or after the clock.
pub(super) fn every(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let Some(start) = case.clock(version) else {
        return Some(Outcome::unknown(version, Missing::Clock));
    };
    let begins = version.opens(start);
    if !case.reached(begins) {
        return None;
    }
    let last = counting(version, case, Period::open(start)).next_back();
    let since = last.map_or(begins, |t| t.day).max(start);
    let due: Date = match (version.how.every_months, version.how.every_weeks) {
        (Some(months), _) => add_months(since, i32::from(months)),
        (_, Some(weeks)) => since.saturating_add((i64::from(weeks) * 7).days()),
        _ => since,
    }
    // Nothing falls due before the duty begins.
    .max(begins);
    // Held in time so far is open until the next one falls due.
    let verdict = if case.passed(due) { Verdict::NotMet } else { Verdict::Open };
    let mut outcome = Outcome::new(verdict, Period { from: since.min(due), to: Some(due) });
    outcome.used.extend(last.filter(|_| case.trace).map(|t| t.id));
    Some(outcome.due(due))
}
