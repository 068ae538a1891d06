//! The Jobindsats API, versions 3 and 2.
//!
//! One key per organisation, asked for by mail; it comes from the configuration and is never written anywhere. Answers
//! may begin with a byte-order mark. 429 and server errors are tried again with growing pauses; 403 is not.

use serde::Deserialize;
use serde_json::Value as Json;
use std::time::Duration;

/// A table as the API gave it: headings and rows, with suppressed cells empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApiTable {
    /// Headings.
    pub columns: Vec<String>,
    /// Rows of text and numbers.
    pub rows: Vec<Vec<ApiCell>>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiCell {
    /// Suppressed or missing: never zero.
    Missing,
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The key is missing, wrong, or not for this table or version.
    #[error("Jobindsats refuses (403): the key is wrong, or has no access to this table or version of the API")]
    Refused,
    /// Too many calls, and patience did not help.
    #[error("Jobindsats still answers {status} after {tries} tries; try again later")]
    Busy {
        /// The last status.
        status: u16,
        /// Times tried.
        tries: u32,
    },
    /// No such table, or another refusal.
    #[error("Jobindsats answers {status}: {body}")]
    Status {
        /// Status.
        status: u16,
        /// Beginning of the answer.
        body: String,
    },
    /// The network.
    #[error("Jobindsats cannot be reached: {0}")]
    Network(String),
    /// An answer in another shape than documented.
    #[error("the answer has another shape than expected: {0}")]
    Shape(String),
}

/// Which version of the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// `Authorization: Bearer KEY`, `{columns, rows}`.
    #[default]
    V3,
    /// `Authorization: KEY`, `[{Variables, Data}]`.
    V2,
}

/// A way to the API.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: String,
    version: Version,
    pause: fn(Duration),
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({}, {:?}, key not shown)", self.base, self.version)
    }
}

const TRIES: u32 = 5;
const LARGEST: u64 = 256 * 1024 * 1024;
/// Months in one request: the reply for 99 places stays small.
const MONTHS_A_PAGE: usize = 12;

impl Client {
    /// The official address of a version.
    pub const fn official(version: Version) -> &'static str {
        match version {
            Version::V3 => "https://api.jobindsats.dk/v3",
            Version::V2 => "https://api.jobindsats.dk/v2",
        }
    }

    /// A client. `base` without a slash at its end.
    pub fn new(base: &str, token: &str, version: Version) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(120)))
            .http_status_as_error(false)
            .build();
        let base = base.trim_end_matches('/').to_owned();
        Self { agent: config.into(), base, token: token.to_owned(), version, pause: std::thread::sleep }
    }

    /// The same with another way to wait, for tests.
    #[must_use]
    pub fn with_pause(mut self, pause: fn(Duration)) -> Self {
        self.pause = pause;
        self
    }

    /// A table for all places and the given months (`2026M07`), a page of months at a time. `query` holds further
    /// choices as the API writes them.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub fn table(
        &self,
        table: &str,
        months: &[String],
        query: &[(String, String)],
        mut progress: impl FnMut(usize),
    ) -> Result<ApiTable, ApiError> {
        let mut out = ApiTable::default();
        for (i, page) in months.chunks(MONTHS_A_PAGE).enumerate() {
            let url = self.url(table, page, query);
            let part = match self.version {
                Version::V3 => v3(&self.get(&url)?)?,
                Version::V2 => v2(&self.get(&url)?)?,
            };
            if out.columns.is_empty() {
                out.columns = part.columns;
            } else if out.columns != part.columns {
                return Err(ApiError::Shape("the headings differ from page to page".to_owned()));
            }
            out.rows.extend(part.rows);
            progress((i * MONTHS_A_PAGE + page.len()).min(months.len()));
        }
        Ok(out)
    }

    fn url(&self, table: &str, months: &[String], query: &[(String, String)]) -> String {
        let months = months.join(",");
        let mut url = match self.version {
            Version::V3 => {
                format!("{}/data/{table}?mgroup.*=*&period.M={months}&hierarchy._nykom=*&format=json", self.base)
            }
            Version::V2 => format!("{}/data/{}/json?area=*&period={months}", self.base, table.to_uppercase()),
        };
        for (key, value) in query {
            url.push_str(&format!("&{}={}", escape(key), escape(value)));
        }
        url
    }

    /// Get text, trying again where that may help.
    fn get(&self, url: &str) -> Result<String, ApiError> {
        let mut last = 0;
        for attempt in 0..TRIES {
            if attempt > 0 {
                (self.pause)(Duration::from_secs(1 << attempt));
            }
            let authorization = match self.version {
                Version::V3 => format!("Bearer {}", self.token),
                Version::V2 => self.token.clone(),
            };
            let answer =
                self.agent.get(url).header("Authorization", &authorization).header("Accept", "application/json").call();
            let mut answer = match answer {
                Ok(answer) => answer,
                Err(e) if attempt + 1 == TRIES => return Err(ApiError::Network(e.to_string())),
                Err(_) => continue,
            };
            let status = answer.status().as_u16();
            last = status;
            match status {
                200 => {
                    let body = answer.body_mut().with_config().limit(LARGEST).read_to_string();
                    let body = body.map_err(|e| ApiError::Network(e.to_string()))?;
                    return Ok(body.trim_start_matches('\u{feff}').to_owned());
                }
                401 | 403 => return Err(ApiError::Refused),
                429 | 500..=599 => {
                    let after = answer.headers().get("Retry-After").and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
                    if let Some(seconds) = after.filter(|_| attempt + 1 < TRIES) {
                        (self.pause)(Duration::from_secs(seconds.min(300)));
                    }
                }
                _ => {
                    let body = answer.body_mut().read_to_string().unwrap_or_default();
                    return Err(ApiError::Status { status, body: body.chars().take(300).collect() });
                }
            }
        }
        Err(ApiError::Busy { status: last, tries: TRIES })
    }
}

