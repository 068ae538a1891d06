//! The journal against a plain list: whatever is appended, corrected and withdrawn, both say the same.

mod common;

use common::{assert_verifies, author, draft, open};
use jiff::ToSpan;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use registry::{Draft, Registry};
use testkit::{TODAY, TestDb, citizen};
use timeline::{Date, Event, Fact, FactId, Journey, Period, Recorded, Summary, sample};

/// What is done to one of the cases.
#[derive(Clone, Debug)]
enum Act {
    /// Some facts at once.
    Append(Vec<Index>),
    /// A fact that nothing has replaced is replaced.
    Correct(Index, Index),
    /// A fact that nothing has replaced is taken back.
    Withdraw(Index),
    /// Something that is refused, after something that is not.
    Refused(Index),
    /// The registry is closed and opened again.
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<(Index, Act, i64)>> {
    let act = prop_oneof![
        4 => prop::collection::vec(any::<Index>(), 1..4).prop_map(Act::Append),
        3 => any::<(Index, Index)>().prop_map(|(which, event)| Act::Correct(which, event)),
        2 => any::<Index>().prop_map(Act::Withdraw),
        1 => any::<Index>().prop_map(Act::Refused),
        1 => Just(Act::Reopen),
    ];
    prop::collection::vec((any::<Index>(), act, 0..300i64), 1..25)
}

fn said(event: Index, learned: Date) -> Draft {
    let (holds, event) = event.get(&sample::events()).clone();
    Draft { learned, ..draft(holds, event) }
}

/// The fact that a draft becomes.
fn fact(draft: Draft, id: usize) -> Fact {
    let recorded = Some(Recorded { by: author().by, at: Some(author().at) });
    let Draft { holds, learned, source, replaces, event } = draft;
    Fact { id: FactId(id as u32), holds, learned, source, recorded, replaces, event }
}

/// A fact of the list that nothing has replaced and that does not withdraw.
fn current(list: &[Fact], which: Index) -> Option<FactId> {
    let replaced = |id: FactId| list.iter().any(|f| f.replaces == Some(id));
    let left: Vec<FactId> = list.iter().map(|f| f.id).filter(|id| !replaced(*id)).collect();
    (!left.is_empty()).then(|| *which.get(&left))
}

async fn play(acts: Vec<(Index, Act, i64)>) {
    let db = TestDb::sqlite();
    let mut registry = open(&db).await;
    let mut cases: Vec<Journey> = ["Anna Holm", "Bo Dam", "Carla Ek"].map(|name| citizen(name).journey()).to_vec();
    for case in &cases {
        registry.open_case(case, TODAY).await.expect("a case is opened");
    }
    for (which, act, day) in acts {
        let learned = TODAY.saturating_sub(day.days());
        let place = which.index(cases.len());
        let case = &mut cases[place];
        let drafts = match act {
            Act::Append(events) => events.into_iter().map(|event| said(event, learned)).collect(),
            Act::Correct(which, event) => {
                vec![Draft { replaces: current(&case.facts, which), ..said(event, learned) }]
            }
            Act::Withdraw(which) => {
                let Some(replaces) = current(&case.facts, which) else { continue };
                let event = Event::Withdrawn { because: None };
                vec![Draft { replaces: Some(replaces), learned, ..draft(Period::day(TODAY), event) }]
            }
            Act::Refused(event) => {
                let nothing = Draft { replaces: Some(FactId(9999)), ..said(event, learned) };
                let both = vec![said(event, learned), nothing];
                registry.append(case.citizen, both, &author()).await.expect_err("it corrects nothing");
                continue;
            }
            Act::Reopen => {
                registry.close().await;
                registry = open(&db).await;
                continue;
            }
        };
        let ids = registry.append(case.citizen, drafts.clone(), &author()).await.expect("it fits");
        for (draft, id) in drafts.into_iter().zip(ids) {
            case.facts.push(fact(draft, case.facts.len() + 1));
            assert_eq!(case.facts.last().map(|f| f.id), Some(id));
        }
    }
    compare(&registry, &cases).await;
}

async fn compare(registry: &Registry, cases: &[Journey]) {
    for case in cases {
        let journey = registry.journey(case.citizen).await.expect("the case is there");
        assert_eq!(journey, *case);
        for back in [0, 30, 150, 299] {
            let day = TODAY.saturating_sub(back.days());
            assert_eq!(journey.known_on(day), case.known_on(day));
        }
        let line = registry.case_line(case.citizen).await.expect("a line is read").expect("a line");
        let s = Summary::of(case, TODAY);
        assert_eq!((line.weeks, line.since), (s.weeks, s.supported_since));
        assert_eq!((line.next_on, line.next()), (s.next.map(|n| n.on), s.next.map(|n| n.what)));
        assert_eq!(line.weeks_26, s.weeks_26);
    }
    assert_verifies(registry).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, rng_seed: RngSeed::Fixed(26), ..ProptestConfig::default() })]

    #[test]
    fn a_journal_says_what_a_plain_list_says(acts in acts()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(play(acts));
    }
}
