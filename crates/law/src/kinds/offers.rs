//! Offers: a right and duty by a day, and how long one may last.

use crate::book::Version;
use crate::case::Case;
use crate::outcome::Outcome;
use crate::verdict::{Missing, Verdict};
use jiff::ToSpan;
use timeline::{Date, Event, Fact, Period, add_months};

/// An offer that counts, begun by the end of the window. Those in `how.offers` do not count; a subsidised job (løntilskud)
/// may begin up to `how.subsidised_within_weeks` later.
///
/// **Left out.** Whether that subsidised job was given in time; then the adviser decides.
pub(super) fn by(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let Some(start) = case.clock(version) else {
        return Some(Outcome::unknown(version, Missing::Clock));
    };
    let mut window = version.window(start);
    if let Some(last) = after_exemption(version, case, window.last()) {
        window.to = Some(last);
    }
    if window.last() < add_months(case.on, -12) {
        return None;
    }
    let shortest = i64::from(version.how.min_weeks.unwrap_or(0)) * 7;
    let begun = case.facts().iter().find(|f| match &f.event {
        Event::Offer { offer, planned: false, .. } => {
            let long_enough = f.holds.days().is_none_or(|d| d >= shortest);
            let counts = !version.offers.contains(offer) && long_enough;
            counts && f.holds.from <= case.on && f.holds.from <= window.last() && f.holds.last() >= start
        }
        _ => false,
    });
    let mut outcome = Outcome::new(Verdict::of(begun.is_some(), window, case.on), window);
    outcome.used.extend(begun.filter(|_| case.trace).map(|f| f.id));
    Some(outcome.due(window.last()))
}

/// The deadline of a citizen who was exempted when it fell: so many months after the exemption ended.
fn after_exemption(version: &Version, case: &Case<'_>, deadline: Date) -> Option<Date> {
    let months = i32::from(version.how.months_after_exemption?);
    let exempted = |f: &&&Fact| {
        matches!(&f.event, Event::Absence { reason } | Event::Exemption { reason, .. } if version.reasons.contains(reason))
            && f.holds.contains(deadline)
    };
    let last = case.facts().iter().filter(exempted).map(|f| f.holds.last()).max()?;
    Some(if last == Date::MAX { last } else { add_months(last, months) })
}

/// The offer now must end in time. Counted from its first day; with an extension, up to that much more is said.
pub(super) fn duration(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let kind = version.offers.first()?;
    let fact = case.facts().iter().find(|f| {
        matches!(&f.event, Event::Offer { offer, .. } if offer == kind)
            && f.holds.last() >= case.on
            && f.holds.from <= case.on
    })?;
    let last = match (version.how.max_months, version.how.max_weeks) {
        (Some(months), _) => add_months(fact.holds.from, i32::from(months)).saturating_sub(1.day()),
        (None, weeks) => fact.holds.from.saturating_add((i64::from(weeks.unwrap_or(0)) * 7 - 1).days()),
    };
    let within = fact.holds.to.is_some_and(|to| to <= last);
    let verdict = match (within, version.how.extend_weeks) {
        (true, _) => Verdict::Met,
        (false, _) if fact.holds.to.is_none() && case.on <= last => Verdict::Open,
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
            Event::Offer { offer, planned: false, .. } => !version.offers.contains(offer) && f.holds.from <= case.on,
            _ => false,
        })
    };
    // Says nothing before the first offer, nor while one runs.
    let last = offers().max_by_key(|f| (f.holds.last(), f.id))?;
    if last.holds.last() >= case.on {
        return None;
    }
    let due = match (version.how.every_months, version.how.every_weeks) {
        (Some(months), _) => add_months(last.holds.last(), i32::from(months)),
        (_, weeks) => last.holds.last().saturating_add((i64::from(weeks.unwrap_or(0)) * 7).days()),
    };
    let verdict = if case.on <= due { Verdict::Open } else { Verdict::NotMet };
    let mut outcome = Outcome::new(verdict, Period { from: last.holds.last().tomorrow().ok()?, to: Some(due) });
    outcome.used.extend(case.trace.then_some(last.id));
    Some(outcome.due(due))
}
