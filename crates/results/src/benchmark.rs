//! Expected values: what framework conditions predict, and how far each unit is from it.

use statistics::{
    Base, Clusters, Design, DesignSpec, Failure, Family, Frame, Glm, LeastSquares, Matrix, Robust, Tested,
    distribution, least_squares, random_intercept, tested,
};

/// From conditions to the expected value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A straight line.
    Identity,
    /// A share between 0 and 1.
    Logit,
}

/// What a left-out prediction leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveOut {
    /// Its own row.
    Row,
    /// All rows of its unit.
    Unit,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Model {
    /// Column that names units.
    pub unit: String,
    /// Outcome.
    pub outcome: String,
    /// Conditions.
    pub terms: Vec<String>,
    /// Of them, numbers that are categories.
    pub categorical: Vec<String>,
    /// Levels held against.
    pub bases: Vec<Base>,
    /// Weights.
    pub weights: Option<String>,
    /// Errors of the coefficients.
    pub robust: Robust,
    /// Link.
    pub link: Link,
    /// What a left-out prediction leaves out.
    pub leave_out: LeaveOut,
    /// A high outcome is good: the gap is observed minus expected.
    pub higher_is_better: bool,
    /// Also a random intercept for each unit.
    pub random_intercept: bool,
}

/// A unit against what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Label.
    pub unit: String,
    /// Rows.
    pub n: usize,
    /// Mean outcome.
    pub observed: f64,
    /// Mean expected.
    pub expected: f64,
    /// Expected minus observed, so that positive is better; the other way round where a high outcome is good.
    pub gap: f64,
    /// Expected by a fit without the unit, or without each row.
    pub expected_left_out: f64,
    /// Gap against that.
    pub gap_left_out: f64,
    /// Externally studentised residual, observed minus expected; only where a unit is one row.
    pub studentised: Option<f64>,
    /// Weight of the unit's own rows in its expected value: the mean of the diagonal of the hat matrix.
    pub leverage: f64,
    /// Lower end of the 95 % interval for what a unit with these conditions may show.
    pub interval_low: f64,
    /// Upper end.
    pub interval_high: f64,
    /// Best prediction of the unit's own level above its expectation, and its standard deviation.
    pub blup: Option<(f64, f64)>,
}

/// A random intercept.
#[derive(Clone, Debug, PartialEq)]
pub struct Intercepts {
    /// Coefficients.
    pub coefficients: Vec<Tested>,
    /// Between units.
    pub sd_unit: f64,
    /// Within.
    pub sd_residual: f64,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// Rows.
    pub n: usize,
    /// Coefficients.
    pub coefficients: Vec<Tested>,
    /// Residual standard deviation.
    pub sigma: f64,
    /// Share of variation told.
    pub r2: f64,
    /// Sum of squared errors of predictions that leave the row out (the unit, where that is left out).
    pub press: f64,
    /// Units, in the order met.
    pub units: Vec<Unit>,
    /// With a random intercept.
    pub random_intercept: Option<Intercepts>,
}

struct Rows {
    fitted: Vec<f64>,
    left_out: Vec<f64>,
    leverage: Vec<f64>,
    studentised: Option<Vec<f64>>,
    /// Variance of the expected value of a unit with those mean conditions.
    spread: Vec<f64>,
    coefficients: Vec<Tested>,
    sigma: f64,
    df: f64,
}

