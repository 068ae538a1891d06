//! What holds for a citizen on a day.

use crate::book::{LawBook, Rule, Version};
use crate::file::{Clock, Mark};
use crate::kinds::Kind;
use jiff::ToSpan;
use timeline::{Date, Event, Fact, FactId, Holder, Journey, Lang, Maalgruppe, Period, Ydelse};

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The day counting starts is not among the facts.
    Clock,
    /// Whether an extension was granted is not among the facts.
    Extension,
}

impl Missing {
    /// In words.
    pub const fn say(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Clock => ("den dag, der tælles fra, er ikke kendt", "the day counting starts is not known"),
            Self::Extension => {
                ("det vides ikke, om der er givet forlængelse", "it is not known whether an extension was granted")
            }
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }
}

/// The answer a rule gives. "We cannot tell" is an answer, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// What was asked for has been done.
    Met,
    /// The time has run out, and it was not.
    NotMet,
    /// There is still time.
    Open,
    /// Cannot be told, and what is missing.
    Unknown(Missing),
    /// A right, a standing duty or an exemption that holds.
    Holds,
    /// Lifted by an exemption.
    Exempt,
}

impl Verdict {
    pub(crate) fn of(met: bool, window: Period, on: Date) -> Self {
        match met {
            true => Self::Met,
            false if on <= window.last() => Self::Open,
            false => Self::NotMet,
        }
    }

    /// Word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Open => "open",
            Self::Unknown(_) => "unknown",
            Self::Holds => "holds",
            Self::Exempt => "exempt",
        }
    }

    /// On screens.
    pub const fn label(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Met => ("opfyldt", "met"),
            Self::NotMet => ("ikke opfyldt", "not met"),
            Self::Open => ("åben", "open"),
            Self::Unknown(_) => ("kan ikke afgøres", "cannot be told"),
            Self::Holds => ("gælder", "holds"),
            Self::Exempt => ("fritaget", "exempted"),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }
}

/// What a rule says of a case, with everything needed to explain it years later.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Rule.
    pub code: String,
    /// Kind of rule.
    pub kind: Kind,
    /// Name of the rule, Danish and English.
    pub title: (String, String),
    /// The rule in plain words.
    pub text: (String, String),
    /// The answer.
    pub verdict: Verdict,
    /// The days it is about.
    pub window: Period,
    /// The last day to do it.
    pub due: Option<Date>,
    /// Done, and asked for, where that is counted.
    pub counts: Option<(u16, u16)>,
    /// Who holds the duty.
    pub holder: Option<Holder>,
    /// First day of the version.
    pub version_from: Date,
    /// Where it stands.
    pub cite: String,
    /// How sure the version is.
    pub mark: Mark,
    /// Facts that decided it.
    pub used: Vec<FactId>,
    /// The exemption that lifts it.
    pub lifted_by: Option<String>,
}

impl Finding {
    pub(crate) fn new(rule: &Rule, version: &Version, verdict: Verdict, window: Period) -> Self {
        Self {
            code: rule.code.clone(),
            kind: rule.kind,
            title: (rule.title.da.clone(), rule.title.en.clone()),
            text: (version.text.da.clone(), version.text.en.clone()),
            verdict,
            window,
            due: None,
            counts: None,
            holder: version.holder,
            version_from: version.from,
            cite: version.cite.say(),
            mark: version.checked.mark,
            used: Vec::new(),
            lifted_by: None,
        }
    }

    pub(crate) fn unknown(rule: &Rule, version: &Version, missing: Missing) -> Self {
        Self::new(rule, version, Verdict::Unknown(missing), version.in_force())
    }

    pub(crate) fn due(mut self, day: Date) -> Self {
        self.due = Some(day);
        self
    }

    pub(crate) fn counts(mut self, done: u16, asked: u16) -> Self {
        self.counts = Some((done, asked));
        self
    }

    /// One line: window, answer, counts, citation.
    pub fn say(&self, lang: Lang) -> String {
        let counts =
            self.counts.map_or_else(String::new, |(done, asked)| format!("  {done} {} {asked}", lang.pick("af", "of")));
        let why = match self.verdict {
            Verdict::Unknown(missing) => format!(" ({})", missing.say(lang)),
            _ => String::new(),
        };
        format!("{}  {}{why}{counts}  {}", self.window, self.verdict.label(lang), self.cite)
    }
}

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

/// A journey as of a day, with what the kinds ask for again and again.
pub(crate) struct Case<'a> {
    pub on: Date,
    pub facts: Vec<&'a Fact>,
    benefit: Option<Ydelse>,
    benefit_start: Option<Date>,
    support_start: Option<Date>,
    registrations: Vec<(Date, Holder)>,
    first_absence: Option<Date>,
    in_group: Option<Date>,
}

