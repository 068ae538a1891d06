//! Finding people, CPR numbers under seal, and looks.

use crate::common::{author, hex, note, on_each_engine, open, open_with, raw, vault};
use registry::{Look, Registry, RegistryError, Vault, VaultError};
use sqlx::{AssertSqlSafe, Row};
use testkit::{TODAY, TestDb, citizen, day, moment};
use timeline::{CitizenId, Cpr, Journey, Maalgruppe, Ydelse};

async fn found(registry: &Registry, text: &str) -> Vec<String> {
    registry.search(text, 20).await.unwrap().into_iter().map(|f| f.name).collect()
}

#[test]
fn people_are_found_by_the_beginning_of_their_names_in_any_order() {
    on_each_engine(async |db| {
        let names = [
            "Hanna Holmgaard",
            "Anna Holm",
            "Ansgar Holm",
            "Anne-Sofie André Ærø",
            "Søren Åkjær",
            "Müller, Jürgen",
            "Sean O'Brien",
            "(uden navn)",
        ];
        let registry = open_with(db, &names.map(|n| citizen(n).journey())).await;
        for (text, expected) in [
            ("anna", vec!["Anna Holm"]),
            ("ANNA HOLM", vec!["Anna Holm"]),
            ("holm anna", vec!["Anna Holm"]),
            ("an ho", vec!["Anna Holm", "Ansgar Holm"]),
            ("holm", vec!["Anna Holm", "Ansgar Holm", "Hanna Holmgaard"]),
            ("holmg", vec!["Hanna Holmgaard"]),
            ("anna anna", vec!["Anna Holm"]),
            ("anne an", vec!["Anne-Sofie André Ærø"]),
            ("sofie", vec!["Anne-Sofie André Ærø"]),
            ("andre", vec!["Anne-Sofie André Ærø"]),
            ("ANDRÉ", vec!["Anne-Sofie André Ærø"]),
            ("ær", vec!["Anne-Sofie André Ærø"]),
            ("Å", vec!["Søren Åkjær"]),
            ("åkjær søren", vec!["Søren Åkjær"]),
            ("muller", vec!["Müller, Jürgen"]),
            ("jürg müll", vec!["Müller, Jürgen"]),
            ("brien", vec!["Sean O'Brien"]),
            ("o'b", vec!["Sean O'Brien"]),
            ("soren", vec![]),
            ("nna", vec![]),
            ("anna ansgar", vec![]),
            ("%", vec![]),
            ("_nna", vec![]),
            ("", vec![]),
            (" -' ", vec![]),
        ] {
            assert_eq!(found(&registry, text).await, expected, "{text:?}");
        }
        let first = registry.search("holm", 2).await.unwrap();
        assert_eq!(first.iter().map(|f| &*f.name).collect::<Vec<_>>(), ["Anna Holm", "Ansgar Holm"], "two at most");
    });
}

#[test]
fn a_person_who_is_found_comes_with_what_tells_people_of_one_name_apart() {
    on_each_engine(async |db| {
        let first = citizen("Anna Holm")
            .person(|p| p.born = Some(day("1980-03-24")))
            .enters(day("2026-03-02"), Ydelse::Dagpenge, Maalgruppe::Dagpenge)
            .adviser(day("2026-03-02"), "Mette Krag", "Team Job")
            .journey();
        let second = citizen("Anna Holm").id(2).journey();
        let registry = open_with(db, [&first, &second]).await;
        let mut people = registry.search("anna", 9).await.unwrap();
        people.sort_by_key(|f| f.citizen != first.citizen);
        let told: Vec<_> = people.iter().map(|f| (f.citizen, f.born.as_deref(), &*f.group, &*f.adviser)).collect();
        let known = (first.citizen, Some("1980-03-24"), "6.1", "Mette Krag");
        assert_eq!(told, [known, (second.citizen, None, "", "")]);
    });
}

#[test]
fn a_search_for_a_whole_page_of_text_finds_nobody_rather_than_failing() {
    on_each_engine(async |db| {
        let registry = open_with(db, [&citizen("Anna Holm").journey()]).await;
        let page = (0..40_000).map(|i| format!("ord{i}")).collect::<Vec<_>>().join(" ");
        assert_eq!(found(&registry, &page).await, Vec::<String>::new());
        assert_eq!(found(&registry, &"a".repeat(100_000)).await, Vec::<String>::new());
        assert_eq!(found(&registry, "anna\0").await, ["Anna Holm"]);
    });
}

fn with_cpr() -> [Journey; 3] {
    [("Anna Holm", "070761-4285"), ("Bo Dam", "0101504000"), ("Carla Ek", "290200-4000")]
        .map(|(name, cpr)| citizen(name).cpr(cpr).journey())
}

/// Everything the database holds, as bytes.
async fn all_bytes(db: &TestDb) -> Vec<u8> {
    if let Some(file) = db.file() {
        let files = std::fs::read_dir(file.parent().unwrap()).unwrap();
        return files.flat_map(|f| std::fs::read(f.unwrap().path()).unwrap()).collect();
    }
    let mut past = raw(db.url()).await;
    let mut all = String::new();
    for table in ["citizen", "journal", "head", "cpr", "look", "caseload", "search_word"] {
        let query = format!("SELECT t::text FROM {table} t");
        for row in sqlx::query(AssertSqlSafe(query)).fetch_all(&mut past).await.unwrap() {
            all.push_str(&row.try_get::<String, _>(0).unwrap());
        }
    }
    all.into_bytes()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|w| w == text)
}

