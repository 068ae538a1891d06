//! A rule file, as it is written. Unknown keys are refused, so a misspelt one cannot pass.

use serde::Deserialize;
use std::collections::BTreeMap;
use timeline::{Date, Fritagelse, Holder, Lang, Maalgruppe, Parathed, Tilbud, Ydelse};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Danish.
    pub da: String,
    /// English.
    pub en: String,
}

impl Said {
    /// The text in a language.
    pub fn say(&self, lang: Lang) -> &str {
        lang.pick(&self.da, &self.en)
    }
}

/// What a rule is about: a row of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Who is in which group.
    Maalgrupper,
    /// Registration, CV and job log.
    Registrering,
    /// Talks.
    Samtaler,
    /// Exemptions.
    Fritagelser,
    /// Offers.
    Tilbud,
    /// Plan and team.
    Plan,
    /// Company cooperation.
    Virksomheder,
    /// Supervision.
    Tilsyn,
}

impl Subject {
    /// Every subject, in the order of the matrix.
    pub const ALL: [Self; 8] = [
        Self::Maalgrupper,
        Self::Registrering,
        Self::Samtaler,
        Self::Fritagelser,
        Self::Tilbud,
        Self::Plan,
        Self::Virksomheder,
        Self::Tilsyn,
    ];

    /// Word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Maalgrupper => "maalgrupper",
            Self::Registrering => "registrering",
            Self::Samtaler => "samtaler",
            Self::Fritagelser => "fritagelser",
            Self::Tilbud => "tilbud",
            Self::Plan => "plan",
            Self::Virksomheder => "virksomheder",
            Self::Tilsyn => "tilsyn",
        }
    }

    /// Label on screens.
    pub const fn label(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Maalgrupper => ("Målgrupper", "Target groups"),
            Self::Registrering => ("Tilmelding og CV", "Registration and CV"),
            Self::Samtaler => ("Samtaler", "Talks"),
            Self::Fritagelser => ("Fritagelser", "Exemptions"),
            Self::Tilbud => ("Tilbud", "Offers"),
            Self::Plan => ("Plan og team", "Plan and team"),
            Self::Virksomheder => ("Virksomheder", "Companies"),
            Self::Tilsyn => ("Tilsyn", "Supervision"),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }
}

/// Which day counting starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The first day of the run on the same benefit: a change of benefit starts it anew.
    BenefitStart,
    /// The first day of the unbroken run of support, whatever the benefit.
    SupportStart,
    /// Registered as a jobseeker, or first approach, at or before which the benefit begins.
    Registration,
    /// The first day of absence: the first day of the run on sick pay.
    FirstAbsence,
    /// The first day in the group.
    InGroup,
    /// Stands still while the benefit is not received: as many days back as it has been received.
    AccumulatedBenefit,
}

/// How sure the version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The source named was read.
    Verified,
    /// From memory, derived or contested: to be checked against the official text.
    Unverified,
    /// A bill or a proposal.
    Draft,
}

impl Mark {
    /// As shown on screens.
    pub const fn label(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Verified => ("læst", "read"),
            Self::Unverified => ("ikke bekræftet", "not confirmed"),
            Self::Draft => ("forslag", "proposal"),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }

    /// Word in files and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unverified => "unverified",
            Self::Draft => "draft",
        }
    }
}

/// Where the version stands in the law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// Act or decree: LAB, sygedagpengeloven, bek. 2636/2021 …
    pub act: String,
    /// Paragraph, chapter or "–".
    #[serde(default)]
    pub paragraph: Option<String>,
    /// Sub-section (stk.).
    #[serde(default)]
    pub stk: Option<String>,
    /// Which text: consolidation or amending act.
    #[serde(default)]
    pub text: Option<String>,
}

impl Cite {
    /// `LAB § 31, stk. 3 (lbkg. 280/2024)`.
    pub fn say(&self) -> String {
        let mut out = self.act.clone();
        if let Some(p) = &self.paragraph {
            out.push_str(if p.starts_with("kap") { " " } else { " § " });
            out.push_str(p);
        }
        if let Some(stk) = &self.stk {
            out.push_str(", stk. ");
            out.push_str(stk);
        }
        if let Some(text) = &self.text {
            out.push_str(&format!(" ({text})"));
        }
        out
    }
}

