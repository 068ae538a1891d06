//! Teams by target group against what their people lead one to expect.

use super::LEAST_STAFF;
use super::people::{Learners, Outcome, Row, Window};
use crate::indicators::Group;
use crate::suppress::LEAST;
use crate::sure::{Judgement, SureGap, sure};
use statistics::{Failure, Family, Glm, GlmFit, Matrix, said};
use std::collections::{BTreeMap, BTreeSet};
use timeline::Maalgruppe;

/// What was done with the people of a cell on the way. Shares in percent; nothing where a count behind one is small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Practice {
    /// Persons, once for each window.
    pub persons: u32,
    /// Held talks a month.
    pub talks_a_month: Option<f64>,
    /// With a day in an offer.
    pub offered: Option<f64>,
    /// With a day in an internship, a wage subsidy or ordinary hours.
    pub business: Option<f64>,
    /// With a day of ordinary hours.
    pub hours: Option<f64>,
}

impl Practice {
    fn of<'a>(rows: impl Iterator<Item = &'a Row>, months: f64) -> Self {
        let (mut n, mut talks, mut offered, mut business, mut hours) = (0u32, 0u32, 0u32, 0u32, 0u32);
        for row in rows {
            n += 1;
            talks += row.talks;
            offered += u32::from(row.offered);
            business += u32::from(row.business);
            hours += u32::from(row.hours);
        }
        let share = |count: u32| (!few(count) && !few(n - count)).then(|| 100.0 * f64::from(count) / f64::from(n));
        let enough = u64::from(n) >= LEAST;
        Self {
            persons: n,
            talks_a_month: enough.then(|| f64::from(talks) / (f64::from(n) * months)),
            offered: share(offered).filter(|_| enough),
            business: share(business).filter(|_| enough),
            hours: share(hours).filter(|_| enough),
        }
    }
}

/// Whether a count is one that is not shown.
fn few(count: u32) -> bool {
    count > 0 && u64::from(count) < LEAST
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// How it went. Shares in percent, the gap in percentage points, positive is better.
    Told {
        /// Of its people, went well.
        observed: f64,
        /// Expected of these people by how it went for those of all other teams.
        expected: f64,
        /// The gap and how sure it is.
        sure: SureGap,
        /// What that allows to be said.
        judgement: Judgement,
    },
    /// No other team has enough people of this target group: there is nobody inside the house to compare with.
    Alone,
    /// Too few persons, or too few for whom it went well or did not.
    FewPersons,
    /// Too few members of staff: the figure would be about a person.
    FewStaff,
}

/// A team and a target group.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The team.
    pub unit: String,
    /// The target group.
    pub group: Maalgruppe,
    /// The benefit that most of them had.
    pub benefit: Group,
    /// Persons, once for each window; nothing where they are few.
    pub persons: Option<u32>,
    /// What it says.
    pub shown: Shown,
    /// What was done; nothing where the cell is not told.
    pub practice: Option<Practice>,
    /// What the other teams did with the same target group.
    pub others: Option<Practice>,
}

impl Cell {
    /// What can be said, where something can.
    pub const fn judgement(&self) -> Option<Judgement> {
        match self.shown {
            Shown::Told { judgement, .. } => Some(judgement),
            _ => None,
        }
    }
}

/// Every team and target group.
#[derive(Clone, Debug, PartialEq)]
pub struct LearningMap {
    /// What counts as having gone well.
    pub outcome: Outcome,
    /// When one looked.
    pub windows: Vec<Window>,
    /// By team, then by target group in the order of the act.
    pub cells: Vec<Cell>,
    /// Persons with a team, once for each window.
    pub rows: usize,
    /// Persons without one.
    pub without_unit: usize,
    /// How many times as much as chance alone persons vary, 1 or more: the same person in two windows counts here.
    pub spread: f64,
}

