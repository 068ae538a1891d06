//! `results report`: the report of a municipality for a committee.

use super::{Context, today};
use crate::args::{Report, ReportFormat};
use crate::failure::Failure;
use crate::output::put;
use std::io::IsTerminal;

pub(crate) fn run(context: &Context, options: &Report) -> Result<u8, Failure> {
    if options.price.is_some_and(|p| !p.is_finite() || p < 0.0) {
        return Err(Failure::usage("--price: kroner om året, 0 eller mere", "--price: kroner a year, 0 or more"));
    }
    let place = context.municipality(options.municipality.as_deref())?;
    if options.format == ReportFormat::Pdf && options.out.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "en PDF kan ikke vises her: giv --out FIL",
            "a PDF cannot be shown here: give --out FILE",
        ));
    }
    let (figures, period) = (context.figures()?, options.period.as_deref());
    let document = portal::municipal_report(figures, &place.code, period, options.price, context.lang, today());
    let document = document.map_err(|what| Failure::usage(what.clone(), what))?;
    let bytes = match options.format {
        ReportFormat::Html => document.html().into_bytes(),
        ReportFormat::Pdf => document.pdf().map_err(|e| Failure::surroundings(e.to_string()))?,
    };
    put(&bytes, options.out.as_deref())?;
    Ok(0)
}