/// How the version was checked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// How sure.
    pub mark: Mark,
    /// The day.
    pub on: Day,
    /// Where it was read, or why it is not sure.
    pub how: String,
}

/// A day, written as a TOML date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let stamp = toml::value::Datetime::deserialize(from)?;
        let wrong = || serde::de::Error::custom("write a day as 2026-07-01, without quotation marks and time");
        let date = stamp.date.filter(|_| stamp.time.is_none()).ok_or_else(wrong)?;
        let (year, month, day) = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
        match (year, month, day) {
            (Ok(y), Ok(m), Ok(d)) => Date::new(y, m, d).map(Day).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

/// Which talks count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Whoever holds them.
    #[default]
    All,
    /// Only those that the holder of the duty holds or takes part in.
    ByHolder,
}

/// What decides for a kind, flattened into the version's table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// Which day counting starts.
    #[serde(default)]
    pub clock: Option<Clock>,
    /// Least number of talks.
    #[serde(default)]
    pub min_talks: Option<u16>,
    /// The window begins so many months after the clock.
    #[serde(default)]
    pub after_months: Option<u16>,
    /// The window begins so many weeks after the clock.
    #[serde(default)]
    pub after_weeks: Option<u16>,
    /// The window opens after the month in which so many hours of benefit were paid.
    #[serde(default)]
    pub opens_after_hours: Option<u16>,
    /// The window ends so many months after the clock.
    #[serde(default)]
    pub window_months: Option<u16>,
    /// The window ends so many weeks after the clock.
    #[serde(default)]
    pub window_weeks: Option<u16>,
    /// The window ends with the last day of week so many, counted from the clock.
    #[serde(default)]
    pub end_of_week: Option<u16>,
    /// A talk at least every so many months.
    #[serde(default)]
    pub every_months: Option<u16>,
    /// A talk at least every so many weeks.
    #[serde(default)]
    pub every_weeks: Option<u16>,
    /// The window is always the last so many months.
    #[serde(default)]
    pub rolling_months: Option<u16>,
    /// Which talks count.
    #[serde(default)]
    pub counted: Counted,
    /// Exempted for one of `reasons` when the deadline fell: due so many months after the exemption ended.
    #[serde(default)]
    pub months_after_exemption: Option<u16>,
    /// A subsidised job begun up to so many weeks after the deadline may have been given in time.
    #[serde(default)]
    pub subsidy_late_weeks: Option<u16>,
    /// Least length of the offer, in weeks.
    #[serde(default)]
    pub min_weeks: Option<u16>,
    /// Offers that do not count, or the offer that a limit is about.
    #[serde(default)]
    pub offers: Vec<String>,
    /// Longest duration, in weeks.
    #[serde(default)]
    pub max_weeks: Option<u16>,
    /// Longest duration, in months.
    #[serde(default)]
    pub max_months: Option<u16>,
    /// Extension, in weeks.
    #[serde(default)]
    pub extend_weeks: Option<u16>,
    /// One person per so many employees, up to `up_to`.
    #[serde(default)]
    pub one_per: Option<u16>,
    /// See `one_per`.
    #[serde(default)]
    pub up_to: Option<u16>,
    /// One person per so many employees beyond `up_to`.
    #[serde(default)]
    pub beyond_one_per: Option<u16>,
    /// Share of a pool, in percent.
    #[serde(default)]
    pub share_percent: Option<u8>,
    /// The rule that a share, a step or an exemption is about.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Reasons that exempt.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Only while on one of these benefits.
    #[serde(default)]
    pub benefits: Vec<String>,
    /// Only in these municipalities, by code.
    #[serde(default)]
    pub municipalities: Vec<String>,
    /// Step of a ladder.
    #[serde(default)]
    pub step: Option<u8>,
    /// Hours of work in a year that a focus goal counts as activity.
    #[serde(default)]
    pub hours: Option<u16>,
    /// The groups that each group of this book is expected to become, by number: `"6.1" = "1"`.
    #[serde(default)]
    pub becomes: BTreeMap<String, String>,
}