impl<'a> Case<'a> {
    fn new(journey: &'a Journey, on: Date) -> (Self, Option<Maalgruppe>) {
        // By days and not by the order recorded: the order of facts must not matter.
        let mut facts: Vec<&Fact> = journey.current().collect();
        facts.sort_by_key(|f| (f.holds.from, f.holds.last(), f.id));
        let benefits = journey.benefits();
        let groups = journey.target_groups();
        let group = groups.on(on).copied();
        let run = |want: Ydelse| -> Option<Date> {
            let days: timeline::PeriodSet =
                benefits.parts().iter().filter(|(_, y)| *y == want).map(|(p, _)| *p).collect();
            days.periods().iter().find(|p| p.contains(on)).map(|p| p.from)
        };
        let benefit_start = benefits.on(on).and_then(|y| run(*y));
        let support_start = journey.supported_days().periods().iter().find(|p| p.contains(on)).map(|p| p.from);
        let registrations = facts
            .iter()
            .filter_map(|f| match f.event {
                Event::Registration { with } if f.holds.from <= on => Some((f.holds.from, with)),
                _ => None,
            })
            .collect();
        let in_group = group.and_then(|g| {
            let days: timeline::PeriodSet =
                groups.parts().iter().filter(|(_, other)| *other == g).map(|(p, _)| *p).collect();
            days.periods().iter().find(|p| p.contains(on)).map(|p| p.from)
        });
        let case = Self {
            on,
            facts,
            benefit: benefits.on(on).copied(),
            benefit_start,
            support_start,
            registrations,
            first_absence: run(Ydelse::Sygedagpenge),
            in_group,
        };
        (case, group)
    }

    /// The day that a version counts from.
    pub(crate) fn clock(&self, version: &Version) -> Option<Date> {
        match version.how.clock? {
            Clock::BenefitStart => self.benefit_start,
            Clock::SupportStart => self.support_start,
            Clock::Registration => self.registration(version.holder),
            Clock::FirstAbsence => self.first_absence,
            Clock::InGroup => self.in_group,
        }
    }

    /// The first contact of the run, up to a month before it. The municipality's clock starts with a contact with the
    /// municipality, and at the latest when the benefit begins; the others' with the first contact with anybody.
    fn registration(&self, holder: Option<Holder>) -> Option<Date> {
        let municipal = holder == Some(Holder::Kommune);
        let start = if municipal { self.benefit_start } else { self.support_start }?;
        let early = start.saturating_sub(31.days());
        let own = |with: Holder| !municipal || with != Holder::AKasse;
        self.registrations
            .iter()
            .filter(|(day, with)| *day >= early && own(*with))
            .map(|(day, _)| *day)
            .min()
            .or(Some(start))
    }
}

impl LawBook {
    /// What holds for the citizen on `on`, from all that `journey` says. For what was known on an earlier day, pass
    /// `&journey.known_on(day)`.
    pub fn assess(&self, journey: &Journey, on: Date) -> Assessment {
        let (case, group) = Case::new(journey, on);
        let Some(own) = group else { return Assessment { on, group, findings: Vec::new() } };
        let mut findings: Vec<Finding> = self
            .rules()
            .iter()
            .filter_map(|rule| {
                let version = rule.on(on, own)?;
                let fits = version.benefits.is_empty() || case.benefit.is_some_and(|b| version.benefits.contains(&b));
                if fits { rule.kind.assess(rule, version, &case) } else { None }
            })
            .collect();
        self.lift(&mut findings, own, &case);
        Assessment { on, group, findings }
    }

    /// Rules that an exemption in force lifts. A fact that names rules lifts those and no others.
    fn lift(&self, findings: &mut [Finding], group: Maalgruppe, case: &Case<'_>) {
        let mut lifted: Vec<(String, String, FactId)> = Vec::new();
        for finding in findings.iter().filter(|f| f.kind == Kind::Exemption) {
            let Some(version) = self.rule(&finding.code).and_then(|r| r.on(case.on, group)) else { continue };
            for fact in case.facts.iter().filter(|f| f.holds.contains(case.on)) {
                let named: &[String] = match &fact.event {
                    Event::Exemption { reason, rules, .. } if version.reasons.contains(reason) => rules,
                    Event::Absence { reason } if version.reasons.contains(reason) => &[],
                    _ => continue,
                };
                let targets = version.how.rules.iter().filter(|r| named.is_empty() || named.contains(r));
                lifted.extend(targets.map(|r| (r.clone(), finding.code.clone(), fact.id)));
            }
        }
        for finding in findings.iter_mut().filter(|f| f.verdict != Verdict::Met && f.kind != Kind::Exemption) {
            if let Some((_, by, fact)) = lifted.iter().find(|(code, ..)| *code == finding.code) {
                finding.verdict = Verdict::Exempt;
                finding.lifted_by = Some(by.clone());
                finding.used.push(*fact);
            }
        }
    }
}
