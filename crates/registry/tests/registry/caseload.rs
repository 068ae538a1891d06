//! The caseload: order, pages, facets and the day it is true for.

use crate::common::{author, column, on_each_engine, open, open_with, talk};
use crate::population::many;
use jiff::ToSpan;
use registry::{CaseFlag, CaseQuery, CaseRow, Facet, Imported, PAGE_SIZE, Registry, Sort};
use testkit::{TODAY, TestDb, citizen, day};
use timeline::{CitizenId, Date, Journey, Maalgruppe, NextWhat, Summary, TalkState, Ydelse};

const CASES: usize = 173;

async fn filled(db: &TestDb, journeys: &[Journey]) -> Registry {
    let registry = open(db).await;
    let imported = Imported { journeys: journeys.iter().cloned().enumerate().collect() };
    registry.import(&imported, TODAY, false, |_| {}).await.unwrap();
    registry
}

/// What a line is sorted by, as text that sorts byte by byte, and its id.
fn key(sort: Sort, journey: &Journey, s: &Summary) -> (String, String, i64) {
    let name = journey.person.as_ref().map_or("", |p| &p.name);
    let talk = s.last_talk.map_or("0000-01-01".to_owned(), |t| t.0.to_string());
    let (first, second) = match sort {
        Sort::Next => (s.next.map_or("9999-12-31".to_owned(), |n| n.on.to_string()), talk),
        Sort::Name => (danish(name), String::new()),
        Sort::Weeks => (format!("{:09}", s.weeks), String::new()),
        Sort::Talk => (talk, String::new()),
        Sort::Hours => (format!("{:09}", (s.hours_4_weeks * 10.0).round()), String::new()),
        Sort::Adviser => (s.adviser.clone().map_or(String::new(), |a| a.1), String::new()),
    };
    (first, second, column(journey.citizen))
}

/// A name as it sorts byte by byte in Danish: æ, ø and å stand where the marks after z do.
fn danish(name: &str) -> String {
    let place = |c: char| "æøå".chars().position(|d| d == c).map_or(c, |i| ['{', '|', '}'][i]);
    name.to_lowercase().chars().map(place).collect()
}

/// The cases that fit, sorted without a database.
fn naive(journeys: &[Journey], query: &CaseQuery, fits: impl Fn(&Summary) -> bool) -> Vec<CitizenId> {
    let summaries = journeys.iter().map(|j| (j, Summary::of(j, TODAY)));
    let mut lines: Vec<_> = summaries.filter(|(_, s)| fits(s)).map(|(j, s)| key(query.sort, j, &s)).collect();
    lines.sort();
    if query.descending {
        lines.reverse();
    }
    lines.into_iter().map(|(_, _, id)| CitizenId(id.cast_unsigned())).collect()
}

/// Every page until an empty one.
async fn pages(registry: &Registry, query: &CaseQuery, total: Option<u64>) -> Vec<CaseRow> {
    let mut rows = Vec::new();
    for page in 0.. {
        let got = registry.caseload(&CaseQuery { page, ..query.clone() }, total).await.unwrap();
        if got.is_empty() {
            break;
        }
        assert!(got.len() as u64 <= PAGE_SIZE);
        rows.extend(got);
    }
    rows
}

fn ids(rows: &[CaseRow]) -> Vec<CitizenId> {
    rows.iter().map(|r| r.citizen).collect()
}

#[test]
fn every_order_reads_the_same_from_both_ends_as_sorting_all_cases() {
    on_each_engine(async |db| {
        let journeys = many(CASES);
        let registry = filled(db, &journeys).await;
        for (sort, _) in Sort::ALL {
            for descending in [false, true] {
                let all = CaseQuery { sort, descending, ..CaseQuery::default() };
                let expected = naive(&journeys, &all, |_| true);
                assert_eq!(expected.len(), CASES);
                assert_eq!(ids(&pages(&registry, &all, None).await), expected, "{sort:?} {descending}");
                let known = pages(&registry, &all, Some(CASES as u64)).await;
                assert_eq!(ids(&known), expected, "{sort:?} {descending}, pages beyond the middle from the end");

                let facets = vec![(Facet::Adviser, "mette-krag".to_owned())];
                let some = CaseQuery { facets, flags: vec![CaseFlag::NotBooked], ..all };
                let fits = |s: &Summary| {
                    let adviser = s.adviser.as_ref().is_some_and(|a| a.0 == "mette-krag");
                    adviser && s.supported_since.is_some() && s.next_talk.is_none()
                };
                let expected = naive(&journeys, &some, fits);
                assert!(expected.len() > 3, "the filter leaves something to sort");
                for total in [None, Some(expected.len() as u64)] {
                    assert_eq!(ids(&pages(&registry, &some, total).await), expected, "{sort:?} {descending}");
                }
            }
        }
    });
}

