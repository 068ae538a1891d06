//! Files that are part of the program: the design system, htmx, our own style and script, and their licences.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Address of a file, with a version that changes when any file does.
pub(crate) fn address(path: &str) -> String {
    format!("/assets/{VERSION}/{path}")
}

/// A file's text.
pub(crate) fn text(path: &str) -> &'static str {
    find(path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
}

fn find(path: &str) -> Option<&'static [u8]> {
    FILES.binary_search_by(|(name, _)| (*name).cmp(path)).ok().map(|i| FILES[i].1)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        _ => "text/plain; charset=utf-8",
    }
}

pub(crate) async fn serve(Path((_, path)): Path<(String, String)>) -> Response {
    match find(&path) {
        Some(bytes) => (
            [(header::CONTENT_TYPE, kind(&path)), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")],
            bytes,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
