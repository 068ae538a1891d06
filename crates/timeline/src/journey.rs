//! One citizen's facts in order.

use crate::{
    Answer, CitizenId, Date, Event, Fact, FactId, Maalgruppe, Period, PeriodSet, Person, TalkState, Timeline, Ydelse,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// One citizen's facts in the order of the journal: the single-journey JSON form, `traedesten/journey/1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Journey")]
pub struct Journey {
    /// Name and version of this form.
    #[schemars(extend("const" = "traedesten/journey/1"))]
    pub schema: String,
    /// Opaque id.
    pub citizen: CitizenId,
    /// Who, where that is part of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// What, in the order it was recorded.
    pub facts: Vec<Fact>,
}

/// What is wrong with a journey, naming the fact.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JourneyError {
    /// Not this form, or a newer one.
    #[error("schema is \"{0}\"; this program reads \"{form}\"", form = Journey::SCHEMA)]
    Schema(String),
    /// Numbers must run 1, 2, 3 ….
    #[error("fact {found} stands where fact {expected} should; facts are numbered 1, 2, 3 … in the order recorded")]
    Numbering {
        /// The number that should be there.
        expected: u32,
        /// The number that is there.
        found: FactId,
    },
    /// A correction of something that is not there.
    #[error("fact {fact} replaces fact {replaces}, which does not come before it")]
    ReplacesNothing {
        /// The correction.
        fact: FactId,
        /// What it points at.
        replaces: FactId,
    },
    /// Two corrections of the same fact.
    #[error("fact {fact} replaces fact {replaces}, which fact {by} has replaced already; correct fact {by} instead")]
    ReplacedTwice {
        /// The second correction.
        fact: FactId,
        /// What both point at.
        replaces: FactId,
        /// The first correction.
        by: FactId,
    },
    /// A withdrawal must say of what.
    #[error("fact {0} withdraws, but does not say which fact (replaces)")]
    WithdrawsNothing(FactId),
    /// A value that cannot be.
    #[error("fact {fact}: {what}")]
    Value {
        /// Where.
        fact: FactId,
        /// What is wrong and what would be right.
        what: String,
    },
}

/// The longest free text, in characters.
const LONGEST_TEXT: usize = 20_000;

impl Journey {
    /// Name and version of the JSON form.
    pub const SCHEMA: &'static str = "traedesten/journey/1";

    /// A journey with no facts yet.
    pub fn new(citizen: CitizenId) -> Self {
        Self { schema: Self::SCHEMA.to_owned(), citizen, person: None, facts: Vec::new() }
    }

    /// From facts in the order recorded.
    ///
    /// # Errors
    /// See [`JourneyError`].
    pub fn from_facts(citizen: CitizenId, facts: Vec<Fact>) -> Result<Self, JourneyError> {
        let journey = Self { facts, ..Self::new(citizen) };
        journey.check()?;
        Ok(journey)
    }

    /// From the JSON form.
    ///
    /// # Errors
    /// In words, with line and column where the text itself is at fault.
    pub fn from_json(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Form {
            schema: String,
        }
        if let Ok(form) = serde_json::from_str::<Form>(text)
            && form.schema != Self::SCHEMA
        {
            return Err(JourneyError::Schema(form.schema.chars().take(60).collect()).to_string());
        }
        let journey: Self = serde_json::from_str(text).map_err(|e| e.to_string())?;
        journey.check().map_err(|e| e.to_string())?;
        Ok(journey)
    }

