//! Files that are made from the code, checked in so that they can be read.

use crate::run::{Outcome, output};
use std::fs;

/// Path and content of each.
fn files() -> Result<Vec<(&'static str, String)>, String> {
    let commands = output("cargo", &["run", "--quiet", "--package", "traedesten", "--", "commands-page"])?;
    Ok(vec![
        ("crates/timeline/schema/journey.schema.json", format!("{:#}\n", timeline::journey_schema())),
        ("docs/commands.md", commands),
    ])
}

/// Write them.
pub(crate) fn write() -> Outcome {
    for (path, content) in files()? {
        fs::write(path, content).map_err(|e| format!("{path}: {e}"))?;
        println!("{path}");
    }
    Ok(())
}

/// That they are what the code makes.
pub(crate) fn check() -> Outcome {
    for (path, content) in files()? {
        if fs::read_to_string(path).unwrap_or_default() != content {
            return Err(format!("{path} is behind the code; run cargo xtask generate"));
        }
    }
    Ok(())
}
