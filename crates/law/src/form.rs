//! The forms in which answers leave the program: the same at the command line and over the wire.

use crate::assess::Assessment;
use crate::book::{Rule, Version};
use crate::file::Said;
use crate::outcome::Finding;
use crate::verdict::Verdict;
use schemars::JsonSchema;
use serde::Serialize;
use timeline::{Holder, Lang, Maalgruppe};

/// A text in both languages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SaidForm {
    /// Danish.
    pub da: String,
    /// English.
    pub en: String,
}

impl From<&Said> for SaidForm {
    fn from(said: &Said) -> Self {
        Self { da: said.da.clone(), en: said.en.clone() }
    }
}

/// A version of a rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VersionForm {
    /// First day in force.
    pub from: String,
    /// Last day in force; null while no end is known.
    pub to: Option<String>,
    /// Target groups, as numbered in LAB § 6.
    pub groups: Vec<&'static str>,
    /// From this age on.
    pub from_age: Option<u8>,
    /// Below this age.
    pub below_age: Option<u8>,
    /// Who holds the duty.
    pub holder: Option<&'static str>,
    /// Only for cases granted before it began.
    pub closed: bool,
    /// The rule in plain words.
    pub text: SaidForm,
    /// What it means for planning the day's work.
    pub means: SaidForm,
    /// Where it stands.
    pub cite: String,
    /// `verified`, `unverified` or `draft`.
    pub mark: &'static str,
    /// The day it was checked.
    pub checked_on: String,
    /// Where it was read, or why it is not sure.
    pub checked_how: String,
}

impl From<&Version> for VersionForm {
    fn from(v: &Version) -> Self {
        Self {
            from: v.from.to_string(),
            to: v.to.map(|d| d.to_string()),
            groups: v.groups.iter().map(|g| g.code()).collect(),
            from_age: v.from_age,
            below_age: v.below_age,
            holder: v.holder.map(Holder::code),
            closed: v.closed,
            text: (&v.text).into(),
            means: (&v.means).into(),
            cite: v.cite.say(),
            mark: v.checked.mark.code(),
            checked_on: v.checked.on.0.to_string(),
            checked_how: v.checked.how.clone(),
        }
    }
}

/// A rule with versions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleForm {
    /// Its code.
    pub code: String,
    /// What it can say.
    pub kind: &'static str,
    /// What it is about.
    pub subject: &'static str,
    /// Its name.
    pub title: SaidForm,
    /// Versions, oldest first.
    pub versions: Vec<VersionForm>,
}

impl RuleForm {
    /// The rule with some of its versions.
    pub fn new<'a>(rule: &Rule, versions: impl IntoIterator<Item = &'a Version>) -> Self {
        Self {
            code: rule.code.clone(),
            kind: rule.kind.code(),
            subject: rule.subject.code(),
            title: (&rule.title).into(),
            versions: versions.into_iter().map(VersionForm::from).collect(),
        }
    }
}

/// What a rule says of a case.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FindingForm {
    /// Rule.
    pub code: String,
    /// What it can say.
    pub kind: &'static str,
    /// Its name.
    pub title: SaidForm,
    /// `met`, `not_met`, `open`, `unknown`, `holds` or `exempt`.
    pub verdict: &'static str,
    /// What is missing, where it cannot be told.
    pub missing: Option<&'static str>,
    /// First day it is about.
    pub from: String,
    /// Last day it is about.
    pub to: Option<String>,
    /// The last day to do it.
    pub due: Option<String>,
    /// Done, where that is counted.
    pub done: Option<u16>,
    /// Asked for, where that is counted.
    pub asked: Option<u16>,
    /// Who holds the duty.
    pub holder: Option<&'static str>,
    /// First day of the version.
    pub version_from: String,
    /// Where it stands.
    pub cite: String,
    /// How sure the version is.
    pub mark: &'static str,
    /// Numbers of the facts that decided it.
    pub facts: Vec<u32>,
    /// The exemption that lifts it.
    pub lifted_by: Option<String>,
}

impl From<&Finding> for FindingForm {
    fn from(f: &Finding) -> Self {
        Self {
            code: f.code.clone(),
            kind: f.kind.code(),
            title: SaidForm { da: f.title.0.clone(), en: f.title.1.clone() },
            verdict: f.verdict.code(),
            missing: match f.verdict {
                Verdict::Unknown(missing) => Some(missing.say(Lang::En)),
                _ => None,
            },
            from: f.window.from.to_string(),
            to: f.window.to.map(|d| d.to_string()),
            due: f.due.map(|d| d.to_string()),
            done: f.counts.map(|c| c.0),
            asked: f.counts.map(|c| c.1),
            holder: f.holder.map(Holder::code),
            version_from: f.version_from.to_string(),
            cite: f.cite.clone(),
            mark: f.mark.code(),
            facts: f.used.iter().map(|id| id.0).collect(),
            lifted_by: f.lifted_by.clone(),
        }
    }
}

/// Everything that holds for a citizen on a day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AssessmentForm {
    /// Target group on that day; null where the citizen is in none, and then no rule can be told.
    pub group: Option<&'static str>,
    /// What the rules say.
    pub findings: Vec<FindingForm>,
}

impl From<&Assessment> for AssessmentForm {
    fn from(a: &Assessment) -> Self {
        Self { group: a.group.map(Maalgruppe::code), findings: a.findings.iter().map(FindingForm::from).collect() }
    }
}
