//! The REST API: the same answers as the command line, as JSON, described in OpenAPI.

pub(crate) mod law;
mod openapi;
mod problem;

pub(crate) use openapi::describe;
pub(crate) use problem::{Problem, not_found, wrong_method};
