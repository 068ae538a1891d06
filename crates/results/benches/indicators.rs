//! Indicators of a made-up register: every count of five years.

use divan::{Bencher, counter::ItemsCount};
use figures::Month;
use results::indicators::{Periods, What, count_periods};
use timeline::{Ydelse, date};

const PERSONS: u64 = 100_000;

/// Two or three spells a person with an offer, a job and talks, drawn by a fixed rule.
fn periods() -> Periods {
    let mut p = Periods { units: (0..98).map(|u| u.to_string()).collect(), ..Periods::default() };
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let benefits = [Ydelse::Dagpenge, Ydelse::Kontanthjaelp, Ydelse::Sygedagpenge, Ydelse::Ressourceforloeb];
    for person in 0..PERSONS {
        let mut put = |what, from: u64, days: u64| {
            p.person.push(person);
            p.what.push(what);
            p.from.push(from as i32);
            p.until.push((from + days) as i32);
            p.unit.push((person % 98) as u16);
            p.hours.push(if what == What::Hours { 8.0 } else { 0.0 });
        };
        let mut day = 17_900 + draw(2_000);
        for _ in 0..2 + draw(2) {
            let days = 20 + draw(400);
            put(What::Benefit(benefits[draw(4) as usize]), day, days);
            (0..days / 60).for_each(|n| put(What::Talk, day + 60 * n + draw(30), 1));
            if draw(3) == 0 {
                put(if draw(2) == 0 { What::BusinessOffer } else { What::Offer }, day + draw(days), 28);
            }
            if draw(10) == 0 {
                put(What::Hours, day, days);
            }
            day += days;
            if draw(2) == 0 {
                put(What::Job, day, 30 + draw(700));
            }
            day += draw(500);
        }
    }
    p
}

#[divan::bench(args = [false, true])]
fn counts(bencher: Bencher<'_, '_>, by_unit: bool) {
    let periods = periods();
    let month = |year, month| Month { year, month };
    bencher
        .counter(ItemsCount::new(PERSONS))
        .bench(|| count_periods(&periods, month(2021, 1), month(2025, 12), date(2026, 6, 30), by_unit));
}

fn main() {
    divan::main();
}
