//! Who has seen a case.

use crate::error::{Failure, render};
use crate::pages::case::citizen_of;
use crate::shell::{Reader, Shell};
use crate::state::{AppState, DEMO_USER};
use crate::words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use registry::Look;
use std::sync::Arc;
use timeline::Lang;

/// Looks shown at most.
const SHOWN: u32 = 200;

#[derive(Template)]
#[template(path = "looks.html")]
struct Looks {
    shell: Shell,
    lang: Lang,
    citizen: String,
    name: String,
    rows: Vec<(String, String, String)>,
    cut: bool,
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    Path(citizen): Path<String>,
    reader: Reader,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let fail = |e| Failure::registry(lang, &e);
    let id = citizen_of(&citizen, lang)?;
    let name = state.registry.case_line(id).await.map_err(fail)?.ok_or_else(|| Failure::not_found(lang))?.name;
    let looks = state.registry.looks(id, SHOWN).await.map_err(fail)?;
    let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC);
    let cut = looks.len() as u32 == SHOWN;
    let rows = looks
        .iter()
        .map(|look| {
            let at = look.at.to_zoned(zone.clone());
            let when = format!("{} {:02}:{:02}", words::date(at.date(), lang), at.hour(), at.minute());
            (when, who(look, lang), what(&look.what, lang))
        })
        .collect();
    let title = lang.pick("Hvem har set sagen?", "Who has seen the case?");
    let shell = Shell::new(&state, &reader, "sager", title);
    Ok(render(&Looks { shell, lang, citizen, name, rows, cut }, lang))
}

fn who(look: &Look, lang: Lang) -> String {
    if look.who == DEMO_USER {
        lang.pick("Demobruger (ingen er logget ind)", "Demo user (nobody signs in)").to_owned()
    } else {
        look.who.clone()
    }
}

fn what(code: &str, lang: Lang) -> String {
    match code {
        "case" => lang.pick("Åbnede sagen", "Opened the case"),
        "as-known" => lang.pick("Så sagen, som den var kendt tidligere", "Saw the case as known earlier"),
        "cpr" => lang.pick("Viste CPR-nummeret", "Showed the CPR number"),
        "statistics" => {
            lang.pick("Talte sagen med i en statistik; ingen så den", "Counted the case in statistics; nobody saw it")
        }
        "export" => lang.pick("Tog sagen med i et udtræk", "Took the case out in an export"),
        other => other,
    }
    .to_owned()
}
