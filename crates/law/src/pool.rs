//! Rules about a pool of citizens: a share must have had what another rule asks for.

use crate::assess::InForce;
use crate::book::{Rule, Version};
use crate::case::Prepared;
use crate::kinds::Kind;
use crate::verdict::Verdict;
use timeline::Date;

/// A share of a pool, as of a day.
///
/// **Who counts.** Citizens in the version's groups on the day whose window for the rule asked about has closed, at most a
/// year ago. **Our reading, to be confirmed:** the act's own period of measurement was not read.
#[derive(Clone, Debug, PartialEq)]
pub struct Share<'b> {
    /// The portfolio rule.
    pub rule: &'b Rule,
    /// Its version.
    pub version: &'b Version,
    /// The rule that each citizen is asked about.
    pub about: &'b str,
    /// Window closed, and it was done.
    pub met: usize,
    /// Window closed, and it was not done.
    pub not_met: usize,
    /// Exempted by a person, with a reason.
    pub exempt: usize,
    /// The window is still open.
    pub open: usize,
    /// Cannot be told.
    pub unknown: usize,
}

impl Share<'_> {
    /// The share asked for, in percent.
    pub fn asked_percent(&self) -> u8 {
        self.version.how.share_percent.unwrap_or(100)
    }

    /// Citizens whose window has closed.
    pub const fn closed(&self) -> usize {
        self.met + self.not_met + self.exempt
    }

    /// The share that had it, in percent; nothing while no window has closed.
    pub fn percent(&self) -> Option<f64> {
        (self.closed() > 0).then(|| 100.0 * self.met as f64 / self.closed() as f64)
    }

    /// How many more must have it for the share to be reached; 0 where it is.
    pub fn lacking(&self) -> usize {
        let asked = (self.closed() * usize::from(self.asked_percent())).div_ceil(100);
        asked.saturating_sub(self.met)
    }

    /// How many more could be exempted with the share still reached, were everyone not exempted to have it.
    pub fn exemptions_left(&self) -> usize {
        let most = self.closed() * usize::from(100 - self.asked_percent()) / 100;
        most.saturating_sub(self.exempt)
    }

    /// Whether the share is reached; [`Verdict::Open`] while no window has closed.
    pub fn verdict(&self) -> Verdict {
        match (self.closed(), self.lacking()) {
            (0, _) => Verdict::Open,
            (_, 0) => Verdict::Met,
            _ => Verdict::NotMet,
        }
    }
}

impl<'b> InForce<'b> {
    /// Every portfolio rule of this law over a pool of citizens, as of `on`.
    ///
    /// ```
    /// use timeline::date;
    /// let (book, on) = (law::LawBook::shipped(), date(2026, 11, 1));
    /// let journeys = [timeline::sample::journey()];
    /// let pool: Vec<law::Prepared> = journeys.iter().map(law::Prepared::new).collect();
    /// for share in book.in_force(on).shares(&pool, on) {
    ///     assert_eq!(share.closed(), share.met + share.not_met + share.exempt);
    /// }
    /// ```
    pub fn shares<'p>(&self, pool: impl IntoIterator<Item = &'p Prepared<'p>>, on: Date) -> Vec<Share<'b>> {
        let in_force = |rule: &'b Rule| rule.all_on(self.law_of()).map(move |version| (rule, version));
        let mut shares: Vec<Share<'b>> = self
            .book()
            .rules()
            .iter()
            .filter(|r| r.kind == Kind::PortfolioShare)
            .flat_map(in_force)
            .filter_map(|(rule, version)| {
                let about = version.how.rules.first()?;
                Some(Share { rule, version, about, met: 0, not_met: 0, exempt: 0, open: 0, unknown: 0 })
            })
            .collect();
        for journey in pool {
            let Some(group) = journey.group_on(on).filter(|g| shares.iter().any(|s| s.version.is_for(*g))) else {
                continue;
            };
            for answer in self.answers(journey, on) {
                let closed = answer.outcome.due.is_some_and(|due| due < on);
                for share in shares.iter_mut().filter(|s| s.version.is_for(group) && s.about == answer.rule.code) {
                    match (answer.outcome.verdict, closed) {
                        (Verdict::Unknown(_), _) => share.unknown += 1,
                        (Verdict::Met, true) => share.met += 1,
                        (Verdict::Exempt, true) => share.exempt += 1,
                        (_, true) => share.not_met += 1,
                        (_, false) => share.open += 1,
                    }
                }
            }
        }
        shares
    }

    /// The share of a pool that a rule is asked of under this law, as a fraction: 1 unless a portfolio rule says less.
    pub(crate) fn share_asked(&self, code: &str, group: timeline::Maalgruppe) -> f64 {
        let least = self
            .book()
            .rules()
            .iter()
            .filter(|r| r.kind == Kind::PortfolioShare)
            .flat_map(|r| r.all_on(self.law_of()))
            .filter(|v| v.is_for(group) && v.how.rules.first().is_some_and(|r| r == code))
            .filter_map(|v| v.how.share_percent)
            .min();
        least.map_or(1.0, |percent| f64::from(percent) / 100.0)
    }
}
