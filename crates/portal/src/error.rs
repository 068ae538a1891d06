//! Failures as pages, in the reader's language, with a next step.

use crate::assets;
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use askama::Template;
use axum::body::Body;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use registry::RegistryError;
use timeline::Lang;

/// A page that cannot be shown.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    lang: Lang,
    heading: String,
    body: String,
}

impl Failure {
    pub(crate) fn not_found(lang: Lang) -> Self {
        let heading = lang.pick("Siden findes ikke", "There is no such page");
        let body = lang.pick(
            "Adressen kan være skrevet forkert, eller siden er flyttet.",
            "The address may be misspelt, or the page has moved.",
        );
        Self { status: StatusCode::NOT_FOUND, lang, heading: heading.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn bad(lang: Lang, body: impl Into<String>) -> Self {
        let heading = lang.pick("Det kan vi ikke læse", "We cannot read that");
        Self { status: StatusCode::BAD_REQUEST, lang, heading: heading.to_owned(), body: body.into() }
    }

    /// What it says, for those who read no page.
    pub(crate) fn words(&self) -> String {
        self.body.clone()
    }

    /// The same with other words below the heading.
    pub(crate) fn saying(self, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// We failed, and the reader did nothing wrong.
    pub(crate) fn ours(lang: Lang) -> Self {
        let heading = lang.pick("Noget gik galt hos os", "Something went wrong on our side");
        let body =
            lang.pick("Prøv igen, og sig til, hvis det sker igen.", "Try again, and tell us if it happens again.");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, lang, heading: heading.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn registry(lang: Lang, error: &RegistryError) -> Self {
        let (status, heading) = match error {
            RegistryError::UnknownCitizen(_) => {
                (StatusCode::NOT_FOUND, lang.pick("Sagen findes ikke", "There is no such case"))
            }
            RegistryError::Raced => (StatusCode::CONFLICT, lang.pick("En anden kom først", "Somebody else was first")),
            e if e.is_surroundings() => {
                tracing::error!(error = %e, "registry failed");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    lang.pick("Registret svarer ikke, som det skal", "The registry does not answer as it should"),
                )
            }
            _ => (
                StatusCode::UNPROCESSABLE_ENTITY,
                lang.pick("Oplysningen passer ikke til sagen", "The fact does not fit the case"),
            ),
        };
        let body = match error {
            RegistryError::Database(_) => {
                lang.pick("Intet blev gemt. Prøv igen om lidt.", "Nothing was saved. Try again in a moment.").to_owned()
            }
            e => e.say(lang),
        };
        Self { status, lang, heading: heading.to_owned(), body }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let back = self.lang.pick("Til forsiden", "To the front page");
        let css = ["dkfds/css/dkfds.min.css", "own/traedesten.css"]
            .map(|p| format!("<link rel=\"stylesheet\" href=\"{}\">", assets::address(p)))
            .concat();
        let page = format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{h} – Trædesten</title>{css}</head><body><div id=\"page\"><main class=\"narrow\"><h1 class=\"head\">{h}</h1><p class=\"lead\">{}</p><p><a href=\"/\">{back}</a></p></main></div></body></html>",
            self.lang.code(),
            escape(&self.body),
            h = escape(&self.heading),
        );
        let mut response = (self.status, Html(page)).into_response();
        // The layer around every page puts it into the usual frame.
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Framed {
    shell: Shell,
    lang: Lang,
    heading: String,
    body: String,
}

/// A failure in the frame of every page, so that search, menu and keys still work.
pub(crate) fn framed(state: &AppState, reader: &Reader, response: Response) -> Response {
    let Some(failure) = response.extensions().get::<Failure>().cloned() else { return response };
    let page = Framed {
        shell: Shell::new(state, reader, "", failure.heading.clone()),
        lang: failure.lang,
        heading: failure.heading,
        body: failure.body,
    };
    let mut framed = render(&page, failure.lang);
    *framed.status_mut() = failure.status;
    framed
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(crate) async fn not_found(reader: Reader) -> Failure {
    Failure::not_found(reader.lang)
}

/// A panic is a fault of ours: it is logged without what was asked, and the reader sees a page.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a page failed unexpectedly");
    Failure {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        lang: Lang::Da,
        heading: "Noget gik galt hos os".to_owned(),
        body: "Intet blev gemt. Prøv igen, og sig til, hvis det sker igen.".to_owned(),
    }
    .into_response()
}

/// Render a template, or say that we failed.
pub(crate) fn render(page: &impl Template, lang: Lang) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            Failure::bad(lang, "").into_response()
        }
    }
}
