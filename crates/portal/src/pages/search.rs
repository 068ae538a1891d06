//! Finding a citizen. What is typed travels in the body of a request, never in an address.

use crate::error::{Failure, render};
use crate::shell::{Reader, Shell};
use crate::state::{AppState, DEMO_USER};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use registry::{Found, Look};
use serde::Deserialize;
use std::sync::Arc;
use timeline::{Cpr, Lang, Maalgruppe};

/// Found citizens shown at most.
const SHOWN: u32 = 50;

#[derive(Deserialize)]
pub(crate) struct Ask {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    shell: Shell,
    lang: Lang,
    asked: bool,
    heading: String,
    found: Vec<(Found, String)>,
    cut: bool,
}

pub(crate) async fn ask(State(state): State<Arc<AppState>>, reader: Reader) -> Response {
    let lang = reader.lang;
    let heading = lang.pick("Hvem leder du efter?", "Who are you looking for?").to_owned();
    let shell = Shell::new(&state, &reader, "sager", heading.clone());
    render(&Page { shell, lang, asked: false, heading, found: vec![], cut: false }, lang)
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Form(Ask { q }): Form<Ask>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let fail = |e| Failure::registry(lang, &e);
    if let Ok(cpr) = q.trim().parse::<Cpr>()
        && let Some(id) = state.registry.find_cpr(cpr).await.map_err(fail)?
    {
        let look = Look {
            at: jiff::Timestamp::now(),
            who: DEMO_USER.to_owned(),
            what: "cpr".to_owned(),
            reason: Some("search".to_owned()),
        };
        state.registry.log_look(id, &look).await.map_err(fail)?;
        return Ok(Redirect::to(&format!("/sager/{id}")).into_response());
    }
    let found = state.registry.search(&q, SHOWN + 1).await.map_err(fail)?;
    let cut = found.len() as u32 > SHOWN;
    let n = found.len().min(SHOWN as usize);
    let heading = match (n, cut, lang) {
        (0, _, Lang::Da) => "Ingen borgere passer".to_owned(),
        (0, _, Lang::En) => "No citizens fit".to_owned(),
        (1, _, Lang::Da) => "Én borger passer".to_owned(),
        (1, _, Lang::En) => "One citizen fits".to_owned(),
        (_, true, Lang::Da) => format!("Over {SHOWN} borgere passer"),
        (_, true, Lang::En) => format!("More than {SHOWN} citizens fit"),
        (_, _, Lang::Da) => format!("{n} borgere passer"),
        (_, _, Lang::En) => format!("{n} citizens fit"),
    };
    let found = found
        .into_iter()
        .take(SHOWN as usize)
        .map(|f| {
            let group = Maalgruppe::from_code(&f.group).map_or("–", |g| g.label(lang)).to_owned();
            (f, group)
        })
        .collect();
    let shell = Shell::new(&state, &reader, "sager", heading.clone());
    Ok(render(&Page { shell, lang, asked: true, heading, found, cut }, lang))
}
