//! Who the citizen is, apart from the journey.

use crate::{Cpr, Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sex as the civil registration has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Kvinde.
    Female,
    /// Mand.
    Male,
}

/// What is known of the person and is no step of the journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Personal number: read from files, never written to them.
    #[serde(default, skip_serializing)]
    #[schemars(with = "Option<String>", extend("writeOnly" = true))]
    pub cpr: Option<Cpr>,
    /// Day of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub born: Option<Date>,
    /// Sex, where the register gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Municipality code, four digits, `0730` for Randers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// How the citizen would rather be met, in the citizen's words or a form of talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefers: Option<String>,
}

impl Person {
    /// Only a name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), cpr: None, born: None, sex: None, municipality: None, prefers: None }
    }

    /// Whole years on `day`.
    pub fn age_on(&self, day: Date) -> Option<i32> {
        Some(age_on(self.born?, day))
    }
}

/// Whole years from a day of birth to `day`; 29 February has its birthday on 1 March in other years.
pub fn age_on(born: Date, day: Date) -> i32 {
    let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
    i32::from(day.year()) - i32::from(born.year()) - i32::from(!had_birthday)
}

/// The first day after `day` on which somebody born on `born` is a year older; the last day there is where none comes.
pub fn next_birthday(born: Date, day: Date) -> Date {
    let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
    let year = day.year().saturating_add(i16::from(had_birthday));
    let birthday = Date::new(year, born.month(), born.day()).or_else(|_| Date::new(year, 3, 1));
    birthday.unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date;

    #[test]
    fn a_birthday_counts_from_the_day_itself() {
        let anna = Person { born: Some(date(1980, 2, 29)), ..Person::named("Anna Holm") };
        assert_eq!(anna.age_on(date(2026, 2, 28)), Some(45));
        assert_eq!(anna.age_on(date(2026, 3, 1)), Some(46));
        assert_eq!(anna.age_on(date(2028, 2, 29)), Some(48));
    }

    #[test]
    fn the_next_birthday_is_the_first_day_of_a_greater_age() {
        for (born, days) in [(date(1980, 2, 29), 1500), (date(1990, 1, 1), 800), (date(1990, 12, 31), 800)] {
            for n in 0..days {
                let day = date(2023, 12, 1).saturating_add(jiff::ToSpan::days(n));
                let next = next_birthday(born, day);
                assert_eq!(age_on(born, next), age_on(born, day) + 1, "{born} {day}");
                assert_eq!(age_on(born, next.yesterday().unwrap()), age_on(born, day), "{born} {day}");
            }
        }
    }
}
