//! Kinds of rule: what a rule means. A dozen carry the whole law; a new number, group or date needs no Rust.

mod offers;
mod talks;

use crate::book::Version;
use crate::case::Case;
use crate::file::How;
use crate::outcome::Outcome;
use crate::verdict::{Missing, Verdict};
use timeline::{Event, Fact, Lang, Period};

/// What a rule can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// At least so many talks within a window from a clock.
    TalksWithin,
    /// A first talk by a day.
    FirstTalkBy,
    /// A talk at least every so many months or weeks.
    TalksEvery,
    /// An offer begun by a day.
    OfferBy,
    /// CV registered by a day.
    CvBy,
    /// A plan made by a day: a goal or a step in it.
    PlanBy,
    /// The next offer begun at most so long after the last.
    OfferGap,
    /// An offer lasts at most so long.
    DurationLimit,
    /// At most so many in a company.
    Ratio,
    /// A right on request.
    Right,
    /// A duty without a deadline.
    Duty,
    /// Lifts other rules while a reason holds.
    Exemption,
    /// Lifts other rules for everyone in named municipalities: an experiment.
    Waiver,
    /// A share of a pool of citizens must have had what another rule asks for.
    PortfolioShare,
    /// A step of a ladder of authorities' actions.
    Step,
    /// Who is in a group, or another statement that others build on.
    Statement,
}

impl Kind {
    const ALL: [(Self, &'static str); 16] = [
        (Self::TalksWithin, "talks-within"),
        (Self::FirstTalkBy, "first-talk-by"),
        (Self::TalksEvery, "talks-every"),
        (Self::OfferBy, "offer-by"),
        (Self::OfferGap, "offer-gap"),
        (Self::CvBy, "cv-by"),
        (Self::PlanBy, "plan-by"),
        (Self::DurationLimit, "duration-limit"),
        (Self::Ratio, "ratio"),
        (Self::Right, "right"),
        (Self::Duty, "duty"),
        (Self::Exemption, "exemption"),
        (Self::Waiver, "waiver"),
        (Self::PortfolioShare, "portfolio-share"),
        (Self::Step, "step"),
        (Self::Statement, "statement"),
    ];

    /// The word in rule files.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(k, _)| *k == self).map_or("", |(_, c)| *c)
    }