#[test]
fn the_neighbours_of_a_case_are_those_before_and_after_it_in_the_list() {
    on_each_engine(async |db| {
        let journeys = many(60);
        let registry = filled(db, &journeys).await;
        for descending in [false, true] {
            let query = CaseQuery { sort: Sort::Weeks, descending, ..CaseQuery::default() };
            let all = naive(&journeys, &query, |_| true);
            for index in [0usize, 1, 30, 58, 59] {
                let expected = (index.checked_sub(1).map(|i| all[i]), all.get(index + 1).copied());
                assert_eq!(registry.neighbours(&query, index as u64).await.unwrap(), expected, "at {index}");
            }
            assert_eq!(registry.neighbours(&query, 60).await.unwrap(), (Some(all[59]), None), "behind the last");
            for index in [61, 1 << 40, u64::MAX] {
                assert_eq!(registry.neighbours(&query, index).await.unwrap(), (None, None), "at {index}");
            }
        }
        let nobody = CaseQuery { facets: vec![(Facet::Unit, "Findes ikke".to_owned())], ..CaseQuery::default() };
        assert_eq!(registry.neighbours(&nobody, 0).await.unwrap(), (None, None));
    });
}

#[test]
fn a_line_says_what_the_journey_says() {
    on_each_engine(async |db| {
        let journeys = many(CASES);
        let registry = filled(db, &journeys).await;
        for journey in &journeys {
            let s = Summary::of(journey, TODAY);
            let line = registry.case_line(journey.citizen).await.unwrap().unwrap();
            assert_eq!(line.name, journey.person.as_ref().unwrap().name);
            assert_eq!(line.group, s.group.map_or("", Maalgruppe::code));
            assert_eq!(line.benefit, s.benefit.map_or("", Ydelse::code));
            assert_eq!((line.since, line.weeks), (s.supported_since, s.weeks));
            assert_eq!(line.last_talk, s.last_talk.map(|t| t.0));
            assert_eq!(line.last_form, s.last_talk.map(|t| (t.1, t.2)));
            assert_eq!((line.next_on, line.next()), (s.next.map(|n| n.on), s.next.map(|n| n.what)));
            assert_eq!(line.offer, s.offer.map_or("", |o| o.0.code()));
            assert_eq!(line.offer_to, s.offer.and_then(|o| o.1));
            assert!((line.hours - f64::from(s.hours_4_weeks)).abs() <= 0.051, "{} {}", line.hours, s.hours_4_weeks);
            assert_eq!(line.adviser, s.adviser.map_or(String::new(), |a| a.1));
            assert_eq!(line.weeks_26, s.weeks_26);
            assert_eq!(line.has(CaseFlag::Stalled), s.stalled);
        }
        assert_eq!(registry.case_line(CitizenId(404)).await.unwrap(), None);
    });
}

#[test]
fn facets_counted_in_memory_are_the_lines_that_the_database_finds() {
    on_each_engine(async |db| {
        let registry = filled(db, &many(CASES)).await;
        let index = registry.facet_index().await.unwrap();
        assert_eq!(index.len(), CASES);
        let group = (Facet::Group, "6.2".to_owned());
        let adviser = (Facet::Adviser, "ib-øst".to_owned());
        let silent = (Facet::Talk, "14-".to_owned());
        for (facets, flags) in [
            (vec![], vec![]),
            (vec![group.clone()], vec![]),
            (vec![adviser.clone()], vec![CaseFlag::NoOwnGoal]),
            (vec![silent, adviser], vec![]),
            (vec![(Facet::Shared, "Findes ikke".to_owned()), group], vec![CaseFlag::Stalled, CaseFlag::Silent]),
        ] {
            let query = CaseQuery { facets, flags, ..CaseQuery::default() };
            let counts = index.count(&query);
            assert_eq!(counts.total, pages(&registry, &query, None).await.len() as u64, "{query:?}");
            for (facet, bands) in &counts.facets {
                for (band, count) in bands {
                    let mut with = query.clone();
                    with.facets.retain(|(f, _)| f != facet);
                    with.facets.push((*facet, band.clone()));
                    let found = pages(&registry, &with, None).await.len() as u64;
                    assert_eq!(*count, found, "{facet:?} {band} under {query:?}");
                }
            }
            for (flag, count) in counts.flags {
                let mut with = query.clone();
                with.flags.retain(|f| *f != flag);
                with.flags.push(flag);
                assert_eq!(count, pages(&registry, &with, None).await.len() as u64, "{flag:?} under {query:?}");
            }
        }
    });
}

#[test]
fn an_index_is_brought_up_to_date_by_the_row_of_the_case_that_changed() {
    on_each_engine(async |db| {
        let journeys = many(20);
        let registry = filled(db, &journeys).await;
        let mut index = registry.facet_index().await.unwrap();
        let changed = journeys[7].citizen;
        registry.append(changed, vec![talk(TODAY, TalkState::Held)], &author()).await.unwrap();
        let (flags, bands) = registry.facet_row(changed).await.unwrap().unwrap();
        index.put(changed, flags, &bands);
        let fresh = registry.facet_index().await.unwrap();
        let query = CaseQuery { facets: vec![(Facet::Talk, "4".to_owned())], ..CaseQuery::default() };
        assert_eq!(index.count(&query).total, fresh.count(&query).total);
        assert_eq!(registry.facet_row(CitizenId(404)).await.unwrap(), None);
    });
}

