//! Dealing out shares, so that they come out right and not only on average.

use super::targets::Targets;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use timeline::{Maalgruppe, Tilbud, Ydelse};

/// What is decided about a citizen before the life is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub group: Maalgruppe,
    pub benefit: Ydelse,
    /// In an offer today.
    pub offer: Option<Tilbud>,
    /// With ordinary hours in the last four weeks.
    pub hours: bool,
    /// More than a year without job.
    pub long_term: bool,
    /// Has just found a job, and is followed up.
    pub found_job: bool,
}

/// Whole numbers that sum to `total` and lie as close to `shares` as can be (largest remainder).
pub(super) fn deal(shares: &[f64], total: usize) -> Vec<usize> {
    let sum: f64 = shares.iter().sum();
    let exact: Vec<f64> = shares.iter().map(|s| if sum > 0.0 { s / sum * total as f64 } else { 0.0 }).collect();
    let mut out: Vec<usize> = exact.iter().map(|e| e.floor() as usize).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| (exact[*b] - exact[*b].floor()).total_cmp(&(exact[*a] - exact[*a].floor())).then(a.cmp(b)));
    let left = total.saturating_sub(out.iter().sum());
    for i in order.into_iter().cycle().take(if shares.is_empty() { 0 } else { left }) {
        out[i] += 1;
    }
    out
}

/// Plans of `citizens` on benefit today, and of a few more who have just found a job, shuffled.
pub(super) fn plans(targets: &Targets, citizens: usize, rng: &mut ChaCha8Rng) -> Vec<Plan> {
    let sizes: Vec<f64> = targets.groups.iter().map(|g| g.full_time).collect();
    let mut plans = Vec::with_capacity(citizens + citizens / 25);
    for (target, n) in targets.groups.iter().zip(deal(&sizes, citizens)) {
        let start = plans.len();
        for i in 0..n {
            // Under 30 and without an education: nearly one in five of the activity-ready (assumption).
            let young = target.group == Maalgruppe::Aktivitetsparat && i * 100 < n * 18;
            let group = if young { Maalgruppe::AktivitetsparatUng } else { target.group };
            plans.push(Plan {
                group,
                benefit: target.benefit,
                offer: None,
                hours: false,
                long_term: false,
                found_job: false,
            });
        }
        let long = match target.group {
            Maalgruppe::Dagpenge => targets.long_term_dagpenge,
            Maalgruppe::Jobparat => targets.long_term_jobparat,
            _ => 0.0,
        };
        mark(&mut plans[start..], (long * n as f64).round() as usize, rng, |p| p.long_term = true);
    }
    let offers = |benefit: Ydelse, plans: &mut Vec<Plan>, degree: f64, rng: &mut ChaCha8Rng| {
        let mut of: Vec<usize> = (0..plans.len()).filter(|i| plans[*i].benefit == benefit).collect();
        of.shuffle(rng);
        let active = (degree * of.len() as f64).round() as usize;
        let shares: Vec<f64> = targets.offer_mix.iter().map(|(_, s)| *s).collect();
        let kinds = deal(&shares, active);
        let mut next = of.iter();
        for ((kind, _), n) in targets.offer_mix.iter().zip(kinds) {
            for i in next.by_ref().take(n) {
                plans[*i].offer = Some(*kind);
            }
        }
        let hours = (targets.ordinary_hours_share * of.len() as f64).round() as usize;
        of.shuffle(rng);
        for i in of.iter().take(hours) {
            plans[*i].hours = true;
        }
    };
    offers(Ydelse::Kontanthjaelp, &mut plans, targets.activation_degree, rng);
    // The degree is published for kontanthjælp; the insured are given the same, those on sick pay half (assumption).
    offers(Ydelse::Dagpenge, &mut plans, targets.activation_degree, rng);
    offers(Ydelse::Sygedagpenge, &mut plans, targets.activation_degree / 2.0, rng);
    let found: Vec<Plan> = (0..citizens / 40)
        .map(|_| {
            let mut plan = plans[rng.random_range(0..plans.len().max(1))].clone();
            (plan.found_job, plan.offer, plan.hours) = (true, None, false);
            plan
        })
        .collect();
    plans.extend(found);
    plans.shuffle(rng);
    plans
}

fn mark(plans: &mut [Plan], n: usize, rng: &mut ChaCha8Rng, set: impl Fn(&mut Plan)) {
    let mut places: Vec<usize> = (0..plans.len()).collect();
    places.shuffle(rng);
    for i in places.into_iter().take(n) {
        set(&mut plans[i]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_sum_up_and_lie_within_one_of_their_share() {
        assert_eq!(deal(&[1.0, 1.0, 1.0], 10), [4, 3, 3]);
        assert_eq!(deal(&[0.5, 99.5], 100), [1, 99]);
        assert_eq!(deal(&[0.0, 0.0], 5).iter().sum::<usize>(), 5);
        assert!(deal(&[], 5).is_empty());
    }
}
