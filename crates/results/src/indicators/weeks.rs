//! What happened week by week.

use super::history::{Group, Histories, History, day_number};
use timeline::Date;

/// Seven days of a caseload. Benefits are those of [`Group::All`], taken together: a change of benefit is no exit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Week {
    /// Spells that began: the day before was without a benefit.
    pub begun: u64,
    /// Spells whose last day lies in the week. Whether it lasts is not known yet.
    pub ended: u64,
    /// Jobs that began, of persons with a benefit in the 28 days before or on the first day.
    pub jobs: u64,
    /// Offers that began, of persons on a benefit that day.
    pub offers: u64,
    /// Talks held, with persons on a benefit that day.
    pub talks: u64,
    /// Persons on a benefit on the last day.
    pub persons: u64,
    /// Of them, those who had been for at least 91 days.
    pub quarter: u64,
    /// Of those, without a held talk in the last 91 days.
    pub no_talk: u64,
}

/// `count` weeks of seven days up to and with `last`, the newest last.
pub fn weeks(histories: &Histories, last: Date, count: usize) -> Vec<Week> {
    let end = day_number(last) + 1;
    let start = |week: usize| end - 7 * (count - week) as i32;
    let mut out = vec![Week::default(); count];
    for h in &histories.all {
        for (i, week) in out.iter_mut().enumerate() {
            week.add(h, start(i), start(i + 1));
        }
    }
    out
}

impl Week {
    fn add(&mut self, h: &History, from: i32, until: i32) {
        let spells = h.spells(Group::All);
        let within = |day: i32| from <= day && day < until;
        let on = |day: i32| spells.iter().any(|s| s.has(day));
        let number = |n: usize| n as u64;
        self.begun += number(spells.iter().filter(|s| within(s.from)).count());
        self.ended += number(spells.iter().filter(|s| within(s.until.saturating_sub(1))).count());
        let from_benefit = |day: i32| spells.iter().any(|s| s.days_within(day - 28, day + 1) > 0);
        self.jobs += number(h.jobs.iter().filter(|s| within(s.from) && from_benefit(s.from)).count());
        self.offers += number(h.offers.iter().filter(|(_, s)| within(s.from) && on(s.from)).count());
        self.talks += number(h.talks.iter().filter(|&&day| within(day) && on(day)).count());
        if let Some(spell) = spells.iter().find(|s| s.has(until - 1)) {
            self.persons += 1;
            if until - spell.from >= 91 {
                self.quarter += 1;
                self.no_talk += u64::from(held_talks(h, until - 91, until) == 0);
            }
        }
    }
}

fn held_talks(h: &History, from: i32, until: i32) -> u64 {
    (h.talks.partition_point(|t| *t < until) - h.talks.partition_point(|t| *t < from)) as u64
}
