//! Municipalities against what was expected of them, each with how sure it is.

use crate::conditions::{Explaining, MEASURED};
use crate::expected::{Fitted, OwnExpected};
use crate::sure::{GapOverTime, Judgement, Noise, SureGap, sure};
use figures::{
    BenefitGroup, Conditions, Month, Municipality, Publication, Published, RollingYear, Series, municipalities,
};
use statistics::Failure;

/// A municipality against what was expected of it. Shares in percent of those aged 16 to 66.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Which.
    pub place: &'static Municipality,
    /// Those aged 15 to 64 on 1 January 2020: the size that its uncertainty follows.
    pub population: f64,
    /// Expected share.
    pub expected: f64,
    /// Actual share.
    pub actual: f64,
    /// Actual full-time persons.
    pub persons: f64,
    /// Full-time persons fewer than expected: positive is better.
    pub persons_gap: f64,
    /// Percentage points lower than expected, positive is better, and how sure.
    pub sure: SureGap,
    /// The part of the gap's variance that it moves by itself with: what two years of one model differ by.
    pub noise: f64,
    /// Rank as published, 1 the best.
    pub published_rank: Option<u16>,
}

impl Standing {
    /// What its interval allows to be said.
    pub fn judgement(&self) -> Judgement {
        self.sure.judgement(self.expected)
    }

    /// Whether it does better against what was expected than another, by more than chance, once both are drawn to the mean of
    /// all by as much as they are unsure.
    pub fn clearly_better_than(&self, other: &Self) -> bool {
        let sd = self.sure.steadied_sd.hypot(other.sure.steadied_sd);
        self.sure.steadied - other.sure.steadied > crate::sure::Z95 * sd
    }
}

/// Seed of the draws behind ranks: the same figures give the same ranks.
const SEED: u64 = 1;

/// Those aged 15 to 64 on 1 January 2020, in order of code.
pub(crate) fn working_age() -> Vec<f64> {
    let all = Conditions::shipped().across("folketal_15_64", 2020).unwrap_or_default();
    all.iter().map(|v| v.expect("every municipality has its people")).collect()
}

/// A published year and group. The publisher gives no uncertainty; ours is how much a municipality's gap moves between
/// calendar years by itself, larger where fewer live ([`Noise`]).
pub fn published(publication: &Publication, group: BenefitGroup, period: RollingYear) -> Vec<Standing> {
    let people = working_age();
    // Years that do not overlap: those that end in the same quarter.
    let years: Vec<RollingYear> = publication.periods().into_iter().filter(|p| p.quarter == period.quarter).collect();
    let lines: Vec<Vec<f64>> =
        years.iter().map(|y| publication.across(group, *y).iter().map(|(_, b)| b.gap()).collect()).collect();
    let now = publication.across(group, period);
    let units: Vec<GapOverTime> = now
        .iter()
        .enumerate()
        .map(|(i, (_, b))| GapOverTime {
            population: people[i],
            gaps: lines.iter().map(|year| year[i]).collect(),
            now: b.gap(),
        })
        .collect();
    let noise = Noise::of(&units);
    let gaps: Vec<(f64, f64)> = units.iter().map(|u| (u.now, noise.variance(u.population))).collect();
    now.into_iter()
        .zip(sure(&gaps, SEED))
        .enumerate()
        .map(|(i, ((place, b), sure))| Standing {
            place,
            population: people[i],
            expected: b.expected_share,
            actual: b.actual_share,
            persons: b.actual_persons,
            persons_gap: b.gap_persons(),
            sure,
            noise: noise.variance(people[i]),
            published_rank: Some(b.rank),
        })
        .collect()
}

/// How far two sound models of the same share lie from each other: half the mean square of the difference, since either
/// may be the one that errs.
fn models_apart(ours: &[f64], published: &[f64]) -> f64 {
    let squares: f64 = ours.iter().zip(published).map(|(a, b)| (a - b).powi(2)).sum();
    squares / ours.len() as f64 / 2.0
}

