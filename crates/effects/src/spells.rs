//! One column a period becomes spells: runs of the same state.

use std::collections::BTreeMap;

/// A run of one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Row of the person.
    pub person: usize,
    /// State, by its number.
    pub state: u32,
    /// First period, counted from 1.
    pub start: usize,
    /// Last period.
    pub end: usize,
    /// Still running in the person's last period.
    pub censored: bool,
}

impl Spell {
    /// Periods.
    pub const fn length(&self) -> usize {
        self.end - self.start + 1
    }
}

/// What the spells of a state add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StateSum {
    /// Spells.
    pub spells: usize,
    /// Mean length in periods.
    pub mean_length: f64,
    /// Still running at the end.
    pub censored: usize,
}

/// Spells with their sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spells {
    /// Person-periods with a state.
    pub periods: usize,
    /// Every spell, by person and start.
    pub spells: Vec<Spell>,
    /// By state.
    pub states: BTreeMap<u32, StateSum>,
    /// From one state to the next, within a person and without a gap.
    pub transitions: BTreeMap<(u32, u32), usize>,
}

/// From rows of states, a column a period; `None` is missing and ends a spell without saying where to.
pub fn spells(rows: usize, columns: usize, state: impl Fn(usize, usize) -> Option<u32>) -> Spells {
    let mut out = Spells::default();
    let mut sums: BTreeMap<u32, usize> = BTreeMap::new();
    for person in 0..rows {
        let mut running: Option<Spell> = None;
        for period in 1..=columns {
            let now = state(person, period - 1);
            out.periods += usize::from(now.is_some());
            match (running.take(), now) {
                (Some(mut spell), Some(now)) if spell.state == now => {
                    spell.end = period;
                    running = Some(spell);
                }
                (before, now) => {
                    if let (Some(spell), Some(now)) = (&before, now) {
                        *out.transitions.entry((spell.state, now)).or_default() += 1;
                    }
                    // A spell followed by nothing known is lost from sight there.
                    out.spells.extend(before.map(|spell| Spell { censored: now.is_none(), ..spell }));
                    running = now.map(|state| Spell { person, state, start: period, end: period, censored: false });
                }
            }
        }
        out.spells.extend(running.map(|spell| Spell { censored: true, ..spell }));
    }
    for spell in &out.spells {
        let sum = out.states.entry(spell.state).or_default();
        sum.spells += 1;
        sum.censored += usize::from(spell.censored);
        *sums.entry(spell.state).or_default() += spell.length();
    }
    for (state, sum) in &mut out.states {
        sum.mean_length = sums.get(state).map_or(0.0, |all| *all as f64 / sum.spells as f64);
    }
    out
}
