//! Shares of a pool, counted by hand and against the single assessment.

#[path = "common/journeys.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod journeys;
#[path = "common/scenario.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod scenario;

use law::{LawBook, Prepared, Share, Verdict};
use proptest::prelude::*;
use scenario::Case;
use std::sync::LazyLock;
use timeline::{Date, Journey, date};

static BOOK: LazyLock<LawBook> = LazyLock::new(LawBook::shipped);

/// A citizen told as in a scenario.
fn told(facts: &str) -> Journey {
    Case::read("told here", &format!("# T\n\n```fakta\n{facts}\n```\n")).expect("the facts read").journey
}

/// Job-ready from 6 July 2026 with talks on these days: the half year ends on 6 January 2027.
fn job_ready(talks: &[&str]) -> Journey {
    let talks: Vec<String> = talks.iter().map(|day| format!("{day} samtale holdt fremmøde kommune")).collect();
    told(&format!("2026-07-06.. ydelse kontanthjaelp\n2026-07-06.. maalgruppe 6.2\n{}", talks.join("\n")))
}

fn met() -> Journey {
    job_ready(&["2026-07-10", "2026-09-01", "2026-11-02", "2027-01-06"])
}

fn not_met() -> Journey {
    job_ready(&["2026-07-10", "2026-09-01", "2026-11-02", "2027-01-07"])
}

fn exempt() -> Journey {
    told(
        "2026-07-06.. ydelse kontanthjaelp\n2026-07-06.. maalgruppe 6.2\n\
         2026-07-10 samtale holdt fremmøde kommune\n2026-08-03.. fritagelse personlig",
    )
}

/// The share of the four talks over a pool, as of a day.
fn four_talks(pool: &[Journey], on: Date) -> Share<'static> {
    let prepared: Vec<Prepared<'_>> = pool.iter().map(Prepared::new).collect();
    let shares = BOOK.in_force(on).shares(&prepared, on);
    shares.into_iter().find(|s| s.rule.code == "TALKS-75-SHARE").expect("the rule is in force")
}

/// Met, not met, exempted, open, cannot be told.
fn counts(share: &Share<'_>) -> [usize; 5] {
    [share.met, share.not_met, share.exempt, share.open, share.unknown]
}

#[test]
fn an_empty_pool_asks_for_nothing() {
    let share = four_talks(&[], date(2027, 1, 7));
    assert_eq!(counts(&share), [0; 5]);
    assert_eq!((share.percent(), share.lacking(), share.exemptions_left()), (None, 0, 0));
    assert_eq!(share.verdict(), Verdict::Open);
    assert_eq!((share.about, share.asked_percent()), ("TALKS-FIRST-6M", 75));
}

#[test]
fn a_window_is_open_on_its_last_day_and_closed_on_the_next() {
    let pool = [met(), not_met()];
    assert_eq!(counts(&four_talks(&pool, date(2027, 1, 6))), [0, 0, 0, 2, 0]);
    assert_eq!(four_talks(&pool, date(2027, 1, 6)).verdict(), Verdict::Open);
    assert_eq!(counts(&four_talks(&pool, date(2027, 1, 7))), [1, 1, 0, 0, 0]);
}

#[test]
fn a_window_that_closed_over_a_year_ago_is_not_counted() {
    let pool = [met(), not_met()];
    assert_eq!(four_talks(&pool, date(2028, 1, 6)).closed(), 2);
    assert_eq!(four_talks(&pool, date(2028, 1, 7)).closed(), 0);
}

#[test]
fn three_of_four_are_enough_and_two_are_not() {
    let three = four_talks(&[met(), met(), met(), not_met()], date(2027, 2, 1));
    assert_eq!(three.percent(), Some(75.0));
    assert_eq!((three.lacking(), three.exemptions_left(), three.verdict()), (0, 1, Verdict::Met));
    let two = four_talks(&[met(), met(), not_met(), not_met()], date(2027, 2, 1));
    assert_eq!(two.percent(), Some(50.0));
    assert_eq!((two.lacking(), two.verdict()), (1, Verdict::NotMet));
}

#[test]
fn what_is_lacking_is_whole_citizens() {
    // 75 per cent of one is one, of two two, of three three, of five four.
    for (pool, lacking) in [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (8, 6), (9, 7)] {
        let pool: Vec<Journey> = (0..pool).map(|_| not_met()).collect();
        let share = four_talks(&pool, date(2027, 2, 1));
        assert_eq!((share.percent(), share.lacking()), (Some(0.0), lacking), "{} citizens", pool.len());
        assert_eq!(share.exemptions_left(), pool.len() - lacking, "the rest may be exempted");
    }
}

#[test]
fn an_exempted_citizen_is_one_of_the_pool_and_takes_an_exemption() {
    let one = four_talks(&[met(), met(), met(), exempt()], date(2027, 2, 1));
    assert_eq!(counts(&one), [3, 0, 1, 0, 0]);
    assert_eq!((one.percent(), one.exemptions_left(), one.verdict()), (Some(75.0), 0, Verdict::Met));
    let two = four_talks(&[met(), met(), exempt(), exempt()], date(2027, 2, 1));
    assert_eq!((two.lacking(), two.exemptions_left(), two.verdict()), (1, 0, Verdict::NotMet), "none left below zero");
}

