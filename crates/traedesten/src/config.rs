//! Settings in one order: option, environment `TRAEDESTEN_*`, `traedesten.toml`, default.

use crate::failure::Failure;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map};
use figment::{Figment, Metadata, Profile, Provider};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Every setting.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// `sqlite:PATH` or `postgres://…`.
    pub registry: Option<String>,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Municipality, by name or code.
    pub municipality: String,
    /// Language of messages.
    pub lang: Option<String>,
    /// File with the key for CPR numbers: 64 hexadecimal digits.
    pub cpr_key_file: Option<PathBuf>,
    /// The key itself, where a file cannot be had.
    pub cpr_key: Option<String>,
    /// Logs as `text` or `json`.
    pub log_format: String,
    /// What is logged: error, warn, info, debug, or a filter.
    pub log: String,
    /// Key to the Jobindsats API.
    pub jobindsats_token: Option<String>,
    /// Address of the Jobindsats API, where another than the official is used.
    pub jobindsats_url: Option<String>,
    /// A newer file of figures than the one the program carries.
    pub figures: Option<PathBuf>,
    /// Server for mail: `smtps://user:password@host`.
    pub smtp_url: Option<String>,
    /// Who mail is from.
    pub mail_from: Option<String>,
    /// Address of the portal, for links in mail.
    pub portal_url: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            registry: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            municipality: "Randers".to_owned(),
            lang: None,
            cpr_key_file: None,
            cpr_key: None,
            log_format: "text".to_owned(),
            log: "info".to_owned(),
            jobindsats_token: None,
            jobindsats_url: None,
            figures: None,
            smtp_url: None,
            mail_from: None,
            portal_url: None,
        }
    }
}

/// Names of settings that are never printed.
const SECRET: [&str; 3] = ["cpr_key", "jobindsats_token", "smtp_url"];

/// Settings and where each comes from.
pub(crate) struct Layered {
    pub settings: Settings,
    figment: Figment,
}

impl Layered {
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Failure> {
        let mut figment = Figment::from(Serialized::defaults(Settings::default()));
        match file {
            Some(path) if !path.is_file() => {
                let name = path.display();
                return Err(Failure::usage(
                    format!("Indstillingsfilen {name} findes ikke."),
                    format!("The settings file {name} is not there."),
                ));
            }
            Some(path) => figment = figment.merge(Toml::file_exact(path)),
            None if Path::new("traedesten.toml").is_file() => {
                figment = figment.merge(Toml::file_exact("traedesten.toml"));
            }
            None => {}
        }
        let figment = figment.merge(Environment);
        let settings = figment.extract().map_err(|e| {
            let lines: Vec<String> = e
                .into_iter()
                .map(|e| {
                    let from = e.metadata.as_ref().map_or_else(String::new, |m| format!(" ({})", source(m)));
                    let name = e.path.join(".");
                    // A secret is not repeated, not even in a fault.
                    let what = if SECRET.contains(&name.as_str()) {
                        "text in quotation marks is expected".to_owned()
                    } else {
                        e.kind.to_string()
                    };
                    format!("{name}: {what}{from}")
                })
                .collect();
            Failure::usage(format!("Indstilling: {}", lines.join("; ")), format!("Setting {}", lines.join("; ")))
        })?;
        Ok(Self { settings, figment })
    }

    /// Name, value and source of every setting; secrets are only said to be set.
    pub(crate) fn describe(&self) -> Vec<(String, String, String)> {
        names()
            .into_iter()
            .map(|name| {
                let value = self.figment.find_value(&name).ok();
                let text = match &value {
                    None | Some(figment::value::Value::Empty(..)) => "–".to_owned(),
                    Some(_) if SECRET.contains(&name.as_str()) => "(set, not shown)".to_owned(),
                    Some(value) => value.as_str().map_or_else(|| format!("{value:?}"), registry::shown_url),
                };
                let from = self.figment.find_metadata(&name).map_or_else(|| "default".to_owned(), source);
                (name, text, from)
            })
            .collect()
    }
}

/// `TRAEDESTEN_*`, each as the text that it is: a code such as 0751 is no number. Other variables with the prefix (of tests
/// and of the build) are no settings.
struct Environment;

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let value =
            |name: &str| std::env::var(format!("TRAEDESTEN_{}", name.to_uppercase())).ok().filter(|v| !v.is_empty());
        let dict = names().into_iter().filter_map(|name| Some((name.clone(), value(&name)?.into()))).collect();
        Ok(Profile::Default.collect(dict))
    }
}

fn names() -> Vec<String> {
    [
        "registry",
        "listen",
        "municipality",
        "lang",
        "cpr_key_file",
        "cpr_key",
        "log_format",
        "log",
        "jobindsats_token",
        "jobindsats_url",
        "figures",
        "smtp_url",
        "mail_from",
        "portal_url",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn source(metadata: &Metadata) -> String {
    let name = metadata.name.to_string();
    match &metadata.source {
        Some(figment::Source::File(path)) => path.display().to_string(),
        _ if name.contains("environment") => "environment".to_owned(),
        _ => "default".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_listed_once() {
        let json = serde_json::to_value(Settings::default()).unwrap();
        let mut own: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
        let mut listed = names();
        own.sort();
        listed.sort();
        assert_eq!(own, listed);
    }
}
