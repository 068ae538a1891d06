//! `results report`: the report of a municipality for a committee.

use super::{Context, today};
use crate::args::{Report, ReportFormat};
use crate::failure::Failure;
use crate::output::put;
use portal::Document;
use std::io::IsTerminal;
use std::path::Path;

/// A document in the form its file's ending says.
pub(crate) fn put_document(document: &Document, file: &Path) -> Result<(), Failure> {
    let format = if file.extension().is_some_and(|e| e == "pdf") { ReportFormat::Pdf } else { ReportFormat::Html };
    put(&bytes(document, format)?, Some(file))
}

fn bytes(document: &Document, format: ReportFormat) -> Result<Vec<u8>, Failure> {
    match format {
        ReportFormat::Html => Ok(document.html().into_bytes()),
        ReportFormat::Pdf => document.pdf().map_err(|e| Failure::surroundings(e.to_string())),
    }
}

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
    put(&bytes(&document, options.format)?, options.out.as_deref())?;
    Ok(0)
}
