//! What a change of the law means for the day's work on a caseload: the same citizens and facts under two laws.

use crate::assess::InForce;
use crate::case::Prepared;
use crate::kinds::Kind;
use crate::outcome::Answer;
use crate::verdict::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use timeline::{CitizenId, Date, Holder, Maalgruppe, Period, add_months};

/// Average length of a month, in days.
const MONTH: f64 = 365.25 / 12.0;

/// A duty of one group in one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'b> {
    /// First day of the month.
    pub month: Date,
    /// Target group at the month's end.
    pub group: Maalgruppe,
    /// Rule.
    pub code: &'b str,
    /// Who holds the duty.
    pub holder: Option<Holder>,
}

/// How much of a duty there is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// Citizens under it at the month's end.
    pub citizens: u32,
    /// Of them, exempted.
    pub exempt: u32,
    /// Deadlines that fall in the month.
    pub deadlines: u32,
    /// Talks it asks for in the month with everyone it holds for.
    pub talks: f64,
    /// The same with only the share that must have them.
    pub talks_least: f64,
}

/// A duty that some citizens fall into or out of on the day asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Under it by the first law and not by the second.
    pub out: Vec<CitizenId>,
    /// Under it by the second and not by the first.
    pub into: Vec<CitizenId>,
    /// Under it by both.
    pub stays: usize,
}

/// What two laws ask for on the same facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Impact<'b> {
    /// First days of the months looked at.
    pub months: Vec<Date>,
    /// Citizens in a target group, by month and group.
    pub citizens: BTreeMap<(Date, Maalgruppe), u32>,
    /// Talks held, by month and group.
    pub held: BTreeMap<(Date, Maalgruppe), u32>,
    /// Work under the first law.
    pub before: BTreeMap<Place<'b>, Work>,
    /// Work under the second.
    pub after: BTreeMap<Place<'b>, Work>,
    /// Who falls out of or into which duty on the last day.
    pub moves: BTreeMap<&'b str, Moves>,
}

/// Talks a month that an answer asks for.
///
/// Talks within a window are spread evenly over it; a first talk counts only where no window of the same holder holds it
/// already; talks at intervals count as one per interval.
fn talks_a_month(answer: &Answer<'_>, all: &[Answer<'_>], on: Date) -> f64 {
    let how = &answer.version.how;
    let window = answer.outcome.window;
    let per_month =
        |window: Period, talks: u16| window.days().map_or(0.0, |d| f64::from(talks) * MONTH / d.max(1) as f64);
    match answer.rule.kind {
        Kind::TalksWithin if window.contains(on) => per_month(window, answer.version.min_talks()),
        Kind::FirstTalkBy if window.contains(on) => {
            let held_by_window = |a: &Answer<'_>| {
                a.rule.kind == Kind::TalksWithin
                    && a.version.holder == answer.version.holder
                    && a.outcome.window.contains(window.from)
            };
            if all.iter().any(held_by_window) { 0.0 } else { per_month(window, 1) }
        }
        Kind::TalksEvery => match (how.every_months, how.every_weeks) {
            (Some(months), _) => 1.0 / f64::from(months),
            (None, Some(weeks)) => MONTH / (f64::from(weeks) * 7.0),
            (None, None) => 0.0,
        },
        _ => 0.0,
    }
}

const fn is_duty(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TalksWithin
            | Kind::FirstTalkBy
            | Kind::TalksEvery
            | Kind::OfferBy
            | Kind::OfferGap
            | Kind::CvBy
            | Kind::PlanBy
            | Kind::Duty
    )
}

/// Whether the duty is today's: its window has opened and not yet closed, or it has no deadline.
fn is_live(answer: &Answer<'_>, on: Date) -> bool {
    // A duty without a deadline is live when it is told at all: its version need not be of the day asked about.
    let told = matches!(answer.rule.kind, Kind::TalksEvery | Kind::Duty);
    is_duty(answer.rule.kind) && (told || answer.outcome.window.contains(on))
}