    /// The kind of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, c)| *c == code).map(|(k, _)| *k)
    }

    /// Every word, for messages.
    pub(crate) fn words() -> String {
        Self::ALL.map(|(_, c)| c).join(", ")
    }

    /// What people call it.
    pub fn label(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::TalksWithin
            | Self::FirstTalkBy
            | Self::TalksEvery
            | Self::OfferBy
            | Self::OfferGap
            | Self::CvBy
            | Self::PlanBy => ("pligt med frist", "duty with a deadline"),
            Self::DurationLimit | Self::Ratio => ("grænse", "limit"),
            Self::Right => ("ret", "right"),
            Self::Duty => ("pligt", "duty"),
            Self::Exemption => ("fritagelse", "exemption"),
            Self::Waiver => ("forsøg", "experiment"),
            Self::PortfolioShare => ("andel af gruppen", "share of the group"),
            Self::Step => ("trin", "step"),
            Self::Statement => ("bestemmelse", "statement"),
        };
        lang.pick(da, en)
    }

    /// The keys of `how` that mean something for the kind.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::TalksWithin => &[
                "clock",
                "min_talks",
                "after_months",
                "after_weeks",
                "opens_after_hours",
                "window_months",
                "window_weeks",
                "end_of_week",
                "rolling_months",
                "counted",
                "benefits",
            ],
            Self::FirstTalkBy | Self::CvBy | Self::PlanBy => &[
                "clock",
                "after_months",
                "after_weeks",
                "window_months",
                "window_weeks",
                "end_of_week",
                "counted",
                "benefits",
            ],
            Self::OfferBy => &[
                "clock",
                "after_months",
                "after_weeks",
                "window_months",
                "window_weeks",
                "end_of_week",
                "min_weeks",
                "offers",
                "benefits",
                "months_after_exemption",
                "subsidy_late_weeks",
                "reasons",
            ],
            Self::TalksEvery => {
                &["clock", "after_months", "after_weeks", "every_months", "every_weeks", "counted", "benefits"]
            }
            Self::OfferGap => &["every_months", "every_weeks", "offers", "benefits"],
            Self::DurationLimit => &["offers", "max_weeks", "max_months", "extend_weeks", "benefits"],
            Self::Ratio => &["one_per", "up_to", "beyond_one_per"],
            Self::Right | Self::Duty => {
                &["benefits", "offers", "clock", "after_months", "after_weeks", "window_months", "window_weeks"]
            }
            Self::Exemption => &["reasons", "rules", "benefits"],
            Self::Waiver => &["rules", "municipalities"],
            Self::PortfolioShare => &["share_percent", "rules"],
            Self::Step => &["step", "rules"],
            Self::Statement => &["share_percent", "hours", "min_talks", "becomes", "rules"],
        }
    }

    /// What is missing or impossible in the numbers of a version.
    pub(crate) fn faults(self, how: &How) -> Result<(), String> {
        self.numbers(how)?;
        if let Some(key) = how.set().into_iter().find(|key| !self.keys().contains(key)) {
            return Err(format!(
                "how.{key} says nothing for the kind {}; it knows {}",
                self.code(),
                self.keys().join(", ")
            ));
        }
        Ok(())
    }

    fn numbers(self, how: &How) -> Result<(), String> {
        let need = |there: bool, what: &str| if there { Ok(()) } else { Err(format!("{} needs {what}", self.code())) };
        let ends = [how.window_months, how.window_weeks, how.end_of_week, how.rolling_months].iter().flatten().count();
        let one_window = || {
            need(
                ends == 1,
                "one of how.window_months, how.window_weeks, how.end_of_week and, for talks-within, how.rolling_months",
            )
        };
        let clock = || need(how.clock.is_some(), "how.clock");
        let days = |months: Option<u16>, weeks: Option<u16>| {
            u32::from(months.unwrap_or(0)) * 30 + u32::from(weeks.unwrap_or(0)) * 7
        };
        let after = days(how.after_months, how.after_weeks);
        let until = days(how.window_months, how.window_weeks.or(how.end_of_week));
        if after > 0 && ends > 0 && after >= until {
            let said = |months: Option<u16>, weeks: Option<u16>| match (months, weeks) {
                (Some(m), Some(w)) => format!("{m} months and {w} weeks"),
                (Some(m), None) => format!("{m} months"),
                (None, w) => format!("{} weeks", w.unwrap_or(0)),
            };
            let begins = said(how.after_months, how.after_weeks);
            if how.rolling_months.is_some() {
                return Err(format!(
                    "how.rolling_months looks back from the day asked about; it cannot begin after {begins}"
                ));
            }
            let last = said(how.window_months, how.window_weeks.or(how.end_of_week));
            return Err(format!("the window is impossible: it begins after {begins} and ends after {last}"));
        }
        let numbers = [
            how.window_months,
            how.window_weeks,
            how.end_of_week,
            how.min_talks,
            how.every_months,
            how.every_weeks,
            how.rolling_months,
            how.opens_after_hours,
            how.months_after_exemption,
            how.max_weeks,
            how.max_months,
            how.extend_weeks,
            how.subsidy_late_weeks,
        ];
        if numbers.contains(&Some(0)) {
            return Err("a window or a number of 0 asks for nothing; leave the rule out instead".to_owned());
        }
        match self {
            Self::TalksWithin => {
                clock().and_then(|()| need(how.min_talks.is_some(), "how.min_talks")).and_then(|()| one_window())
            }
            Self::OfferBy => clock().and_then(|()| one_window()).and_then(|()| {
                need(
                    how.months_after_exemption.is_some() != how.reasons.is_empty(),
                    "how.months_after_exemption and how.reasons together",
                )
            }),
            Self::FirstTalkBy | Self::CvBy | Self::PlanBy => clock().and_then(|()| one_window()),
            Self::TalksEvery => clock().and_then(|()| {
                need(
                    how.every_months.is_some() != how.every_weeks.is_some(),
                    "either how.every_months or how.every_weeks",
                )
            }),
            Self::OfferGap => need(
                how.every_months.is_some() != how.every_weeks.is_some(),
                "either how.every_months or how.every_weeks",
            ),
            Self::DurationLimit => {
                need(how.max_weeks.is_some() != how.max_months.is_some(), "either how.max_weeks or how.max_months")
                    .and_then(|()| need(how.offers.len() == 1, "one offer in how.offers"))
            }
            Self::Ratio => need(how.one_per.is_some_and(|n| n > 0), "how.one_per above 0"),
            Self::Exemption => need(!how.reasons.is_empty(), "how.reasons")
                .and_then(|()| need(!how.rules.is_empty(), "how.rules: the codes it lifts")),
            Self::Waiver => need(!how.rules.is_empty(), "how.rules: the codes it lifts")
                .and_then(|()| need(!how.municipalities.is_empty(), "how.municipalities: codes of four digits"))
                .and_then(|()| {
                    let code = |c: &String| c.len() == 4 && c.bytes().all(|b| b.is_ascii_digit());
                    need(how.municipalities.iter().all(code), "codes of four digits in how.municipalities, as 0730")
                }),
            Self::PortfolioShare => {
                need(how.share_percent.is_some_and(|s| (1..=100).contains(&s)), "how.share_percent from 1 to 100")
                    .and_then(|()| need(how.rules.len() == 1, "one rule in how.rules"))
            }
            Self::Step => need(how.step.is_some(), "how.step"),
            Self::Right | Self::Duty => need(
                how.window_months.or(how.window_weeks).is_none() || how.clock.is_some(),
                "how.clock for its window",
            ),
            Self::Statement => Ok(()),
        }
    }

    /// The outcome for a case in the version's group, or nothing where the rule says nothing about it.
    pub(crate) fn assess(self, code: &str, version: &Version, case: &Case<'_>) -> Option<Outcome> {
        match self {
            Self::TalksWithin => talks::within(version, case),
            Self::FirstTalkBy => talks::first_by(version, case),
            Self::TalksEvery => talks::every(version, case),
            Self::OfferBy => offers::by(code, version, case),
            Self::OfferGap => offers::gap(version, case),
            Self::CvBy => Some(done_by(version, case, |e| matches!(e, Event::Cv { .. }))),
            Self::PlanBy => Some(done_by(version, case, |e| matches!(e, Event::Goal { .. } | Event::Step { .. }))),
            Self::DurationLimit => offers::duration(version, case),
            Self::Right | Self::Duty => standing(version, case),
            Self::Exemption => exemption(version, case),
            Self::Waiver => waiver(version, case),
            // Said of companies, pools and authorities, not of one citizen.
            Self::Ratio | Self::PortfolioShare | Self::Step | Self::Statement => None,
        }
    }
}

