//! The law as data: what holds for a citizen on a day, why, and what a reform changes.
//!
//! A rule is a TOML file with all its versions; a kind of rule is code. [`LawBook::read`] takes the texts of `law/`,
//! checks and compiles them; [`LawBook::assess`] answers for a journey on a day; [`LawBook::differences`] compares two
//! days. The room does no I/O and has no clock.
//!
//! ```
//! let book = law::LawBook::shipped();
//! let journey = timeline::sample::journey();
//! let assessment = book.assess(&journey, timeline::date(2026, 3, 1));
//! assert!(assessment.findings.iter().all(|f| !f.cite.is_empty()));
//! ```
//!
//! To add a rule: add a file to `law/`, a line to `shipped.rs`, and scenarios; `traedesten law check` says what is wrong.
//! What the law leaves to judgement stays with the adviser: the answer is then [`Verdict::Unknown`], never a guess.

mod assess;
mod book;
mod case;
mod diff;
mod error;
mod file;
mod form;
mod impact;
mod kinds;
mod outcome;
mod pool;
mod series;
mod shipped;
mod sweep;
mod verdict;

pub use assess::{Assessment, InForce};
pub use book::{LawBook, Rule, Version};
pub use case::Prepared;
pub use diff::{Change, Difference};
pub use error::LawError;
pub use file::{Checked, Cite, Clock, Counted, How, Mark, Said, Subject};
pub use form::{AssessmentForm, FindingForm, RuleForm, SaidForm, VersionForm};
pub use impact::{Impact, Moves, Place, Work};
pub use kinds::Kind;
pub use outcome::{Answer, Finding, Outcome};
pub use pool::Share;
pub use series::Series;
pub use sweep::{Sweep, SweepFault};
pub use verdict::{Missing, Verdict};
