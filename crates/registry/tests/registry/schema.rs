//! Opening: earlier and newer schemas, and addresses.

use crate::common::{
    assert_verifies, author, column, hex, note, number, on_each_engine, open, open_with, raw, sql, vault,
};
use registry::{Registry, RegistryError};
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use testkit::{TODAY, citizen, day, moment};
use timeline::{CitizenId, Journey, Lang, Maalgruppe, Ydelse, sample};

fn link(before: &[u8], text: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(text.as_bytes());
    hash.finalize().to_vec()
}

/// Writes a case as the first version wrote it. The chain is worked out here once more, so that its form cannot change
/// unseen.
async fn written_by_hand(past: &mut AnyConnection, postgres: bool, journey: &Journey) {
    let blob = |bytes: &[u8]| {
        let hex = hex(bytes);
        if postgres { format!("decode('{hex}', 'hex')") } else { format!("x'{hex}'") }
    };
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let id = column(journey.citizen);
    let name = quoted(&journey.person.as_ref().expect("a name").name);
    sql(past, &format!("INSERT INTO citizen (id, name) VALUES ({id}, {name})")).await.expect("a citizen");
    let mut hash = link(b"traedesten journal 1", &journey.citizen.to_string());
    for fact in &journey.facts {
        let text = serde_json::to_string(fact).expect("a fact as text");
        hash = link(&hash, &text);
        let replaces = fact.replaces.map_or("NULL".to_owned(), |r| r.to_string());
        let (seq, learned, kind) = (fact.id, fact.learned, fact.event.kind());
        let (text, hash) = (quoted(&text), blob(&hash));
        let row = format!("{id}, {seq}, '{learned}', '{kind}', {replaces}, {text}, {hash}");
        sql(past, &format!("INSERT INTO journal VALUES ({row})")).await.expect("a fact");
    }
    let end = format!("INSERT INTO head VALUES ({id}, {}, {})", journey.facts.len(), blob(&hash));
    sql(past, &end).await.expect("the end of the chain");
}

fn cases() -> [Journey; 3] {
    let anna = Journey { person: Some(timeline::Person::named("Anna O'Holm")), ..sample::journey() };
    let entered = day("2026-03-02");
    let bo = citizen("Bo Dam").id(u64::MAX).enters(entered, Ydelse::Dagpenge, Maalgruppe::Dagpenge).journey();
    [anna, bo, citizen("Carla Ek").journey()]
}

#[test]
fn a_registry_of_every_earlier_version_is_brought_up_to_date_with_its_data() {
    on_each_engine(async |empty| {
        let postgres = empty.is_postgres();
        for version in 0..=4 {
            let db = if postgres { testkit::TestDb::postgres().unwrap() } else { testkit::TestDb::sqlite() };
            Registry::open_at_version(db.url(), vault(), version).await.unwrap().close().await;
            let mut past = raw(db.url()).await;
            assert_eq!(usize::try_from(number(&mut past, "SELECT version FROM schema_version").await), Ok(version));
            if version >= 1 {
                for case in &cases() {
                    written_by_hand(&mut past, postgres, case).await;
                }
            }
            if version >= 2 {
                let row = format!("{}, {}, 'r-01', 'case', NULL", column(cases()[0].citizen), 1);
                sql(&mut past, &format!("INSERT INTO look VALUES ({row})")).await.unwrap();
            }

            let registry = open(&db).await;
            assert_eq!(number(&mut past, "SELECT version FROM schema_version").await, 4);
            assert_verifies(&registry).await;
            if version == 0 {
                assert_eq!(registry.count().await.unwrap(), 0);
                continue;
            }
            assert_eq!(registry.refresh(TODAY, |_| {}).await.unwrap(), 3, "from version {version}");
            for case in &cases() {
                assert_eq!(registry.journey(case.citizen).await.unwrap(), *case);
                let line = registry.case_line(case.citizen).await.unwrap().expect("a line");
                assert_eq!(line.name, case.person.as_ref().unwrap().name);
                assert_eq!(line.weeks, timeline::Summary::of(case, TODAY).weeks);
            }
            let looks = registry.looks(cases()[0].citizen, 9).await.unwrap();
            assert_eq!(looks.len(), usize::from(version >= 2));
            registry.append(cases()[1].citizen, vec![note("Nyt")], &author()).await.unwrap();
            assert_verifies(&registry).await;
        }
    });
}