    /// Whether numbering, corrections and values hold together.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), JourneyError> {
        if self.schema != Self::SCHEMA {
            return Err(JourneyError::Schema(self.schema.chars().take(60).collect()));
        }
        let mut replaced: HashMap<FactId, FactId> = HashMap::new();
        for (i, fact) in self.facts.iter().enumerate() {
            let expected = i as u32 + 1;
            if fact.id.0 != expected {
                return Err(JourneyError::Numbering { expected, found: fact.id });
            }
            check_replaces(fact, &mut replaced)?;
            check_fact(fact)?;
        }
        Ok(())
    }

    /// Whether `fact` may be recorded next.
    ///
    /// # Errors
    /// See [`JourneyError`].
    pub fn check_next(&self, fact: &Fact) -> Result<(), JourneyError> {
        let expected = self.facts.len() as u32 + 1;
        if fact.id.0 != expected {
            return Err(JourneyError::Numbering { expected, found: fact.id });
        }
        let mut replaced = self.facts.iter().filter_map(|f| Some((f.replaces?, f.id))).collect();
        check_replaces(fact, &mut replaced)?;
        check_fact(fact)
    }

    /// The journey as it was known at the end of `day`: only facts learned by then, numbers kept.
    #[must_use]
    pub fn known_on(&self, day: Date) -> Self {
        let facts = self.facts.iter().filter(|f| f.learned <= day).cloned().collect();
        Self { schema: self.schema.clone(), citizen: self.citizen, person: self.person.clone(), facts }
    }

    /// The fact with that number.
    pub fn fact(&self, id: FactId) -> Option<&Fact> {
        self.facts.binary_search_by_key(&id, |f| f.id).ok().map(|i| &self.facts[i])
    }

    /// Facts that hold: neither replaced nor withdrawn. In the order recorded.
    pub fn current(&self) -> impl Iterator<Item = &Fact> {
        let replaced: HashSet<FactId> = self.facts.iter().filter_map(|f| f.replaces).collect();
        self.facts.iter().filter(move |f| !replaced.contains(&f.id) && !matches!(f.event, Event::Withdrawn { .. }))
    }

    /// Earlier versions of a fact, the latest first.
    pub fn earlier_versions(&self, id: FactId) -> Vec<&Fact> {
        let mut out = Vec::new();
        let mut next = self.fact(id).and_then(|f| f.replaces);
        while let Some(fact) = next.and_then(|id| self.fact(id)) {
            out.push(fact);
            next = fact.replaces.filter(|r| *r < fact.id);
        }
        out
    }

    /// The fact that replaced `id`, if any has.
    pub fn replaced_by(&self, id: FactId) -> Option<&Fact> {
        self.facts.iter().find(|f| f.replaces == Some(id))
    }

    /// Benefits day by day; on a day with two, the one that begins last (then the one recorded last) is shown.
    pub fn benefits(&self) -> Timeline<Ydelse> {
        let mut parts: Vec<(Period, FactId, Ydelse)> = self
            .current()
            .filter_map(|f| match f.event {
                Event::Benefit { benefit, .. } => Some((f.holds, f.id, benefit)),
                _ => None,
            })
            .collect();
        parts.sort_by_key(|(p, id, _)| (p.from, *id));
        Timeline::layered(parts.into_iter().map(|(p, _, y)| (p, y)))
    }

    /// Target groups day by day: a placement holds until the next one, or to its own last day.
    pub fn target_groups(&self) -> Timeline<Maalgruppe> {
        let mut parts: Vec<(Period, FactId, Maalgruppe)> = self
            .current()
            .filter_map(|f| match f.event {
                Event::TargetGroup { group, .. } => Some((f.holds, f.id, group)),
                _ => None,
            })
            .collect();
        parts.sort_by_key(|(p, id, _)| (p.from, *id));
        Timeline::layered(parts.into_iter().map(|(p, _, g)| (p, g)))
    }

    /// Days with public support of a kind that counts as being supported: all but SU, holiday benefit and none.
    pub fn supported_days(&self) -> PeriodSet {
        self.current()
            .filter_map(|f| match f.event {
                Event::Benefit { benefit, .. } => benefit.is_support().then_some(f.holds),
                _ => None,
            })
            .collect()
    }

    /// Held talks, by day.
    pub fn talks_held(&self) -> Vec<&Fact> {
        let mut talks: Vec<&Fact> =
            self.current().filter(|f| matches!(f.event, Event::Talk { state: TalkState::Held, .. })).collect();
        talks.sort_by_key(|f| (f.holds.from, f.id));
        talks
    }
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = [0, 1, 3, 4].iter().all(|i| bytes.get(*i).is_some_and(u8::is_ascii_digit));
    text.len() == 5 && bytes[2] == b':' && digits && text[..2] < *"24" && text[3..] < *"60"
}

