//! Duties to talk.

use crate::assess::{Case, Finding, Missing, Verdict};
use crate::book::{Rule, Version};
use crate::file::Counted;
use jiff::ToSpan;
use timeline::{Date, Event, Fact, Holder, Period, TalkState, add_months};

/// Held talks within a period that count for the version.
fn counting<'a>(version: &Version, case: &'a Case<'_>, within: Period) -> Vec<&'a Fact> {
    case.facts
        .iter()
        .filter(|f| match &f.event {
            Event::Talk { state: TalkState::Held, holder, .. } => {
                let fits = match (version.how.counted, version.holder) {
                    (Counted::ByHolder, Some(own)) => {
                        // Another actor acts for the municipality.
                        let actor = own == Holder::Kommune && *holder == Holder::AndenAktoer;
                        *holder == own || *holder == Holder::Faelles || actor
                    }
                    _ => true,
                };
                fits && within.contains(f.holds.from) && f.holds.from <= case.on
            }
            _ => false,
        })
        .copied()
        .collect()
}

/// At least `min_talks` talks within the window from the clock.
///
/// **Which version.** The one in force on the day asked about.
/// **Our reading, to be confirmed.** Six months run to the same day number, or to the month's last day.
/// **Example.** Window from 6 January 2025, fourth talk held on 6 July: met.
pub(super) fn within(rule: &Rule, version: &Version, case: &Case<'_>) -> Option<Finding> {
    let Some(start) = case.clock(version) else {
        return Some(Finding::unknown(rule, version, Missing::Clock));
    };
    let window = version.window(start);
    if window.from > case.on {
        // The window has not opened: it is told as what comes.
        return Some(
            Finding::new(rule, version, Verdict::Open, window).counts(0, version.min_talks()).due(window.last()),
        );
    }
    // A window that closed over a year ago is history, and no longer today's work.
    if window.last() < add_months(case.on, -12) {
        return None;
    }
    let held = counting(version, case, window);
    let need = version.min_talks();
    let met = held.len() >= usize::from(need);
    let mut finding = Finding::new(rule, version, Verdict::of(met, window, case.on), window);
    finding.used.extend(held.iter().map(|f| f.id));
    Some(finding.counts(held.len() as u16, need).due(window.last()))
}

/// A first talk by the end of the window.
pub(super) fn first_by(rule: &Rule, version: &Version, case: &Case<'_>) -> Option<Finding> {
    let Some(start) = case.clock(version) else {
        return Some(Finding::unknown(rule, version, Missing::Clock));
    };
    let window = version.window(start);
    if window.last() < add_months(case.on, -12) {
        return None;
    }
    let held = counting(version, case, window);
    let mut finding = Finding::new(rule, version, Verdict::of(!held.is_empty(), window, case.on), window);
    finding.used.extend(held.first().map(|f| f.id));
    Some(finding.counts(u16::from(!held.is_empty()), 1).due(window.last()))
}

/// A talk at least every so often: due that long after the last one, or after the clock.
pub(super) fn every(rule: &Rule, version: &Version, case: &Case<'_>) -> Option<Finding> {
    let Some(start) = case.clock(version) else {
        return Some(Finding::unknown(rule, version, Missing::Clock));
    };
    let begins = add_months(start, i32::from(version.how.after_months.unwrap_or(0)));
    if case.on < begins {
        return None;
    }
    let held = counting(version, case, Period { from: start, to: Some(case.on) });
    let last = held.iter().map(|f| f.holds.from).max();
    let since = last.unwrap_or(begins).max(start);
    let due: Date = match (version.how.every_months, version.how.every_weeks) {
        (Some(months), _) => add_months(since, i32::from(months)),
        (_, Some(weeks)) => since.saturating_add((i64::from(weeks) * 7).days()),
        _ => since,
    };
    // Held in time so far is open until the next one falls due.
    let verdict = if case.on <= due { Verdict::Open } else { Verdict::NotMet };
    let mut finding = Finding::new(rule, version, verdict, Period { from: since.min(due), to: Some(due) });
    finding.used.extend(held.iter().max_by_key(|f| f.holds.from).map(|f| f.id));
    Some(finding.due(due))
}
