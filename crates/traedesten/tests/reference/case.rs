//! A case: data, the commands run on them, and the numbers they must give.

use super::answer;
use super::rows::{Rows, Step};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A number holds when it lies within the larger of `rel` times what was expected and `abs`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tolerance {
    rel: f64,
    abs: f64,
}

/// What must stand somewhere.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Expected {
    Number(f64),
    Text(String),
    /// A number with a tolerance of its own, or only bounds.
    Within(Within),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Within {
    value: Option<f64>,
    rel: Option<f64>,
    abs: Option<f64>,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

/// Many numbers of the same kind: each row begins with what `by` says, and goes on with what stands at `columns`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    list: String,
    by: String,
    columns: Vec<String>,
    tolerance: Option<Tolerance>,
    rows: Vec<Vec<Expected>>,
}

/// What is asked of effects given row by row, when the data hold the true ones.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Predictions {
    truth: String,
    rmse_at_most: f64,
    coverage_at_least: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    what: String,
    command: String,
    #[serde(default)]
    derive: Vec<Step>,
    /// The command also writes rows to a file, found in the answer as `written.rows` and `written.most_of_one`.
    #[serde(default)]
    writes: bool,
    predictions: Option<Predictions>,
    #[serde(default)]
    checks: BTreeMap<String, Expected>,
    #[serde(default)]
    table: Vec<Table>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what, where from and why not are for the reader of the file")]
pub struct Case {
    pub id: String,
    family: String,
    what: String,
    pub data: String,
    numbers_from: String,
    in_print: Option<String>,
    tolerance: Tolerance,
    #[serde(default)]
    derive: Vec<Step>,
    #[serde(default)]
    options: String,
    #[serde(default)]
    unchecked: BTreeMap<String, String>,
    run: Vec<Run>,
}

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

impl Case {
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/cases");
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("a case").path()).collect();
        files.sort();
        files
            .iter()
            .map(|file| {
                let text = std::fs::read_to_string(file).expect("a text file");
                let case: Self = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
                assert_eq!(file.file_stem().and_then(|s| s.to_str()), Some(case.id.as_str()), "named for its case");
                case
            })
            .collect()
    }

    /// The family, as the name of its test.
    pub fn family(&self) -> String {
        self.family.replace('-', "_")
    }

    /// How many numbers and words are expected.
    pub fn numbers(&self) -> usize {
        let in_table = |table: &Table| table.rows.len() * table.columns.len();
        let in_run = |run: &Run| run.checks.len() + run.table.iter().map(in_table).sum::<usize>();
        self.run.iter().map(in_run).sum()
    }

    /// The data of each run.
    pub fn derived(&self) -> Vec<Rows> {
        let root = root();
        let data = self.derive.iter().fold(Rows::read(&root.join(&self.data)), |rows, step| rows.after(step, &root));
        self.run.iter().map(|run| run.derive.iter().fold(data.clone(), |rows, step| rows.after(step, &root))).collect()
    }

    /// Runs everything and gives what does not hold, a line each.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (run, rows) in self.run.iter().zip(self.derived()) {
            let said = match run.answer(&self.options, &rows) {
                Ok(answer) => run.faults(&answer, &rows, self.tolerance),
                Err(error) => vec![error],
            };
            faults.extend(said.into_iter().map(|fault| format!("{} ({}): {fault}", self.id, run.what)));
        }
        faults
    }
}

impl Run {
    /// What the program answers; the files it wrote are put into the answer.
    fn answer(&self, options: &str, rows: &Rows) -> Result<Value, String> {
        let room = tempfile::tempdir().expect("a folder");
        rows.write(&room.path().join("data.csv"));
        let mut arguments = words(&format!("{} {options} --data data.csv --format json --quiet", self.command));
        if self.writes {
            arguments.extend(words("--out written.csv"));
        }
        if self.predictions.is_some() {
            arguments.extend(words("--predictions predictions.csv"));
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_traedesten"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("TRAEDESTEN_") || text.starts_with("LC_") || text == "LANG" {
                program.env_remove(name);
            }
        }
        let ran = program.current_dir(room.path()).args(&arguments).output().expect("the program runs");
        if !ran.status.success() {
            let code = ran.status.code().unwrap_or(-1);
            let said = String::from_utf8_lossy(&ran.stderr);
            return Err(format!("{} ended with {code}: {}", arguments.join(" "), said.trim()));
        }
        let mut answer: Value = serde_json::from_slice(&ran.stdout).map_err(|e| format!("no JSON: {e}"))?;
        if self.writes {
            answer["written"] = written(&Rows::read(&room.path().join("written.csv")));
        }
        if let Some(predictions) = &self.predictions {
            answer["predictions"] = predictions.held(&Rows::read(&room.path().join("predictions.csv")), rows)?;
        }
        Ok(answer)
    }

    fn faults(&self, answer: &Value, rows: &Rows, tolerance: Tolerance) -> Vec<String> {
        let mut faults: Vec<String> =
            self.checks.iter().filter_map(|(path, expected)| fault(answer, path, expected, tolerance)).collect();
        for table in &self.table {
            for row in &table.rows {
                let name = match &row[0] {
                    Expected::Text(text) => text.clone(),
                    Expected::Number(number) => number.to_string(),
                    Expected::Within(_) => panic!("a row is named by a number or a text"),
                };
                assert_eq!(row.len(), table.columns.len() + 1, "{}, {name}: a cell for each column", table.list);
                for (column, expected) in table.columns.iter().zip(&row[1..]) {
                    let path = format!("{}[{}={name}].{column}", table.list, table.by);
                    faults.extend(fault(answer, &path, expected, table.tolerance.unwrap_or(tolerance)));
                }
            }
        }
        if let Some(asked) = &self.predictions {
            let found = &answer["predictions"];
            if found["rows"].as_u64() != Some(rows.cells.len() as u64) {
                faults.push(format!("predictions for {} rows, expected {}", found["rows"], rows.cells.len()));
            }
            if found["rmse"].as_f64().is_none_or(|rmse| rmse > asked.rmse_at_most) {
                faults.push(format!("predictions miss by {}, expected at most {}", found["rmse"], asked.rmse_at_most));
            }
            let least = asked.coverage_at_least.unwrap_or(0.0);
            if found["coverage"].as_f64().is_none_or(|coverage| coverage < least) {
                faults.push(format!("95 % intervals cover {}, expected at least {least}", found["coverage"]));
            }
        }
        faults
    }
}