fn check_replaces(fact: &Fact, replaced: &mut HashMap<FactId, FactId>) -> Result<(), JourneyError> {
    match fact.replaces {
        Some(target) if target.0 == 0 || target >= fact.id => {
            Err(JourneyError::ReplacesNothing { fact: fact.id, replaces: target })
        }
        Some(target) => match replaced.insert(target, fact.id) {
            Some(by) => Err(JourneyError::ReplacedTwice { fact: fact.id, replaces: target, by }),
            None => Ok(()),
        },
        None if matches!(fact.event, Event::Withdrawn { .. }) => Err(JourneyError::WithdrawsNothing(fact.id)),
        None => Ok(()),
    }
}

fn check_fact(fact: &Fact) -> Result<(), JourneyError> {
    let what = match fact.holds.to {
        Some(to) if to < fact.holds.from => Err(format!("it ends on {to}, before it begins on {}", fact.holds.from)),
        _ => check_event(&fact.event),
    };
    what.map_err(|what| JourneyError::Value { fact: fact.id, what })
}

fn check_event(event: &Event) -> Result<(), String> {
    let hours = |h: f32| {
        if (0.0..=60.0).contains(&h) { Ok(()) } else { Err(format!("{h} hours a week; give 0 to 60")) }
    };
    let text = |t: &str, name: &str| match t.chars().count() {
        0 => Err(format!("{name} is empty")),
        n if n > LONGEST_TEXT => Err(format!("{name} has {n} characters; at most {LONGEST_TEXT} are kept")),
        _ => Ok(()),
    };
    match event {
        Event::Offer { hours_per_week: Some(h), .. }
        | Event::OrdinaryHours { hours_per_week: h, .. }
        | Event::Employment { hours_per_week: Some(h), .. } => hours(*h),
        Event::Benefit { share_percent: Some(share), .. } if !(1..=100).contains(share) => {
            Err(format!("a share of {share} percent; give 1 to 100"))
        }
        Event::Progression { scale, answer, .. } => {
            if scale.low >= scale.high {
                return Err(format!("a scale from {} to {}; the highest must lie above", scale.low, scale.high));
            }
            match answer {
                Answer::Value(v) if !(scale.low..=scale.high).contains(v) => {
                    Err(format!("the answer {v} lies outside the scale {} to {}", scale.low, scale.high))
                }
                _ => Ok(()),
            }
        }
        Event::Talk { time, summary, purpose, .. } => {
            if time.as_deref().is_some_and(|t| !is_time(t)) {
                return Err("the time of day must be written as 10:30".to_owned());
            }
            purpose.as_deref().map_or(Ok(()), |p| text(p, "purpose"))?;
            summary.as_deref().map_or(Ok(()), |s| text(s, "summary"))
        }
        Event::MethodReflection { text: t, .. } => text(t, "text"),
        Event::OtherField { field, title } => text(field, "field").and_then(|()| text(title, "title")),
        Event::Consent { scope, .. } => text(scope, "scope"),
        Event::Goal { text: t, .. } | Event::Step { text: t, .. } | Event::Note { text: t, .. } => text(t, "text"),
        Event::MethodChoice { method, because } => text(method, "method").and_then(|()| text(because, "because")),
        Event::Education { title } => text(title, "title"),
        Event::Assignment { staff, name, .. } => text(staff, "staff").and_then(|()| text(name, "name")),
        _ => Ok(()),
    }
}
