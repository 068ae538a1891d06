//! A table of text cells, and the steps by which a case makes its columns.

use super::expression;
use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What a cell says.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Missing,
    Number(f64),
    Text(String),
}

impl Cell {
    fn of(text: &str) -> Self {
        match text.trim() {
            "" => Self::Missing,
            text => text.parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Number),
        }
    }

    /// Numbers by size, texts by letters; none where something is missing.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Missing, _) | (_, Self::Missing) => None,
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (a, b) => Some(a.text().cmp(&b.text())),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A step from the data as they lie to the data a command reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Step {
    /// New columns by expression.
    Columns(BTreeMap<String, String>),
    /// Only the rows where the expression holds.
    Keep(String),
    /// A column of this name that numbers the rows from 1.
    Number(String),
    /// One row for each value of `by`, in the order they first stand, with the means of `of`; missing cells are left out.
    Mean { of: Vec<String>, by: String },
    /// The columns of another file, where the cell in `on` is the same.
    Join { file: String, on: String },
    /// Several columns under one another in `into`, numbered from 0 in `wave`.
    Stack { columns: Vec<String>, into: String, wave: String },
    /// A column a period, from `first` to `last`, folded into runs of the same state: `state`, `start`, `end`, `length`,
    /// `censored`, and the state that comes `next`.
    Spells { id: String, first: String, last: String },
}

/// A table.
#[derive(Debug, Clone)]
pub struct Rows {
    pub names: Vec<String>,
    pub cells: Vec<Vec<String>>,
}

impl Rows {
    pub fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let names = reader.headers().expect("a first line").iter().map(str::to_owned).collect();
        let row = |row: csv::Result<csv::StringRecord>| row.expect("a row").iter().map(str::to_owned).collect();
        Self { names, cells: reader.records().map(row).collect() }
    }

    pub fn write(&self, path: &Path) {
        let mut writer = csv::Writer::from_path(path).expect("the file is made");
        writer.write_record(&self.names).expect("the first line is written");
        for row in &self.cells {
            writer.write_record(row).expect("a row is written");
        }
        writer.flush().expect("the file is written");
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The number of a column.
    pub fn place(&self, name: &str) -> usize {
        let place = self.names.iter().position(|n| n == name);
        place.unwrap_or_else(|| panic!("no column {name} among {}", self.names.join(", ")))
    }

    /// A column as numbers; what is none is NaN.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        let place = self.place(name);
        self.cells.iter().map(|row| row[place].trim().parse().unwrap_or(f64::NAN)).collect()
    }

    fn value(&self, row: &[String], expression: &str) -> Cell {
        expression::value(expression, &|name| Cell::of(&row[self.place(name)]))
    }

    /// The table after a step; other files lie under `root`.
    pub fn after(mut self, step: &Step, root: &Path) -> Self {
        match step {
            Step::Columns(columns) => {
                let made: Vec<Vec<String>> = self
                    .cells
                    .iter()
                    .map(|row| columns.values().map(|expression| self.value(row, expression).text()).collect())
                    .collect();
                self.names.extend(columns.keys().cloned());
                for (row, new) in self.cells.iter_mut().zip(made) {
                    row.extend(new);
                }
                self
            }
            Step::Keep(expression) => {
                let names = std::mem::take(&mut self.names);
                let place = |name: &str| names.iter().position(|n| n == name);
                self.cells.retain(|row| {
                    expression::holds(expression, &|name| {
                        Cell::of(&row[place(name).unwrap_or_else(|| panic!("no column {name}"))])
                    })
                });
                self.names = names;
                self
            }
            Step::Number(name) => {
                self.names.push(name.clone());
                for (number, row) in self.cells.iter_mut().enumerate() {
                    row.push((number + 1).to_string());
                }
                self
            }
            Step::Mean { of, by } => self.mean(of, by),
            Step::Join { file, on } => self.join(&Self::read(&root.join(file)), on),
            Step::Stack { columns, into, wave } => self.stack(columns, into, wave),
            Step::Spells { id, first, last } => self.spells(id, first, last),
        }
    }

    fn mean(&self, of: &[String], by: &str) -> Self {
        let by_place = self.place(by);
        let mut order: Vec<&str> = Vec::new();
        let mut rows: HashMap<&str, Vec<&Vec<String>>> = HashMap::new();
        for row in &self.cells {
            let group = rows.entry(&row[by_place]).or_default();
            if group.is_empty() {
                order.push(&row[by_place]);
            }
            group.push(row);
        }
        let mean = |group: &str, name: &str| {
            let place = self.place(name);
            let known: Vec<f64> = rows[group].iter().filter_map(|row| row[place].trim().parse().ok()).collect();
            if known.is_empty() { String::new() } else { (known.iter().sum::<f64>() / known.len() as f64).to_string() }
        };
        let row = |group: &&str| {
            let means = of.iter().map(|name| mean(group, name));
            std::iter::once((*group).to_owned()).chain(means).collect()
        };
        let names = std::iter::once(by.to_owned()).chain(of.iter().cloned()).collect();
        Self { names, cells: order.iter().map(row).collect() }
    }

    fn join(mut self, other: &Self, on: &str) -> Self {
        let (here, there) = (self.place(on), other.place(on));
        self.names.extend(other.names.iter().enumerate().filter(|(n, _)| *n != there).map(|(_, name)| name.clone()));
        self.cells.retain_mut(|row| {
            let key = Cell::of(&row[here]);
            let found = other.cells.iter().find(|other| Cell::of(&other[there]) == key);
            if let Some(found) = found {
                row.extend(found.iter().enumerate().filter(|(n, _)| *n != there).map(|(_, cell)| cell.clone()));
            }
            found.is_some()
        });
        self
    }

    fn stack(mut self, columns: &[String], into: &str, wave: &str) -> Self {
        let places: Vec<usize> = columns.iter().map(|name| self.place(name)).collect();
        self.names.extend([into.to_owned(), wave.to_owned()]);
        let wide = std::mem::take(&mut self.cells);
        for (number, place) in places.into_iter().enumerate() {
            for row in &wide {
                let mut long = row.clone();
                long.extend([row[place].clone(), number.to_string()]);
                self.cells.push(long);
            }
        }
        self
    }

    fn spells(&self, id: &str, first: &str, last: &str) -> Self {
        let (id, first, last) = (self.place(id), self.place(first), self.place(last));
        let names = ["id", "state", "start", "end", "length", "censored", "next"].map(str::to_owned).to_vec();
        let mut cells = Vec::new();
        for row in &self.cells {
            let states = &row[first..=last];
            let mut start = 0;
            for end in 0..states.len() {
                let next = states.get(end + 1);
                if next == Some(&states[end]) {
                    continue;
                }
                cells.push(vec![
                    row[id].clone(),
                    states[end].clone(),
                    (start + 1).to_string(),
                    (end + 1).to_string(),
                    (end + 1 - start).to_string(),
                    u8::from(next.is_none()).to_string(),
                    next.cloned().unwrap_or_default(),
                ]);
                start = end + 1;
            }
        }
        Self { names, cells }
    }
}
