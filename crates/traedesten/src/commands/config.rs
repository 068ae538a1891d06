//! `config show`.

use super::Context;
use crate::args::ConfigAction;
use crate::failure::Failure;
use crate::output::put;

pub(crate) fn run(context: &Context, ConfigAction::Show: ConfigAction) -> Result<u8, Failure> {
    let rows = context.layered.describe();
    let width = |f: fn(&(String, String, String)) -> usize| rows.iter().map(f).max().unwrap_or(0);
    let (names, values) = (width(|r| r.0.chars().count()), width(|r| r.1.chars().count()));
    let text: String = rows.iter().map(|(n, v, s)| format!("{n:names$}  {v:values$}  {s}\n")).collect();
    put(text.as_bytes(), None).map(|()| 0)
}
