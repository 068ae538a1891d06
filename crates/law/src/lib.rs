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
mod diff;
mod error;
mod file;
mod kinds;
mod shipped;
mod sweep;

pub use assess::{Assessment, Finding, Missing, Verdict};
pub use book::{LawBook, Rule, Version};
pub use diff::{Change, Difference};
pub use error::LawError;
pub use file::{Checked, Cite, Clock, Counted, How, Mark, Said, Subject};
pub use kinds::Kind;
pub use sweep::{Sweep, SweepFault};