/// What is wrong with what stands at the path.
fn fault(answer: &Value, path: &str, expected: &Expected, tolerance: Tolerance) -> Option<String> {
    let found = match answer::find(answer, path) {
        Ok(found) => found,
        Err(why) => return Some(format!("{path}: {why}")),
    };
    let (value, Tolerance { rel, abs }, least, most) = match expected {
        Expected::Text(text) => {
            let same = found.as_str() == Some(text.as_str());
            return (!same).then(|| format!("{path}: got {found}, expected {text:?}"));
        }
        Expected::Number(value) => (Some(*value), tolerance, None, None),
        Expected::Within(within) => {
            let own = match (within.rel, within.abs) {
                (None, None) => tolerance,
                (rel, abs) => Tolerance { rel: rel.unwrap_or(0.0), abs: abs.unwrap_or(0.0) },
            };
            (within.value, own, within.at_least, within.at_most)
        }
    };
    // Rows written to a file hold their numbers as text.
    let Some(got) = found.as_f64().or_else(|| found.as_str()?.parse().ok()) else {
        return Some(format!("{path}: got {found}, expected a number"));
    };
    if let Some(value) = value {
        let allowed = (rel * value.abs()).max(abs);
        let apart = (got - value).abs();
        if !apart.le(&allowed) {
            return Some(format!("{path}: got {got}, expected {value}; {apart:.3e} apart, allowed {allowed:.3e}"));
        }
    }
    if least.is_some_and(|least| !got.ge(&least)) || most.is_some_and(|most| !got.le(&most)) {
        let bound = |bound: Option<f64>| bound.map_or("any".to_owned(), |bound| bound.to_string());
        return Some(format!("{path}: got {got}, expected {} to {}", bound(least), bound(most)));
    }
    None
}

/// Rows written to a file, and for the first column the most rows that share a value.
fn written(rows: &Rows) -> Value {
    let objects: Vec<Value> = rows
        .cells
        .iter()
        .map(|row| {
            rows.names.iter().cloned().zip(row.iter().map(|cell| json!(cell))).collect::<serde_json::Map<_, _>>().into()
        })
        .collect();
    let mut counts = BTreeMap::new();
    for row in &rows.cells {
        *counts.entry(&row[0]).or_insert(0_u64) += 1;
    }
    json!({ "rows": objects, "most_of_one": { (rows.names[0].clone()): counts.values().max() } })
}

impl Predictions {
    /// How far the effects given row by row lie from the true ones.
    fn held(&self, given: &Rows, data: &Rows) -> Result<Value, String> {
        let mut given: Vec<(f64, f64, f64)> = given
            .numbers("row")
            .into_iter()
            .zip(given.numbers("estimate"))
            .zip(given.numbers("std_error"))
            .map(|((row, estimate), error)| (row, estimate, error))
            .collect();
        given.sort_by(|a, b| a.0.total_cmp(&b.0));
        let truth = data.numbers(&self.truth);
        if given.len() != truth.len() {
            return Err(format!("effects for {} rows, expected {}", given.len(), truth.len()));
        }
        let count = truth.len() as f64;
        let pairs = || given.iter().zip(&truth);
        let squares: f64 = pairs().map(|((_, estimate, _), truth)| (estimate - truth).powi(2)).sum();
        let covered = pairs().filter(|((_, estimate, error), truth)| (estimate - **truth).abs() <= 1.959_964 * error);
        Ok(json!({
            "rows": given.len(),
            "rmse": (squares / count).sqrt(),
            "coverage": covered.count() as f64 / count,
        }))
    }
}

/// The words of a command; what stands in single quotes is one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
