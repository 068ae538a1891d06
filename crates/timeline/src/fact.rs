//! A dated fact: when it holds, when it was learned, who says so.

use crate::{Date, Event, FactId, Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Written by staff.
    Adviser,
    /// Written by the citizen.
    Citizen,
    /// Told by a company.
    Company,
    /// Told by an unemployment fund (a-kasse).
    AKasse,
    /// Read from a register or another system; its name.
    Register(String),
    /// Read from a file that somebody brought; its kind, never its name.
    Import(String),
    /// Made up for demonstration and tests.
    Synthetic,
}

/// Who wrote the fact down, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Opaque id of the person or system.
    pub by: String,
    /// The moment, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub at: Option<jiff::Timestamp>,
}

/// One thing the service was told about a citizen. Facts are added, never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact<E = Event> {
    /// Number within the case.
    pub id: FactId,
    /// The days the event covers, as the source states them. A talk or a goal covers one day.
    #[schemars(with = "PeriodForm")]
    pub holds: Period,
    /// The day we learned it: a correction is a later fact, and both stay.
    #[serde(deserialize_with = "crate::period::plain_date")]
    #[schemars(with = "String", extend("format" = "date"))]
    pub learned: Date,
    /// Who told.
    pub source: Source,
    /// Who wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
    /// The fact that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<FactId>,
    /// What.
    pub event: E,
}

/// How a period looks in a file, for the JSON Schema.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "exists for its schema")]
struct PeriodForm {
    /// First day.
    #[schemars(with = "String", extend("format" = "date"))]
    from: String,
    /// Last day, included; left out while no end is known.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    #[serde(default)]
    to: Option<String>,
}
