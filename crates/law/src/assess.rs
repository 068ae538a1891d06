//! What holds for a citizen on a day.

use crate::book::{LawBook, Rule, Version};
use crate::case::{Case, Prepared};
use crate::kinds::Kind;
use crate::outcome::{Answer, Finding, Outcome};
use crate::verdict::{Missing, Verdict};
use timeline::{Date, Event, FactId, Journey, Maalgruppe};

/// Everything that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The day asked about.
    pub on: Date,
    /// Target group on that day.
    pub group: Option<Maalgruppe>,
    /// What the rules say, in the order of the book.
    pub findings: Vec<Finding>,
}

/// The versions in force on a day, laid out by target group: made once, then asked for a whole population.
///
/// ```
/// use timeline::date;
/// let book = law::LawBook::shipped();
/// let journeys = [timeline::sample::journey()];
/// let day = book.in_force(date(2026, 3, 1));
/// for journey in &journeys {
///     let prepared = law::Prepared::new(journey);
///     let open = day.answers(&prepared, date(2026, 3, 1)).iter().filter(|a| a.outcome.verdict == law::Verdict::Open).count();
///     assert!(open <= book.rules().len());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct InForce<'b> {
    book: &'b LawBook,
    law_of: Date,
    groups: Vec<Vec<(&'b Rule, &'b Version)>>,
}

impl LawBook {
    /// The versions in force on a day.
    pub fn in_force(&self, day: Date) -> InForce<'_> {
        let groups = Maalgruppe::ALL.iter().map(|g| self.versions_on(day, *g).collect()).collect();
        InForce { book: self, law_of: day, groups }
    }

    fn versions_on(&self, day: Date, group: Maalgruppe) -> impl Iterator<Item = (&Rule, &Version)> {
        self.rules()
            .iter()
            .flat_map(move |rule| rule.all_on(day).filter(move |v| v.is_for(group)).map(move |v| (rule, v)))
    }

    /// What holds for the citizen on `on`, from all that `journey` says. For what was known on an earlier day, pass
    /// `&journey.known_on(day)`.
    pub fn assess(&self, journey: &Journey, on: Date) -> Assessment {
        let prepared = Prepared::new(journey);
        let Some(group) = prepared.group_on(on) else { return Assessment { on, group: None, findings: Vec::new() } };
        let case = Case::new(&prepared, on, true);
        let mut all = Vec::new();
        answer(self.versions_on(on, group), &case, &mut all);
        Assessment { on, group: Some(group), findings: all.into_iter().map(Finding::from).collect() }
    }
}

impl<'b> InForce<'b> {
    /// The day whose law it is.
    pub fn law_of(&self) -> Date {
        self.law_of
    }

    /// The book it is a day of.
    pub fn book(&self) -> &'b LawBook {
        self.book
    }

    /// What this law says of a citizen on a day, without the trace of facts. The day need not be one on which this law is
    /// in force: so one law can be held against another on the same facts.
    pub fn answers(&self, prepared: &Prepared<'_>, on: Date) -> Vec<Answer<'b>> {
        let mut out = Vec::new();
        self.answers_into(prepared, on, &mut out);
        out
    }

    /// The same into a list that is emptied first: one list for a whole population.
    pub fn answers_into(&self, prepared: &Prepared<'_>, on: Date, out: &mut Vec<Answer<'b>>) {
        self.answers_until(prepared, on, out);
    }

    /// The same, and from which day on, as [`timeline::order_of`] gives it, this law may say something else.
    pub(crate) fn answers_until(&self, prepared: &Prepared<'_>, on: Date, out: &mut Vec<Answer<'b>>) -> u32 {
        out.clear();
        let case = Case::new(prepared, on, false);
        if let Some(group) = case.group {
            answer(self.groups[group as usize].iter().copied(), &case, out);
        }
        case.changes()
    }

    /// Whether the same versions are asked.
    pub(crate) fn asks_the_same_as(&self, other: &Self) -> bool {
        let same = |a: &(&Rule, &Version), b: &(&Rule, &Version)| std::ptr::eq(a.1, b.1);
        let mut groups = self.groups.iter().zip(&other.groups);
        groups.all(|(a, b)| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)))
    }
}

fn answer<'b>(versions: impl Iterator<Item = (&'b Rule, &'b Version)>, case: &Case<'_>, out: &mut Vec<Answer<'b>>) {
    let mut exempted = false;
    for (rule, version) in versions {
        let benefit = version.benefits.is_empty() || case.benefit.is_some_and(|b| version.benefits.contains(&b));
        let sub_group = version.readiness.is_empty() && version.not_readiness.is_empty()
            || version.is_for_readiness(case.readiness());
        if !benefit || !sub_group || (version.closed && !case.in_group_before(version.from)) {
            continue;
        }
        let outcome = match (version.has_ages(), version.has_ages().then(|| case.age()).flatten()) {
            (true, None) if out.last().is_some_and(|a| a.rule.code == rule.code) => continue,
            (true, None) => Some(Outcome::unknown(version, Missing::Age)),
            (true, Some(age)) if !version.is_for_age(age) => continue,
            _ => rule.kind.assess(&rule.code, version, case),
        };
        if let Some(outcome) = outcome {
            exempted |= matches!(rule.kind, Kind::Exemption | Kind::Waiver);
            out.push(Answer { rule, version, outcome, lifted_by: None });
        }
    }
    if exempted {
        lift(out, case);
    }
}

/// Rules that an exemption in force lifts. A fact that names rules lifts those and no others.
fn lift<'b>(answers: &mut [Answer<'b>], case: &Case<'_>) {
    let mut lifted: Vec<(&'b str, &'b str, Option<FactId>)> = Vec::new();
    for waiver in answers.iter().filter(|a| a.rule.kind == Kind::Waiver && a.outcome.verdict == Verdict::Holds) {
        lifted.extend(waiver.version.how.rules.iter().map(|r| (r.as_str(), waiver.rule.code.as_str(), None)));
    }
    for answer in answers.iter().filter(|a| a.rule.kind == Kind::Exemption) {
        let (rule, version) = (answer.rule, answer.version);
        for fact in case.facts() {
            let named: &[String] = match &fact.event {
                Event::Exemption { reason, rules, .. } if version.reasons.contains(reason) => rules,
                Event::Absence { reason } if version.reasons.contains(reason) => &[],
                _ => continue,
            };
            if !case.holds(fact.holds) {
                continue;
            }
            let targets = version.how.rules.iter().filter(|r| named.is_empty() || named.contains(r));
            lifted.extend(targets.map(|r| (r.as_str(), rule.code.as_str(), Some(fact.id))));
        }
    }
    let can_be_lifted = |a: &&mut Answer<'_>| {
        a.outcome.verdict != Verdict::Met && !matches!(a.rule.kind, Kind::Exemption | Kind::Waiver)
    };
    for answer in answers.iter_mut().filter(can_be_lifted) {
        if let Some((_, by, fact)) = lifted.iter().find(|(code, ..)| *code == answer.rule.code) {
            answer.outcome.verdict = Verdict::Exempt;
            answer.lifted_by = Some(*by);
            answer.outcome.used.extend(fact.filter(|_| case.trace));
        }
    }
}
