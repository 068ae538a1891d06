//! The Rust side of the comparison in `bench/openfisca`: makes the population, answers twelve month-ends for everyone and
//! measures it.
//!
//! `cargo run --release -p law --example openfisca_peer -- FOLDER CITIZENS` writes `events.csv`, `answers.bin` and
//! `product.csv` into the folder. Without a folder it only measures.
#![allow(clippy::disallowed_methods, reason = "it measures time and writes files")]
#![allow(clippy::print_stdout, reason = "the figures are what it is started for")]

use jiff::ToSpan;
use law::{Answer, LawBook, Prepared, Rule, Series, Verdict};
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use timeline::{
    Channel, CitizenId, Date, Event, Fact, FactId, Holder, Journey, Maalgruppe, Period, Person, Source, TalkState,
    Tilbud, Ydelse, date, whole_months_between,
};

const LAW: [(&str, &str); 3] = [
    ("ladder.toml", include_str!("../../../bench/openfisca/law/ladder.toml")),
    ("talks-6m.toml", include_str!("../../../bench/openfisca/law/talks-6m.toml")),
    ("first-talk.toml", include_str!("../../../bench/openfisca/law/first-talk.toml")),
];
const YEAR: i16 = 2025;
const MONTHS: usize = 12;
const RUNS: usize = 25;

/// Months on the ladder, talks counted, whether the talks were held, whether the first was.
type Cell = [u8; 4];
const NOTHING: u8 = 255;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next();
    let citizens = args.next().map_or(Ok(100_000), |n| n.parse::<usize>())?;
    let journeys: Vec<Journey> = (0..citizens as u64).map(citizen).collect();
    let facts: usize = journeys.iter().map(|j| j.facts.len()).sum();
    println!("{citizens} citizens, {facts} facts, {MONTHS} month-ends of {YEAR}");

    let mut figures: Vec<(&str, f64)> = Vec::new();
    let book = LawBook::read(LAW.map(|(name, text)| (name.to_owned(), text.to_owned())))
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let small = Small::new(&book);

    let mut answers = Vec::new();
    figures.push(("batch_1_thread", quickest(|| answers = small.batch(&journeys, 1))));
    let one = answers.clone();
    figures.push(("batch_2_threads", quickest(|| answers = small.batch(&journeys, 2))));
    assert!(one == answers, "the number of threads must not matter");
    figures.push(("prepare_1_thread", quickest(|| prepare_all(&journeys))));
    let prepared: Vec<Prepared<'_>> = journeys.iter().map(Prepared::new).collect();
    figures.push(("answer_1_thread", quickest(|| drop(black_box(small.all(&prepared))))));
    drop(prepared);
    figures.push(("one_citizen", one_citizen(&small, &journeys)));

    whole_book(&journeys, &mut figures);
    for (name, seconds) in &figures {
        println!("{name:<24} {seconds:>14.9} s");
    }
    if let Some(folder) = folder {
        write(Path::new(&folder), &journeys, &answers, &figures)?;
    }
    Ok(())
}

/// The three rules of the comparison, ready for the twelve month-ends.
struct Small<'b> {
    ends: Vec<Date>,
    year: Series<'b>,
    ladder: &'b Rule,
    talks: &'b Rule,
    first: &'b Rule,
}

impl<'b> Small<'b> {
    fn new(book: &'b LawBook) -> Self {
        let ends: Vec<Date> = (1..=MONTHS as i8).map(|month| date(YEAR, month, 1).last_of_month()).collect();
        let rule = |code| book.rule(code).expect("a rule of the comparison");
        Self {
            year: book.series(ends.iter().copied()),
            ends,
            ladder: rule("PEER-LADDER"),
            talks: rule("PEER-TALKS-6M"),
            first: rule("PEER-FIRST-TALK"),
        }
    }