/// Expected values of each unit. The frame has a value in every column used.
///
/// # Errors
/// What the fit may say.
pub fn benchmark(frame: &Frame, model: &Model) -> Result<Benchmark, Failure> {
    let spec = DesignSpec {
        terms: model.terms.clone(),
        categorical: model.categorical.clone(),
        bases: model.bases.clone(),
        intercept: true,
    };
    let design = Design::new(frame, &spec)?;
    let y = frame.numbers(&model.outcome)?.to_vec();
    let w = model.weights.as_deref().map(|w| weights(frame, w)).transpose()?;
    let (group, labels) = frame.column(&model.unit)?.groups();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); labels.len()];
    group.iter().enumerate().for_each(|(row, g)| members[*g as usize].push(row));
    let rows = match model.link {
        Link::Identity => linear(&design, &y, w.as_deref(), model, &members)?,
        Link::Logit => fractional(&design, &y, w.as_deref(), model, &members).map_err(|e| frame.renumbered(e))?,
    };
    let mixed = if model.random_intercept {
        let fit = random_intercept(&design.x, &design.names, &y, w.as_deref(), &group, labels.len())?;
        let df = f64::INFINITY;
        let one = |(j, name): (usize, &String)| {
            Tested::new(name.clone(), fit.coefficients[j], fit.covariance.at(j, j).max(0.0).sqrt(), df)
        };
        let coefficients = design.names.iter().enumerate().map(one).collect();
        Some((
            fit.blup.clone(),
            fit.blup_sd.clone(),
            Intercepts { coefficients, sd_unit: fit.sd_unit, sd_residual: fit.sd_residual },
        ))
    } else {
        None
    };
    let sign = if model.higher_is_better { -1.0 } else { 1.0 };
    let quantile = distribution::t_quantile(0.975, rows.df);
    let weight = |i: usize| w.as_ref().map_or(1.0, |w| w[i]);
    let units: Vec<Unit> = labels
        .into_iter()
        .enumerate()
        .map(|(g, unit)| {
            let own = &members[g];
            let mean = |v: &[f64]| own.iter().map(|i| v[*i]).sum::<f64>() / own.len() as f64;
            let (observed, expected, left_out) = (mean(&y), mean(&rows.fitted), mean(&rows.left_out));
            let noise = own.iter().map(|i| 1.0 / weight(*i)).sum::<f64>() / (own.len() as f64).powi(2);
            let scale = match model.link {
                Link::Identity => 1.0,
                Link::Logit => expected * (1.0 - expected),
            };
            let wide = quantile * (rows.sigma.powi(2) * scale * noise + rows.spread[g]).sqrt();
            Unit {
                unit,
                n: own.len(),
                observed,
                expected,
                gap: sign * (expected - observed),
                expected_left_out: left_out,
                gap_left_out: sign * (left_out - observed),
                studentised: rows.studentised.as_ref().filter(|_| own.len() == 1).map(|s| s[own[0]]),
                leverage: mean(&rows.leverage),
                interval_low: expected - wide,
                interval_high: expected + wide,
                blup: mixed.as_ref().map(|(blup, sd, _)| (blup[g], sd[g])),
            }
        })
        .collect();
    let n = y.len();
    let sum = |of: &dyn Fn(usize) -> f64| (0..n).map(of).sum::<f64>();
    let mean = sum(&|i| weight(i) * y[i]) / sum(&weight);
    let total = sum(&|i| weight(i) * (y[i] - mean).powi(2));
    Ok(Benchmark {
        n,
        sigma: rows.sigma,
        r2: 1.0 - sum(&|i| weight(i) * (y[i] - rows.fitted[i]).powi(2)) / total,
        press: sum(&|i| weight(i) * (y[i] - rows.left_out[i]).powi(2)),
        coefficients: rows.coefficients,
        units,
        random_intercept: mixed.map(|(.., m)| m),
    })
}

/// Weights above zero.
pub(crate) fn weights(frame: &Frame, column: &str) -> Result<Vec<f64>, Failure> {
    let all = frame.numbers(column)?;
    match all.iter().position(|w| *w <= 0.0) {
        Some(row) => Err(Failure::Value {
            column: column.to_owned(),
            row: frame.row_number(row),
            what: statistics::said!("en vægt på {}; vægte er over 0", "a weight of {}; weights are above 0", all[row]),
        }),
        None => Ok(all.to_vec()),
    }
}

/// Mean conditions of each unit.
fn mean_rows(x: &Matrix, members: &[Vec<usize>]) -> Vec<Vec<f64>> {
    let mean = |own: &Vec<usize>, j: usize| own.iter().map(|i| x.at(*i, j)).sum::<f64>() / own.len() as f64;
    members.iter().map(|own| (0..x.width()).map(|j| mean(own, j)).collect()).collect()
}

fn linear(
    design: &Design,
    y: &[f64],
    w: Option<&[f64]>,
    model: &Model,
    members: &[Vec<usize>],
) -> Result<Rows, Failure> {
    let fit = least_squares(&design.x, &design.names, y, w)?;
    let mut clusters = Vec::new();
    if model.robust.is_clustered() {
        let mut of_row = vec![0; y.len()];
        for (g, own) in members.iter().enumerate() {
            own.iter().for_each(|i| of_row[*i] = g as u32);
        }
        clusters.push(Clusters::new(of_row));
    }
    let covariance = fit.covariance(&design.x, model.robust, &clusters)?;
    let left_out = match model.leave_out {
        LeaveOut::Row => fit.left_out(y),
        LeaveOut::Unit => without_units(&fit, &design.x, y, w, members)?,
    };
    let classical = fit.covariance(&design.x, Robust::Classical, &[])?;
    let spread = mean_rows(&design.x, members).iter().map(|x| classical.matrix.form(x, x)).collect();
    Ok(Rows {
        coefficients: tested(&design.names, &fit.coefficients, &covariance),
        studentised: Some(fit.studentised()),
        left_out,
        spread,
        sigma: fit.sigma,
        df: fit.df,
        leverage: fit.leverage,
        fitted: fit.fitted,
    })
}