impl How {
    /// The keys that are set, by name, so that one that says nothing for a kind can be refused.
    pub(crate) fn set(&self) -> Vec<&'static str> {
        let keys = [
            ("clock", self.clock.is_some()),
            ("min_talks", self.min_talks.is_some()),
            ("after_months", self.after_months.is_some()),
            ("after_weeks", self.after_weeks.is_some()),
            ("opens_after_hours", self.opens_after_hours.is_some()),
            ("window_months", self.window_months.is_some()),
            ("window_weeks", self.window_weeks.is_some()),
            ("end_of_week", self.end_of_week.is_some()),
            ("every_months", self.every_months.is_some()),
            ("every_weeks", self.every_weeks.is_some()),
            ("rolling_months", self.rolling_months.is_some()),
            ("counted", self.counted != Counted::All),
            ("months_after_exemption", self.months_after_exemption.is_some()),
            ("subsidy_late_weeks", self.subsidy_late_weeks.is_some()),
            ("min_weeks", self.min_weeks.is_some()),
            ("offers", !self.offers.is_empty()),
            ("max_weeks", self.max_weeks.is_some()),
            ("max_months", self.max_months.is_some()),
            ("extend_weeks", self.extend_weeks.is_some()),
            ("one_per", self.one_per.is_some()),
            ("up_to", self.up_to.is_some()),
            ("beyond_one_per", self.beyond_one_per.is_some()),
            ("share_percent", self.share_percent.is_some()),
            ("rules", !self.rules.is_empty()),
            ("reasons", !self.reasons.is_empty()),
            ("benefits", !self.benefits.is_empty()),
            ("municipalities", !self.municipalities.is_empty()),
            ("step", self.step.is_some()),
            ("hours", self.hours.is_some()),
            ("becomes", !self.becomes.is_empty()),
        ];
        keys.into_iter().filter(|(_, set)| *set).map(|(key, _)| key).collect()
    }
}

/// A version as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionFile {
    pub from: toml::Spanned<Day>,
    #[serde(default)]
    pub to: Option<Day>,
    #[serde(default)]
    pub groups: Vec<String>,
    #[serde(default)]
    pub holder: Option<String>,
    /// Holds only for cases granted before it began.
    #[serde(default)]
    pub closed: bool,
    /// From this age on.
    #[serde(default)]
    pub from_age: Option<u8>,
    /// Until the day of this age.
    #[serde(default)]
    pub below_age: Option<u8>,
    /// Only for these kinds of readiness within the groups.
    #[serde(default)]
    pub readiness: Vec<String>,
    /// Not for these kinds of readiness.
    #[serde(default)]
    pub not_readiness: Vec<String>,
    pub text: Said,
    /// What it means for planning the day's work.
    pub means: Said,
    #[serde(default)]
    pub how: How,
    pub cite: Cite,
    pub checked: Checked,
}

/// A file as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    pub code: String,
    pub kind: toml::Spanned<String>,
    pub subject: Subject,
    pub title: Said,
    pub version: Vec<VersionFile>,
}

/// A target group by its number.
pub(crate) fn group(text: &str) -> Option<Maalgruppe> {
    Maalgruppe::from_code(text)
}

pub(crate) fn holder(text: &str) -> Option<Holder> {
    Holder::from_code(text)
}

pub(crate) fn offer(text: &str) -> Option<Tilbud> {
    Tilbud::from_code(text)
}

pub(crate) fn benefit(text: &str) -> Option<Ydelse> {
    Ydelse::from_code(text)
}

pub(crate) fn readiness(text: &str) -> Option<Parathed> {
    Parathed::from_code(text)
}

pub(crate) fn reason(text: &str) -> Option<Fritagelse> {
    Fritagelse::from_code(text)
}
