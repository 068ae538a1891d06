//! `schema journey`.

use super::Context;
use crate::args::SchemaName;
use crate::failure::Failure;
use crate::output::put;

pub(crate) fn run(_: &Context, SchemaName::Journey: SchemaName) -> Result<u8, Failure> {
    put(format!("{:#}\n", timeline::journey_schema()).as_bytes(), None).map(|()| 0)
}
