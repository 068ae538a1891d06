//! How fast the book is read and a case is assessed by all of it: `cargo bench -p law`.

use divan::{Bencher, black_box};
use law::LawBook;
use testkit::{TODAY, citizen, day};
use timeline::{Event, Holder, Journey, Maalgruppe, Period, Tilbud, Ydelse};

fn main() {
    divan::main();
}

/// A case of so many facts: two years on kontanthjælp with talks, offers and notes in turn.
fn case(facts: usize) -> Journey {
    let entered = day("2024-11-25");
    let mut told = citizen("Anna Holm")
        .enters(entered, Ydelse::Kontanthjaelp, Maalgruppe::Jobparat)
        .fact(Period::day(entered), Event::Registration { with: Holder::Kommune });
    for n in 3..facts {
        let on = entered.saturating_add(jiff::Span::new().days((n * 700 / facts) as i64));
        told = match n % 4 {
            0 | 2 => told.talks_on([on]),
            1 => told.offer(Period::weeks_from(on, 4), Tilbud::Virksomhedspraktik),
            _ => told.fact(Period::day(on), Event::Note { text: "Ring efter klokken 16.".to_owned(), shared: true }),
        };
    }
    let journey = told.journey();
    assert_eq!(journey.facts.len(), facts);
    journey
}

#[divan::bench(args = [60, 300])]
fn assess_the_whole_book(bencher: Bencher<'_, '_>, facts: usize) {
    let (book, journey) = (LawBook::shipped(), case(facts));
    assert!(book.assess(&journey, TODAY).findings.len() > 5);
    bencher.bench(|| book.assess(black_box(&journey), black_box(TODAY)));
}

#[divan::bench(args = [60, 300])]
fn assess_as_known_on_an_earlier_day(bencher: Bencher<'_, '_>, facts: usize) {
    let (book, journey) = (LawBook::shipped(), case(facts));
    bencher.bench(|| book.assess(&black_box(&journey).known_on(day("2026-06-30")), day("2026-06-30")));
}

#[divan::bench(args = [60, 300])]
fn answer_twelve_month_ends(bencher: Bencher<'_, '_>, facts: usize) {
    let (book, journey) = (LawBook::shipped(), case(facts));
    let year = book.series((1..=12).map(|month| timeline::date(2026, month, 1).last_of_month()));
    let (prepared, mut room) = (law::Prepared::new(&journey), Vec::new());
    bencher.bench_local(|| {
        let mut told = 0;
        year.each(black_box(&prepared), &mut room, |_, _, answers| told += answers.len());
        told
    });
}

#[divan::bench]
fn read_the_book() -> LawBook {
    LawBook::shipped()
}

#[divan::bench]
fn sweep_the_book(bencher: Bencher<'_, '_>) {
    let book = LawBook::shipped();
    bencher.bench(|| book.sweep(black_box(TODAY)));
}