/// Predictions of each unit's rows by a fit without them: the normal equations less the unit's own part.
fn without_units(
    fit: &LeastSquares,
    x: &Matrix,
    y: &[f64],
    w: Option<&[f64]>,
    members: &[Vec<usize>],
) -> Result<Vec<f64>, Failure> {
    let k = x.width();
    // (XᵀX − XgᵀXg)⁻¹ by way of the fit's own bread: b − Δ with Δ = (A − Ag)⁻¹ Xgᵀ W e.
    let whole = x.gram(w);
    let mut out = vec![0.0; y.len()];
    for own in members {
        let own_x = x.take(own);
        let own_w: Option<Vec<f64>> = w.map(|w| own.iter().map(|i| w[*i]).collect());
        let rest = whole.plus(&own_x.gram(own_w.as_deref()), -1.0);
        let e: Vec<f64> =
            own.iter().enumerate().map(|(at, i)| fit.residuals[*i] * own_w.as_ref().map_or(1.0, |w| w[at])).collect();
        let factor = statistics::Cholesky::new(&rest).map_err(|_| {
            Failure::Cannot(statistics::said!(
                "uden en af enhederne kan betingelserne ikke længere skelnes: udelad rækker i stedet",
                "without one of the units the conditions can no longer be told apart: leave out rows instead"
            ))
        })?;
        let delta = factor.solve(&own_x.transposed_times(&e));
        for i in own {
            out[*i] = (0..k).map(|j| x.at(*i, j) * (fit.coefficients[j] - delta[j])).sum();
        }
    }
    Ok(out)
}

/// A share by a fractional logit, quasi-likelihood (Papke and Wooldridge 1996); left-out predictions are refits.
fn fractional(
    design: &Design,
    y: &[f64],
    w: Option<&[f64]>,
    model: &Model,
    members: &[Vec<usize>],
) -> Result<Rows, Failure> {
    if let Some(row) = y.iter().position(|y| !(0.0..=1.0).contains(y)) {
        return Err(Failure::Value {
            column: model.outcome.clone(),
            row: row + 1,
            what: statistics::said!(
                "{} er ingen andel; skriv andele fra 0 til 1 til --link logit",
                "{} is no share; write shares from 0 to 1 for --link logit",
                y[row]
            ),
        });
    }
    let (n, k) = (y.len(), design.x.width());
    let ask = |x: &Matrix, y: &[f64], w: Option<&[f64]>| {
        Glm { x, names: &design.names, y, offset: None, weights: w, family: Family::Logit }.fit()
    };
    let fit = ask(&design.x, y, w)?;
    let weight = |i: usize| w.map_or(1.0, |w| w[i]);
    let slope: Vec<f64> = fit.fitted.iter().map(|p| p * (1.0 - p)).collect();
    let df = (n - k) as f64;
    let pearson = (0..n).map(|i| weight(i) * (y[i] - fit.fitted[i]).powi(2) / slope[i]).sum::<f64>();
    let sigma = (pearson / df).sqrt();
    let bread = &fit.covariance;
    let leverage: Vec<f64> = (0..n)
        .map(|i| {
            let mut x = vec![0.0; k];
            design.x.row_into(i, &mut x);
            weight(i) * slope[i] * bread.form(&x, &x)
        })
        .collect();
    let covariance = match model.robust {
        Robust::Classical => Matrix::zeros(k, k).plus(bread, sigma.powi(2)),
        robust => {
            let squares: Vec<f64> = (0..n)
                .map(|i| {
                    let e = weight(i) * (y[i] - fit.fitted[i]);
                    match robust {
                        Robust::Hc2 => e * e / (1.0 - leverage[i]),
                        Robust::Hc3 => e * e / (1.0 - leverage[i]).powi(2),
                        _ => e * e,
                    }
                })
                .collect();
            let factor = if robust == Robust::Hc1 { n as f64 / df } else { 1.0 };
            let sandwich = bread.product(&design.x.gram(Some(&squares))).product(bread);
            Matrix::zeros(k, k).plus(&sandwich, factor)
        }
    };
    let coefficients = (0..k)
        .map(|j| Tested::new(design.names[j].clone(), fit.coefficients[j], covariance.at(j, j).max(0.0).sqrt(), df))
        .collect();
    let mut left_out = vec![0.0; n];
    let single: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
    let parts = if model.leave_out == LeaveOut::Unit { members } else { &single };
    for own in parts {
        let rest: Vec<usize> = (0..n).filter(|i| own.binary_search(i).is_err()).collect();
        let rest_y: Vec<f64> = rest.iter().map(|i| y[*i]).collect();
        let rest_w: Option<Vec<f64>> = w.map(|w| rest.iter().map(|i| w[*i]).collect());
        let without = ask(&design.x.take(&rest), &rest_y, rest_w.as_deref())?;
        for i in own {
            let eta = (0..k).map(|j| design.x.at(*i, j) * without.coefficients[j]).sum();
            left_out[*i] = distribution::expit(eta);
        }
    }
    let spread = mean_rows(&design.x, members)
        .iter()
        .map(|x| {
            let p = distribution::expit(x.iter().zip(&fit.coefficients).map(|(x, b)| x * b).sum());
            (p * (1.0 - p)).powi(2) * covariance.form(x, x)
        })
        .collect();
    Ok(Rows { fitted: fit.fitted, left_out, leverage, studentised: None, spread, coefficients, sigma, df })
}
