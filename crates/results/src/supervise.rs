//! A municipality's distance to every threshold of the supervision that holds on a day, and what closing it takes.

use crate::indicators::{Count, Grid, Group};
use crate::standing::Standing;
use law::{InForce, Kind, Rule, Share, Subject, Version};

/// A threshold that is a share of persons over twelve months.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold<'b> {
    /// The rule that sets it.
    pub rule: &'b Rule,
    /// Its version.
    pub version: &'b Version,
    /// The share must stay below this, percent.
    pub limit: u8,
    /// Mean over those of the last twelve months that have anybody to count, percent.
    pub mean: Option<f64>,
    /// Persons in the last month who count against it, and of how many.
    pub last: (u64, u64),
    /// How many of them must no longer count for the last month to be below the limit.
    pub too_many: u64,
}

impl Threshold<'_> {
    /// Whether it is met; `None` where nobody is to be counted.
    pub fn met(&self) -> Option<bool> {
        self.mean.map(|mean| mean < f64::from(self.limit))
    }
}

/// The supervision of a municipality on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Supervision<'b> {
    /// Thresholds of results and focus.
    pub thresholds: Vec<Threshold<'b>>,
    /// Shares of the caseload that the act asks for.
    pub shares: Vec<Share<'b>>,
    /// What the authorities do, step by step.
    pub steps: Vec<(&'b Rule, &'b Version)>,
    /// More on benefit than expected in the newest published year.
    pub above_expected: Option<bool>,
}

impl Supervision<'_> {
    /// Whether the municipality would be selected: more on benefit than expected *and* a focus goal that is not met. Good
    /// results exempt. `None` where the regime is not in force or something is not known.
    ///
    /// **Our reading, to be confirmed:** one goal that is not met is enough.
    pub fn selected(&self) -> Option<bool> {
        if self.thresholds.is_empty() {
            return None;
        }
        let missed = self.thresholds.iter().any(|t| t.met() == Some(false));
        match self.above_expected {
            Some(false) => Some(false),
            Some(true) if missed => Some(true),
            Some(true) if self.thresholds.iter().all(|t| t.met() == Some(true)) => Some(false),
            _ => None,
        }
    }
}

/// The count that a focus goal is about: those without an offer and with few hours, or those with few talks.
fn counted(version: &Version) -> Option<Count> {
    match (version.how.hours, version.how.min_talks) {
        (Some(hours), _) if hours >= 225 => Some(Count::Neither225),
        (Some(_), _) => Some(Count::Neither100),
        (None, Some(_)) => Some(Count::FewTalks),
        _ => None,
    }
}

fn threshold<'b>(rule: &'b Rule, version: &'b Version, grid: &Grid) -> Option<Threshold<'b>> {
    let (count, limit) = (counted(version)?, version.how.share_percent?);
    let of = |month: usize| (grid.get(0, month, Group::All, count), grid.get(0, month, Group::All, Count::Year));
    let shares: Vec<f64> = (grid.months.saturating_sub(12)..grid.months)
        .map(of)
        .filter(|(_, all)| *all > 0)
        .map(|(over, all)| 100.0 * over as f64 / all as f64)
        .collect();
    let mean = (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64);
    let last = of(grid.months - 1);
    // The most that is strictly below the limit.
    let most = (last.1 * u64::from(limit)).div_ceil(100).saturating_sub(1);
    Some(Threshold {
        rule,
        version,
        limit,
        mean,
        last,
        too_many: if last.1 == 0 { 0 } else { last.0.saturating_sub(most) },
    })
}

/// Everything the supervision in force says of a caseload. `grid` ends with the last twelve months, `shares` are those of
/// [`InForce::shares`], and `standing` is that of all benefits in the newest published year.
pub fn supervise<'b>(
    in_force: &InForce<'b>,
    grid: &Grid,
    shares: Vec<Share<'b>>,
    standing: Option<&Standing>,
) -> Supervision<'b> {
    let rules = in_force.book().rules().iter().filter(|r| r.subject == Subject::Tilsyn);
    let (mut thresholds, mut steps) = (Vec::new(), Vec::new());
    for rule in rules {
        for version in rule.all_on(in_force.law_of()) {
            match rule.kind {
                Kind::Step => steps.push((rule, version)),
                _ => thresholds.extend(threshold(rule, version, grid)),
            }
        }
    }
    Supervision { thresholds, shares, steps, above_expected: standing.map(|s| s.actual > s.expected) }
}