#[test]
fn people_of_an_earlier_version_are_found_after_the_refresh() {
    on_each_engine(async |db| {
        Registry::open_at_version(db.url(), vault(), 1).await.unwrap().close().await;
        let mut past = raw(db.url()).await;
        for case in &cases() {
            written_by_hand(&mut past, db.is_postgres(), case).await;
        }
        let registry = open(db).await;
        registry.refresh(TODAY, |_| {}).await.unwrap();
        let found = registry.search("carla", 9).await.unwrap();
        assert_eq!(found.iter().map(|f| &*f.name).collect::<Vec<_>>(), ["Carla Ek"]);
    });
}

#[test]
fn a_registry_is_opened_again_and_by_several_at_once_without_harm() {
    on_each_engine(async |db| {
        let (a, b, c) = tokio::join!(open(db), open(db), open(db));
        a.open_case(&cases()[0], TODAY).await.unwrap();
        for registry in [a, b, c] {
            assert_eq!(registry.journey(cases()[0].citizen).await.unwrap(), cases()[0]);
            registry.ping().await.unwrap();
            registry.close().await;
        }
        let again = open(db).await;
        assert_eq!(again.count().await.unwrap(), 1);
        assert_eq!(again.engine() == registry::Engine::Postgres, db.is_postgres());
    });
}

#[test]
fn a_registry_that_a_newer_program_has_written_is_refused_and_left_alone() {
    on_each_engine(async |db| {
        open_with(db, &cases()).await.close().await;
        let mut past = raw(db.url()).await;
        sql(&mut past, "UPDATE schema_version SET version = 99").await.unwrap();
        let err = Registry::open(db.url(), vault()).await.unwrap_err();
        assert!(matches!(err, RegistryError::NewerSchema { found: 99, known: 4 }), "{err:?}");
        for said in [err.to_string(), err.say(Lang::Da), err.say(Lang::En)] {
            let next_step = said.contains("newer program") || said.contains("nyere program");
            assert!(said.contains("99") && said.contains('4') && next_step, "{said}");
        }
        assert_eq!(number(&mut past, "SELECT version FROM schema_version").await, 99);
        assert_eq!(number(&mut past, "SELECT COUNT(*) FROM citizen").await, 3);
    });
}

#[test]
fn an_address_that_is_no_registry_is_refused_in_words_and_without_its_password() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for url in ["", "sqlite:", "mysql://anna:hemmelig@db/x", "registry.db", "sqlite::memory:"] {
            let err = Registry::open(url, vault()).await.expect_err(url);
            assert!(matches!(err, RegistryError::Url(_)), "{url}: {err:?}");
            assert!(!err.to_string().contains("hemmelig"), "{err}");
        }
        for url in ["sqlite:/nowhere/at/all/registry.db", "sqlite:/", "postgres://anna:hemmelig@127.0.0.1:1/x"] {
            let err = Registry::open(url, vault()).await.expect_err(url);
            assert!(matches!(err, RegistryError::CannotOpen(_)), "{url}: {err:?}");
            assert!(err.is_surroundings() && !err.to_string().contains("hemmelig"), "{err}");
            assert!(!err.to_string().contains("timed out"), "it says why: {err}");
        }
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("billede.png");
        std::fs::File::create(&file).and_then(|f| f.set_len(5000)).unwrap();
        let mut junk = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
        std::io::Write::write_all(&mut junk, b"\x89PNG no registry at all").unwrap();
        let err = Registry::open(&format!("sqlite:{}", file.display()), vault()).await.unwrap_err();
        assert!(matches!(&err, RegistryError::CannotOpen(why) if why.contains("not a database")), "{err:?}");
    });
}

#[test]
fn a_file_may_be_called_what_it_likes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a b.db", "æøå ÆØÅ.db", "50%.db", "a%20b.db", "hvad?.db", "nr#1.db", "a?mode=ro", "it's.db"]
        {
            let file = dir.path().join(name);
            for form in ["sqlite:", "sqlite://"] {
                let url = format!("{form}{}", file.display());
                let registry = Registry::open(&url, vault()).await.expect(&url);
                if registry.count().await.unwrap() == 0 {
                    registry.open_case(&citizen(name).journey(), TODAY).await.unwrap();
                }
                assert_eq!(registry.search(name, 9).await.unwrap().len(), 1, "{name}");
                let look = registry::Look { at: moment(0), who: "r".into(), what: "case".into(), reason: None };
                registry.log_look(CitizenId(1), &look).await.unwrap();
                registry.close().await;
                assert!(file.exists(), "{name}");
            }
        }
    });
}