impl<'b> Impact<'b> {
    /// Hold two laws against each other on the same citizens, in each of the `months` calendar months up to the one with
    /// `on`, and for falling out of and into duties on `on` itself. `progress` hears how many citizens are done.
    ///
    /// ```
    /// use timeline::date;
    /// let book = law::LawBook::shipped();
    /// let (old, new) = (book.in_force(date(2026, 6, 30)), book.in_force(date(2026, 7, 1)));
    /// let journeys = [timeline::sample::journey()];
    /// let pool: Vec<_> = journeys.iter().map(|j| (j.citizen, law::Prepared::new(j))).collect();
    /// let impact = law::Impact::between(&old, &new, &pool, date(2026, 7, 31), 12, |_| {});
    /// assert_eq!(impact.months.len(), 12);
    /// ```
    pub fn between(
        first: &InForce<'b>,
        second: &InForce<'b>,
        pool: &[(CitizenId, Prepared<'_>)],
        on: Date,
        months: u16,
        mut progress: impl FnMut(u64),
    ) -> Self {
        let this = on.first_of_month();
        let mut impact =
            Self { months: (0..months).rev().map(|n| add_months(this, -i32::from(n))).collect(), ..Self::default() };
        let ends: Vec<Date> = impact.months.iter().map(|month| month.last_of_month().min(on)).collect();
        let year = [first.series(ends.iter().copied()), second.series(ends.iter().copied())];
        let mut room = Vec::new();
        for (n, (citizen, journey)) in pool.iter().enumerate() {
            for (&month, &end) in impact.months.iter().zip(&ends) {
                let Some(group) = journey.group_on(end) else { continue };
                *impact.citizens.entry((month, group)).or_default() += 1;
                let held = journey.talks.iter().filter(|t| t.day >= month && t.day <= end).count() as u32;
                *impact.held.entry((month, group)).or_default() += held;
            }
            for (law, series, side) in [(first, &year[0], &mut impact.before), (second, &year[1], &mut impact.after)] {
                series.each(journey, &mut room, |n, end, all| {
                    let month = impact.months[n];
                    let Some(group) = journey.group_on(end) else { return };
                    for answer in all.iter().filter(|a| is_duty(a.rule.kind)) {
                        let due = answer.outcome.due.is_some_and(|d| d >= month && d <= month.last_of_month());
                        let live = is_live(answer, end);
                        if !live && !due {
                            continue;
                        }
                        let code = answer.rule.code.as_str();
                        let place = Place { month, group, code, holder: answer.version.holder };
                        let work = side.entry(place).or_default();
                        work.citizens += u32::from(live);
                        work.deadlines += u32::from(due);
                        let talks = talks_a_month(answer, all, end);
                        // The share is of all, those exempted among them; it is cut to what is left of talks at the end.
                        work.talks_least += talks * law.share_asked(code, group);
                        if answer.outcome.verdict == Verdict::Exempt {
                            work.exempt += 1;
                        } else {
                            work.talks += talks;
                        }
                    }
                });
            }
            let under = |law: &InForce<'b>| -> BTreeSet<&'b str> {
                let all = law.answers(journey, on);
                let held = |a: &&Answer<'b>| is_live(a, on) && a.outcome.verdict != Verdict::Exempt;
                all.iter().filter(held).map(|a| a.rule.code.as_str()).collect()
            };
            let (old, new) = (under(first), under(second));
            for code in old.union(&new) {
                let moves = impact.moves.entry(code).or_default();
                match (old.contains(code), new.contains(code)) {
                    (true, false) => moves.out.push(*citizen),
                    (false, true) => moves.into.push(*citizen),
                    _ => moves.stays += 1,
                }
            }
            progress(n as u64 + 1);
        }
        for work in impact.before.values_mut().chain(impact.after.values_mut()) {
            work.talks_least = work.talks_least.min(work.talks);
        }
        impact
    }

    /// Work by some key of its place, as an average month: both laws beside each other.
    pub fn average<K: Ord>(&self, key: impl Fn(&Place<'b>) -> K) -> BTreeMap<K, (Work, Work)> {
        let mut out: BTreeMap<K, (Work, Work)> = BTreeMap::new();
        for (side, map) in [(0, &self.before), (1, &self.after)] {
            for (place, work) in map {
                let both = out.entry(key(place)).or_default();
                let sum = if side == 0 { &mut both.0 } else { &mut both.1 };
                sum.citizens += work.citizens;
                sum.exempt += work.exempt;
                sum.deadlines += work.deadlines;
                sum.talks += work.talks;
                sum.talks_least += work.talks_least;
            }
        }
        for (before, after) in out.values_mut() {
            for work in [before, after] {
                work.talks /= self.months.len().max(1) as f64;
                work.talks_least /= self.months.len().max(1) as f64;
            }
        }
        out
    }
}
