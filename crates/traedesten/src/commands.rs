//! Commands: load, ask a function, show.

pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod digest;
pub(crate) mod effects;
pub(crate) mod figures;
pub(crate) mod indicators;
pub(crate) mod journeys;
pub(crate) mod law;
pub(crate) mod learn;
pub(crate) mod municipalities;
pub(crate) mod page;
pub(crate) mod periods;
pub(crate) mod registry;
pub(crate) mod report;
pub(crate) mod results;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod supervise;
pub(crate) mod synth;

use crate::args::Args;
use crate::config::Layered;
use crate::failure::Failure;
use ::figures::{Municipality, Provenance, Published, find_municipality};
use ::registry::Vault;
use clap::CommandFactory;
use timeline::{Date, Lang};

/// What every command has at hand.
pub(crate) struct Context {
    pub lang: Lang,
    pub quiet: bool,
    pub layered: Layered,
}

impl Context {
    pub(crate) fn new(args: &Args) -> Result<Self, Failure> {
        let layered = Layered::load(args.config.as_deref())?;
        let lang = args.language(layered.settings.lang.as_deref());
        Ok(Self { lang, quiet: args.quiet, layered })
    }

    /// Tell people how it goes; on standard error.
    pub(crate) fn say(&self, da: &str, en: &str) {
        if !self.quiet {
            eprintln!("{}", self.lang.pick(da, en));
        }
    }

    pub(crate) fn registry_url(&self, option: Option<String>) -> Result<String, Failure> {
        option.or_else(|| self.layered.settings.registry.clone()).ok_or_else(|| {
            Failure::usage(
                "Sig hvilket register: --registry sqlite:STI eller postgres://bruger@vært/database.",
                "Say which registry: --registry sqlite:PATH or postgres://user@host/database.",
            )
        })
    }

    /// The vault with the key from the settings, or closed where there is none.
    pub(crate) fn vault(&self) -> Result<Vault, Failure> {
        let settings = &self.layered.settings;
        let key = match (&settings.cpr_key_file, &settings.cpr_key) {
            (Some(path), _) => Some(std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?),
            (None, key) => key.clone(),
        };
        match key {
            Some(key) => Ok(Vault::with_key(&key).map_err(::registry::RegistryError::from)?),
            None => Ok(Vault::closed()),
        }
    }

    pub(crate) fn municipality(&self, option: Option<&str>) -> Result<&'static Municipality, Failure> {
        let wanted = option.unwrap_or(&self.layered.settings.municipality);
        find_municipality(wanted).ok_or_else(|| {
            Failure::usage(
                format!("Ingen kommune hedder »{wanted}«. Skriv navnet, som Danmarks Statistik skriver det, eller koden på fire cifre."),
                format!("No municipality is called \"{wanted}\". Write the name as Statistics Denmark does, or the four-digit code."),
            )
        })
    }

    /// The figures the program carries, or the newer file of the settings.
    pub(crate) fn figures(&self) -> Result<Published, Failure> {
        let Some(path) = &self.layered.settings.figures else { return Ok(Published::shipped()) };
        let bytes = std::fs::read(path).map_err(|e| Failure::file(path, &e))?;
        let fetched = std::fs::metadata(path).and_then(|m| m.modified()).ok();
        let fetched = fetched
            .and_then(|t| jiff::Timestamp::try_from(t).ok())
            .map_or_else(String::new, |t| t.to_zoned(zone()).date().to_string());
        let provenance = Provenance { source: "Jobindsats.dk / STAR".to_owned(), fetched };
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        Published::read(&name, &bytes, provenance).map_err(|e| Failure::input(e.to_string()))
    }
}

/// The zone of Danish days.
pub(crate) fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC)
}

/// The day it is in Denmark.
pub(crate) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(zone()).date()
}

pub(crate) fn completions(shell: clap_complete::Shell) -> u8 {
    clap_complete::generate(shell, &mut Args::command(), "traedesten", &mut std::io::stdout());
    0
}