    /// All but the months on the ladder, which are other ones each month, and where these are counted from.
    fn cell(&self, answers: &[Answer<'_>]) -> (Cell, Option<Date>) {
        let (mut cell, mut ladder) = ([NOTHING; 4], None);
        for answer in answers {
            let outcome = &answer.outcome;
            if std::ptr::eq(answer.rule, self.ladder) && outcome.verdict == Verdict::Holds {
                ladder = Some(outcome.window.from);
            } else if std::ptr::eq(answer.rule, self.talks) {
                cell[1] = outcome.counts.map_or(NOTHING, |(done, _)| done as u8);
                cell[2] = number(outcome.verdict);
            } else if std::ptr::eq(answer.rule, self.first) {
                cell[3] = number(outcome.verdict);
            }
        }
        (cell, ladder)
    }

    fn of(&self, prepared: &Prepared<'_>, room: &mut Vec<Answer<'b>>) -> [Cell; MONTHS] {
        let mut out = [[NOTHING; 4]; MONTHS];
        self.year.stretches(prepared, room, |days, answers| {
            let (cell, ladder) = self.cell(answers);
            for (out, on) in out[days.clone()].iter_mut().zip(&self.ends[days]) {
                *out = cell;
                out[0] = ladder.map_or(NOTHING, |from| whole_months_between(from, *on) as u8);
            }
        });
        out
    }

    fn all(&self, prepared: &[Prepared<'_>]) -> Vec<[Cell; MONTHS]> {
        let mut room = Vec::new();
        prepared.iter().map(|p| self.of(p, &mut room)).collect()
    }

    /// From facts in memory to answers.
    fn batch(&self, journeys: &[Journey], threads: usize) -> Vec<[Cell; MONTHS]> {
        let mut out = vec![[[NOTHING; 4]; MONTHS]; journeys.len()];
        let share = journeys.len().div_ceil(threads);
        std::thread::scope(|scope| {
            for (journeys, out) in journeys.chunks(share).zip(out.chunks_mut(share)) {
                scope.spawn(move || {
                    let (mut prepared, mut room) = (Prepared::default(), Vec::new());
                    for (journey, out) in journeys.iter().zip(out) {
                        prepared.renew(journey);
                        *out = self.of(&prepared, &mut room);
                    }
                });
            }
        });
        out
    }
}

const fn number(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Met => 0,
        Verdict::NotMet => 1,
        Verdict::Open => 2,
        Verdict::Unknown(_) => 3,
        Verdict::Holds | Verdict::Exempt => NOTHING,
    }
}

fn prepare_all(journeys: &[Journey]) {
    let mut prepared = Prepared::default();
    for journey in journeys {
        prepared.renew(journey);
        black_box(&prepared);
    }
}

/// One citizen alone, from facts to twelve month-ends: the median over many.
fn one_citizen(small: &Small<'_>, journeys: &[Journey]) -> f64 {
    let once = |journey: &Journey| {
        let start = Instant::now();
        black_box(small.of(&Prepared::new(black_box(journey)), &mut Vec::new()));
        start.elapsed()
    };
    middle(journeys.iter().take(5_000).map(once).collect())
}

/// The shipped book on one day, for the citizens of the comparison and for longer cases.
fn whole_book(journeys: &[Journey], figures: &mut Vec<(&'static str, f64)>) {
    let book = LawBook::shipped();
    for (names, on) in [
        (["book_2025", "book_2025_2_threads", "book_2025_answers"], date(2025, 11, 30)),
        (["book_2026", "book_2026_2_threads", "book_2026_answers"], date(2026, 11, 24)),
    ] {
        let law = book.in_force(on);
        let whole = |journeys: &[Journey]| {
            let said = journeys.iter().map(|j| law.answers(&Prepared::new(j), on).len());
            black_box(said.sum::<usize>())
        };
        let one = quickest(|| _ = whole(journeys));
        let two = quickest(|| {
            let (left, right) = journeys.split_at(journeys.len() / 2);
            std::thread::scope(|scope| {
                scope.spawn(|| whole(left));
                scope.spawn(|| whole(right));
            });
        });
        let prepared: Vec<Prepared<'_>> = journeys.iter().map(Prepared::new).collect();
        let answers = quickest(|| prepared.iter().for_each(|p| drop(black_box(law.answers(p, on)))));
        println!(
            "the shipped book on {on}: {:.1} answers a citizen, {:.0} journeys a second on one thread, {:.0} on two",
            whole(journeys) as f64 / journeys.len() as f64,
            journeys.len() as f64 / one,
            journeys.len() as f64 / two,
        );
        figures.extend([(names[0], one), (names[1], two), (names[2], answers)]);
    }
    let on = testkit::TODAY;
    let law = book.in_force(on);
    let long: Vec<Journey> = (0..2_000).map(long_case).collect();
    let seconds = quickest(|| long.iter().for_each(|j| drop(black_box(law.answers(&Prepared::new(j), on)))));
    println!("the shipped book, cases of 60 facts: {:.0} journeys a second on one thread", 2_000.0 / seconds);
}

/// Two years on kontanthjælp with 60 facts, as in `benches/assess.rs`.
fn long_case(n: i64) -> Journey {
    let entered = date(2024, 11, 25);
    let mut told = testkit::citizen(&format!("Anna {n}"))
        .enters(entered, Ydelse::Kontanthjaelp, Maalgruppe::Jobparat)
        .fact(Period::day(entered), Event::Registration { with: Holder::Kommune });
    for i in 3..60_i64 {
        let on = entered.saturating_add((i * 700 / 60 + n % 7).days());
        told = match i % 4 {
            0 | 2 => told.talks_on([on]),
            1 => told.offer(Period::weeks_from(on, 4), Tilbud::Virksomhedspraktik),
            _ => told.fact(Period::day(on), Event::Note { text: "Ring efter klokken 16.".to_owned(), shared: true }),
        };
    }
    told.journey()
}

/// Of several runs, so that other work on the machine counts least.
fn quickest(mut work: impl FnMut()) -> f64 {
    let once = |()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    [(); RUNS].map(once).iter().min().map_or(0.0, Duration::as_secs_f64)
}

fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64)
}