#[test]
fn only_the_groups_of_the_share_are_counted() {
    let activity_ready = told("2026-07-06.. ydelse kontanthjaelp\n2026-07-06.. maalgruppe 6.3");
    let nobody = told("2026-07-06.. ydelse kontanthjaelp");
    let flexible = told("2026-07-06.. ydelse ledighedsydelse\n2026-07-06.. maalgruppe 6.9");
    let share = four_talks(&[activity_ready, nobody, flexible, met()], date(2027, 2, 1));
    assert_eq!(counts(&share), [1, 1, 0, 0, 0], "the one on ledighedsydelse had no talk");
}

#[test]
fn offers_are_counted_over_three_groups_as_one_pool() {
    let with = |group: &str, benefit: &str, offer: &str| {
        told(&format!("2026-07-06.. ydelse {benefit}\n2026-07-06.. maalgruppe {group}\n{offer}"))
    };
    let pool = [
        with("6.1", "dagpenge", "2026-10-05..2026-10-30 tilbud virksomhedspraktik"),
        with("6.2", "kontanthjaelp", "2026-11-02..2026-12-31 tilbud vejledning"),
        with("6.4", "kontanthjaelp", "2026-11-02.. tilbud laesekursus"),
        with("6.3", "kontanthjaelp", ""),
    ];
    let on = date(2027, 1, 7);
    let prepared: Vec<Prepared<'_>> = pool.iter().map(Prepared::new).collect();
    let shares = BOOK.in_force(on).shares(&prepared, on);
    let share = shares.iter().find(|s| s.rule.code == "OFFERS-75-SHARE").expect("the rule is in force");
    assert_eq!(counts(share), [2, 1, 0, 0, 0], "a reading course is not the offer, and 6.3 is not of the pool");
    assert_eq!((share.lacking(), share.verdict()), (1, Verdict::NotMet));
}

#[test]
fn what_cannot_be_told_is_neither_open_nor_closed() {
    // Sick without sick pay: the first day of absence is not known. A share is made for the rule to be seen.
    let share = "code = \"SICK-SHARE\"\nkind = \"portfolio-share\"\nsubject = \"samtaler\"\n\
        title = { da = \"x\", en = \"x\" }\n\n[[version]]\nfrom = 2026-07-01\ngroups = [\"6.6\"]\n\
        text = { da = \"x\", en = \"x\" }\nmeans = { da = \"x\", en = \"x\" }\n\
        how = { share_percent = 50, rules = [\"TALKS-SICK-6M\"] }\ncite = { act = \"x\", paragraph = \"1\" }\n\
        checked = { mark = \"draft\", on = 2026-11-23, how = \"x\" }\n";
    let book = BOOK.with_proposal([("share.toml".to_owned(), share.to_owned())]).expect("the proposal reads");
    let sick = told("2026-07-06.. ydelse dagpenge\n2026-07-06.. maalgruppe 6.6");
    let on = date(2027, 2, 1);
    let shares = book.in_force(on).shares(&[Prepared::new(&sick)], on);
    let share = shares.iter().find(|s| s.rule.code == "SICK-SHARE").expect("it was laid over");
    assert_eq!((counts(share), share.verdict()), ([0, 0, 0, 0, 1], Verdict::Open));
}

#[test]
fn before_the_reform_there_is_no_share() {
    let on = date(2026, 6, 30);
    assert!(BOOK.in_force(on).shares(&[Prepared::new(&met())], on).is_empty());
}

/// The same counted from one assessment a citizen.
fn by_hand(pool: &[Journey], share: &Share<'_>, on: Date) -> [usize; 5] {
    let mut out = [0; 5];
    for journey in pool {
        let assessment = BOOK.assess(journey, on);
        if !assessment.group.is_some_and(|group| share.version.is_for(group)) {
            continue;
        }
        for finding in assessment.findings.iter().filter(|f| f.code == share.about) {
            let closed = finding.due.is_some_and(|due| due < on);
            let place = match (finding.verdict, closed) {
                (Verdict::Unknown(_), _) => 4,
                (_, false) => 3,
                (Verdict::Met, _) => 0,
                (Verdict::Exempt, _) => 2,
                _ => 1,
            };
            out[place] += 1;
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_pool_is_the_sum_of_its_citizens(
        pool in prop::collection::vec(journeys::journeys(), 0..12), by in 0i32..900,
    ) {
        let on = date(2026, 7, 1).saturating_add(jiff::Span::new().days(by));
        let prepared: Vec<Prepared<'_>> = pool.iter().map(Prepared::new).collect();
        for share in BOOK.in_force(on).shares(&prepared, on) {
            prop_assert_eq!(counts(&share), by_hand(&pool, &share, on), "{}", &share.rule.code);
            prop_assert_eq!(share.closed(), share.met + share.not_met + share.exempt);
            prop_assert_eq!(share.verdict() == Verdict::Met, share.closed() > 0 && share.lacking() == 0);
            let would_be = 100 * (share.met + share.lacking());
            prop_assert!(would_be >= share.closed() * usize::from(share.asked_percent()), "what lacks is enough");
            prop_assert!(share.exempt + share.exemptions_left() <= share.closed());
        }
    }

    #[test]
    fn the_order_of_the_pool_does_not_matter(
        (pool, shuffled) in prop::collection::vec(journeys::journeys(), 0..12)
            .prop_flat_map(|pool| (Just(pool.clone()), Just(pool).prop_shuffle())),
    ) {
        let on = date(2027, 3, 1);
        let of = |pool: &[Journey]| -> Vec<[usize; 5]> {
            let prepared: Vec<Prepared<'_>> = pool.iter().map(Prepared::new).collect();
            BOOK.in_force(on).shares(&prepared, on).iter().map(counts).collect()
        };
        prop_assert_eq!(of(&pool), of(&shuffled));
    }
}