/// Percent-encode all but letters, digits and the marks that the API itself writes in choices.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' | b':' | b',' => {
                char::from(b).to_string()
            }
            b => format!("%{b:02X}"),
        })
        .collect()
}

fn cell(json: &Json) -> ApiCell {
    match json {
        Json::Number(n) => n.as_f64().map_or(ApiCell::Missing, ApiCell::Number),
        Json::String(text) => match text.trim() {
            "" | "-" | "." | ".." | "null" | "*" => ApiCell::Missing,
            text => number(text).map_or_else(|| ApiCell::Text(text.to_owned()), ApiCell::Number),
        },
        _ => ApiCell::Missing,
    }
}

/// Numbers come as JSON numbers or, the Danish way, as text: `1.234,5`. Codes such as `0730` stay text.
fn number(text: &str) -> Option<f64> {
    let plain = text.replace(['\u{a0}', ' '], "");
    let code = plain.len() > 1 && plain.starts_with('0') && !plain.contains(',');
    let shape = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'-'));
    // A single point is a decimal mark unless it stands before exactly three digits.
    let decimal = plain.matches('.').count() == 1
        && !plain.contains(',')
        && plain.rsplit('.').next().is_some_and(|d| d.len() != 3);
    let english = if decimal { plain } else { plain.replace('.', "").replace(',', ".") };
    (shape && !code).then(|| english.parse().ok()).flatten()
}

fn v3(text: &str) -> Result<ApiTable, ApiError> {
    #[derive(Deserialize)]
    struct Reply {
        columns: Vec<String>,
        rows: Vec<Vec<Json>>,
    }
    let reply: Reply = serde_json::from_str(text).map_err(|e| ApiError::Shape(e.to_string()))?;
    table(reply.columns, &reply.rows)
}

fn v2(text: &str) -> Result<ApiTable, ApiError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Variable {
        name: String,
        label: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        variables: Vec<Variable>,
        data: Vec<Vec<Json>>,
    }
    let replies: Vec<Reply> = serde_json::from_str(text).map_err(|e| ApiError::Shape(e.to_string()))?;
    let reply = replies.into_iter().next().ok_or_else(|| ApiError::Shape("an empty list".to_owned()))?;
    let columns = reply.variables.into_iter().map(|v| v.label.unwrap_or(v.name)).collect();
    table(columns, &reply.data)
}

fn table(columns: Vec<String>, rows: &[Vec<Json>]) -> Result<ApiTable, ApiError> {
    if let Some(i) = rows.iter().position(|r| r.len() != columns.len()) {
        let (found, expected) = (rows[i].len(), columns.len());
        return Err(ApiError::Shape(format!("row {} has {found} cells where there are {expected} headings", i + 1)));
    }
    Ok(ApiTable { columns, rows: rows.iter().map(|r| r.iter().map(cell).collect()).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read_and_suppressed_cells_are_missing() {
        let three = v3(r#"{"columns":["Kommune","Periode","Antal"],"rows":[["Randers","2026M07",1234],["Læsø","2026M07",null],["Fanø","2026M07","-"]]}"#).unwrap();
        assert_eq!(three.rows[0][2], ApiCell::Number(1234.0));
        assert_eq!((&three.rows[1][2], &three.rows[2][2]), (&ApiCell::Missing, &ApiCell::Missing));
        let two = v2(r#"[{"Variables":[{"Name":"_nykom","Label":"Kommune"},{"Name":"m1","Label":null}],"Data":[["0730","1.234,5"]],"Period":["2026M07"],"Area":["*"]}]"#).unwrap();
        assert_eq!(two.columns, ["Kommune", "m1"]);
        assert_eq!(two.rows[0], [ApiCell::Text("0730".to_owned()), ApiCell::Number(1234.5)]);
    }

    #[test]
    fn another_shape_is_said_in_words() {
        assert!(matches!(v3("{\"columns\":[],\"rader\":[]}"), Err(ApiError::Shape(_))));
        assert!(matches!(v2("[]"), Err(ApiError::Shape(_))));
        let ragged = v3(r#"{"columns":["a"],"rows":[["1"],["1","2"]]}"#).unwrap_err();
        assert_eq!(
            ragged.to_string(),
            "the answer has another shape than expected: row 2 has 2 cells where there are 1 headings"
        );
    }
}
