//! Offers: a right and duty by a day, and how long one may last.

use crate::assess::{Case, Finding, Missing, Verdict};
use crate::book::{Rule, Version};
use jiff::ToSpan;
use timeline::{Event, Period};

/// An offer that counts, begun by the end of the window. Those in `how.offers` do not count.
///
/// **Left out.** Whether a subsidised job that begins shortly after was given in time; then the adviser decides.
pub(super) fn by(rule: &Rule, version: &Version, case: &Case<'_>) -> Option<Finding> {
    let Some(start) = case.clock(version) else {
        return Some(Finding::unknown(rule, version, Missing::Clock));
    };
    let window = version.window(start);
    if window.last() < timeline::add_months(case.on, -12) {
        return None;
    }
    let shortest = i64::from(version.how.min_weeks.unwrap_or(0)) * 7;
    let begun = case.facts.iter().find(|f| match &f.event {
        Event::Offer { offer, planned: false, .. } => {
            let long_enough = f.holds.days().is_none_or(|d| d >= shortest);
            let counts = !version.offers.contains(offer) && long_enough;
            counts && f.holds.from <= case.on && f.holds.from <= window.last() && f.holds.last() >= start
        }
        _ => false,
    });
    let mut finding = Finding::new(rule, version, Verdict::of(begun.is_some(), window, case.on), window);
    finding.used.extend(begun.map(|f| f.id));
    Some(finding.due(window.last()))
}

/// The offer now must end in time. Counted from its first day; with an extension, up to that much more is said.
pub(super) fn duration(rule: &Rule, version: &Version, case: &Case<'_>) -> Option<Finding> {
    let kind = version.offers.first()?;
    let fact = case.facts.iter().find(|f| {
        matches!(&f.event, Event::Offer { offer, .. } if offer == kind)
            && f.holds.last() >= case.on
            && f.holds.from <= case.on
    })?;
    let last = match (version.how.max_months, version.how.max_weeks) {
        (Some(months), _) => timeline::add_months(fact.holds.from, i32::from(months)).saturating_sub(1.day()),
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
    let mut finding = Finding::new(rule, version, verdict, Period { from: fact.holds.from, to: Some(last) });
    finding.used.push(fact.id);
    Some(finding.due(last))
}
