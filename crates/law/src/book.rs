//! A checked and compiled rule book.

use crate::error::LawError;
use crate::file::{self, Checked, Cite, How, RuleFile, Said, Subject, VersionFile};
use crate::kinds::Kind;
use jiff::ToSpan;
use std::collections::BTreeMap;
use timeline::{Date, Fritagelse, Holder, Maalgruppe, Parathed, Period, Tilbud, Ydelse, add_months};

/// A version of a rule: when, for whom, how many, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// First day in force.
    pub from: Date,
    /// Last day in force; open where no end is known.
    pub to: Option<Date>,
    /// Groups it holds for; all where the file names none.
    pub groups: Vec<Maalgruppe>,
    /// Who holds the duty.
    pub holder: Option<Holder>,
    /// Only for cases granted before it began.
    pub closed: bool,
    /// From this age on.
    pub from_age: Option<u8>,
    /// Until the day of this age.
    pub below_age: Option<u8>,
    /// Only for these kinds of readiness; any where none is named.
    pub readiness: Vec<Parathed>,
    /// Not for these.
    pub not_readiness: Vec<Parathed>,
    /// The rule in plain words.
    pub text: Said,
    /// What it means for planning the day's work.
    pub means: Said,
    /// Numbers.
    pub how: How,
    /// Offers of `how.offers`.
    pub offers: Vec<Tilbud>,
    /// Benefits of `how.benefits`; none means any.
    pub benefits: Vec<Ydelse>,
    /// Reasons of `how.reasons`.
    pub reasons: Vec<Fritagelse>,
    /// Where it stands.
    pub cite: Cite,
    /// How it was checked.
    pub checked: Checked,
    /// Line in the file.
    pub line: usize,
}

impl Version {
    /// Days in force.
    pub fn in_force(&self) -> Period {
        Period { from: self.from, to: self.to }
    }

    /// Whether it holds for a group.
    pub fn is_for(&self, group: Maalgruppe) -> bool {
        self.groups.contains(&group)
    }

    /// Whether it asks about age.
    pub fn has_ages(&self) -> bool {
        self.from_age.is_some() || self.below_age.is_some()
    }

    /// Whether it holds at that age, in whole years.
    pub fn is_for_age(&self, age: i32) -> bool {
        self.from_age.is_none_or(|from| age >= i32::from(from))
            && self.below_age.is_none_or(|below| age < i32::from(below))
    }

    /// Whether it holds for that readiness. Where none was told, it is the common one of the group.
    pub fn is_for_readiness(&self, readiness: Option<Parathed>) -> bool {
        match readiness {
            Some(known) => {
                (self.readiness.is_empty() || self.readiness.contains(&known)) && !self.not_readiness.contains(&known)
            }
            None => self.readiness.is_empty(),
        }
    }

    /// Whether some citizen of a shared group could have both.
    fn shares_citizens(&self, other: &Self) -> bool {
        let every = Parathed::ALL.iter().copied().map(Some).chain([None]);
        if !every.into_iter().any(|r| self.is_for_readiness(r) && other.is_for_readiness(r)) {
            return false;
        }
        let from = self.from_age.max(other.from_age).unwrap_or(0);
        [self.below_age, other.below_age].iter().flatten().all(|below| from < *below)
    }

    /// The first day of the window that a clock's start opens.
    pub(crate) fn opens(&self, start: Date) -> Date {
        let start = self.how.after_weeks.map_or(start, |w| start.saturating_add((i64::from(w) * 7).days()));
        self.how.after_months.map_or(start, |months| add_months(start, i32::from(months)))
    }

    /// The window that a clock's start opens.
    pub(crate) fn window(&self, start: Date) -> Period {
        let from = self.opens(start);
        let to = match (self.how.window_months, self.how.window_weeks) {
            (Some(months), _) => add_months(start, i32::from(months)),
            (_, Some(weeks)) => start.saturating_add((i64::from(weeks) * 7).days()),
            // By the end of week n: the day before the same weekday.
            _ => self.how.end_of_week.map_or(Date::MAX, |week| start.saturating_add((i64::from(week) * 7 - 1).days())),
        };
        Period { from, to: Some(to) }
    }

    pub(crate) fn min_talks(&self) -> u16 {
        self.how.min_talks.unwrap_or(1)
    }
}

/// A rule with all its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its code, never used again.
    pub code: String,
    /// What it can say.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// Its name.
    pub title: Said,
    /// Versions, oldest first.
    pub versions: Vec<Version>,
    /// The file it stands in.
    pub file: String,
}

impl Rule {
    /// The version in force on a day for a group.
    pub fn on(&self, day: Date, group: Maalgruppe) -> Option<&Version> {
        self.versions.iter().find(|v| v.in_force().contains(day) && v.is_for(group))
    }

    /// The versions in force on a day, for whichever groups.
    pub fn all_on(&self, day: Date) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(move |v| v.in_force().contains(day))
    }
}

/// A rule book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LawBook {
    rules: Vec<Rule>,
}