#[test]
fn a_query_from_an_address_finds_nothing_rather_than_failing() {
    on_each_engine(async |db| {
        let registry = filled(db, &many(60)).await;
        let query = CaseQuery::default();
        for page in [2, 1 << 40, u64::MAX / PAGE_SIZE, u64::MAX] {
            for total in [None, Some(60)] {
                let rows = registry.caseload(&CaseQuery { page, ..query.clone() }, total).await.unwrap();
                assert_eq!(rows, [], "page {page}");
            }
        }
        for band in ["'", "6.2' OR '1'='1", "%", "\u{1f34e}", "\0"] {
            let facets = vec![(Facet::Group, band.to_owned())];
            let rows = registry.caseload(&CaseQuery { facets, ..query.clone() }, None).await.unwrap();
            assert_eq!(rows, [], "{band:?}");
        }
    });
}

#[test]
fn asking_for_the_same_thing_twice_is_asking_once() {
    on_each_engine(async |db| {
        let registry = filled(db, &many(60)).await;
        let index = registry.facet_index().await.unwrap();
        for flag in CaseFlag::ALL {
            let once = CaseQuery { flags: vec![flag], ..CaseQuery::default() };
            let twice = CaseQuery { flags: vec![flag, flag], ..CaseQuery::default() };
            assert_eq!(pages(&registry, &twice, None).await, pages(&registry, &once, None).await, "{flag:?}");
            assert_eq!(index.count(&twice), index.count(&once), "{flag:?}");
        }
        for other in ["6.2", "6.3"] {
            let facets = vec![(Facet::Group, "6.2".to_owned()), (Facet::Group, other.to_owned())];
            let query = CaseQuery { facets, ..CaseQuery::default() };
            let found = pages(&registry, &query, None).await.len() as u64;
            assert_eq!(index.count(&query).total, found, "6.2 and {other}: the count is of the lines shown");
        }
    });
}

#[test]
fn a_refresh_moves_every_line_to_the_new_day() {
    on_each_engine(async |db| {
        let entered = day("2026-11-02");
        let anna = citizen("Anna Holm")
            .enters(entered, Ydelse::Dagpenge, Maalgruppe::Dagpenge)
            .talks_on([day("2026-11-09")])
            .talk_planned_on(TODAY.saturating_add(20.days()))
            .journey();
        let registry = open_with(db, [&anna]).await;
        let band = async |facet: Facet| {
            let place = Facet::ALL.iter().position(|f| *f == facet).unwrap();
            registry.facet_row(anna.citizen).await.unwrap().unwrap().1[place].clone()
        };
        for (days, due, talk, due_in_7, today, not_booked) in [
            (0, "28", "4", false, false, false),
            (6, "14", "4", false, false, false),
            (13, "7", "4", true, false, false),
            (20, "7", "8", true, true, false),
            (21, "ingen", "8", false, false, true),
            (150, "ingen", "14-", false, false, true),
        ] {
            let on: Date = TODAY.saturating_add(i64::from(days).days());
            let mut heard = 0;
            let done = registry.refresh(on, |n| heard = n).await.unwrap();
            assert_eq!((done, heard), (u64::from(days > 0), u64::from(days > 0)), "written on {on}");
            assert_eq!(registry.refresh(on, |_| {}).await.unwrap(), 0, "once a day is enough");
            assert_eq!((&*band(Facet::Due).await, &*band(Facet::Talk).await), (due, talk), "on {on}");
            let line = registry.case_line(anna.citizen).await.unwrap().unwrap();
            let flags = [CaseFlag::DueIn7, CaseFlag::TalkToday, CaseFlag::NotBooked].map(|f| line.has(f));
            assert_eq!(flags, [due_in_7, today, not_booked], "on {on}");
            assert_eq!(line.weeks, Summary::of(&anna, on).weeks);
            let planned = matches!(line.next(), Some(NextWhat::Talk(_)));
            assert_eq!(planned, days <= 20);
        }
    });
}

#[test]
fn a_refresh_reaches_more_cases_than_one_batch_holds() {
    on_each_engine(async |db| {
        let registry = filled(db, &many(430)).await;
        let tomorrow = TODAY.tomorrow().unwrap();
        let mut heard = Vec::new();
        assert_eq!(registry.refresh(tomorrow, |n| heard.push(n)).await.unwrap(), 430);
        assert_eq!(heard, [200, 400, 430]);
        assert_eq!(registry.refresh(tomorrow, |_| {}).await.unwrap(), 0);
    });
}
