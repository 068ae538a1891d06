//! What a reform removes and changes.

use crate::book::{LawBook, Rule, Version};
use timeline::{Date, Maalgruppe};

/// How a rule differs between two days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// In force before, not after.
    Removed,
    /// Other numbers, groups, holder or words.
    Changed,
    /// The same, in another place of the law.
    Moved,
    /// Not in force before.
    New,
}

impl Change {
    /// Word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::New => "new",
        }
    }

    /// On screens.
    pub const fn label(self, lang: timeline::Lang) -> &'static str {
        let (da, en) = match self {
            Self::Removed => ("fjernet", "removed"),
            Self::Changed => ("ændret", "changed"),
            Self::Moved => ("flyttet", "moved"),
            Self::New => ("ny", "new"),
        };
        match lang {
            timeline::Lang::Da => da,
            timeline::Lang::En => en,
        }
    }
}

/// A rule that differs, old and new side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// How.
    pub change: Change,
    /// What held on the first day.
    pub before: Vec<&'a Version>,
    /// What holds on the second.
    pub after: Vec<&'a Version>,
}

/// What must be equal for a rule to be the same: everything but where it stands, how it was checked, and what it means for
/// the day.
/// Where one group was asked about, the others do not matter.
fn same(a: &Version, b: &Version, group: Option<Maalgruppe>) -> bool {
    (group.is_some() || a.groups == b.groups)
        && a.holder == b.holder
        && a.how == b.how
        && a.closed == b.closed
        && (a.from_age, a.below_age) == (b.from_age, b.below_age)
        && (&a.readiness, &a.not_readiness) == (&b.readiness, &b.not_readiness)
        && a.text == b.text
}

impl LawBook {
    /// Rules that differ between two days, for one group or for all.
    pub fn differences(&self, first: Date, second: Date, group: Option<Maalgruppe>) -> Vec<Difference<'_>> {
        let mut out = Vec::new();
        for rule in self.rules() {
            let on = |day: Date| -> Vec<&Version> {
                rule.all_on(day).filter(|v| group.is_none_or(|g| v.is_for(g))).collect()
            };
            let (before, after) = (on(first), on(second));
            if before == after {
                continue;
            }
            let change = match (before.is_empty(), after.is_empty()) {
                (true, true) => continue,
                (true, false) => Change::New,
                (false, true) => Change::Removed,
                (false, false) => {
                    let equal =
                        before.len() == after.len() && before.iter().zip(&after).all(|(a, b)| same(a, b, group));
                    match (equal, before.iter().zip(&after).all(|(a, b)| a.cite == b.cite)) {
                        (true, true) => continue,
                        (true, false) => Change::Moved,
                        (false, _) => Change::Changed,
                    }
                }
            };
            out.push(Difference { rule, change, before, after });
        }
        out.sort_by_key(|d| (d.change, d.rule.subject));
        out
    }
}