/// Chance that is the same in every run (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn days(&mut self, from: u64, to: u64) -> i64 {
        (from + self.below(to - from)) as i64
    }
}

/// A made-up citizen: one to three benefit facts (a change, a renewal or a break among them), a placement for each benefit,
/// talks in every state and with every holder, and some facts that no rule here asks about. Six facts to fourteen.
fn citizen(n: u64) -> Journey {
    let mut chance = Chance(n.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(2025));
    let kinds = [Ydelse::Dagpenge, Ydelse::Kontanthjaelp, Ydelse::Sygedagpenge];
    let first = chance.below(3) as usize;
    let other = (first + 1 + chance.below(2) as usize) % 3;
    // Benefits one after the other, and the days without any before each.
    let (codes, gap): (&[usize], i64) = match chance.below(20) {
        0..9 => (&[first], 0),
        9..15 => (&[first, other], 0),
        15..17 => (&[first, first], 0),
        17..19 => (&[first, first], chance.days(20, 150)),
        _ => (&[first, other, other], 0),
    };
    let entered = date(2023, 7, 1).saturating_add(chance.days(0, 820).days());
    let goes_on = chance.below(2) == 0;
    let mut told: Vec<(Period, Event)> = Vec::with_capacity(14);
    let mut from = entered;
    for (i, code) in codes.iter().enumerate() {
        let (benefit, last) = (kinds[*code], i + 1 == codes.len());
        let to = from.saturating_add(chance.days(60, if last { 500 } else { 260 }).days());
        // A benefit that another takes the place of is often left without an end.
        let open = goes_on && (last || (gap == 0 && chance.below(2) == 0));
        told.push((Period { from, to: (!open).then_some(to) }, Event::Benefit { benefit, share_percent: None }));
        if i == 0 || codes[i - 1] != *code {
            let group = match benefit {
                Ydelse::Dagpenge => Maalgruppe::Dagpenge,
                Ydelse::Sygedagpenge => Maalgruppe::Sygedagpenge,
                _ if chance.below(2) == 0 => Maalgruppe::Jobparat,
                _ => Maalgruppe::Aktivitetsparat,
            };
            let leaves = last && !goes_on && i == 0 && chance.below(2) == 0;
            let to = leaves.then_some(to);
            told.push((Period { from, to }, Event::TargetGroup { group, readiness: None }));
        }
        from = to.saturating_add((gap + 1).days());
    }
    told.push((Period::day(entered), Event::Registration { with: Holder::Kommune }));
    let total = (6 + chance.below(9) as usize).max(told.len() + 1);
    if total - told.len() > 3 {
        let on = entered.saturating_add(chance.days(5, 30).days());
        told.push((Period::day(on), Event::Cv { approved: true }));
        let on = entered.saturating_add(chance.days(30, 200).days());
        let offer = Tilbud::Virksomhedspraktik;
        let event = Event::Offer { offer, planned: false, hours_per_week: Some(30.0), company: None, title: None };
        told.push((Period::weeks_from(on, 4), event));
    }
    while told.len() < total {
        let on = entered.saturating_add(chance.days(0, 540).days());
        let state = match chance.below(10) {
            0 => TalkState::Planned,
            1 => TalkState::Cancelled,
            _ => TalkState::Held,
        };
        let holder = match chance.below(8) {
            0 => Holder::AKasse,
            1 => Holder::Faelles,
            2 => Holder::AndenAktoer,
            _ => Holder::Kommune,
        };
        let channel = Channel::InPerson;
        told.push((Period::day(on), Event::Talk { state, holder, channel, purpose: None, summary: None, time: None }));
    }
    // As it was written down: day by day.
    told.sort_by_key(|(holds, _)| holds.from);
    let facts = told.into_iter().enumerate().map(|(i, (holds, event))| Fact {
        id: FactId(i as u32 + 1),
        holds,
        learned: holds.from,
        source: Source::Synthetic,
        recorded: None,
        replaces: None,
        event,
    });
    let born = Some(date(1962, 1, 1).saturating_add(chance.days(0, 16_000).days()));
    let person = Some(Person { born, ..Person::named("Prøve") });
    Journey { person, facts: facts.collect(), ..Journey::new(CitizenId(n)) }
}

