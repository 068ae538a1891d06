//! The journal of facts, in SQLite (embedded, the default) or PostgreSQL (several servers on one registry).
//!
//! One SQL schema serves both engines. Facts are appended to a journal that is hash-chained per case and never changed;
//! a correction is a fact that replaces another. Lists and search are answered by tables written in the same transaction
//! as the fact. CPR numbers lie sealed in one table.
//!
//! To change the schema: add a file to `migrations/` and a line to `MIGRATIONS`; add first, remove in a later version.

mod backup;
mod caseload;
mod citizens;
mod db;
mod error;
mod every;
mod exchange;
mod journal;
mod looks;
mod migrate;
mod practices;
mod search;
mod vault;
mod workbook;

pub use backup::{BackupReport, RestoreReport};
pub use caseload::{CaseFlag, CaseQuery, CaseRow, Facet, FacetCounts, FacetIndex, PAGE_SIZE, Sort, bands};
pub use db::{Engine, Registry, shown_url};
pub use error::RegistryError;
pub use exchange::{ImportReport, Imported};
pub use journal::{Author, ChainFault, Draft, Verified};
pub use looks::Look;
pub use practices::{Description, PracticeNote};
pub use search::Found;
pub use vault::{Vault, VaultError};
pub use workbook::{WORKBOOK_KINDS, read_workbook, workbook_sheets};