impl LearningMap {
    /// Whom to ask: the cells that do clearly better, the surest first.
    pub fn ask(&self) -> Vec<&Cell> {
        let surely = |cell: &&Cell| cell.judgement() == Some(Judgement::Better);
        let mut better: Vec<&Cell> = self.cells.iter().filter(surely).collect();
        let low = |cell: &Cell| match cell.shown {
            Shown::Told { sure, .. } => sure.low,
            _ => f64::NEG_INFINITY,
        };
        better.sort_by(|a, b| low(b).total_cmp(&low(a)));
        better
    }
}

/// What is known of people, as columns; the target group as indicators, the most common one as base.
struct Known {
    windows: usize,
    names: Vec<String>,
    groups: Vec<Maalgruppe>,
}

impl Known {
    fn of(learners: &Learners) -> Self {
        let mut counts: BTreeMap<Maalgruppe, usize> = BTreeMap::new();
        for row in &learners.rows {
            *counts.entry(row.group).or_default() += 1;
        }
        let base = counts.iter().max_by_key(|(_, n)| **n).map(|(g, _)| *g);
        let groups: Vec<Maalgruppe> = counts.into_keys().filter(|g| Some(*g) != base).collect();
        let mut names = vec!["(Intercept)".to_owned()];
        names.extend(learners.names());
        names.extend(groups.iter().map(|g| g.code().to_owned()));
        Self { windows: learners.windows.len(), names, groups }
    }

    fn row(&self, row: &Row, out: &mut Vec<f64>) {
        out.clear();
        out.push(1.0);
        out.extend(row.known(self.windows));
        out.extend(self.groups.iter().map(|g| f64::from(*g == row.group)));
    }

    /// How likely it went well, from some rows: logistic regression, every coefficient but the intercept drawn to 0 by one
    /// made-up row with it alone that half went well for (the log-F(1, 1) prior of Greenland and Mansournia 2015), so that a
    /// group for whom it never went well makes no infinite coefficient.
    fn fit<'a>(&self, rows: impl Iterator<Item = &'a Row>, outcome: Outcome) -> Result<GlmFit, Failure> {
        let width = self.names.len();
        let (mut x, mut y) = (vec![Vec::new(); width], Vec::new());
        let mut values = Vec::with_capacity(width);
        for row in rows {
            self.row(row, &mut values);
            x.iter_mut().zip(&values).for_each(|(column, v)| column.push(*v));
            y.push(f64::from(row.well(outcome)));
        }
        let well = y.iter().filter(|v| **v > 0.5).count();
        if well == 0 || well == y.len() {
            return Err(Failure::TooFew { rows: y.len(), needed: said!("en forventning", "an expectation") });
        }
        for j in 1..width {
            x.iter_mut().enumerate().for_each(|(k, column)| column.push(f64::from(k == j)));
            y.push(0.5);
        }
        let x = Matrix::new(y.len(), x);
        Glm { x: &x, names: &self.names, y: &y, offset: None, weights: None, family: Family::Logit }.fit()
    }
}

/// Sum of expectations over rows and its variance, before chance is told by how much more people vary.
struct Expected {
    sum: f64,
    chance: f64,
    model: f64,
}

fn expected(known: &Known, fit: &GlmFit, rows: &[&Row]) -> Expected {
    let mut slope = vec![0.0; known.names.len()];
    let (mut sum, mut chance) = (0.0, 0.0);
    let mut values = Vec::new();
    for row in rows {
        known.row(row, &mut values);
        let linear: f64 = values.iter().zip(&fit.coefficients).map(|(x, b)| x * b).sum();
        let p = statistics::distribution::expit(linear);
        sum += p;
        chance += p * (1.0 - p);
        slope.iter_mut().zip(&values).for_each(|(s, x)| *s += p * (1.0 - p) * x);
    }
    Expected { sum, chance, model: fit.covariance.form(&slope, &slope) }
}

/// How many times as much as chance alone persons vary about the expectation of everybody.
fn spread(known: &Known, fit: &GlmFit, rows: &[Row], outcome: Outcome) -> f64 {
    let (mut residuals, mut chance) = (BTreeMap::<u32, f64>::new(), 0.0);
    for row in rows {
        let one = expected(known, fit, &[row]);
        *residuals.entry(row.person).or_default() += f64::from(row.well(outcome)) - one.sum;
        chance += one.chance;
    }
    (residuals.values().map(|r| r * r).sum::<f64>() / chance).max(1.0)
}