/// Days since 1 January 1970.
fn day_number(day: Date) -> i32 {
    date(1970, 1, 1).until(day).map_or(0, |span| span.get_days())
}

fn write(
    folder: &Path,
    journeys: &[Journey],
    answers: &[[Cell; MONTHS]],
    figures: &[(&str, f64)],
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(folder.join("events.csv"))?);
    writeln!(out, "citizen,kind,from,to,code,holder")?;
    for (n, journey) in journeys.iter().enumerate() {
        for fact in &journey.facts {
            let (kind, code, holder) = match fact.event {
                Event::Benefit { benefit, .. } => (0, benefit as i32, -1),
                Event::TargetGroup { group, .. } => (1, group as i32, -1),
                Event::Talk { state, holder, .. } => (2, state as i32, holder as i32),
                _ => (3, -1, -1),
            };
            let to = fact.holds.to.map_or(i32::MAX, day_number);
            writeln!(out, "{n},{kind},{},{to},{code},{holder}", day_number(fact.holds.from))?;
        }
    }
    out.flush()?;
    let bytes: Vec<u8> = answers.iter().flatten().flatten().copied().collect();
    std::fs::write(folder.join("answers.bin"), bytes)?;
    let lines: String = figures.iter().map(|(name, seconds)| format!("{name},{seconds:.9}\n")).collect();
    std::fs::write(folder.join("product.csv"), lines)?;
    Ok(())
}
