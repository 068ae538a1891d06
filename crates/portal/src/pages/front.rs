//! What this is and for whom.

use crate::assets;
use crate::error::{Failure, render};
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use timeline::Lang;

#[derive(Template)]
#[template(path = "front.html")]
struct Front {
    shell: Shell,
    lang: Lang,
    citizens: String,
}

pub(crate) async fn show(State(state): State<Arc<AppState>>, reader: Reader) -> Result<Response, Failure> {
    let lang = reader.lang;
    let citizens = charts::number(state.facets().len() as f64, 0, lang == Lang::Da);
    let title = lang.pick("Fra proces til resultat", "From process to result");
    Ok(render(&Front { shell: Shell::new(&state, &reader, "front", title), lang, citizens }, lang))
}

#[derive(Template)]
#[template(path = "licences.html")]
struct Licences {
    shell: Shell,
    lang: Lang,
    texts: Vec<(&'static str, &'static str)>,
}

pub(crate) async fn licences(State(state): State<Arc<AppState>>, reader: Reader) -> Response {
    let lang = reader.lang;
    let title = lang.pick("Licenser", "Licences");
    let texts = vec![
        ("Det Fælles Designsystem (dkfds), IBM Plex Sans", assets::text("dkfds/LICENSE.md")),
        ("htmx", assets::text("htmx/LICENSE.txt")),
    ];
    render(&Licences { shell: Shell::new(&state, &reader, "", title), lang, texts }, lang)
}