impl Learners {
    /// The learning map for an outcome. A cell is told from `least` persons and [`LEAST_STAFF`] members of staff on; never
    /// from fewer than [`LEAST`] for whom it went well, or did not.
    ///
    /// Each team is expected to do as the model of all *other* teams says of its people: age, sex, how long they had been
    /// supported without a break, how much of the last three years, and target group.
    ///
    /// # Errors
    /// [`Failure::TooFew`] where nobody with a team is found on a benefit; what a fit of everybody may say.
    pub fn map(&self, outcome: Outcome, least: usize) -> Result<LearningMap, Failure> {
        let least = least.max(usize::try_from(LEAST).unwrap_or(usize::MAX));
        if self.rows.is_empty() {
            return Err(Failure::TooFew { rows: 0, needed: said!("et læringskort", "a learning map") });
        }
        let known = Known::of(self);
        let months =
            self.windows.first().map_or(1.0, |w| f64::from(timeline::whole_months_between(w.start, w.end).max(1)));
        let spread = match known.fit(self.rows.iter(), outcome) {
            Ok(fit) => spread(&known, &fit, &self.rows, outcome),
            // It went well for nobody or for all: no cell will be told.
            Err(Failure::TooFew { .. }) => 1.0,
            Err(other) => return Err(other),
        };
        let mut by_cell: BTreeMap<(&str, Maalgruppe), Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            by_cell.entry((&self.units[usize::from(row.unit)], row.group)).or_default().push(row);
        }
        let mut fits: BTreeMap<u16, Option<GlmFit>> = BTreeMap::new();
        let (mut cells, mut gaps, mut told) = (Vec::new(), Vec::new(), Vec::new());
        for ((unit, group), rows) in &by_cell {
            let own = rows[0].unit;
            let others = || self.rows.iter().filter(|r| r.unit != own && r.group == *group);
            let well = rows.iter().filter(|r| r.well(outcome)).count();
            let staff: BTreeSet<u16> = rows.iter().map(|r| r.staff).collect();
            let small = |n: usize| (n as u64) < LEAST;
            let shown = if rows.len() < least || small(well) || small(rows.len() - well) {
                Shown::FewPersons
            } else if staff.len() < LEAST_STAFF {
                Shown::FewStaff
            } else {
                Shown::Alone
            };
            if shown == Shown::Alone && others().count() >= least {
                let without = || known.fit(self.rows.iter().filter(|r| r.unit != own), outcome).ok();
                if let Some(fit) = fits.entry(own).or_insert_with(without) {
                    let n = rows.len() as f64;
                    let e = expected(&known, fit, rows);
                    let (observed, expected) = (100.0 * well as f64 / n, 100.0 * e.sum / n);
                    gaps.push((observed - expected, 1e4 * (spread * e.chance + e.model) / (n * n)));
                    told.push((cells.len(), observed, expected));
                }
            }
            let visible = rows.len() >= least && staff.len() >= LEAST_STAFF;
            cells.push(Cell {
                unit: (*unit).to_owned(),
                group: *group,
                benefit: most_common(rows),
                persons: (!small(rows.len())).then_some(rows.len() as u32),
                shown,
                practice: visible.then(|| Practice::of(rows.iter().copied(), months)),
                others: (visible && others().count() >= least).then(|| Practice::of(others(), months)),
            });
        }
        for ((at, observed, expected), sure) in told.into_iter().zip(sure(&gaps, 1)) {
            cells[at].shown = Shown::Told { observed, expected, judgement: sure.judgement(expected), sure };
        }
        Ok(LearningMap {
            outcome,
            windows: self.windows.clone(),
            cells,
            rows: self.rows.len(),
            without_unit: self.without_unit,
            spread,
        })
    }
}

fn most_common(rows: &[&Row]) -> Group {
    let mut counts: BTreeMap<Group, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.benefit).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, n)| *n).map_or(Group::All, |(g, _)| g)
}
