//! Indicators and shares of the registry's own caseload, counted once a day.

use crate::state::{AppState, DEMO_USER};
use figures::Month;
use law::{InForce, Prepared, Share};
use registry::{Look, RegistryError};
use results::indicators::{Grid, Histories, count};
use results::learn::{LEAST_PERSONS, Learners, LearningMap, Outcome, Window};
use std::sync::{Arc, OnceLock};
use timeline::{Date, Journey};

/// So many months back.
const MONTHS: i32 = 24;
/// Months that the learning map may look over, each twice over.
pub(crate) const SPANS: [u16; 3] = [3, 6, 12];
/// Windows one after the other.
const WINDOWS: u16 = 2;
/// So many cases are asked about shares at a time.
const AT_A_TIME: usize = 500;

/// The caseload, counted.
pub(crate) struct Counted {
    /// The day that is known of.
    pub on: Date,
    pub citizens: usize,
    pub units: Vec<String>,
    pub grid: Grid,
    shares: Vec<[usize; 5]>,
    learners: [Learners; SPANS.len()],
    maps: [[OnceLock<Result<LearningMap, statistics::Failure>>; Outcome::ALL.len()]; SPANS.len()],
}

impl Counted {
    /// The shares that the act asks for, of this caseload.
    pub(crate) fn shares<'b>(&self, in_force: &InForce<'b>) -> Vec<Share<'b>> {
        let mut shares = in_force.shares([], self.on);
        for (s, n) in shares.iter_mut().zip(&self.shares) {
            [s.met, s.not_met, s.exempt, s.open, s.unknown] = *n;
        }
        shares
    }

    /// The last whole month.
    pub(crate) const fn last(&self) -> usize {
        self.grid.months - 1
    }

    /// The learning map over so many months, one of [`SPANS`]; worked out when first asked for.
    ///
    /// # Errors
    /// What [`Learners::map`] may say.
    pub(crate) fn learning(&self, months: u16, outcome: Outcome) -> Result<&LearningMap, &statistics::Failure> {
        let span = SPANS.iter().position(|m| *m == months).unwrap_or(0);
        let which = Outcome::ALL.iter().position(|o| *o == outcome).unwrap_or(0);
        self.maps[span][which].get_or_init(|| self.learners[span].map(outcome, LEAST_PERSONS)).as_ref()
    }
}

/// Counts of shares added to those of cases before; both in the law's order.
fn add(counts: &mut Vec<[usize; 5]>, found: &[Share<'_>]) {
    counts.resize(found.len(), [0; 5]);
    for (n, s) in counts.iter_mut().zip(found) {
        for (n, more) in n.iter_mut().zip([s.met, s.not_met, s.exempt, s.open, s.unknown]) {
            *n += more;
        }
    }
}

/// The caseload as counted today; counted anew when the day has changed.
pub(crate) async fn counted(state: &AppState) -> Result<Arc<Counted>, RegistryError> {
    let on = state.today();
    let mut held = state.counted.lock().await;
    if let Some(counted) = held.as_ref().filter(|c| c.on == on) {
        return Ok(counted.clone());
    }
    let look =
        Look { at: jiff::Timestamp::now(), who: DEMO_USER.to_owned(), what: "statistics".to_owned(), reason: None };
    let (mut histories, mut shares, mut waiting) = (Histories::default(), Vec::new(), Vec::<Journey>::new());
    let in_force = state.law.in_force(on);
    let mut ask = |journeys: &mut Vec<Journey>| {
        let pool: Vec<Prepared<'_>> = journeys.iter().map(Prepared::new).collect();
        add(&mut shares, &in_force.shares(&pool, on));
        journeys.clear();
    };
    let mut learners = SPANS.map(|months| Learners::new(Window::before(on, months, WINDOWS)));
    let every = state.registry.every_journey(&look, |journey| {
        histories.push(&journey);
        for span in &mut learners {
            span.push(&journey);
        }
        waiting.push(journey);
        if waiting.len() >= AT_A_TIME {
            ask(&mut waiting);
        }
    });
    every.await?;
    ask(&mut waiting);
    let last = Month::of(on.tomorrow().unwrap_or(on)).number() - 1;
    let (first, last) = (Month::from_number(last + 1 - MONTHS), Month::from_number(last));
    let citizens = histories.all.len();
    let units = histories.units.clone();
    let by_unit = true;
    let work = tokio::task::spawn_blocking(move || count(&histories, first, last, on, by_unit));
    let Ok(Ok(grid)) = work.await else { return Err(RegistryError::Raced) };
    let counted = Arc::new(Counted { on, citizens, units, grid, shares, learners, maps: Default::default() });
    *held = Some(counted.clone());
    Ok(counted)
}
