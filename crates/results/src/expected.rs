//! Our own expected values: ridge regression of a share on framework conditions, each municipality expected from the
//! others alone.

use crate::conditions::{Choice, Explaining, Theme};
use figures::{Benchmarked, BenefitGroup, Publication, RollingYear};
use rayon::prelude::*;
use statistics::{Failure, RidgeBasis, RidgeFit, penalties, said};

/// Penalties that are tried, on columns whose variances sum to 1.3.
fn tried() -> Vec<f64> {
    penalties(0.005, 20.0, 30)
}

/// Expected values of one outcome in several periods, fitted with one penalty.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Those with a figure in every period, by their place in the order of code.
    rows: Vec<usize>,
    /// A fit per period.
    fits: Vec<RidgeFit>,
}

impl Fitted {
    /// A fit per period on those municipalities that have a figure in all of them. The penalty is the one whose errors on
    /// municipalities left out are least over all periods.
    ///
    /// # Errors
    /// Fewer than 20 municipalities with figures.
    pub fn of(explaining: &Explaining, outcomes: &[Vec<Option<f64>>]) -> Result<Self, Failure> {
        let rows: Vec<usize> = (0..outcomes[0].len()).filter(|r| outcomes.iter().all(|o| o[*r].is_some())).collect();
        if rows.len() < 20 {
            return Err(Failure::TooFew { rows: rows.len(), needed: said!("en forventning", "an expectation") });
        }
        let basis = explaining.basis(&rows);
        Ok(Self::on(&basis, rows, outcomes))
    }

    fn on(basis: &RidgeBasis, rows: Vec<usize>, outcomes: &[Vec<Option<f64>>]) -> Self {
        let y: Vec<Vec<f64>> = outcomes.iter().map(|o| rows.iter().filter_map(|r| o[*r]).collect()).collect();
        let fits = tried()
            .into_iter()
            .map(|lambda| y.iter().map(|y| basis.fit(y, lambda)).collect::<Vec<_>>())
            .min_by(|a, b| {
                let press = |fits: &[RidgeFit]| fits.iter().map(|f| f.press).sum::<f64>();
                press(a).total_cmp(&press(b))
            })
            .expect("there are penalties");
        Self { rows, fits }
    }

    /// Expected values of a period in the order of code, each municipality from the others alone. `None` where it has no
    /// figure.
    pub fn expected(&self, period: usize, municipalities: usize) -> Vec<Option<f64>> {
        let mut out = vec![None; municipalities];
        for (at, row) in self.rows.iter().enumerate() {
            out[*row] = Some(self.fits[period].left_out[at]);
        }
        out
    }

    /// The fit of a period.
    pub fn fit(&self, period: usize) -> &RidgeFit {
        &self.fits[period]
    }

    /// How far a municipality would draw its own fitted value after it, 0 to 1: how unlike others' its conditions are.
    /// `None` where it is not among the fitted.
    pub fn leverage(&self, period: usize, municipality: usize) -> Option<f64> {
        let at = self.rows.iter().position(|r| *r == municipality)?;
        Some(self.fits[period].leverage[at])
    }

    /// What each theme adds to a municipality's expected value against the mean of all, in the unit of the outcome. The
    /// themes and the mean sum to the fitted value, in which the municipality itself counts.
    pub fn themes(&self, explaining: &Explaining, period: usize, municipality: usize) -> Vec<(Theme, f64)> {
        let Some(at) = self.rows.iter().position(|r| *r == municipality) else { return Vec::new() };
        let adds = explaining.basis(&self.rows).contributions(&self.fits[period], at);
        let sum = |theme: Theme| {
            let of = explaining.conditions.iter().zip(&adds).filter(|(c, _)| c.theme == theme);
            of.map(|(_, a)| a).sum()
        };
        let mut themes: Vec<(Theme, f64)> = Theme::ALL.into_iter().map(|t| (t, sum(t))).collect();
        themes.retain(|(_, add)| *add != 0.0);
        themes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        themes
    }
}

/// The three groups that all benefits are the sum of.
pub const PARTS: [BenefitGroup; 3] = [BenefitGroup::ADagpenge, BenefitGroup::Sygedagpenge, BenefitGroup::Kontanthjaelp];

/// Our own expected shares in the years that the benchmark is published for.
#[derive(Clone, Debug)]
pub struct OwnExpected {
    /// The years, in order.
    pub periods: Vec<RollingYear>,
    /// What explains.
    pub explaining: Explaining,
    parts: Vec<Fitted>,
}

/// Which of the published shares a model is fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The actual ones: what was achieved.
    Actual,
    /// The publisher's expected ones: to see how much of its model the conditions hold.
    PublishedExpected,
}

fn outcomes(publication: &Publication, group: BenefitGroup, target: Target) -> Vec<Vec<Option<f64>>> {
    let value = |b: &Benchmarked| match target {
        Target::Actual => b.actual_share,
        Target::PublishedExpected => b.expected_share,
    };
    let year = |y: RollingYear| publication.across(group, y).iter().map(|(_, b)| Some(value(b))).collect();
    publication.periods().into_iter().map(year).collect()
}

