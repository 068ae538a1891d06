//! Why no estimate can be given.

/// Words in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Danish.
    pub da: String,
    /// English.
    pub en: String,
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en)
    }
}

/// The same sentence in Danish and English, with the same arguments.
#[macro_export]
macro_rules! said {
    ($da:literal, $en:literal $(, $arg:expr)* $(,)?) => {
        $crate::Said { da: format!($da $(, $arg)*), en: format!($en $(, $arg)*) }
    };
}

/// An estimate that cannot be given, or data that cannot be used, said in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A column that is asked for is not there.
    #[error("there is no column \"{column}\"; there are {has}")]
    NoColumn {
        /// The one asked for.
        column: String,
        /// Those there are.
        has: String,
    },
    /// A column that should hold numbers holds text.
    #[error("column \"{column}\", row {row}: \"{found}\" is no number")]
    NotANumber {
        /// Column.
        column: String,
        /// Row, counted from 1 below the heading.
        row: usize,
        /// What stood there.
        found: String,
    },
    /// A value that cannot be, with what would be right.
    #[error("column \"{column}\", row {row}: {what}")]
    Value {
        /// Column.
        column: String,
        /// Row, counted from 1 below the heading.
        row: usize,
        /// What is wrong and what would be right.
        what: Said,
    },
    /// Missing values, where they were not to be.
    #[error("{missing} rows lack a value in \"{column}\", the first is row {row}")]
    Missing {
        /// Column.
        column: String,
        /// Rows without a value.
        missing: usize,
        /// The first of them, counted from 1 below the heading.
        row: usize,
    },
    /// A column that is a sum of others.
    #[error("\"{column}\" says nothing that the columns before it do not say: leave it out, or one of those")]
    Collinear {
        /// The column.
        column: String,
    },
    /// The same value in every row.
    #[error("\"{column}\" has the same value in every row")]
    Constant {
        /// The column.
        column: String,
    },
    /// Fewer rows than the estimate needs.
    #[error("{rows} rows are too few for {needed}")]
    TooFew {
        /// Rows there are.
        rows: usize,
        /// What needs more.
        needed: Said,
    },
    /// The outcome is told perfectly by a column, so that its coefficient has no end.
    #[error("the outcome is told perfectly, above all by \"{column}\": its coefficient has no end")]
    Separation {
        /// The column.
        column: String,
    },
    /// The search did not end.
    #[error("{what} did not converge in {steps} steps")]
    NotConverged {
        /// What was searched for.
        what: Said,
        /// Steps.
        steps: usize,
    },
    /// Something was asked for that the data do not have, or that makes no sense.
    #[error("{0}")]
    Asked(Said),
    /// Another reason, in words.
    #[error("{0}")]
    Cannot(Said),
}

impl Failure {
    /// Whether the data cannot be used at all, as against an estimate that they do not carry.
    pub const fn is_input(&self) -> bool {
        matches!(self, Self::NoColumn { .. } | Self::NotANumber { .. } | Self::Value { .. } | Self::Missing { .. })
    }
}

impl Failure {
    /// In Danish; [`Display`](std::fmt::Display) is English.
    pub fn danish(&self) -> String {
        match self {
            Self::NoColumn { column, has } => format!("der er ingen kolonne »{column}«; der er {has}"),
            Self::NotANumber { column, row, found } => {
                format!("kolonnen »{column}«, række {row}: »{found}« er ikke et tal")
            }
            Self::Value { column, row, what } => format!("kolonnen »{column}«, række {row}: {}", what.da),
            Self::Missing { column, missing, row } => {
                format!("{missing} rækker mangler en værdi i »{column}«, den første er række {row}")
            }
            Self::Collinear { column } => {
                format!("»{column}« siger intet, som kolonnerne før den ikke siger: udelad den eller en af dem")
            }
            Self::Constant { column } => format!("»{column}« har samme værdi i alle rækker"),
            Self::TooFew { rows, needed } => format!("{rows} rækker er for få til {}", needed.da),
            Self::Separation { column } => {
                format!("udfaldet kan forudsiges helt, især af »{column}«: dens koefficient har ingen ende")
            }
            Self::NotConverged { what, steps } => format!("{} fandt ikke et svar på {steps} skridt", what.da),
            Self::Cannot(what) | Self::Asked(what) => what.da.clone(),
        }
    }
}
