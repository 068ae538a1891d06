//! Counts by facet, from memory: a caseload of a hundred thousand is counted in about a millisecond, under any filter.

use super::CaseQuery;
use super::bands::{CaseFlag, Facet};
use std::collections::HashMap;
use timeline::CitizenId;

const FACETS: usize = Facet::ALL.len();

/// The bands of every case, in columns of small numbers.
#[derive(Clone, Debug, Default)]
pub struct FacetIndex {
    /// Names of bands, per facet.
    names: [Vec<String>; FACETS],
    numbers: [HashMap<String, u16>; FACETS],
    rows: Vec<([u16; FACETS], i64)>,
    places: HashMap<CitizenId, usize>,
}

/// How many cases there are, in all and by band and flag, under a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// Cases that fit the query.
    pub total: u64,
    /// Per facet: band and number of cases that fit everything else that was asked. Bands without a case are there
    /// too, with 0.
    pub facets: Vec<(Facet, Vec<(String, u64)>)>,
    /// Per flag, among the cases that fit.
    pub flags: Vec<(CaseFlag, u64)>,
}

impl FacetIndex {
    /// Cases.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Put in a case, or put it right. `bands` in the order of [`Facet::ALL`].
    pub fn put(&mut self, citizen: CitizenId, flags: i64, bands: &[String]) {
        let mut row = [0; FACETS];
        for (i, band) in bands.iter().enumerate().take(FACETS) {
            let (numbers, names) = (&mut self.numbers[i], &mut self.names[i]);
            row[i] = *numbers.entry(band.clone()).or_insert_with(|| {
                names.push(band.clone());
                (names.len() - 1) as u16
            });
        }
        match self.places.get(&citizen) {
            Some(place) => self.rows[*place] = (row, flags),
            None => {
                self.places.insert(citizen, self.rows.len());
                self.rows.push((row, flags));
            }
        }
    }

    /// Count under `query`. A facet's own choice does not narrow its own counts, so that one sees what another choice
    /// would give.
    pub fn count(&self, query: &CaseQuery) -> FacetCounts {
        let wanted: u64 = query.flags.iter().fold(0, |bits, f| bits | f.bit()).cast_unsigned();
        let mut chosen: [Option<u16>; FACETS] = [None; FACETS];
        for (facet, band) in &query.facets {
            let i = place(*facet);
            let band = self.numbers[i].get(band).copied().unwrap_or(u16::MAX);
            chosen[i] = Some(if chosen[i].is_none_or(|other| other == band) { band } else { u16::MAX });
        }
        let mut counts: [Vec<u64>; FACETS] = std::array::from_fn(|i| vec![0; self.names[i].len()]);
        let mut flags = [0u64; CaseFlag::ALL.len()];
        let mut total = 0;
        for (row, own) in &self.rows {
            let own = own.cast_unsigned();
            let mut misses = 0;
            let mut missed = 0;
            for (i, choice) in chosen.iter().enumerate() {
                if choice.is_some_and(|c| c != row[i]) {
                    misses += 1;
                    missed = i;
                }
            }
            if own & wanted != wanted || misses > 1 {
                continue;
            }
            if misses == 1 {
                counts[missed][usize::from(row[missed])] += 1;
                continue;
            }
            total += 1;
            for (i, band) in row.iter().enumerate() {
                counts[i][usize::from(*band)] += 1;
            }
            let mut bits = own;
            while bits != 0 {
                if let Some(n) = flags.get_mut(bits.trailing_zeros() as usize) {
                    *n += 1;
                }
                bits &= bits - 1;
            }
        }
        let facets = Facet::ALL
            .iter()
            .enumerate()
            .map(|(i, facet)| {
                let mut bands: Vec<(String, u64)> =
                    self.names[i].iter().cloned().zip(counts[i].iter().copied()).collect();
                bands.sort_by_key(|(band, n)| (facet.band_order(band).unwrap_or(99), u64::MAX - n));
                (*facet, bands)
            })
            .collect();
        FacetCounts { total, facets, flags: CaseFlag::ALL.into_iter().zip(flags).collect() }
    }
}

fn place(facet: Facet) -> usize {
    Facet::ALL.iter().position(|f| *f == facet).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> FacetIndex {
        let mut index = FacetIndex::default();
        for i in 0..100u64 {
            let mut bands = vec![String::new(); FACETS];
            bands[0] = if i % 4 == 0 { "6.2" } else { "6.3" }.to_owned();
            bands[2] = if i < 50 { "1-26" } else { "27-52" }.to_owned();
            let flags = if i % 10 == 0 { CaseFlag::Stalled.bit() } else { 0 };
            index.put(CitizenId(i), flags, &bands);
        }
        index
    }

    #[test]
    fn a_facets_own_choice_does_not_narrow_its_own_counts() {
        let query = CaseQuery { facets: vec![(Facet::Group, "6.2".to_owned())], ..CaseQuery::default() };
        let counts = index().count(&query);
        assert_eq!(counts.total, 25);
        assert_eq!(counts.facets[0].1, vec![("6.2".to_owned(), 25), ("6.3".to_owned(), 75)]);
        assert_eq!(counts.facets[2].1, vec![("1-26".to_owned(), 13), ("27-52".to_owned(), 12)]);
    }

    #[test]
    fn flags_narrow_everything_and_an_unknown_band_gives_none() {
        let query = CaseQuery { flags: vec![CaseFlag::Stalled], ..CaseQuery::default() };
        let counts = index().count(&query);
        assert_eq!(counts.total, 10);
        assert_eq!(counts.flags.iter().find(|(f, _)| *f == CaseFlag::Stalled).unwrap().1, 10);
        let query = CaseQuery { facets: vec![(Facet::Group, "9.9".to_owned())], ..CaseQuery::default() };
        assert_eq!(index().count(&query).total, 0);
    }

    #[test]
    fn a_case_put_twice_counts_once() {
        let mut index = index();
        index.put(CitizenId(3), 0, &vec!["6.1".to_owned(); FACETS]);
        assert_eq!(index.count(&CaseQuery::default()).total, 100);
    }
}
