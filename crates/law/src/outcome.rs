//! What a rule answers: small for a population, explained for a person.

use crate::book::{Rule, Version};
use crate::file::Mark;
use crate::kinds::Kind;
use crate::verdict::{Missing, Verdict};
use timeline::{Date, FactId, Holder, Lang, Period};

/// The answer in numbers. It holds no words, so that a population of them is cheap; [`Finding`] explains one.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The answer.
    pub verdict: Verdict,
    /// The days it is about.
    pub window: Period,
    /// The last day to do it.
    pub due: Option<Date>,
    /// Done, and asked for, where that is counted.
    pub counts: Option<(u16, u16)>,
    /// Facts that decided it; empty where the trace is off.
    pub used: Vec<FactId>,
}

impl Outcome {
    pub(crate) const fn new(verdict: Verdict, window: Period) -> Self {
        Self { verdict, window, due: None, counts: None, used: Vec::new() }
    }

    pub(crate) const fn unknown(version: &Version, missing: Missing) -> Self {
        Self::new(Verdict::Unknown(missing), Period { from: version.from, to: version.to })
    }

    pub(crate) const fn due(mut self, day: Date) -> Self {
        self.due = Some(day);
        self
    }

    pub(crate) const fn counts(mut self, done: u16, asked: u16) -> Self {
        self.counts = Some((done, asked));
        self
    }
}

/// An outcome with the rule and version that gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<'b> {
    /// The rule.
    pub rule: &'b Rule,
    /// The version of the day.
    pub version: &'b Version,
    /// What it says.
    pub outcome: Outcome,
    /// The exemption that lifts it.
    pub lifted_by: Option<&'b str>,
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
    /// How the version was checked.
    pub checked: String,
    /// Facts that decided it.
    pub used: Vec<FactId>,
    /// The exemption that lifts it.
    pub lifted_by: Option<String>,
}

impl From<Answer<'_>> for Finding {
    fn from(answer: Answer<'_>) -> Self {
        let Answer { rule, version, outcome, lifted_by } = answer;
        Self {
            code: rule.code.clone(),
            kind: rule.kind,
            title: (rule.title.da.clone(), rule.title.en.clone()),
            text: (version.text.da.clone(), version.text.en.clone()),
            verdict: outcome.verdict,
            window: outcome.window,
            due: outcome.due,
            counts: outcome.counts,
            holder: version.holder,
            version_from: version.from,
            cite: version.cite.say(),
            mark: version.checked.mark,
            checked: version.checked.how.clone(),
            used: outcome.used,
            lifted_by: lifted_by.map(str::to_owned),
        }
    }
}

impl Finding {
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