#[test]
fn the_digits_of_a_cpr_number_lie_nowhere_in_the_database() {
    on_each_engine(async |db| {
        let journeys = with_cpr();
        let registry = open_with(db, &journeys).await;
        registry.append(journeys[0].citizen, vec![note("Ring i morgen")], &author()).await.unwrap();
        let bytes = all_bytes(db).await;
        assert!(holds(&bytes, "Ring i morgen".as_bytes()), "the bytes are those of the registry");
        for digits in ["0707614285", "070761-4285", "0101504000", "010150-4000", "2902004000"] {
            let hex = hex(digits.as_bytes());
            assert!(!holds(&bytes, digits.as_bytes()) && !holds(&bytes, hex.as_bytes()), "{digits}");
        }
        let mut past = raw(db.url()).await;
        let rows = sqlx::query("SELECT sealed, lookup FROM cpr").fetch_all(&mut past).await.unwrap();
        assert_eq!(rows.len(), 3);
        for row in rows {
            let (sealed, lookup): (Vec<u8>, Vec<u8>) = (row.try_get(0).unwrap(), row.try_get(1).unwrap());
            assert_eq!((sealed.len(), lookup.len()), (12 + 10 + 16, 32), "nonce, number and tag; keyed hash");
        }
        registry.close().await;
        let bytes = all_bytes(db).await;
        assert!(!holds(&bytes, b"0707614285"), "nor after the registry is closed");
    });
}

#[test]
fn a_cpr_number_is_found_again_and_opened_with_the_key_only() {
    on_each_engine(async |db| {
        let journeys = with_cpr();
        let registry = open_with(db, &journeys).await;
        for journey in &journeys {
            let cpr = journey.person.as_ref().unwrap().cpr.unwrap();
            assert_eq!(registry.find_cpr(cpr).await.unwrap(), Some(journey.citizen));
            assert_eq!(registry.cpr(journey.citizen).await.unwrap(), Some(cpr));
            let read = registry.journey(journey.citizen).await.unwrap();
            assert_eq!(read.person.unwrap().cpr, None, "a journey comes without it");
        }
        let nobodys: Cpr = "010136-3999".parse().unwrap();
        assert_eq!(registry.find_cpr(nobodys).await.unwrap(), None);
        assert_eq!(registry.cpr(CitizenId(404)).await.unwrap(), None);

        let cpr = journeys[0].person.as_ref().unwrap().cpr.unwrap();
        let wrong = Registry::open(db.url(), Vault::with_key(&"2e".repeat(32)).unwrap()).await.unwrap();
        assert_eq!(wrong.find_cpr(cpr).await.unwrap(), None);
        let err = wrong.cpr(journeys[0].citizen).await.unwrap_err();
        assert!(matches!(err, RegistryError::Vault(VaultError::WrongKey)), "{err:?}");
    });
}

#[test]
fn a_second_case_with_the_same_cpr_number_is_told_of_the_first() {
    on_each_engine(async |db| {
        let journeys = with_cpr();
        let registry = open_with(db, &journeys).await;
        let twin = citizen("Anna Holms dobbeltgænger").cpr("0707614285").journey();
        let err = registry.open_case(&twin, TODAY).await.unwrap_err();
        assert!(matches!(err, RegistryError::CprTaken(id) if id == journeys[0].citizen), "{err:?}");
        assert!(!err.to_string().contains("4285") && !err.say(timeline::Lang::Da).contains("4285"), "{err}");
        assert_eq!(registry.count().await.unwrap(), 3);
        assert_eq!(found(&registry, "dobbeltgænger").await, Vec::<String>::new());
    });
}

#[test]
fn without_a_key_everything_works_but_cpr_numbers() {
    on_each_engine(async |db| {
        let registry = Registry::open(db.url(), Vault::closed()).await.unwrap();
        let err = registry.open_case(&with_cpr()[0], TODAY).await.unwrap_err();
        assert!(matches!(err, RegistryError::Vault(VaultError::NoKey)), "{err:?}");
        assert_eq!(registry.count().await.unwrap(), 0, "a case is not kept without its number");
        let anna = citizen("Anna Holm").journey();
        registry.open_case(&anna, TODAY).await.unwrap();
        assert_eq!(registry.cpr(anna.citizen).await.unwrap(), None);
        let err = registry.find_cpr("0707614285".parse().unwrap()).await.unwrap_err();
        assert!(matches!(err, RegistryError::Vault(VaultError::NoKey)), "{err:?}");
    });
}

#[test]
fn looks_are_kept_and_the_newest_are_shown_first() {
    on_each_engine(async |db| {
        let registry = open(db).await;
        let (anna, bo) = (citizen("Anna Holm").journey(), citizen("Bo Dam").journey());
        let look = |at: i64, what: &str, reason: Option<&str>| Look {
            at: moment(at),
            who: "r-01".to_owned(),
            what: what.to_owned(),
            reason: reason.map(str::to_owned),
        };
        let looks = [look(0, "case", None), look(60, "cpr", Some("Skal ringe")), look(-3600, "as-known", None)];
        for look in &looks {
            registry.log_look(anna.citizen, look).await.unwrap();
        }
        registry.log_look(bo.citizen, &look(5, "export", None)).await.unwrap();
        let [now, later, before] = looks;
        assert_eq!(registry.looks(anna.citizen, 50).await.unwrap(), [later.clone(), now.clone(), before]);
        assert_eq!(registry.looks(anna.citizen, 2).await.unwrap(), [later, now]);
        registry.close().await;
        let again = Registry::open(db.url(), vault()).await.unwrap();
        assert_eq!(again.looks(bo.citizen, 50).await.unwrap().len(), 1, "after closing and opening the registry");
    });
}
