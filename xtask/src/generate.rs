//! Files that are made from the code, checked in so that they can be read.

use crate::run::{Outcome, output};
use std::fs;

/// Path and content of each.
fn files() -> Result<Vec<(&'static str, String)>, String> {
    let commands = output("cargo", &["run", "--quiet", "--package", "traedesten", "--", "commands-page"])?;
    Ok(vec![
        ("crates/timeline/schema/journey.schema.json", format!("{:#}\n", timeline::journey_schema())),
        ("docs/commands.md", commands),
        ("docs/law-coverage.md", coverage()?),
    ])
}

/// Every rule, its versions, how sure they are, and how many scenarios ask about it.
fn coverage() -> Result<String, String> {
    let book = law::LawBook::shipped();
    let scenarios = texts(std::path::Path::new("scenarios"))?;
    let mut page = String::from(
        "# What the rule book covers\n\nMade by `cargo xtask generate`. *Read*: the source named in the version was read; \
         the official text may still be to be\ncompared. *Not confirmed*: from memory, derived or contested; marked wherever \
         it shows. A scenario is counted when its table asks\nabout the rule.\n\n\
         | rule | title | kind | versions | read | not confirmed | proposal | scenario rows |\n|---|---|---|---|---|---|---|---|\n",
    );
    for rule in book.rules() {
        let marks = |mark| rule.versions.iter().filter(|v| v.checked.mark == mark).count();
        let cell = format!("| {} |", rule.code);
        let asked: usize = scenarios.iter().map(|t| t.matches(&cell).count()).sum();
        page.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} | {} | {asked} |\n",
            rule.code,
            rule.title.da,
            rule.kind.code(),
            rule.versions.len(),
            marks(law::Mark::Verified),
            marks(law::Mark::Unverified),
            marks(law::Mark::Draft),
        ));
    }
    Ok(page)
}

/// Texts of the Markdown files below a folder, in order.
fn texts(folder: &std::path::Path) -> Result<Vec<String>, String> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|e| e.ok().map(|e| e.path()))
        .collect();
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() {
            out.extend(texts(&path)?);
        } else if path.extension().is_some_and(|e| e == "md") {
            out.push(fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?);
        }
    }
    Ok(out)
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
