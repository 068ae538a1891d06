//! Handlers: load, ask, render.

pub(crate) mod case;
pub(crate) mod caseload;
pub(crate) mod facts;
pub(crate) mod front;
pub(crate) mod law;
pub(crate) mod looks;
pub(crate) mod municipality;
pub(crate) mod ops;
pub(crate) mod results;
pub(crate) mod search;
