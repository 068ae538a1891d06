//! The law itself is wrong or unreadable: nobody may get a result from it.

use timeline::Date;

/// What is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// A file that cannot be read as a rule.
    #[error("{file}, line {line}{}: {what}", rule.as_ref().map_or_else(String::new, |r| format!(", rule {r}")))]
    Malformed {
        /// File.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// Rule, where it got that far.
        rule: Option<String>,
        /// What is wrong and what would be right.
        what: String,
    },
    /// Two files with one code.
    #[error("{file}, line 1, rule {code}: {other} has the same code; a code is never used twice")]
    SameCode {
        /// The second file.
        file: String,
        /// The code.
        code: String,
        /// The first file.
        other: String,
    },
    /// Two versions on one day.
    #[error("{file}, line {line}, rule {code}: two versions are in force on {day} for group {group}")]
    Conflict {
        /// File.
        file: String,
        /// Line of the second version.
        line: usize,
        /// Rule.
        code: String,
        /// The first day both hold.
        day: Date,
        /// A group both hold for.
        group: String,
    },
    /// A reference to a rule that is not there.
    #[error("{file}, line {line}, rule {code}: no rule is called {target}")]
    NoSuchRule {
        /// File.
        file: String,
        /// Line.
        line: usize,
        /// Rule.
        code: String,
        /// What it points at.
        target: String,
    },
    /// Exemptions that lift each other.
    #[error("{file}, line {line}, rule {code}: the exemptions lift each other in a circle: {circle}")]
    Circle {
        /// File.
        file: String,
        /// Line.
        line: usize,
        /// Rule.
        code: String,
        /// Codes in the circle.
        circle: String,
    },
}