impl OwnExpected {
    /// Fitted on a publication's actual shares, one model per group and year.
    ///
    /// # Errors
    /// A choice that leaves nothing.
    pub fn new(publication: &Publication, choice: &Choice) -> Result<Self, Failure> {
        let explaining = Explaining::new(choice)?;
        let fit = |g: BenefitGroup| Fitted::of(&explaining, &outcomes(publication, g, Target::Actual));
        let parts = PARTS.into_par_iter().map(fit).collect::<Result<_, _>>()?;
        Ok(Self { periods: publication.periods(), explaining, parts })
    }

    /// Expected shares, percent of those aged 16 to 66, in the order of code. All benefits are the sum of the groups.
    pub fn expected(&self, group: BenefitGroup, period: RollingYear) -> Option<Vec<f64>> {
        let at = self.periods.iter().position(|p| *p == period)?;
        let of = |f: &Fitted| f.expected(at, 98).into_iter().flatten();
        if let Some(part) = PARTS.iter().position(|p| *p == group) {
            return Some(of(&self.parts[part]).collect());
        }
        let mut sum = vec![0.0; 98];
        for part in &self.parts {
            of(part).zip(&mut sum).for_each(|(v, s)| *s += v);
        }
        Some(sum)
    }

    /// The fit of a group; for all benefits there is none, since it is a sum.
    pub fn part(&self, group: BenefitGroup) -> Option<&Fitted> {
        PARTS.iter().position(|p| *p == group).map(|i| &self.parts[i])
    }

    /// What each theme adds in a year, over the groups for all benefits; see [`Fitted::themes`].
    pub fn themes(&self, group: BenefitGroup, period: RollingYear, municipality: usize) -> Vec<(Theme, f64)> {
        let Some(at) = self.periods.iter().position(|p| *p == period) else { return Vec::new() };
        let parts = PARTS.iter().zip(&self.parts).filter(|(g, _)| group == BenefitGroup::All || **g == group);
        let mut all: Vec<(Theme, f64)> = Vec::new();
        for (theme, add) in parts.flat_map(|(_, f)| f.themes(&self.explaining, at, municipality)) {
            match all.iter_mut().find(|(t, _)| *t == theme) {
                Some((_, sum)) => *sum += add,
                None => all.push((theme, add)),
            }
        }
        all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        all
    }
}

/// Share of the variance of `y` that `p` accounts for: `1 − Σ(y − p)² / Σ(y − ȳ)²`.
pub fn r2(y: &[f64], p: &[f64]) -> f64 {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let left: f64 = y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum();
    1.0 - left / y.iter().map(|y| (y - mean).powi(2)).sum::<f64>()
}

/// How a model does in one year and group, each municipality predicted by a model that never saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Group.
    pub group: BenefitGroup,
    /// Year; none for the mean of all of them.
    pub period: Option<RollingYear>,
    /// R² of ours for the actual share.
    pub own_actual: f64,
    /// R² of the publisher's expected share for the actual one.
    pub published_actual: f64,
    /// R² of ours, fitted on actual shares, for the publisher's expected share.
    pub own_published: f64,
    /// R² of the same conditions fitted on the publisher's expected share, for that share.
    pub refitted_published: f64,
    /// Typical distance between ours and the publisher's expected share, percentage points (root mean square).
    pub apart: f64,
    /// Typical error of ours for the actual share.
    pub error: f64,
}

/// The mean of lines of equal length.
fn mean_line(lines: &[Vec<f64>]) -> Vec<f64> {
    (0..lines[0].len()).map(|i| lines.iter().map(|l| l[i]).sum::<f64>() / lines.len() as f64).collect()
}

/// Shares by target, group, period and municipality, from models that never saw the municipality: scales, penalty and
/// coefficients all come from the other 97. A last period is the mean of all.
fn never_seen(explaining: &Explaining, publication: &Publication, targets: [Target; 2]) -> Vec<Vec<Vec<Vec<f64>>>> {
    let periods = publication.periods().len();
    let all: Vec<Vec<Vec<Vec<Option<f64>>>>> =
        targets.iter().map(|t| PARTS.iter().map(|g| outcomes(publication, *g, *t)).collect()).collect();
    let one = |left_out: usize| -> Vec<Vec<Vec<f64>>> {
        let rows: Vec<usize> = (0..98).filter(|r| *r != left_out).collect();
        let (basis, row) = (explaining.basis(&rows), explaining.row(left_out));
        let group = |o: &Vec<Vec<Option<f64>>>| {
            let fitted = Fitted::on(&basis, rows.clone(), o);
            (0..periods).map(|p| basis.predict(fitted.fit(p), &row)).collect()
        };
        all.iter().map(|target| target.iter().map(group).collect()).collect()
    };
    let by_place: Vec<Vec<Vec<Vec<f64>>>> = (0..98).into_par_iter().map(one).collect();
    let group = |t: usize, g: usize| -> Vec<Vec<f64>> {
        let mut lines: Vec<Vec<f64>> =
            (0..periods).map(|p| by_place.iter().map(|place| place[t][g][p]).collect()).collect();
        lines.push(mean_line(&lines));
        lines
    };
    (0..targets.len()).map(|t| (0..PARTS.len()).map(|g| group(t, g)).collect()).collect()
}

