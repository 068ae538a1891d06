//! Every rule, every day: exactly one answer from its first version on.

use crate::book::LawBook;
use crate::file::Mark;
use jiff::ToSpan;
use timeline::{Date, Maalgruppe, Period, PeriodSet};

/// A stretch of days on which a rule that was in force for a group, and comes again, is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepFault {
    /// Rule.
    pub code: String,
    /// Group.
    pub group: Maalgruppe,
    /// Days without a version.
    pub gap: Period,
}

/// What the sweep found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Rules.
    pub rules: usize,
    /// Versions.
    pub versions: usize,
    /// Versions by how sure they are: verified, unverified, draft.
    pub marks: [usize; 3],
    /// Versions without a known end.
    pub open_ends: usize,
    /// Gaps between versions. Conflicts are refused when the book is read.
    pub gaps: Vec<SweepFault>,
}

impl LawBook {
    /// Ask every rule for every group and day from its first version to three years after `today`.
    pub fn sweep(&self, today: Date) -> Sweep {
        let mut out = Sweep { rules: self.rules().len(), ..Sweep::default() };
        let horizon = today.saturating_add(3.years());
        for rule in self.rules() {
            out.versions += rule.versions.len();
            for version in &rule.versions {
                out.open_ends += usize::from(version.to.is_none());
                out.marks[match version.checked.mark {
                    Mark::Verified => 0,
                    Mark::Unverified => 1,
                    Mark::Draft => 2,
                }] += 1;
            }
            for group in Maalgruppe::ALL {
                let days: PeriodSet =
                    rule.versions.iter().filter(|v| v.is_for(*group)).map(super::book::Version::in_force).collect();
                let (Some(first), Some(last)) = (days.periods().first(), days.periods().last()) else { continue };
                if first.from > horizon {
                    continue;
                }
                let within = Period { from: first.from, to: Some(last.last().min(horizon)) };
                for gap in days.gaps(within).periods() {
                    out.gaps.push(SweepFault { code: rule.code.clone(), group: *group, gap: *gap });
                }
            }
        }
        out
    }
}
