//! Municipalities against what was expected of them, worked out once for each question and kept.

use figures::{BenefitGroup, Month, Municipality, Publication, Published, RollingYear};
use results::{Carried, Choice, OwnExpected, Standing, carried, own, published};
use statistics::Failure;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Whose expected values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Expected {
    /// The ministry's, as published.
    Published,
    /// Our own.
    Own,
}

/// What twelve months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum When {
    /// A year of the benchmark.
    Year(RollingYear),
    /// The twelve months up to one, for which no benchmark is published.
    To(Month),
}

impl When {
    /// As in addresses.
    pub(crate) fn code(self) -> String {
        match self {
            Self::Year(year) => year.to_string(),
            Self::To(month) => month.to_string(),
        }
    }

    /// In words.
    pub(crate) fn say(self, danish: bool) -> String {
        match self {
            Self::Year(year) => year.say(danish),
            Self::To(to) => {
                let from = Month::from_number(to.number() - 11);
                format!("{} – {}", from.say(danish), to.say(danish))
            }
        }
    }

    /// The same twelve months so many years earlier.
    pub(crate) fn back(self, years: i16) -> Self {
        match self {
            Self::Year(year) => Self::Year(RollingYear { year: year.year - years, ..year }),
            Self::To(to) => Self::To(Month { year: to.year - years, ..to }),
        }
    }
}

/// All municipalities in one answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub standings: Vec<Standing>,
    /// Those without a figure.
    pub missing: Vec<&'static Municipality>,
    /// Years since the conditions were measured, and whether they explain less than they did: after the benchmark.
    pub old: Option<(i16, bool)>,
}

impl Found {
    pub(crate) fn of(&self, code: &str) -> Option<&Standing> {
        self.standings.iter().find(|s| s.place.code == code)
    }
}

type Question = (Expected, BenefitGroup, When, Choice);

/// Answers that were worked out.
#[derive(Default)]
pub(crate) struct Benchmarks {
    models: Mutex<HashMap<Choice, Arc<OwnExpected>>>,
    answers: Mutex<HashMap<Question, Arc<Found>>>,
}

/// So many answers are kept; then all are forgotten.
const KEPT: usize = 400;
/// So many models.
const MODELS: usize = 24;

impl Benchmarks {
    /// Our own model on a choice of conditions, fitted once.
    pub(crate) fn model(&self, choice: &Choice) -> Result<Arc<OwnExpected>, Failure> {
        let held = || self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = held().get(choice) {
            return Ok(model.clone());
        }
        let model = Arc::new(OwnExpected::new(publication(), choice)?);
        let mut models = held();
        if models.len() >= MODELS {
            models.clear();
        }
        models.insert(choice.clone(), model.clone());
        Ok(model)
    }

    /// All municipalities; an empty answer where there is no figure for the question.
    pub(crate) fn find(
        &self,
        figures: &Published,
        by: Expected,
        group: BenefitGroup,
        when: When,
        choice: &Choice,
    ) -> Result<Arc<Found>, Failure> {
        // What explains is no part of the question to the ministry's figures.
        let asked = if by == Expected::Own { choice.clone() } else { Choice::default() };
        let question = (by, group, when, asked);
        let answers = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = answers().get(&question) {
            return Ok(found.clone());
        }
        let found = Arc::new(self.work_out(figures, by, group, when, choice)?);
        let mut map = answers();
        if map.len() >= KEPT {
            map.clear();
        }
        map.insert(question, found.clone());
        drop(map);
        Ok(found)
    }

    /// Actual and expected share of one municipality, without the work of saying how sure it is.
    pub(crate) fn level(
        &self,
        figures: &Published,
        (by, group, when, choice): (Expected, BenefitGroup, When, &Choice),
        place: &Municipality,
    ) -> Result<Option<(f64, f64)>, Failure> {
        let When::Year(year) = when else {
            let found = self.find(figures, by, group, when, choice)?;
            return Ok(found.of(&place.code).map(|s| (s.actual, s.expected)));
        };
        if !publication().periods().contains(&year) {
            return Ok(None);
        }
        let rows = publication().across(group, year);
        let Some(at) = rows.iter().position(|(m, _)| m.code == place.code) else { return Ok(None) };
        let expected = match by {
            Expected::Published => rows[at].1.expected_share,
            Expected::Own => match self.model(choice)?.expected(group, year) {
                Some(all) => all[at],
                None => return Ok(None),
            },
        };
        Ok(Some((rows[at].1.actual_share, expected)))
    }

    fn work_out(
        &self,
        figures: &Published,
        by: Expected,
        group: BenefitGroup,
        when: When,
        choice: &Choice,
    ) -> Result<Found, Failure> {
        let whole = |standings| Found { standings, ..Found::default() };
        match (by, when) {
            (_, When::Year(year)) if !publication().periods().contains(&year) => Ok(Found::default()),
            (Expected::Published, When::Year(year)) => Ok(whole(published(publication(), group, year))),
            (Expected::Published, When::To(_)) => Ok(Found::default()),
            (Expected::Own, When::Year(year)) => Ok(whole(own(publication(), &*self.model(choice)?, group, year))),
            (Expected::Own, When::To(month)) => {
                let model = self.model(choice)?;
                let found = carried(figures, publication(), &model, group, month)?;
                Ok(found.map_or_else(Found::default, |Carried { standings, missing, years, stale, .. }| Found {
                    standings,
                    missing,
                    old: Some((years, stale > 0.0)),
                }))
            }
        }
    }
}

/// The figures, and what has been worked out of them.
pub(crate) struct Known {
    pub figures: Published,
    pub benchmarks: Benchmarks,
}

impl Known {
    pub(crate) fn new(figures: Published) -> Self {
        Self { figures, benchmarks: Benchmarks::default() }
    }
}

/// The newest publication of the benchmark.
pub(crate) fn publication() -> &'static Publication {
    &Publication::shipped()[Publication::shipped().len() - 1]
}