/// Agreement with the actual shares and with the publisher's expected ones, for every group and year, out of fold by
/// municipality.
///
/// # Errors
/// A choice that leaves nothing.
pub fn agreement(publication: &Publication, choice: &Choice) -> Result<Vec<Agreement>, Failure> {
    let explaining = Explaining::new(choice)?;
    let both = never_seen(&explaining, publication, [Target::Actual, Target::PublishedExpected]);
    let distance =
        |a: &[f64], b: &[f64]| (a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / a.len() as f64).sqrt();
    let years = publication.periods();
    let mut out = Vec::new();
    for group in BenefitGroup::ALL {
        let lines = |value: fn(&Benchmarked) -> f64| -> Vec<Vec<f64>> {
            let year = |y: &RollingYear| publication.across(group, *y).iter().map(|(_, b)| value(b)).collect();
            let mut lines: Vec<Vec<f64>> = years.iter().map(year).collect();
            lines.push(mean_line(&lines));
            lines
        };
        let (expected, actual) = (lines(|b| b.expected_share), lines(|b| b.actual_share));
        for p in 0..=years.len() {
            let of = |lines: &[Vec<Vec<f64>>]| -> Vec<f64> {
                let parts = PARTS.iter().enumerate().filter(|(_, g)| group == BenefitGroup::All || **g == group);
                let parts: Vec<&Vec<f64>> = parts.map(|(i, _)| &lines[i][p]).collect();
                (0..98).map(|i| parts.iter().map(|line| line[i]).sum()).collect()
            };
            let (ours, refit) = (of(&both[0]), of(&both[1]));
            let (expected, actual) = (&expected[p], &actual[p]);
            out.push(Agreement {
                group,
                period: years.get(p).copied(),
                own_actual: r2(actual, &ours),
                published_actual: r2(actual, expected),
                own_published: r2(expected, &ours),
                refitted_published: r2(expected, &refit),
                apart: distance(expected, &ours),
                error: distance(actual, &ours),
            });
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of `docs/methods/results-municipalities.md`, to the second decimal.
    #[test]
    fn it_agrees_with_the_publisher_on_municipalities_it_never_saw() {
        let all = agreement(&Publication::shipped()[0], &Choice::default()).unwrap();
        assert_eq!(all.len(), 4 * 7);
        let of = |group, period: Option<&str>| {
            let period = period.map(|p| p.parse().unwrap());
            *all.iter().find(|a| a.group == group && a.period == period).unwrap()
        };
        let mean = of(BenefitGroup::All, None);
        assert!(mean.refitted_published >= 0.90, "{mean:?}");
        assert!(mean.own_published >= 0.87 && mean.own_actual >= 0.85, "{mean:?}");
        // What twelve conditions and least squares reach in 2022 (data/rammevilkaar/README.md).
        let last = of(BenefitGroup::All, Some("2022QMAT04"));
        assert!(last.own_published > 0.87 && last.refitted_published > 0.87 && last.own_actual > 0.83, "{last:?}");
        assert!((last.published_actual - 0.92).abs() < 0.005);
    }

    #[test]
    fn a_municipality_does_not_draw_its_own_expectation_after_it() {
        let publication = &Publication::shipped()[0];
        let explaining = Explaining::new(&Choice::default()).unwrap();
        let mut outcomes = outcomes(publication, BenefitGroup::ADagpenge, Target::Actual);
        outcomes.truncate(1);
        let basis = explaining.basis(&(0..98).collect::<Vec<_>>());
        let lambda = 0.3;
        let y = |o: &[Option<f64>]| o.iter().map(|v| v.unwrap()).collect::<Vec<f64>>();
        let before = basis.fit(&y(&outcomes[0]), lambda).left_out[7];
        outcomes[0][7] = Some(50.0);
        assert!((basis.fit(&y(&outcomes[0]), lambda).left_out[7] - before).abs() < 1e-9);
    }

    #[test]
    fn themes_and_the_mean_make_the_fitted_value() {
        let publication = &Publication::shipped()[0];
        let model = OwnExpected::new(publication, &Choice::default()).unwrap();
        let period = *model.periods.last().unwrap();
        let at = model.periods.len() - 1;
        for place in [0, 40, 97] {
            let part = model.part(BenefitGroup::Kontanthjaelp).unwrap();
            let sum: f64 = model.themes(BenefitGroup::Kontanthjaelp, period, place).iter().map(|t| t.1).sum();
            assert!((sum + part.fit(at).intercept - part.fit(at).fitted[place]).abs() < 1e-9);
        }
    }
}
