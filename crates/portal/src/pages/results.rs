//! Resultater: what was achieved against what could be expected.

mod ask;
mod digest;
mod indicators;
mod learning;
mod model;
mod overview;
mod practice;
mod report;
mod supervision;

pub use digest::Digest;
pub(crate) use practice::{again as again_practice, save as save_practice, take_back as take_back_practice};
pub use report::municipal_report;
pub use supervision::{Supervised, supervision_document};

use crate::counted::counted;
use crate::error::{Failure, render};
use crate::shell::Reader;
use crate::state::AppState;
use ask::{Ask, Query};
use axum::extract::{Path, Query as Asked, State};
use axum::response::{IntoResponse, Response};
use http::header;
use results::Standing;
use std::sync::Arc;
use tables::{Column, Value};
use timeline::Lang;

/// The page of a question, worked out where it holds nobody up.
async fn worked_out<P: askama::Template + Send + 'static>(
    state: Arc<AppState>,
    reader: Reader,
    query: Query,
    page: fn(&AppState, &Reader, &Ask) -> Result<P, Failure>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let ask = Ask::new(&state.settings.municipality, &query, lang)?;
    let work = tokio::task::spawn_blocking(move || page(&state, &reader, &ask));
    let page = work.await.map_err(|error| broken(lang, &error))??;
    Ok(render(&page, lang))
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Asked(query): Asked<Query>,
) -> Result<Response, Failure> {
    worked_out(state, reader, query, overview::page).await
}

pub(crate) async fn model(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Asked(query): Asked<Query>,
) -> Result<Response, Failure> {
    worked_out(state, reader, query, model::page).await
}

/// The work behind a page broke off.
fn broken(lang: Lang, error: &tokio::task::JoinError) -> Failure {
    tracing::error!(%error, "a page failed");
    Failure::ours(lang)
}

/// What a failed estimate says, as a page.
pub(crate) fn failed(lang: Lang, error: &statistics::Failure) -> Failure {
    Failure::bad(lang, lang.pick(error.danish(), error.to_string()))
}

pub(crate) async fn indicators(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Asked(query): Asked<indicators::Query>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let counted = counted(&state).await.map_err(|e| Failure::registry(lang, &e))?;
    Ok(render(&indicators::page(&state, &reader, &counted, &query)?, lang))
}

pub(crate) async fn supervision(State(state): State<Arc<AppState>>, reader: Reader) -> Result<Response, Failure> {
    let lang = reader.lang;
    let counted = counted(&state).await.map_err(|e| Failure::registry(lang, &e))?;
    Ok(render(&supervision::page(&state, &reader, &counted), lang))
}

/// The supervision page as a document to keep and to send.
pub(crate) async fn supervision_pdf(State(state): State<Arc<AppState>>, reader: Reader) -> Result<Response, Failure> {
    let lang = reader.lang;
    let counted = counted(&state).await.map_err(|e| Failure::registry(lang, &e))?;
    Ok(as_pdf(pdf(&supervision::document(&state, &counted, lang), lang)?, "tilsyn.pdf"))
}

/// The report of a municipality turned into a file by `write`, and the municipality's code.
async fn reported<T: Send + 'static>(
    state: Arc<AppState>,
    reader: &Reader,
    query: &Query,
    write: impl FnOnce(reports::Document) -> Result<T, Failure> + Send + 'static,
) -> Result<(T, String), Failure> {
    let (lang, made) = (reader.lang, reader.today);
    let ask = Ask::new(&state.settings.municipality, query, lang)?;
    let code = ask.place.code.clone();
    let work = tokio::task::spawn_blocking(move || report::document(&state.known, ask, made).and_then(write));
    Ok((work.await.map_err(|error| broken(lang, &error))??, code))
}

/// A document as PDF.
fn pdf(document: &reports::Document, lang: Lang) -> Result<Vec<u8>, Failure> {
    document.pdf().map_err(|error| {
        tracing::error!(%error, "a PDF failed");
        Failure::ours(lang)
    })
}

/// A PDF to keep.
fn as_pdf(bytes: Vec<u8>, name: &str) -> Response {
    let kept = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, kept)], bytes).into_response()
}

/// The report of a municipality as PDF.
pub(crate) async fn report_pdf(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Asked(query): Asked<Query>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let (bytes, code) = reported(state, &reader, &query, move |d| pdf(&d, lang)).await?;
    Ok(as_pdf(bytes, &format!("resultater-{code}.pdf")))
}

