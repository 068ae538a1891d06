//! From columns to a design matrix: numbers as they are, categories as indicators, rows with everything.

use crate::error::Failure;
use crate::frame::{Column, Frame};
use crate::matrix::Matrix;
use rayon::prelude::*;

/// The level of a category that the others are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Column.
    pub column: String,
    /// Level.
    pub level: String,
}

/// What the columns of a design are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesignSpec {
    /// Columns, in order. Text becomes indicators.
    pub terms: Vec<String>,
    /// Columns of numbers that are categories.
    pub categorical: Vec<String>,
    /// Levels to hold against; else the first in sorted order.
    pub bases: Vec<Base>,
    /// A column of ones first.
    pub intercept: bool,
}

/// A design matrix with the names of its columns.
#[derive(Clone, Debug)]
pub struct Design {
    /// Values, a row for each row of the frame.
    pub x: Matrix,
    /// `(Intercept)`, `a`, `c=LEVEL`.
    pub names: Vec<String>,
}

/// Rows that have a value in every one of `columns`, and how many have not.
///
/// # Errors
/// A column that is not there.
pub fn rows_with_all(frame: &Frame, columns: &[&str]) -> Result<(Vec<usize>, usize), Failure> {
    let found: Vec<&Column> = columns.iter().map(|c| frame.column(c)).collect::<Result<_, _>>()?;
    let lacking: Vec<&Column> = found.into_par_iter().filter(|c| c.has_missing()).collect();
    let keep: Vec<usize> = (0..frame.rows()).filter(|row| lacking.iter().all(|c| !c.is_missing(*row))).collect();
    let dropped = frame.rows() - keep.len();
    Ok((keep, dropped))
}

/// Levels in sorted order: numbers by size, text by letters.
fn sorted_levels(column: &Column) -> Vec<String> {
    match column {
        Column::Number(all) => {
            let mut values: Vec<f64> = all.iter().copied().filter(|v| !v.is_nan()).collect();
            values.sort_by(f64::total_cmp);
            values.dedup();
            values.iter().map(|v| format!("{}", v + 0.0)).collect()
        }
        Column::Text { codes, levels } => {
            let mut used = vec![false; levels.len()];
            codes.iter().filter(|c| **c != u32::MAX).for_each(|c| used[*c as usize] = true);
            let mut names: Vec<String> = levels.iter().zip(used).filter(|(_, u)| *u).map(|(l, _)| l.clone()).collect();
            names.sort();
            names
        }
    }
}

impl Design {
    /// The design of a frame in which no used value is missing.
    ///
    /// # Errors
    /// A column that is not there, a base that is no level, a category with a single level, a slip in a column of numbers.
    pub fn new(frame: &Frame, spec: &DesignSpec) -> Result<Self, Failure> {
        let n = frame.rows();
        let (mut columns, mut names): (Vec<Vec<f64>>, Vec<String>) = (Vec::new(), Vec::new());
        if spec.intercept {
            columns.push(vec![1.0; n]);
            names.push("(Intercept)".to_owned());
        }
        let mut category_given = false;
        for term in &spec.terms {
            let column = frame.column(term)?;
            if !spec.categorical.contains(term) {
                frame.categories(term)?;
            }
            let category = spec.categorical.contains(term) || matches!(column, Column::Text { .. });
            if let (Column::Number(all), false) = (column, category) {
                columns.push(all.clone());
                names.push(term.clone());
                continue;
            }
            let levels = sorted_levels(column);
            let base = match spec.bases.iter().find(|b| b.column == *term) {
                Some(base) => levels.iter().position(|l| *l == base.level).ok_or_else(|| {
                    Failure::Asked(crate::said!(
                        "»{}« er intet niveau af »{term}«; der er {}",
                        "\"{}\" is no level of \"{term}\"; there are {}",
                        base.level,
                        levels.join(", ")
                    ))
                })?,
                None => 0,
            };
            if levels.len() < 2 {
                return Err(Failure::Constant { column: term.clone() });
            }
            let (groups, labels) = column.groups();
            let of: Vec<usize> =
                labels.iter().map(|label| levels.iter().position(|l| l == label).unwrap_or(base)).collect();
            let place: Vec<usize> = groups.iter().map(|g| of.get(*g as usize).copied().unwrap_or(base)).collect();
            // Without an intercept every level of the first category has its own column.
            let all_levels = !spec.intercept && !category_given;
            category_given = true;
            for (i, level) in levels.iter().enumerate().filter(|(i, _)| all_levels || *i != base) {
                columns.push(place.iter().map(|p| f64::from(u8::from(*p == i))).collect());
                names.push(format!("{term}={level}"));
            }
        }
        Ok(Self { x: Matrix::new(n, columns), names })
    }
}
