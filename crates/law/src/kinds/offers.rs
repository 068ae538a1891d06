//! Offers: a right and duty by a day, and how long one may last.

use crate::book::Version;
use crate::case::Case;
use crate::outcome::Outcome;
use crate::verdict::{Missing, Verdict};
use jiff::ToSpan;
use timeline::{Date, Event, Fact, Period, PeriodSet, add_months, next_day};

/// An offer that counts, begun by the end of the window. Those in `how.offers` do not count. A subsidised job (løntilskud)
/// that begins up to `how.subsidy_late_weeks` later may have been given in time: that is not among the facts, and so it
/// cannot be told.
pub(super) fn by(code: &str, version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let Some(start) = case.clock(version) else {
        return Some(Outcome::unknown(version, Missing::Clock));
    };
    let mut window = version.window(start);
    if let Some(last) = after_exemption(code, version, case, window.last()) {
        window.to = (last < Date::MAX).then_some(last);
    }
    if case.lapsed(window) {
        return None;
    }
    let shortest = i64::from(version.how.min_weeks.unwrap_or(0)) * 7;
    let begun = case.facts().iter().find(|f| match &f.event {
        Event::Offer { offer, planned: false, .. } => {
            let long_enough = f.holds.days().is_none_or(|d| d >= shortest);
            let counts = !version.offers.contains(offer) && long_enough;
            counts && f.holds.from <= window.last() && f.holds.last() >= start && case.reached(f.holds.from)
        }
        _ => false,
    });
    let late = version.how.subsidy_late_weeks.filter(|_| begun.is_none()).and_then(|weeks| {
        let last = window.last().saturating_add((i64::from(weeks) * 7).days());
        case.facts().iter().find(|f| {
            let subsidy = Event::is_wage_subsidy(&f.event);
            subsidy && f.holds.from > window.last() && f.holds.from <= last && case.reached(f.holds.from)
        })
    });
    let verdict = match late {
        Some(_) => Verdict::Unknown(Missing::GivenInTime),
        None => case.verdict(begun.is_some(), window),
    };
    let mut outcome = Outcome::new(verdict, window);
    outcome.used.extend(begun.or(late).filter(|_| case.trace).map(|f| f.id));
    outcome.due = window.to;
    Some(outcome)
}

/// The deadline of a citizen who was exempted when it fell: so many months after the exemption ended, where exemptions
/// that follow each other without a gap are one.
fn after_exemption(code: &str, version: &Version, case: &Case<'_>, deadline: Date) -> Option<Date> {
    let months = i32::from(version.how.months_after_exemption?);
    let exempts = |f: &&&Fact| match &f.event {
        Event::Absence { reason } => version.reasons.contains(reason),
        Event::Exemption { reason, rules, .. } => {
            version.reasons.contains(reason) && (rules.is_empty() || rules.iter().any(|r| r == code))
        }
        _ => false,
    };
    let days: PeriodSet = case.facts().iter().filter(exempts).map(|f| f.holds).collect();
    let last = days.periods().iter().find(|p| p.contains(deadline))?.last();
    Some(if last == Date::MAX { last } else { add_months(last, months) })
}

/// The offer now must end in time. Counted from its first day; with an extension, up to that much more is said.
pub(super) fn duration(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let kind = version.offers.first()?;
    let fact = case
        .facts()
        .iter()
        .find(|f| matches!(&f.event, Event::Offer { offer, .. } if offer == kind) && case.holds(f.holds))?;
    let last = match (version.how.max_months, version.how.max_weeks) {
        (Some(months), _) => add_months(fact.holds.from, i32::from(months)).saturating_sub(1.day()),
        (None, weeks) => fact.holds.from.saturating_add((i64::from(weeks.unwrap_or(0)) * 7 - 1).days()),
    };
    let within = fact.holds.to.is_some_and(|to| to <= last);
    let verdict = match (within, version.how.extend_weeks) {
        (true, _) => Verdict::Met,
        (false, _) if fact.holds.to.is_none() && !case.passed(last) => Verdict::Open,
        // Longer than the limit, but an extension may have been granted: that is not among the facts.
        (false, Some(_)) => Verdict::Unknown(Missing::Extension),
        (false, None) => Verdict::NotMet,
    };
    let mut outcome = Outcome::new(verdict, Period { from: fact.holds.from, to: Some(last) });
    outcome.used.extend(case.trace.then_some(fact.id));
    Some(outcome.due(last))
}

/// Between two offers at most so many weeks or months: the next is due that long after the last one ended.
pub(super) fn gap(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let offers = || {
        case.facts().iter().filter(|f| match &f.event {
            Event::Offer { offer, planned: false, .. } => {
                let in_this_run = case.support_start().is_some_and(|start| f.holds.last() >= start);
                in_this_run && !version.offers.contains(offer) && case.reached(f.holds.from)
            }
            _ => false,
        })
    };
    // Says nothing before the first offer, nor while one runs.
    let last = offers().max_by_key(|f| (f.holds.last(), f.id))?;
    if !case.passed(last.holds.last()) {
        return None;
    }
    let due = match (version.how.every_months, version.how.every_weeks) {
        (Some(months), _) => add_months(last.holds.last(), i32::from(months)),
        (_, weeks) => last.holds.last().saturating_add((i64::from(weeks.unwrap_or(0)) * 7).days()),
    };
    let verdict = if case.passed(due) { Verdict::NotMet } else { Verdict::Open };
    let mut outcome = Outcome::new(verdict, Period { from: next_day(last.holds.last()), to: Some(due) });
    outcome.used.extend(case.trace.then_some(last.id));
    Some(outcome.due(due))
}
