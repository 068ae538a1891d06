//! `GET /api/v1/law/rules` and `POST /api/v1/law/assess`.

use super::Problem;
use crate::state::AppState;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, RawQuery, State};
use http::{HeaderMap, StatusCode, header};
use law::{AssessmentForm, Rule, RuleForm, Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use timeline::{Date, Journey, Maalgruppe};

/// Which rules.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    on: Option<String>,
    group: Option<String>,
    subject: Option<String>,
}

/// How an answer was made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Spec {
    /// Version of the program.
    program: &'static str,
    /// The day asked about.
    on: Option<String>,
    /// As known at the end of this day.
    known_on: Option<String>,
}

/// RuleList with the versions asked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RuleList {
    /// Name and version of this form.
    schema: &'static str,
    /// How it was made.
    spec: Spec,
    /// What to mind.
    warnings: Vec<String>,
    /// By subject and code.
    rules: Vec<RuleForm>,
}

/// A question about a citizen on a day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// What is known, in the form that `traedesten schema journey` describes.
    journey: Journey,
    /// The day asked about, as `2026-03-01`.
    #[schemars(with = "String", extend("format" = "date"))]
    on: String,
    /// As the journey was known at the end of this day; all of it where left out.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    known_on: Option<String>,
}

/// What holds for the citizen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Assessed {
    /// Name and version of this form.
    schema: &'static str,
    /// How it was made.
    spec: Spec,
    /// What to mind.
    warnings: Vec<String>,
    /// The answer.
    #[serde(flatten)]
    answer: AssessmentForm,
}

fn day(field: &str, text: &str) -> Result<Date, Problem> {
    let day = (text.len() == 10).then(|| text.parse().ok()).flatten();
    day.ok_or_else(|| Problem::unreadable(format!("{field}: \"{}\" is not a day; write it as 2026-03-01", short(text))))
}

/// What was sent, cut short, for a message.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

const PROGRAM: &str = env!("CARGO_PKG_VERSION");

pub(crate) async fn rules(
    State(state): State<Arc<AppState>>,
    RawQuery(query): RawQuery,
) -> Result<Json<RuleList>, Problem> {
    let address = format!("/?{}", query.unwrap_or_default()).parse::<http::Uri>();
    let address = address.map_err(|_| Problem::unreadable("the query is not a query"))?;
    let Query(choice) = Query::<Choice>::try_from_uri(&address)
        .map_err(|e| Problem::unreadable(format!("{}; there are on, group and subject", e.body_text())))?;
    let on = choice.on.as_deref().map(|text| day("on", text)).transpose()?;
    let group = choice.group.as_deref().map(|text| {
        Maalgruppe::from_code(text)
            .ok_or_else(|| Problem::unreadable(format!("group: \"{}\" is none; write 6.1 to 6.13", short(text))))
    });
    let group = group.transpose()?;
    let subject = choice.subject.as_deref().map(|text| {
        let known = Subject::ALL.iter().find(|s| s.code() == text);
        let all = Subject::ALL.map(Subject::code).join(", ");
        known.ok_or_else(|| Problem::unreadable(format!("subject: \"{}\" is none; there are {all}", short(text))))
    });
    let subject = subject.transpose()?;
    let chosen = |rule: &Rule| {
        let versions = rule
            .versions
            .iter()
            .filter(|v| on.is_none_or(|d| v.in_force().contains(d)) && group.is_none_or(|g| v.is_for(g)));
        let form = RuleForm::new(rule, versions);
        (!form.versions.is_empty() && subject.is_none_or(|s| *s == rule.subject)).then_some(form)
    };
    let rules = state.law.rules().iter().filter_map(chosen).collect();
    let spec = Spec { program: PROGRAM, on: on.map(|d| d.to_string()), known_on: None };
    Ok(Json(RuleList { schema: "traedesten/law-rules/1", spec, warnings: Vec::new(), rules }))
}

/// What was sent is answered and not kept: no case is opened, and nothing of it is logged.
pub(crate) async fn assess(
    State(state): State<Arc<AppState>>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<Assessed>, Problem> {
    let form = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !form.split(';').next().is_some_and(|f| f.trim().eq_ignore_ascii_case("application/json")) {
        let detail = "Send Content-Type: application/json.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Only JSON is read", detail));
    }
    let body = body.map_err(|e| Problem::new(e.status(), "The request cannot be read", e.body_text()))?;
    let text = std::str::from_utf8(&body).map_err(|_| Problem::unreadable("the text is not UTF-8"))?;
    let question: Question = serde_json::from_str(text).map_err(|e| Problem::unreadable(e.to_string()))?;
    question.journey.check().map_err(|e| Problem::unreadable(format!("journey: {e}")))?;
    let on = day("on", &question.on)?;
    let known_on = question.known_on.as_deref().map(|text| day("known_on", text)).transpose()?;
    let assessment = match known_on {
        Some(known) => state.law.assess(&question.journey.known_on(known), on),
        None => state.law.assess(&question.journey, on),
    };
    let unsure = assessment.findings.iter().filter(|f| f.mark != law::Mark::Verified).count();
    let warnings = match (assessment.group, unsure) {
        (None, _) => vec!["in no target group on that day, so no rule can be told".to_owned()],
        (_, 0) => Vec::new(),
        (_, n) => vec![format!("{n} findings rest on versions that are not confirmed")],
    };
    let spec = Spec { program: PROGRAM, on: Some(on.to_string()), known_on: known_on.map(|d| d.to_string()) };
    Ok(Json(Assessed { schema: "traedesten/law-assessment/1", spec, warnings, answer: (&assessment).into() }))
}
