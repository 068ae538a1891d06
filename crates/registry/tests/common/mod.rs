//! What the tests of the registry share.
#![allow(dead_code, reason = "each test program uses a part of it")]

use registry::{Author, Draft, Registry, Vault};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use testkit::{TODAY, TestDb, moment};
use timeline::{Channel, CitizenId, Date, Event, FactId, Holder, Journey, Period, Source, TalkState};

/// The key that CPR numbers are sealed with.
pub fn vault() -> Vault {
    Vault::with_key(&"1f".repeat(32)).expect("a key")
}

/// Runs a test on a fresh database of each engine.
#[allow(clippy::needless_pass_by_value, reason = "a test reads better without a reference mark")]
pub fn on_each_engine(test: impl AsyncFn(&TestDb)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    for db in testkit::engines() {
        eprintln!("on {}", if db.is_postgres() { "PostgreSQL" } else { "SQLite" });
        runtime.block_on(test(&db));
    }
}

/// The registry in `db`.
pub async fn open(db: &TestDb) -> Registry {
    Registry::open(db.url(), vault()).await.expect("the registry opens")
}

/// The registry in `db`, with cases.
pub async fn open_with<'a>(db: &TestDb, journeys: impl IntoIterator<Item = &'a Journey>) -> Registry {
    let registry = open(db).await;
    for journey in journeys {
        registry.open_case(journey, TODAY).await.expect("the case is opened");
    }
    registry
}

/// A connection past the registry.
pub async fn raw(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.expect("a connection past the registry")
}

/// Runs SQL past the registry.
pub async fn sql(connection: &mut AnyConnection, text: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(connection).await.map(drop)
}

/// One number out of the database.
pub async fn number(connection: &mut AnyConnection, text: &str) -> i64 {
    let row = sqlx::query(AssertSqlSafe(text.to_owned())).fetch_one(connection).await.expect("a row");
    row.try_get(0).expect("a number")
}

/// Takes away what keeps the journal and the looks from being changed.
pub async fn drop_guards(connection: &mut AnyConnection, postgres: bool) {
    let guards: &[&str] = if postgres {
        &["journal_append_only ON journal", "look_append_only ON look"]
    } else {
        &["journal_no_update", "journal_no_delete", "look_no_update", "look_no_delete"]
    };
    for guard in guards {
        sql(connection, &format!("DROP TRIGGER {guard}")).await.expect("the guard was there");
    }
}

/// Who writes in tests.
pub fn author() -> Author {
    Author { by: "r-01".to_owned(), at: moment(0), today: TODAY }
}

/// A fact that is told today.
pub fn draft(holds: Period, event: Event) -> Draft {
    Draft { holds, learned: TODAY, source: Source::Adviser, replaces: None, event }
}

/// A note of today.
pub fn note(text: &str) -> Draft {
    draft(Period::day(TODAY), Event::Note { text: text.to_owned(), shared: false })
}

/// A talk.
pub fn talk(on: Date, state: TalkState) -> Draft {
    let (holder, channel) = (Holder::Kommune, Channel::Phone);
    draft(Period::day(on), Event::Talk { state, holder, channel, purpose: None, summary: None, time: None })
}

/// The same fact as a correction.
pub fn correcting(fact: u32, draft: Draft) -> Draft {
    Draft { replaces: Some(FactId(fact)), ..draft }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The id as it stands in the database.
pub fn column(id: CitizenId) -> i64 {
    id.0.cast_signed()
}

/// That every chain holds.
pub async fn assert_verifies(registry: &Registry) {
    let verified = registry.verify(|_| {}).await.expect("the chains are read");
    assert_eq!(verified.faults, []);
}

/// Numbers that look random and are the same in every run (splitmix64).
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// So many days, fewer than `n`.
    pub fn days(&mut self, n: usize) -> i64 {
        i64::try_from(self.below(n)).unwrap_or(0)
    }

    /// One of some.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