/// Our own expected shares against the published actual ones. The interval holds both how much a gap moves by itself
/// ([`Noise`]) and how far two models lie from each other.
pub fn own(publication: &Publication, model: &OwnExpected, group: BenefitGroup, period: RollingYear) -> Vec<Standing> {
    let people = working_age();
    let now = publication.across(group, period);
    let Some(expected) = model.expected(group, period) else { return Vec::new() };
    let years = model.periods.iter().filter(|p| p.quarter == period.quarter);
    let lines: Vec<Vec<f64>> = years
        .filter_map(|y| {
            let actual = publication.across(group, *y);
            Some(model.expected(group, *y)?.iter().zip(actual).map(|(e, (_, b))| e - b.actual_share).collect())
        })
        .collect();
    let units: Vec<GapOverTime> = now
        .iter()
        .enumerate()
        .map(|(i, (_, b))| GapOverTime {
            population: people[i],
            gaps: lines.iter().map(|year| year[i]).collect(),
            now: expected[i] - b.actual_share,
        })
        .collect();
    let noise = Noise::of(&units);
    let published: Vec<f64> = now.iter().map(|(_, b)| b.expected_share).collect();
    let apart = models_apart(&expected, &published);
    let gaps: Vec<(f64, f64)> = units.iter().map(|u| (u.now, noise.variance(u.population) + apart)).collect();
    now.into_iter()
        .zip(sure(&gaps, SEED))
        .enumerate()
        .map(|(i, ((place, b), sure))| Standing {
            place,
            population: people[i],
            expected: expected[i],
            actual: b.actual_share,
            persons: b.actual_persons,
            persons_gap: sure.gap / b.actual_share * b.actual_persons,
            sure,
            noise: noise.variance(people[i]),
            published_rank: None,
        })
        .collect()
}

/// Our own expected values carried to months that no benchmark is published for.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The first month of the twelve.
    pub from: Month,
    /// The last.
    pub to: Month,
    /// Those with a figure in every month.
    pub standings: Vec<Standing>,
    /// Those without.
    pub missing: Vec<&'static Municipality>,
    /// Variance that old conditions add, square percentage points: how much larger the errors on municipalities left out
    /// are than in the first twelve months with figures, as a part of the share.
    pub stale: f64,
    /// Whole years since the conditions were measured.
    pub years: i16,
}

/// The monthly series that stands for a group after 2022, and the one that counts its persons. There is none for sickness
/// benefit, and so none for all benefits.
pub const fn series_of(group: BenefitGroup) -> Option<(Series, Series)> {
    match group {
        BenefitGroup::ADagpenge => Some((Series::DagpengeShare, Series::UnemployedDagpenge)),
        BenefitGroup::Kontanthjaelp => Some((Series::KontanthjaelpShare, Series::KontanthjaelpFullTime)),
        BenefitGroup::All | BenefitGroup::Sygedagpenge => None,
    }
}

/// The mean of twelve months, where each has a figure.
fn year_to(figures: &Published, series: Series, code: &str, last: Month) -> Option<f64> {
    let months = (last.number() - 11)..=last.number();
    let values: Option<Vec<f64>> = months.map(|m| figures.value(series, code, Month::from_number(m))).collect();
    Some(values?.iter().sum::<f64>() / 12.0)
}

