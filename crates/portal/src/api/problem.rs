//! What goes wrong, as `application/problem+json` (RFC 9457).

use crate::shell::Reader;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

/// What went wrong, and what would be right.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Problem {
    /// In a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Which field, what was wrong, and what would be right.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &str, detail: impl Into<String>) -> Self {
        Self { title: title.to_owned(), status: status.as_u16(), detail: detail.into() }
    }

    /// The request cannot be read.
    pub(crate) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The request cannot be read", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, axum::Json(self)).into_response();
        let form = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, form);
        response
    }
}

/// An address of the API that is none.
pub(crate) async fn not_found(_: Reader) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "There is no such address", "See /api/v1/openapi.json for those there are.")
}

/// A method that an address does not know. The router names those it does in `Allow`.
pub(crate) async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "The address does not know this method", "See /api/v1/openapi.json.")
}
