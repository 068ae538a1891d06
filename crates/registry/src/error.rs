//! What can go wrong with the registry.

use timeline::{CitizenId, JourneyError, Lang};

use crate::vault::VaultError;

/// What went wrong. Nothing of a failed change is kept.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The address names neither engine.
    #[error("\"{0}\" is not a registry; write sqlite:PATH or postgres://user@host/database")]
    Url(String),
    /// Written by a newer program.
    #[error("the registry has schema version {found}; this program knows versions up to {known}. Use a newer program")]
    NewerSchema {
        /// Version found.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// No case of that id.
    #[error("no citizen with id {0}")]
    UnknownCitizen(CitizenId),
    /// There already is a case of that id.
    #[error("a citizen with id {0} is in the registry already")]
    KnownCitizen(CitizenId),
    /// That CPR number belongs to a case already.
    #[error("the CPR number belongs to another case already ({0})")]
    CprTaken(CitizenId),
    /// The fact does not fit the case.
    #[error(transparent)]
    Journey(#[from] JourneyError),
    /// Somebody corrected the same fact first.
    #[error("the fact was corrected by somebody else a moment ago; look at the case again")]
    Raced,
    /// CPR numbers cannot be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No room left.
    #[error("the disk or the database is full; nothing was saved")]
    Full,
    /// Nothing may be written there.
    #[error("the registry can only be read (file system, file or database is read-only); nothing was saved")]
    ReadOnly,
    /// The file cannot be opened.
    #[error("the registry cannot be opened: {0}")]
    CannotOpen(String),
    /// A stored fact cannot be read.
    #[error("case {citizen}, fact {seq} cannot be read: {what}")]
    Unreadable {
        /// Case.
        citizen: CitizenId,
        /// Fact.
        seq: i64,
        /// Why.
        what: String,
    },
    /// A file to restore or import is not what it should be.
    #[error("line {line}: {what}")]
    File {
        /// Line, counted from 1.
        line: usize,
        /// What is wrong and what would be right.
        what: String,
    },
    /// A restore into a registry that holds something.
    #[error("the registry already holds cases; restore into an empty one")]
    NotEmpty,
    /// Anything else the database said.
    #[error("the database failed: {0}")]
    Database(sqlx::Error),
}

impl RegistryError {
    /// In the reader's language, with a next step where there is one.
    pub fn say(&self, lang: Lang) -> String {
        let danish = match self {
            Self::Url(url) => {
                format!("»{url}« er ikke et register; skriv sqlite:STI eller postgres://bruger@vært/database")
            }
            Self::NewerSchema { found, known } => format!(
                "Registret har skemaversion {found}, og dette program kender versioner til og med {known}. Brug et nyere program."
            ),
            Self::UnknownCitizen(id) => format!("Der er ingen sag med nummer {id}."),
            Self::KnownCitizen(id) => format!("Der er allerede en sag med nummer {id}."),
            Self::CprTaken(id) => format!("CPR-nummeret hører allerede til en anden sag ({id})."),
            Self::Raced => "En anden har lige rettet den samme oplysning. Se sagen igen, før du retter.".to_owned(),
            Self::Full => "Der er ikke mere plads på disken eller i databasen. Intet blev gemt.".to_owned(),
            Self::ReadOnly => "Registret kan kun læses. Intet blev gemt.".to_owned(),
            Self::CannotOpen(why) => format!("Registret kan ikke åbnes: {why}"),
            Self::File { line, what } => format!("Linje {line}: {what}"),
            Self::NotEmpty => "Registret indeholder allerede sager. Gendan i et tomt register.".to_owned(),
            other => other.to_string(),
        };
        lang.pick(danish, self.to_string())
    }

    /// Whether the surroundings failed, and not what was asked.
    pub fn is_surroundings(&self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly | Self::CannotOpen(_) | Self::Database(_) | Self::NewerSchema { .. })
    }
}

impl From<sqlx::Error> for RegistryError {
    fn from(error: sqlx::Error) -> Self {
        let Some(db) = error.as_database_error() else {
            return Self::Database(error);
        };
        let code = db.code().unwrap_or_default();
        // SQLite gives extended result codes in decimal: the low byte is the primary code. PostgreSQL has five characters.
        let primary = code.parse::<i64>().ok().filter(|_| code.len() < 5).map(|c| c & 0xff);
        match (primary, code.as_ref()) {
            (Some(13), _) | (_, "53100") => Self::Full,
            (Some(8), _) | (_, "25006") => Self::ReadOnly,
            (Some(14), _) => Self::CannotOpen(db.message().to_owned()),
            (Some(10), _) if db.message().contains("full") => Self::Full,
            _ if db.message().contains("No space left on device") => Self::Full,
            _ => Self::Database(error),
        }
    }
}