/// The twelve months up to one, against what the conditions of 2020 lead one to expect of the same twelve months. `None`
/// for a group or a month without a series.
///
/// Besides what a gap moves by itself and how far two models lie from each other, the interval holds how much poorer the
/// conditions of 2020 explain now than in the first twelve months, where they do.
///
/// # Errors
/// Too few municipalities with figures.
pub fn carried(
    figures: &Published,
    publication: &Publication,
    model: &OwnExpected,
    group: BenefitGroup,
    last: Month,
) -> Result<Option<Carried>, Failure> {
    let Some((share, count)) = series_of(group) else { return Ok(None) };
    // Whole years back, as far as there are figures; oldest first.
    let first = figures.months().iter().find(|m| figures.value(share, figures::NATION, **m).is_some());
    let newest = figures.latest(share).filter(|newest| last <= *newest);
    // Two years at least: how much a gap moves by itself is seen between them.
    let Some(first) = first.filter(|f| newest.is_some() && last.number() - f.number() >= 23) else { return Ok(None) };
    let back = (last.number() - 11 - first.number()) / 12;
    let ends: Vec<Month> = (0..=back).rev().map(|y| Month::from_number(last.number() - 12 * y)).collect();
    let line = |end: &Month| municipalities().iter().map(|m| year_to(figures, share, &m.code, *end)).collect();
    let outcomes: Vec<Vec<Option<f64>>> = ends.iter().map(line).collect();
    let here = |i: &usize| outcomes.iter().all(|o| o[*i].is_some());
    let rows: Vec<usize> = (0..municipalities().len()).filter(here).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let explaining: &Explaining = &model.explaining;
    let fitted = Fitted::of(explaining, &outcomes)?;
    let expected: Vec<Vec<Option<f64>>> = (0..ends.len()).map(|p| fitted.expected(p, municipalities().len())).collect();
    let at = |lines: &[Vec<Option<f64>>], year: usize, i: usize| lines[year][i].unwrap_or_default();
    let gaps: Vec<Vec<f64>> =
        (0..ends.len()).map(|y| rows.iter().map(|i| at(&expected, y, *i) - at(&outcomes, y, *i)).collect()).collect();
    let now = ends.len() - 1;
    let people = working_age();
    let recent = ends.len().saturating_sub(3);
    let units: Vec<GapOverTime> = rows
        .iter()
        .enumerate()
        .map(|(k, i)| GapOverTime {
            population: people[*i],
            gaps: gaps[recent..].iter().map(|year| year[k]).collect(),
            now: gaps[now][k],
        })
        .collect();
    let noise = Noise::of(&units);
    let mean = |v: &mut dyn Iterator<Item = f64>| {
        let (sum, n) = v.fold((0.0, 0.0), |(s, n), x| (s + x, n + 1.0));
        sum / n
    };
    let level_in = |year: usize| mean(&mut rows.iter().map(|i| at(&outcomes, year, *i)));
    let error_in = |year: usize| mean(&mut gaps[year].iter().map(|g| g * g)) / level_in(year).powi(2);
    let stale = (error_in(now) - error_in(0)).max(0.0) * level_in(now).powi(2);
    // How far the models lay from each other in the last year that both have, as a part of the share.
    let Some(newest) = model.periods.last().copied() else { return Ok(None) };
    let then = publication.across(group, newest);
    let then_published: Vec<f64> = then.iter().map(|(_, b)| b.expected_share).collect();
    let level = level_in(now) / mean(&mut then.iter().map(|b| b.1.actual_share));
    let Some(ours_then) = model.expected(group, newest) else { return Ok(None) };
    let apart = models_apart(&ours_then, &then_published) * level * level;
    let sure_of: Vec<(f64, f64)> =
        units.iter().map(|u| (u.now, noise.variance(u.population) + apart + stale)).collect();
    let standings = rows
        .iter()
        .zip(sure(&sure_of, SEED))
        .map(|(i, sure)| {
            let place = &municipalities()[*i];
            let actual = at(&outcomes, now, *i);
            let persons = year_to(figures, count, &place.code, last).unwrap_or(f64::NAN);
            Standing {
                place,
                population: people[*i],
                expected: at(&expected, now, *i),
                actual,
                persons,
                persons_gap: sure.gap / actual * persons,
                sure,
                noise: noise.variance(people[*i]),
                published_rank: None,
            }
        })
        .collect();
    let missing = (0..municipalities().len()).filter(|i| !rows.contains(i)).map(|i| &municipalities()[i]).collect();
    Ok(Some(Carried {
        from: Month::from_number(last.number() - 11),
        to: last,
        standings,
        missing,
        stale,
        years: last.year - MEASURED,
    }))
}

/// The municipalities whose expected share is nearest, as the publisher advises; nearest first.
pub fn similar<'a>(all: &'a [Standing], code: &str, count: usize) -> Vec<&'a Standing> {
    let Some(own) = all.iter().find(|s| s.place.code == code) else { return Vec::new() };
    let mut others: Vec<&Standing> = all.iter().filter(|s| s.place.code != code).collect();
    others.sort_by(|a, b| {
        let far = |s: &Standing| (s.expected - own.expected).abs();
        far(a).total_cmp(&far(b)).then_with(|| a.place.code.cmp(&b.place.code))
    });
    others.truncate(count);
    others
}

/// What a municipality's gap did between two periods, and whether that is more than it does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Better, by more than chance.
    Better,
    /// Poorer, by more than chance.
    Poorer,
    /// The change is small, and surely so.
    Unchanged,
    /// It cannot be told.
    Untold,
}

