//! Why a command stops, and its exit code.

use ::results::indicators::NotCounted;
use registry::RegistryError;
use timeline::Lang;

/// Exit codes: 2 used wrongly, 3 bad input, 4 the estimate cannot be given, 5 the surroundings failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// 2.
    Usage(String, String),
    /// 3: lines in the reader's language already.
    Input(Vec<String>),
    /// 5.
    Surroundings(String, String),
    /// What the registry said.
    Registry(RegistryError),
    /// What the reader of tables said.
    Table(tables::ReadError),
    /// What an estimator said: 3 where the data cannot be used, else 4.
    Estimate(statistics::Failure),
}

impl Failure {
    pub(crate) fn usage(da: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Usage(da.into(), en.into())
    }

    pub(crate) fn input(line: impl Into<String>) -> Self {
        Self::Input(vec![line.into()])
    }

    /// A table without a row that can be used.
    pub(crate) fn no_rows(name: &str, rows: usize) -> Self {
        Self::input(match rows {
            0 => format!("{name}: no rows below the headings · ingen rækker under overskrifterne"),
            n => format!(
                "{name}: none of the {n} rows has a value in every column used · ingen af de {n} rækker har en værdi i alle de brugte kolonner"
            ),
        })
    }

    pub(crate) fn surroundings(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Surroundings(text.clone(), text)
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let name = path.display();
        let (da, en) = match error.kind() {
            std::io::ErrorKind::NotFound => ("findes ikke", "is not there"),
            std::io::ErrorKind::PermissionDenied => ("må ikke åbnes", "may not be opened"),
            std::io::ErrorKind::StorageFull => {
                ("kan ikke skrives: disken er fuld", "cannot be written: the disk is full")
            }
            std::io::ErrorKind::ReadOnlyFilesystem => {
                ("kan ikke skrives: filsystemet er skrivebeskyttet", "cannot be written: the file system is read-only")
            }
            _ => return Self::surroundings(format!("{name}: {error}")),
        };
        Self::Surroundings(format!("{name} {da}"), format!("{name} {en}"))
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(..) => 2,
            Self::Input(_) => 3,
            Self::Surroundings(..) => 5,
            Self::Registry(RegistryError::Url(_)) => 2,
            Self::Registry(e) if e.is_surroundings() => 5,
            Self::Registry(_) => 3,
            Self::Table(_) => 3,
            Self::Estimate(statistics::Failure::Asked(_)) => 2,
            Self::Estimate(e) if e.is_input() => 3,
            Self::Estimate(_) => 4,
        }
    }

    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::Usage(da, en) | Self::Surroundings(da, en) => lang.pick(da, en).clone(),
            Self::Input(lines) => lines.join("\n  "),
            Self::Registry(e) => e.say(lang),
            Self::Table(e) => lang.pick(danish_table(e), e.to_string()),
            Self::Estimate(e) => lang.pick(e.danish(), e.to_string()),
        }
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<statistics::Failure> for Failure {
    fn from(failure: statistics::Failure) -> Self {
        Self::Estimate(failure)
    }
}

impl From<NotCounted> for Failure {
    fn from(why: NotCounted) -> Self {
        match why {
            NotCounted::NoMonths => Self::usage("--from ligger efter --to", "--from is after --to"),
            NotCounted::TooManyUnits => {
                Self::usage("unit: for mange forskellige enheder", "unit: too many different units")
            }
        }
    }
}

/// What the reader of tables said, in Danish.
fn danish_table(error: &tables::ReadError) -> String {
    use tables::ReadError as R;
    match error {
        R::Empty(name) => format!("{name} er tom; den første række skal være overskrifter"),
        R::NotUtf8 { file, line } => format!("{file}, linje {line}: ikke UTF-8; gem filen som »CSV UTF-8«"),
        R::Ragged { file, line, found, expected } => format!(
            "{file}, linje {line}: {found} celler, hvor overskriften har {expected}; mangler der et anførselstegn eller et skilletegn?"
        ),
        R::SameHeading { sheet, column } => format!("{sheet}: to kolonner hedder »{column}«"),
        R::NotExcel { file, what } => format!("{file} kan ikke læses som en Excel-projektmappe (.xlsx): {what}"),
        R::NoSheet { file, sheet, has } => format!("{file} har intet ark »{sheet}«; det har {has}"),
        R::NotParquet { file, what } => format!("{file} kan ikke læses som en Parquet-fil: {what}"),
        R::NoColumn { sheet, column, has } => format!("{sheet} har ingen kolonne »{column}«; den har {has}"),
    }
}
