//! `results report`: the report of a municipality for a committee.

use super::{Context, today};
use crate::args::{Report, ReportFormat};
use crate::failure::Failure;
use crate::output::put;

pub(crate) fn run(context: &Context, options: &Report) -> Result<u8, Failure> {
    if options.price.is_some_and(|p| !p.is_finite() || p < 0.0) {
        return Err(Failure::usage("--price: kroner om året, 0 eller mere", "--price: kroner a year, 0 or more"));
    }
    let place = context.municipality(options.municipality.as_deref())?;
    let ReportFormat::Html = options.format;
    let (figures, period) = (context.figures()?, options.period.as_deref());
    let html = portal::municipal_report(figures, &place.code, period, options.price, context.lang, today());
    let html = html.map_err(|what| Failure::usage(what.clone(), what))?;
    put(html.as_bytes(), options.out.as_deref())?;
    Ok(0)
}