/// The trend from one standing to another of the same municipality by the same model, whose own error is much the same in
/// both and so left out. Small is a twentieth of what was expected.
pub fn trend(before: &Standing, after: &Standing) -> Trend {
    let change = after.sure.gap - before.sure.gap;
    let half = crate::sure::Z95 * (before.noise + after.noise).sqrt();
    let small = crate::sure::NEAR * after.expected;
    match (change - half > 0.0, change + half < 0.0, change.abs() + half <= small) {
        (true, ..) => Trend::Better,
        (_, true, _) => Trend::Poorer,
        (.., true) => Trend::Unchanged,
        _ => Trend::Untold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conditions::Choice;

    fn all() -> Vec<Standing> {
        published(&Publication::shipped()[0], BenefitGroup::All, "2022QMAT04".parse().unwrap())
    }

    #[test]
    fn small_municipalities_are_less_sure_and_our_sign_is_turned() {
        let all = all();
        let of = |name: &str| all.iter().find(|s| s.place.name == name).unwrap();
        assert!(of("Læsø").sure.std_error > 2.0 * of("København").sure.std_error);
        for s in &all {
            assert!((s.sure.gap - (s.expected - s.actual)).abs() < 0.011, "{}", s.place.name);
            // The published rank lies within the draws' range where the gap is sure.
            assert!(s.sure.rank_low <= s.sure.rank_high);
        }
        let best = all.iter().min_by_key(|s| s.published_rank).unwrap();
        assert!(best.sure.gap > 0.0 && best.sure.p_top_fifth > 0.5, "{best:?}");
    }

    #[test]
    fn similar_are_near_by_expected_share_and_never_oneself() {
        let all = all();
        let near = similar(&all, "0730", 5);
        assert_eq!(near.len(), 5);
        let own = all.iter().find(|s| s.place.code == "0730").unwrap();
        assert!(near.iter().all(|s| s.place.code != "0730" && (s.expected - own.expected).abs() < 1.0));
        assert!(similar(&all, "9999", 5).is_empty());
    }

    #[test]
    fn ours_agrees_with_the_published_on_most_and_is_less_sure() {
        let publication = &Publication::shipped()[0];
        let model = OwnExpected::new(publication, &Choice::default()).unwrap();
        let period = "2022QMAT04".parse().unwrap();
        let (ours, theirs) = (own(publication, &model, BenefitGroup::All, period), all());
        let same = ours.iter().zip(&theirs).filter(|(a, b)| (a.sure.gap > 0.0) == (b.sure.gap > 0.0)).count();
        assert!(same >= 65, "the same side in {same} of 98");
        let wider = ours.iter().zip(&theirs).filter(|(a, b)| a.sure.std_error > b.sure.std_error).count();
        assert!(wider >= 90, "{wider}");
    }

    #[test]
    fn carried_to_2026_with_a_wider_interval_and_nothing_for_sickness_benefit() {
        let publication = &Publication::shipped()[0];
        let model = OwnExpected::new(publication, &Choice::default()).unwrap();
        let figures = Published::shipped();
        let to = |group, month| carried(&figures, publication, &model, group, month).unwrap();
        assert!(to(BenefitGroup::All, Month { year: 2026, month: 7 }).is_none());
        assert!(to(BenefitGroup::Sygedagpenge, Month { year: 2026, month: 7 }).is_none());
        for group in [BenefitGroup::ADagpenge, BenefitGroup::Kontanthjaelp] {
            let now = to(group, Month { year: 2026, month: 7 }).unwrap();
            let before = to(group, Month { year: 2024, month: 7 }).unwrap();
            assert!(now.standings.len() >= 90 && now.years > before.years);
        }
    }

    #[test]
    fn a_trend_is_told_only_where_it_is_more_than_chance() {
        let base = all().into_iter().find(|s| s.place.code == "0730").unwrap();
        let with = |gap: f64, noise: f64| {
            let mut s = base.clone();
            (s.sure.gap, s.noise, s.expected) = (gap, noise, 8.0);
            s
        };
        let trend = |gap: f64, noise: f64| trend(&with(0.0, noise), &with(gap, noise));
        assert_eq!(trend(1.0, 0.01), Trend::Better);
        assert_eq!(trend(-1.0, 0.01), Trend::Poorer);
        assert_eq!(trend(0.1, 0.01), Trend::Unchanged);
        assert_eq!(trend(0.1, 1.0), Trend::Untold);
    }
}
