//! For those who run it.

use crate::state::{AppState, recorder};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use std::sync::Arc;

/// The process runs.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// It can answer: the registry does.
pub(crate) async fn ready(State(state): State<Arc<AppState>>) -> Response {
    match state.registry.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the registry does not answer\n").into_response()
        }
    }
}

/// Prometheus text.
pub(crate) async fn metrics() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], recorder().render())
}
