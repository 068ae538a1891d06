//! Around every request: an id, a log line without personal data, a metric, the language, and headers that keep other
//! sites out.

use crate::error::framed;
use crate::shell::Reader;
use crate::state::{AppState, recorder};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use timeline::Lang;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PUSH: HeaderName = HeaderName::from_static("hx-push-url");

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const SECURITY: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
];

pub(crate) async fn around(State(state): State<Arc<AppState>>, mut request: Request, next: Next) -> Response {
    recorder();
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    // The pattern, never the address itself: addresses hold ids and choices.
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |p| p.as_str().to_owned());
    let chosen = request
        .uri()
        .query()
        .and_then(|q| q.split('&').find_map(|p| p.strip_prefix("lang=")))
        .and_then(Lang::from_code);
    let lang = chosen.or_else(|| from_headers(request.headers())).unwrap_or_default();
    request.extensions_mut().insert(lang);
    let push = (method == Method::GET && request.headers().contains_key("hx-request"))
        .then(|| request.uri().path_and_query().and_then(|p| HeaderValue::from_str(p.as_str()).ok()))
        .flatten();

    let mut response = if refused(&method, request.headers(), state.settings.demo) {
        (StatusCode::FORBIDDEN, "This request comes from another site.").into_response()
    } else {
        let address = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let response = next.run(request).await;
        framed(&state, &Reader { lang, today: state.today(), address }, response)
    };

    let status = response.status().as_u16();
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        // A page that needs another policy has said so itself.
        headers.entry(name).or_insert(value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(push) = push {
        headers.entry(PUSH).or_insert(push);
    }
    if let Some(lang) = chosen {
        let cookie = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly", lang.code());
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    if route != "/assets/{version}/{*path}" {
        tracing::info!(request_id = %id, %method, route, status, ms = (seconds * 1e4).round() / 10.0, "request");
    }
    let labels = [("route", route), ("method", method.to_string()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels[..2]).record(seconds);
    response
}

/// A change must come from our own pages; and a demo answers only to loopback names, so that no other site can point a
/// name of its own at it.
fn refused(method: &Method, headers: &HeaderMap, demo: bool) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let host = text(header::HOST).unwrap_or("");
    let name = host.rsplit_once(':').map_or(host, |(n, port)| if port.ends_with(']') { host } else { n });
    if demo && !matches!(name, "127.0.0.1" | "localhost" | "[::1]" | "") {
        return true;
    }
    if *method == Method::GET || *method == Method::HEAD {
        return false;
    }
    match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some("same-origin" | "none"), _) => false,
        (Some(_), _) => true,
        (None, Some(origin)) => origin.split_once("://").is_none_or(|(_, at)| at != host),
        (None, None) => false,
    }
}

/// The caller's own id where it is harmless, else the next number.
fn request_id(headers: &HeaderMap) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    headers
        .get(REQUEST_ID)
        .and_then(|v| v.to_str().ok())
        .filter(|v| (8..=64).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        // Ten digits in a row could be a personal number.
        .filter(|v| !v.as_bytes().windows(10).any(|w| w.iter().all(u8::is_ascii_digit)))
        .map_or_else(|| format!("{:08x}", NEXT.fetch_add(1, Ordering::Relaxed)), str::to_owned)
}

fn from_headers(headers: &HeaderMap) -> Option<Lang> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let cookie = cookies.flat_map(|c| c.split(';')).find_map(|c| c.trim().strip_prefix("lang=").map(str::to_owned));
    if let Some(lang) = cookie.and_then(|c| Lang::from_code(&c)) {
        return Some(lang);
    }
    // Danish first: English only where it is asked for and Danish is not.
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut wanted = accepted.split(',').filter_map(|p| Lang::from_code(p.trim()));
    wanted.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_change_from_another_site_is_refused() {
        let post = |h: &[(&'static str, &'static str)]| refused(&Method::POST, &headers(h), true);
        assert!(!post(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")]));
        assert!(post(&[("host", "127.0.0.1:8080"), ("origin", "http://evil.example")]));
        assert!(post(&[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")]));
        assert!(refused(&Method::GET, &headers(&[("host", "evil.example")]), true), "a name pointed at loopback");
        assert!(!refused(&Method::GET, &headers(&[("host", "traedesten.dk")]), false));
        assert!(!refused(&Method::GET, &headers(&[("host", "[::1]:8080")]), true));
    }

    #[test]
    fn a_request_id_that_could_be_a_personal_number_is_not_taken_over() {
        assert_ne!(request_id(&headers(&[("x-request-id", "0707614285")])), "0707614285");
        assert_eq!(request_id(&headers(&[("x-request-id", "abc-12345")])), "abc-12345");
    }
}
