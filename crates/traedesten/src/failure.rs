//! Why a command stops, and its exit code.

use registry::RegistryError;
use timeline::Lang;

/// Exit codes: 2 used wrongly, 3 bad input, 5 the surroundings failed.
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
}

impl Failure {
    pub(crate) fn usage(da: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Usage(da.into(), en.into())
    }

    pub(crate) fn input(line: impl Into<String>) -> Self {
        Self::Input(vec![line.into()])
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
        }
    }

    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::Usage(da, en) | Self::Surroundings(da, en) => lang.pick(da, en).clone(),
            Self::Input(lines) => lines.join("\n  "),
            Self::Registry(e) => e.say(lang),
        }
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}
