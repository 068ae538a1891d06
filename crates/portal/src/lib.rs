//! Web pages and the REST API: load, ask a function, show.
//!
//! Pages are rendered on the server and work without JavaScript; htmx swaps them in place. The room holds no rule of the
//! domain: what a page says comes from the rooms upstream.

#![allow(clippy::disallowed_methods, reason = "the edge of the program: the clock enters here")]

mod api;
mod assets;
mod benchmark;
mod counted;
mod error;
mod forms;
mod layers;
mod pages;
mod picture;
mod shell;
mod state;
mod words;

pub use pages::results::{Digest, Supervised, municipal_report, supervision_document};
pub use reports::Document;
pub use state::{AppState, Clock, Settings};

use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// The addresses of the API.
fn api_router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/openapi.json", get(api::describe))
        .route("/law/rules", get(api::law::rules))
        .route("/law/assess", post(api::law::assess))
        .fallback(api::not_found)
        .method_not_allowed_fallback(api::wrong_method)
}

/// Every page and the API, with the layers around them.
pub fn router(state: Arc<AppState>) -> Router {
    Router::new()
        .nest("/api/v1", api_router())
        .route("/", get(pages::front::show))
        .route("/tal", get(pages::municipality::show))
        .route("/tal/{file}", get(pages::municipality::download))
        .route("/resultater", get(pages::results::show))
        .route("/resultater/model", get(pages::results::model))
        .route("/resultater/indikatorer", get(pages::results::indicators))
        .route("/resultater/tilsyn", get(pages::results::supervision))
        .route("/resultater/tilsyn.pdf", get(pages::results::supervision_pdf))
        .route("/resultater/rapport", get(pages::results::report))
        .route("/resultater/rapport.pdf", get(pages::results::report_pdf))
        .route("/resultater/laering", get(pages::results::learning))
        .route("/resultater/laering/praksis", post(pages::results::save_practice).get(pages::results::again_practice))
        .route(
            "/resultater/laering/praksis/{id}/tag-tilbage",
            post(pages::results::take_back_practice).get(pages::results::again_practice),
        )
        .route("/resultater/{file}", get(pages::results::download))
        .route("/love", get(pages::law::show))
        .route("/love/{code}", get(pages::law::rule))
        .route("/sager", get(pages::caseload::show))
        .route("/soeg", get(pages::search::ask).post(pages::search::show))
        .route("/sager/{citizen}", get(pages::case::show))
        .route("/sager/{citizen}/oplysninger", post(pages::facts::save).get(pages::case::again))
        .route(
            "/sager/{citizen}/oplysninger/{fact}/tag-tilbage",
            post(pages::facts::take_back).get(pages::case::again_fact),
        )
        .route("/sager/{citizen}/cpr", post(pages::case::reveal).get(pages::case::again))
        .route("/sager/{citizen}/set-af", get(pages::looks::show))
        .route("/licenser", get(pages::front::licences))
        .route("/assets/{version}/{*path}", get(assets::serve))
        .route("/health", get(pages::ops::health))
        .route("/ready", get(pages::ops::ready))
        .route("/metrics", get(pages::ops::metrics))
        .fallback(error::not_found)
        .layer(axum::middleware::from_fn_with_state(state.clone(), layers::around))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(TimeoutLayer::with_status_code(http::StatusCode::REQUEST_TIMEOUT, Duration::from_secs(30)))
        .layer(CompressionLayer::new())
        .with_state(state)
}