impl LawBook {
    /// The book that the program carries.
    ///
    /// # Panics
    /// Never: the files are part of the program and a test reads them.
    pub fn shipped() -> Self {
        let files = crate::shipped::FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Self::read(files).expect("the shipped rule book is read by a test")
    }

    /// Names of the experiments that the program carries as books to lay over the ordinary one.
    pub fn experiments() -> impl Iterator<Item = &'static str> {
        crate::shipped::EXPERIMENTS.iter().map(|(name, _)| *name)
    }

    /// Names and texts of the files of an experiment.
    pub fn experiment(name: &str) -> Option<Vec<(String, String)>> {
        let (_, files) = crate::shipped::EXPERIMENTS.iter().find(|(n, _)| *n == name)?;
        Some(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    /// From the names and texts of rule files.
    ///
    /// # Errors
    /// Every fault that is found.
    pub fn read(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<LawError>> {
        let book = Self::parse(files)?;
        book.sound()
    }

    /// This book with a proposal laid over it, whose rules may point at rules of this book.
    ///
    /// # Errors
    /// Every fault that is found.
    pub fn with_proposal(&self, files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<LawError>> {
        self.overlaid(&Self::parse(files)?).sound()
    }

    fn sound(self) -> Result<Self, Vec<LawError>> {
        let mut faults = Vec::new();
        self.check_references(&mut faults);
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    fn parse(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<LawError>> {
        let mut rules: Vec<Rule> = Vec::new();
        let mut faults = Vec::new();
        for (name, text) in files {
            match rule(&name, &text) {
                Ok(rule) => match rules.iter().find(|r| r.code == rule.code) {
                    Some(other) => {
                        faults.push(LawError::SameCode { file: name, code: rule.code, other: other.file.clone() });
                    }
                    None => rules.push(rule),
                },
                Err(found) => faults.extend(found),
            }
        }
        rules.sort_by(|a, b| (a.subject, &a.code).cmp(&(b.subject, &b.code)));
        if faults.is_empty() { Ok(Self { rules }) } else { Err(faults) }
    }

    /// A proposal laid over this book: its rules take the place of those with the same code, and new ones are added.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        let mut rules: Vec<Rule> =
            self.rules.iter().filter(|r| over.rule(&r.code).is_none()).chain(&over.rules).cloned().collect();
        rules.sort_by(|a, b| (a.subject, &a.code).cmp(&(b.subject, &b.code)));
        Self { rules }
    }

    /// Every rule, by subject and code.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of that code.
    pub fn rule(&self, code: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.code == code)
    }

    fn check_references(&self, faults: &mut Vec<LawError>) {
        let mut lifts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for rule in &self.rules {
            for version in &rule.versions {
                for target in &version.how.rules {
                    if self.rule(target).is_none() {
                        faults.push(LawError::NoSuchRule {
                            file: rule.file.clone(),
                            line: version.line,
                            code: rule.code.clone(),
                            target: target.clone(),
                        });
                    }
                    if matches!(rule.kind, Kind::Exemption | Kind::Waiver) {
                        lifts.entry(&rule.code).or_default().push(target);
                    }
                }
            }
        }
        for rule in self.rules.iter().filter(|r| matches!(r.kind, Kind::Exemption | Kind::Waiver)) {
            let mut seen = vec![rule.code.as_str()];
            let mut next = lifts.get(rule.code.as_str()).cloned().unwrap_or_default();
            while let Some(code) = next.pop() {
                if code == rule.code {
                    seen.push(code);
                    faults.push(LawError::Circle {
                        file: rule.file.clone(),
                        line: rule.versions.first().map_or(1, |v| v.line),
                        code: rule.code.clone(),
                        circle: seen.join(" → "),
                    });
                    break;
                }
                if !seen.contains(&code) {
                    seen.push(code);
                    next.extend(lifts.get(code).into_iter().flatten());
                }
            }
        }
    }
}

/// Line of a place in a text, counted from 1.
fn line_of(text: &str, place: usize) -> usize {
    text.bytes().take(place).filter(|b| *b == b'\n').count() + 1
}

/// Line on which a key of the head stands; 1 where it does not.
fn line_with(text: &str, key: &str) -> usize {
    let at = |l: &str| l.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']));
    text.lines().position(at).map_or(1, |i| i + 1)
}

fn rule(name: &str, text: &str) -> Result<Rule, Vec<LawError>> {
    let malformed = |line: usize, rule: Option<&str>, what: String| LawError::Malformed {
        file: name.to_owned(),
        line,
        rule: rule.map(str::to_owned),
        what,
    };
    let file: RuleFile = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |s| line_of(text, s.start));
        // The code, if the text got so far, so that the rule is named as well.
        let code = text.lines().find_map(|l| Some(l.strip_prefix("code")?.split('"').nth(1)?.to_owned()));
        vec![malformed(line, code.as_deref(), e.message().to_owned())]
    })?;
    let code = file.code.as_str();
    let mut faults = Vec::new();
    let shape = !code.is_empty() && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if !shape {
        faults.push(malformed(
            line_with(text, "code"),
            Some(code),
            "a code is capital letters, digits and hyphens".to_owned(),
        ));
    }
    let kind = Kind::from_code(file.kind.get_ref());
    if kind.is_none() {
        let line = line_of(text, file.kind.span().start);
        let what = format!("no kind is called \"{}\"; there are {}", file.kind.get_ref(), Kind::words());
        faults.push(malformed(line, Some(code), what));
    }
    if file.version.is_empty() {
        faults.push(malformed(1, Some(code), "a rule needs at least one [[version]]".to_owned()));
    }
    for (said, what) in [(&file.title, "title")] {
        if said.da.trim().is_empty() || said.en.trim().is_empty() {
            faults.push(malformed(line_with(text, what), Some(code), format!("{what} needs both da and en")));
        }
    }
    let mut versions = Vec::new();
    for v in file.version {
        let line = line_of(text, v.from.span().start);
        match version(v, kind, line) {
            Ok(version) => versions.push(version),
            Err(whats) => faults.extend(whats.into_iter().map(|w| malformed(line, Some(code), w))),
        }
    }
    versions.sort_by_key(|v| v.from);
    for (i, a) in versions.iter().enumerate() {
        for b in &versions[i + 1..] {
            let shared = a.groups.iter().find(|g| b.groups.contains(g));
            if let (Some(both), Some(group), true) =
                (a.in_force().intersection(b.in_force()), shared, a.shares_citizens(b))
            {
                faults.push(LawError::Conflict {
                    file: name.to_owned(),
                    line: b.line,
                    code: code.to_owned(),
                    day: both.from,
                    group: group.code().to_owned(),
                });
            }
        }
    }
    match kind {
        Some(kind) if faults.is_empty() => Ok(Rule {
            code: file.code,
            kind,
            subject: file.subject,
            title: file.title,
            versions,
            file: name.to_owned(),
        }),
        _ => Err(faults),
    }
}

