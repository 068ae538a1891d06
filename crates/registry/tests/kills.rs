//! A writing process is killed, again and again, and what it had acknowledged is there.
//!
//! The test runs itself once more as the writer, kills it at a moment nobody chose, opens the registry again and goes
//! on with the same one. `TRAEDESTEN_TEST_KILLS` says how often.
#![allow(clippy::disallowed_methods, reason = "the writer is told by its environment what to write to")]

mod common;

use common::{Dice, assert_verifies, author, number, open, raw, talk};
use jiff::ToSpan;
use registry::Registry;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use testkit::{TODAY, TestDb, citizen, day};
use timeline::{CitizenId, Date, FactId, Journey, TalkState};

/// Connections to the database beside the one that asks.
const OTHERS: &str =
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

const WRITER: &str = "TRAEDESTEN_TEST_KILL_WRITER";

/// The case that a round opens.
fn case(round: usize) -> Journey {
    citizen(&format!("Runde {round}")).talks_on([day("2000-01-01")]).journey()
}

/// The day that the fact of that number is about, so that fact and line of the caseload can be told to belong together.
fn told_in(fact: FactId) -> Date {
    day("2000-01-01").saturating_add(i64::from(fact.0 - 1).days())
}

/// Opens a case, then appends to it and to the two before it, until it is killed. A line for each thing kept.
async fn write(url: &str, round: usize) {
    let registry = Registry::open(url, common::vault()).await.expect("the registry opens");
    let say = |line: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").and_then(|()| out.flush()).expect("the test listens");
    };
    let own = case(round);
    registry.open_case(&own, TODAY).await.expect("the case is opened");
    say(format!("kept {} 1", own.citizen));
    let cases: Vec<CitizenId> = (round.saturating_sub(2)..=round).map(|r| case(r).citizen).collect();
    loop {
        for citizen in &cases {
            // An earlier case may not have been opened before its writer was killed.
            let Ok(journey) = registry.journey(*citizen).await else { continue };
            let next = FactId(journey.facts.len() as u32 + 1);
            let drafts = vec![talk(told_in(next), TalkState::Held)];
            let ids = registry.append(*citizen, drafts, &author()).await.expect("the fact is kept");
            say(format!("kept {citizen} {}", ids[0]));
        }
    }
}

/// Not a test of its own: the process that is killed. Without the variable it has nothing to do.
#[test]
fn writer() {
    let Ok(told) = std::env::var(WRITER) else { return };
    let (round, url) = told.split_once(' ').expect("a round and an address");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(write(url, round.parse().expect("a round")));
}

/// Starts a writer, kills it `after` its first acknowledgement, and gives what it had acknowledged.
fn kill(url: &str, round: usize, after: Duration) -> Vec<(CitizenId, FactId)> {
    let mut writer = Command::new(std::env::current_exe().expect("this program"))
        .args(["writer", "--exact", "--nocapture", "--test-threads=1"])
        .env(WRITER, format!("{round} {url}"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("a writer starts");
    let mut said = BufReader::new(writer.stdout.take().expect("its output"));
    let mut kept = Vec::new();
    let mut line = String::new();
    let mut hear = |said: &mut BufReader<_>| {
        line.clear();
        said.read_line(&mut line).expect("its output is read");
        // The first line may stand behind what the test program itself says; the last may be cut off.
        if let Some((_, fact)) = line.strip_suffix('\n').and_then(|l| l.split_once("kept ")) {
            let (citizen, seq) = fact.split_once(' ').expect("a case and a number");
            kept.push((citizen.parse().expect("a case"), FactId(seq.parse().expect("a number"))));
        }
        (!line.is_empty(), !kept.is_empty())
    };
    loop {
        match hear(&mut said) {
            (_, true) => break,
            (true, false) => {}
            (false, false) => panic!("the writer stopped before it was killed"),
        }
    }
    std::thread::sleep(after);
    writer.kill().expect("it is killed");
    while hear(&mut said).0 {}
    let ended = writer.wait().expect("it has ended");
    assert!(!ended.success(), "it was killed and did not end by itself");
    kept
}

/// That what was acknowledged is there, that at most one fact more was kept per kill, and that everything fits together.
async fn check(registry: &Registry, kept: &BTreeMap<CitizenId, u32>, kills: usize) {
    assert_verifies(registry).await;
    let citizens = registry.citizens().await.expect("the cases");
    assert!(citizens.len() >= kept.len() && citizens.len() <= kills, "{} of {kills}", citizens.len());
    let mut unheard = 0;
    for citizen in citizens {
        let acknowledged = kept.get(&citizen).copied().unwrap_or(0);
        let journey = registry.journey(citizen).await.expect("the case");
        journey.check().expect("its facts hold together");
        let stored = journey.facts.len() as u32;
        assert!(stored >= acknowledged, "case {citizen}: {acknowledged} acknowledged, {stored} there");
        assert!(journey.facts.iter().all(|f| f.holds.from == told_in(f.id)), "every fact is the one that was told");
        unheard += stored - acknowledged;
        let line = registry.case_line(citizen).await.expect("a line is read").expect("every case has its line");
        assert_eq!(line.last_talk, Some(told_in(FactId(stored))), "the line belongs to the last fact");
    }
    assert!(unheard <= kills as u32, "{unheard} facts were kept that nobody heard of, in {kills} kills");
    for number in [0, kills - 1] {
        let found = registry.search(&format!("runde {number}"), 9).await.expect("a search");
        let there = registry.journey(case(number).citizen).await.is_ok();
        assert_eq!(found.iter().any(|f| f.name == format!("Runde {number}")), there);
    }
}

fn killed_again_and_again(db: &TestDb) {
    let asked = std::env::var("TRAEDESTEN_TEST_KILLS").ok();
    let on_request = std::env::var("TRAEDESTEN_TEST_POSTGRES").is_ok_and(|url| !url.is_empty());
    let kills = asked.map_or(if on_request { 200 } else { 25 }, |n| n.parse().expect("a number of kills"));
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |d| d.as_nanos() as u64);
    let mut dice = Dice(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut kept: BTreeMap<CitizenId, u32> = BTreeMap::new();
    for round in 0..kills {
        let after = Duration::from_micros(5_000 + dice.below(35_000) as u64);
        for (citizen, fact) in kill(db.url(), round, after) {
            let last = kept.entry(citizen).or_default();
            assert!(fact.0 > *last, "case {citizen}: fact {fact} was given a second time");
            *last = fact.0;
        }
        runtime.block_on(async {
            if db.is_postgres() {
                let past = &mut raw(db.url()).await;
                // The server may be at the last thing the writer asked for before it finds that nobody listens.
                while number(past, OTHERS).await > 0 {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
            let registry = open(db).await;
            check(&registry, &kept, round + 1).await;
            registry.close().await;
        });
    }
    let facts: u32 = kept.values().sum();
    eprintln!("{kills} kills, {facts} facts acknowledged, every one of them there");
}

#[test]
fn every_acknowledged_fact_outlives_the_writer_on_sqlite() {
    killed_again_and_again(&TestDb::sqlite());
}

#[test]
fn every_acknowledged_fact_outlives_the_writer_on_postgresql() {
    match TestDb::postgres() {
        Some(db) => killed_again_and_again(&db),
        None => eprintln!("passed over: TRAEDESTEN_TEST_POSTGRES is not set"),
    }
}
