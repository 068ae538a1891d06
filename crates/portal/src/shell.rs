//! What stands around every page.

use crate::assets;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::sync::Arc;
use timeline::{Date, Lang};

/// The reader's language, today, and the address asked for.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pub lang: Lang,
    pub today: Date,
    /// Path and query.
    pub address: String,
}

impl FromRequestParts<Arc<AppState>> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<Self, Self::Rejection> {
        let lang = parts.extensions.get::<Lang>().copied().unwrap_or_default();
        let address = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        Ok(Self { lang, today: state.today(), address })
    }
}

/// Title, navigation and foot of a page.
pub(crate) struct Shell {
    pub title: String,
    /// Which part of the navigation is current: `front`, `tal`, `sager`.
    pub part: &'static str,
    pub demo: bool,
    pub municipality: String,
    pub danish_href: String,
    pub english_href: String,
    pub css: Vec<String>,
    pub js: Vec<String>,
}

impl Shell {
    pub(crate) fn new(state: &AppState, reader: &Reader, part: &'static str, title: impl Into<String>) -> Self {
        let municipality =
            figures::municipality(&state.settings.municipality).map_or_else(String::new, |m| m.name.clone());
        Self {
            title: title.into(),
            part,
            demo: state.settings.demo,
            municipality,
            danish_href: with_language(&reader.address, "da"),
            english_href: with_language(&reader.address, "en"),
            css: ["dkfds/css/dkfds.min.css", "own/chart.css", "own/traedesten.css"].map(assets::address).to_vec(),
            js: ["htmx/htmx.min.js", "own/traedesten.js"].map(assets::address).to_vec(),
        }
    }
}

fn with_language(address: &str, code: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut parts: Vec<&str> = query.split('&').filter(|p| !p.is_empty() && !p.starts_with("lang=")).collect();
    let lang = format!("lang={code}");
    parts.push(&lang);
    format!("{path}?{}", parts.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_keeps_the_view() {
        assert_eq!(with_language("/tal?serie=ledighed&lang=da", "en"), "/tal?serie=ledighed&lang=en");
        assert_eq!(with_language("/", "en"), "/?lang=en");
    }
}