/// The report of a municipality, to read, print or send.
pub(crate) async fn report(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Asked(query): Asked<Query>,
) -> Result<Response, Failure> {
    let (html, _) = reported(state, &reader, &query, |d| Ok(d.html())).await?;
    // The file carries its own style, so that it can be sent as it is; it runs and fetches nothing.
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], axum::response::Html(html)).into_response())
}

async fn learning_page(
    state: &Arc<AppState>,
    reader: &Reader,
    asked: learning::Asked,
    editing: Option<practice::Editing>,
    toast: Option<(String, Option<String>)>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let counted = counted(state).await.map_err(|e| Failure::registry(lang, &e))?;
    let notes = state.registry.practices().await.map_err(|e| Failure::registry(lang, &e))?;
    let (state, reader) = (state.clone(), reader.clone());
    let work = move || learning::page(&state, &reader, &counted, asked, &notes, editing, toast);
    let page = tokio::task::spawn_blocking(work).await.map_err(|error| broken(lang, &error))??;
    Ok(render(&page, lang))
}

pub(crate) async fn learning(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Asked(query): Asked<learning::Query>,
) -> Result<Response, Failure> {
    let asked = learning::Asked::new(&query, reader.lang)?;
    let editing = practice::editing(&state, &query, &asked, reader.lang).await?;
    let toast = practice::toast(&query, reader.lang);
    learning_page(&state, &reader, asked, editing, toast).await
}

fn row(s: &Standing, price: Option<f64>) -> Vec<Value> {
    let rounded = |v: f64, d: i32| {
        if v.is_finite() { Value::Number((v * 10f64.powi(d)).round() / 10f64.powi(d)) } else { Value::Missing }
    };
    vec![
        s.place.code.as_str().into(),
        s.place.name.as_str().into(),
        rounded(s.actual, 2),
        rounded(s.expected, 2),
        rounded(s.sure.gap, 2),
        rounded(s.sure.low, 2),
        rounded(s.sure.high, 2),
        rounded(s.persons_gap, 0),
        price.map_or(Value::Missing, |p| rounded(s.persons_gap * p, 0)),
        Value::Number(f64::from(s.sure.rank_low)),
        Value::Number(f64::from(s.sure.rank_high)),
        s.published_rank.map_or(Value::Missing, |r| Value::Number(f64::from(r))),
    ]
}

/// `kommuner.csv` and `kommuner.xlsx`: all 98 in the question that is asked.
pub(crate) async fn download(
    State(state): State<Arc<AppState>>,
    Path(file): Path<String>,
    reader: Reader,
    Asked(query): Asked<Query>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let ask = Ask::new(&state.settings.municipality, &query, lang)?;
    let Some(("kommuner", extension @ ("csv" | "xlsx"))) = file.rsplit_once('.') else {
        return Err(Failure::not_found(lang));
    };
    let (stem, price) = (format!("traedesten-resultater-{}-{}", ask.group.code(), ask.when.code()), ask.price);
    let found = tokio::task::spawn_blocking(move || ask.found(&state.known, ask.group)).await;
    let found = found.map_err(|error| broken(lang, &error))??;
    let names = match lang {
        Lang::Da => [
            "Kode",
            "Kommune",
            "Faktisk, pct.",
            "Forventet, pct.",
            "Forskel, procentpoint (plus er bedre)",
            "fra",
            "til",
            "Fuldtidspersoner færre",
            "Kroner",
            "Plads fra",
            "Plads til",
            "Plads som offentliggjort",
        ],
        Lang::En => [
            "Code",
            "Municipality",
            "Actual, %",
            "Expected, %",
            "Gap, percentage points (plus is better)",
            "from",
            "to",
            "Full-time persons fewer",
            "Kroner",
            "Rank from",
            "Rank to",
            "Rank as published",
        ],
    };
    let columns: Vec<Column> = names.iter().map(|n| Column::new(*n, 16)).collect();
    let rows: Vec<Vec<Value>> = found.standings.iter().map(|s| row(s, price)).collect();
    let (bytes, kind) = if extension == "csv" {
        (tables::write_csv(&columns, &rows), "text/csv; charset=utf-8")
    } else {
        let book = tables::write_xlsx(&[(lang.pick("Resultater", "Results"), &columns, &rows)]);
        let book = book.map_err(|e| Failure::bad(lang, e.to_string()))?;
        (book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    };
    let disposition = format!("attachment; filename=\"{stem}.{extension}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
