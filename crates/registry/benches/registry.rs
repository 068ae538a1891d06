//! How fast facts are recorded, one commit each, and how fast a long case is read: `cargo bench -p registry`.
//!
//! PostgreSQL is measured where `TRAEDESTEN_TEST_POSTGRES` holds a server; start one that waits for the disk, with
//! `cargo run -p testkit --example test-postgres -- durable`, or the figures say little.

use divan::Bencher;
use divan::counter::ItemsCount;
use registry::{Author, Draft, Registry, Vault};
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::{TODAY, TestDb, citizen, day, moment};
use timeline::{Event, Journey, Maalgruppe, Period, Source, Ydelse};
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// The engines there are to measure.
fn engines() -> Vec<&'static str> {
    if TestDb::postgres().is_some() { vec!["sqlite", "postgresql"] } else { vec!["sqlite"] }
}

/// A case of so many facts.
fn case(number: usize, facts: u16) -> Journey {
    let entered = day("2024-03-04");
    let talks = (0..i64::from(facts) - 2).map(|i| entered.saturating_add(jiff::Span::new().days(i)));
    citizen(&format!("Sag {number}"))
        .enters(entered, Ydelse::Kontanthjaelp, Maalgruppe::Jobparat)
        .talks_on(talks)
        .journey()
}

/// A registry with cases in it, kept while it is measured.
struct Filled {
    runtime: Runtime,
    registry: Registry,
    cases: Vec<Journey>,
    _db: TestDb,
}

fn filled(engine: &str, cases: usize, facts: u16) -> Filled {
    let db = if engine == "sqlite" { TestDb::sqlite() } else { TestDb::postgres().expect("a server") };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let cases: Vec<Journey> = (0..cases).map(|i| case(i, facts)).collect();
    let registry = runtime.block_on(async {
        let registry = Registry::open(db.url(), Vault::closed()).await.expect("the registry opens");
        let imported = registry::Imported { journeys: cases.iter().cloned().enumerate().collect() };
        registry.import(&imported, TODAY, false, |_| {}).await.expect("the cases are kept");
        registry
    });
    Filled { runtime, registry, cases, _db: db }
}

/// One fact and its commit, on cases of sixty facts in turn.
#[divan::bench(args = engines(), sample_count = 500, sample_size = 1)]
fn append_one_fact(bencher: Bencher<'_, '_>, engine: &str) {
    let Filled { runtime, registry, cases, _db } = &filled(engine, 200, 60);
    let author = Author { by: "r-01".to_owned(), at: moment(0), today: TODAY };
    let turn = AtomicUsize::new(0);
    bencher
        .counter(ItemsCount::new(1_usize))
        .with_inputs(|| Draft {
            holds: Period::day(TODAY),
            learned: TODAY,
            source: Source::Adviser,
            replaces: None,
            event: Event::Note { text: "Ring efter klokken 16.".to_owned(), shared: false },
        })
        .bench_values(|draft| {
            let case = &cases[turn.fetch_add(1, Ordering::Relaxed) % cases.len()];
            runtime.block_on(registry.append(case.citizen, vec![draft], &author)).expect("the fact is kept")
        });
}

/// A case of three hundred facts, from the database to a journey.
#[divan::bench(args = engines(), sample_count = 500, sample_size = 1)]
fn load_a_case_of_300_facts(bencher: Bencher<'_, '_>, engine: &str) {
    let Filled { runtime, registry, cases, _db } = &filled(engine, 20, 300);
    let turn = AtomicUsize::new(0);
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let case = &cases[turn.fetch_add(1, Ordering::Relaxed) % cases.len()];
        runtime.block_on(registry.journey(case.citizen)).expect("the case is read")
    });
}