/// Something done between the clock and the end of the window.
fn done_by(version: &Version, case: &Case<'_>, what: fn(&Event) -> bool) -> Outcome {
    let Some(start) = case.clock(version) else {
        return Outcome::unknown(version, Missing::Clock);
    };
    let window = version.window(start);
    let done = case.facts().iter().find(|f| {
        f.holds.from <= window.last() && f.holds.last() >= start && what(&f.event) && case.reached(f.holds.from)
    });
    let mut outcome = Outcome::new(case.verdict(done.is_some(), window), window);
    outcome.used.extend(done.filter(|_| case.trace).map(|f| f.id));
    outcome.due(window.last())
}

/// A right or duty without a deadline; with a clock, within its window, and only while the offers it is about run.
fn standing(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let mut holds = Period { from: version.from, to: version.to };
    if version.how.clock.is_some() {
        let Some(start) = case.clock(version) else {
            return Some(Outcome::unknown(version, Missing::Clock));
        };
        let window = version.window(start);
        if !case.holds(window) {
            return None;
        }
        let ends = version.how.window_months.is_some() || version.how.window_weeks.is_some();
        holds = Period { from: window.from, to: if ends { window.to } else { version.to } };
    }
    let running = |f: &&&Fact| {
        matches!(&f.event, Event::Offer { offer, planned: false, .. } if version.offers.contains(offer))
            && case.holds(f.holds)
    };
    let mut fact = None;
    if !version.offers.is_empty() {
        fact = Some(case.facts().iter().find(running)?);
    }
    let mut outcome = Outcome::new(Verdict::Holds, holds);
    outcome.used.extend(fact.filter(|_| case.trace).map(|f| f.id));
    Some(outcome)
}

/// An experiment holds in its municipalities.
fn waiver(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    match case.journey.municipality {
        Some(own) if version.how.municipalities.iter().any(|m| m == own) => {
            Some(Outcome::new(Verdict::Holds, version.in_force()))
        }
        Some(_) => None,
        None => Some(Outcome::unknown(version, Missing::Municipality)),
    }
}

/// An exemption holds while a fact with one of its reasons does.
fn exemption(version: &Version, case: &Case<'_>) -> Option<Outcome> {
    let fact = case.facts().iter().find(|f| match &f.event {
        Event::Absence { reason } | Event::Exemption { reason, .. } => {
            version.reasons.contains(reason) && case.holds(f.holds)
        }
        _ => false,
    })?;
    let mut outcome = Outcome::new(Verdict::Holds, fact.holds);
    outcome.used.extend(case.trace.then_some(fact.id));
    Some(outcome)
}
