//! The learning map: where in the house things go better than one could expect of the people there, so that one can go and
//! ask. Teams by target group; never one member of staff.

mod map;
mod people;
#[cfg(test)]
mod tests;

pub use map::{Cell, LearningMap, Practice, Shown};
pub use people::{Learners, Outcome, Window};

use crate::indicators::Group;
use crate::standing::{Standing, similar};
use figures::BenefitGroup;

/// Fewest members of staff for a team to be shown: below, a figure would be about a person.
pub const LEAST_STAFF: usize = 3;

/// Fewest persons for a cell to be told, where the caller asks for no more.
pub const LEAST_PERSONS: usize = 20;

/// So many of the most similar municipalities are looked at.
const NEAR: usize = 15;

/// Of the municipalities most similar to `code`, at most `count` that surely do better against what is expected of them;
/// the most similar first.
///
/// Held against each other as drawn to the mean of all: among many the outermost is often chance.
pub fn better_outside<'a>(all: &'a [Standing], code: &str, count: usize) -> Vec<&'a Standing> {
    let Some(own) = all.iter().find(|s| s.place.code == code) else { return Vec::new() };
    let mut better = similar(all, code, NEAR);
    better.retain(|s| s.clearly_better_than(own));
    better.truncate(count);
    better
}

/// Methods that descriptions of practice are found by: the word, Danish, English.
pub const METHODS: [(&str, &str, &str); 10] = [
    ("samtaler", "Samtaler", "Talks"),
    ("ordinaere-timer", "Ordinære timer", "Ordinary hours"),
    ("praktik", "Virksomhedspraktik", "Company internship"),
    ("loentilskud", "Løntilskud", "Wage subsidy"),
    ("opkvalificering", "Vejledning og opkvalificering", "Guidance and upskilling"),
    ("mentor", "Mentor og støtte", "Mentor and support"),
    ("helhed", "Én plan på tværs af områder", "One plan across fields"),
    ("virksomheder", "Samarbejde med virksomheder", "Cooperation with companies"),
    ("opfoelgning", "Opfølgning ind i job", "Follow-up into a job"),
    ("andet", "Andet", "Something else"),
];

/// A method in words; a word that is none is given back.
pub fn method_name(code: &str, danish: bool) -> &str {
    METHODS.iter().find(|m| m.0 == code).map_or(code, |m| if danish { m.1 } else { m.2 })
}

/// The published figures that come nearest to a benefit.
pub const fn published_as(benefit: Group) -> Option<BenefitGroup> {
    match benefit {
        Group::Dagpenge => Some(BenefitGroup::ADagpenge),
        Group::Kontanthjaelp => Some(BenefitGroup::Kontanthjaelp),
        Group::Sygedagpenge | Group::Jobafklaring => Some(BenefitGroup::Sygedagpenge),
        _ => None,
    }
}
