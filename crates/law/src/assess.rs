//! What holds for a citizen on a day.

use crate::book::{LawBook, Rule, Version};
use crate::file::{Clock, Mark};
use crate::kinds::Kind;
use timeline::{Date, Event, Fact, FactId, Fritagelse, Holder, Journey, Lang, Maalgruppe, Period, Ydelse};

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The day counting starts is not among the facts.
    Clock,
    /// Whether an extension was granted is not among the facts.
    Extension,
    /// Whether less intensive effort applies must be judged.
    LessIntensiveEffort,
}

impl Missing {
    /// In words.
    pub const fn say(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Clock => ("den dag, der tælles fra, er ikke kendt", "the day counting starts is not known"),
            Self::Extension => {
                ("det vides ikke, om der er givet forlængelse", "it is not known whether an extension was granted")
            }
            Self::LessIntensiveEffort => (
                "det skal vurderes, om mindre intensiv indsats gælder",
                "whether less intensive effort applies must be judged",
            ),
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
    benefit_start: Option<Date>,
    support_start: Option<Date>,
    registration: Option<Date>,
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
        // The latest contact that is not after the benefit began, or within the run itself.
        let registration = facts
            .iter()
            .filter(|f| matches!(f.event, Event::Registration { .. }) && f.holds.from <= on)
            .map(|f| f.holds.from)
            .max()
            .or(support_start);
        let in_group = group.and_then(|g| {
            let days: timeline::PeriodSet =
                groups.parts().iter().filter(|(_, other)| *other == g).map(|(p, _)| *p).collect();
            days.periods().iter().find(|p| p.contains(on)).map(|p| p.from)
        });
        let case = Self {
            on,
            facts,
            benefit_start,
            support_start,
            registration,
            first_absence: run(Ydelse::Sygedagpenge),
            in_group,
        };
        (case, group)
    }

    pub(crate) fn clock(&self, clock: Option<Clock>) -> Option<Date> {
        match clock? {
            Clock::BenefitStart => self.benefit_start,
            Clock::SupportStart => self.support_start,
            Clock::Registration => self.registration,
            Clock::FirstAbsence => self.first_absence,
            Clock::InGroup => self.in_group,
        }
    }
}

impl LawBook {
    /// What holds for the citizen on `on`, from all that `journey` says. For what was known on an earlier day, pass
    /// `&journey.known_on(day)`.
    pub fn assess(&self, journey: &Journey, on: Date) -> Assessment {
        let (case, group) = Case::new(journey, on);
        let Some(own) = group else { return Assessment { on, group, findings: Vec::new() } };
        let mut findings: Vec<Finding> =
            self.rules().iter().filter_map(|rule| rule.kind.assess(rule, rule.on(on, own)?, &case)).collect();
        self.lift(&mut findings, own, &case);
        Assessment { on, group, findings }
    }

    /// Rules that an exemption in force lifts, and those that a fact names.
    fn lift(&self, findings: &mut [Finding], group: Maalgruppe, case: &Case<'_>) {
        let mut lifted: Vec<(String, String, Option<FactId>)> = Vec::new();
        for finding in findings.iter().filter(|f| f.kind == Kind::Exemption) {
            let version = self.rule(&finding.code).and_then(|r| r.on(case.on, group));
            for target in version.into_iter().flat_map(|v| &v.how.rules) {
                lifted.push((target.clone(), finding.code.clone(), finding.used.first().copied()));
            }
        }
        for fact in case.facts.iter().filter(|f| f.holds.contains(case.on)) {
            if let Event::Exemption { reason: Fritagelse::PersonligBegrundet, rules, .. } = &fact.event {
                lifted.extend(rules.iter().map(|r| (r.clone(), "personlig".to_owned(), Some(fact.id))));
            }
        }
        for finding in findings.iter_mut().filter(|f| !matches!(f.verdict, Verdict::Met | Verdict::Holds)) {
            if let Some((_, by, fact)) = lifted.iter().find(|(code, ..)| *code == finding.code) {
                finding.verdict = Verdict::Exempt;
                finding.lifted_by = Some(by.clone());
                finding.used.extend(*fact);
            }
        }
    }
}