fn version(v: VersionFile, kind: Option<Kind>, line: usize) -> Result<Version, Vec<String>> {
    let mut faults = Vec::new();
    let from = v.from.get_ref().0;
    let to = v.to.map(|d| d.0);
    if to.is_some_and(|t| t < from) {
        faults.push(format!("it ends on {} before it begins on {from}", to.unwrap_or(from)));
    }
    let mut all = |words: &[String], what: &str, known: &dyn Fn(&str) -> bool| {
        for word in words.iter().filter(|w| !known(w)) {
            faults.push(format!("no {what} is called \"{word}\""));
        }
    };
    all(&v.groups, "target group", &|w| file::group(w).is_some());
    all(&v.how.offers, "offer", &|w| file::offer(w).is_some());
    all(&v.how.benefits, "benefit", &|w| file::benefit(w).is_some());
    let both: Vec<String> = v.readiness.iter().chain(&v.not_readiness).cloned().collect();
    all(&both, "readiness", &|w| file::readiness(w).is_some());
    all(&v.how.reasons, "reason", &|w| file::reason(w).is_some());
    all(&v.holder.iter().cloned().collect::<Vec<_>>(), "holder", &|w| file::holder(w).is_some());
    if let (Some(from), Some(below)) = (v.from_age, v.below_age)
        && from >= below
    {
        faults.push(format!("no age is both at least {from} and below {below}"));
    }
    if v.below_age == Some(0) {
        faults.push("below_age = 0 is nobody; leave the version out instead".to_owned());
    }
    if let Some(word) = v.readiness.iter().find(|r| v.not_readiness.contains(r)) {
        faults.push(format!("\"{word}\" stands in both readiness and not_readiness"));
    }
    if v.cite.act.trim().is_empty() || (v.cite.paragraph.is_none() && v.cite.text.is_none()) {
        faults.push("cite needs an act, and a paragraph or the text it stands in".to_owned());
    }
    if v.checked.how.trim().is_empty() {
        faults.push("checked.how must say where it was read, or why it is not sure".to_owned());
    }
    for (said, what) in [(&v.text, "text"), (&v.means, "means")] {
        if said.da.trim().is_empty() || said.en.trim().is_empty() {
            faults.push(format!("{what} needs both da and en"));
        }
    }
    if let Some(Err(what)) = kind.map(|k| k.faults(&v.how)) {
        faults.push(what);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let groups = if v.groups.is_empty() {
        Maalgruppe::ALL.to_vec()
    } else {
        v.groups.iter().filter_map(|g| file::group(g)).collect()
    };
    Ok(Version {
        from,
        to,
        groups,
        holder: v.holder.as_deref().and_then(file::holder),
        closed: v.closed,
        from_age: v.from_age,
        below_age: v.below_age,
        readiness: v.readiness.iter().filter_map(|r| file::readiness(r)).collect(),
        not_readiness: v.not_readiness.iter().filter_map(|r| file::readiness(r)).collect(),
        text: v.text,
        means: v.means,
        offers: v.how.offers.iter().filter_map(|o| file::offer(o)).collect(),
        benefits: v.how.benefits.iter().filter_map(|b| file::benefit(b)).collect(),
        reasons: v.how.reasons.iter().filter_map(|r| file::reason(r)).collect(),
        how: v.how,
        cite: v.cite,
        checked: v.checked,
        line,
    })
}
