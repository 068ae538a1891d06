//! Appending facts, loading cases, checking chains.

use crate::caseload::write_row;
use crate::db::{Engine, Registry, placeholders};
use crate::error::RegistryError;
use sha2::{Digest, Sha256};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use timeline::{CitizenId, Date, Event, Fact, FactId, Journey, Period, Recorded, Source};

/// A fact to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The days it holds.
    pub holds: Period,
    /// The day it was learned; for what is written now, today.
    pub learned: Date,
    /// Who told.
    pub source: Source,
    /// The fact it corrects.
    pub replaces: Option<FactId>,
    /// What.
    pub event: Event,
}

/// Who writes, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Opaque id of the person or system.
    pub by: String,
    /// The moment.
    pub at: jiff::Timestamp,
    /// The day it is in Denmark.
    pub today: Date,
}

/// Where a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// The case.
    pub citizen: CitizenId,
    /// The fact.
    pub seq: i64,
    /// What is wrong.
    pub what: &'static str,
}

/// The outcome of checking every chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Cases looked at.
    pub cases: u64,
    /// Facts looked at.
    pub facts: u64,
    /// Where chains do not hold; empty is good.
    pub faults: Vec<ChainFault>,
}

/// One link.
pub(crate) fn link(before: &[u8], fact: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(fact.as_bytes());
    hash.finalize().to_vec()
}

/// What stands before the first fact of a case: bound to the case, so that a chain cannot be moved to another.
pub(crate) fn genesis(citizen: CitizenId) -> Vec<u8> {
    link(b"traedesten journal 1", &citizen.to_string())
}

pub(crate) const fn column(id: CitizenId) -> i64 {
    id.0.cast_signed()
}

pub(crate) const fn citizen_id(column: i64) -> CitizenId {
    CitizenId(column.cast_unsigned())
}

impl Registry {
    /// Record facts on a case, all or none, and bring its lists up to date in the same transaction.
    ///
    /// # Errors
    /// [`RegistryError::UnknownCitizen`], [`RegistryError::Journey`] where a fact does not fit, and what the database
    /// may say.
    pub async fn append(
        &self,
        citizen: CitizenId,
        drafts: Vec<Draft>,
        author: &Author,
    ) -> Result<Vec<FactId>, RegistryError> {
        let mut tx = self.begin().await?;
        let lock = match self.engine {
            Engine::Sqlite => "SELECT hash FROM head WHERE citizen = $1",
            Engine::Postgres => "SELECT hash FROM head WHERE citizen = $1 FOR UPDATE",
        };
        let head = sqlx::query(lock).bind(column(citizen)).fetch_optional(&mut *tx).await?;
        let hash: Vec<u8> = head.ok_or(RegistryError::UnknownCitizen(citizen))?.try_get(0)?;
        let mut journey = load(&mut tx, citizen).await?;
        let mut ids = Vec::with_capacity(drafts.len());
        let first = journey.facts.len();
        for draft in drafts {
            let id = FactId(journey.facts.len() as u32 + 1);
            let recorded = Some(Recorded { by: author.by.clone(), at: Some(author.at) });
            let Draft { holds, learned, source, replaces, event } = draft;
            let fact = Fact { id, holds, learned, source, recorded, replaces, event };
            journey.check_next(&fact)?;
            ids.push(id);
            journey.facts.push(fact);
        }
        insert_facts(&mut tx, citizen, &journey.facts[first..], hash).await?;
        write_row(&mut tx, &journey, author.today).await?;
        tx.commit().await?;
        Ok(ids)
    }

    /// A case with who it is about.
    ///
    /// # Errors
    /// [`RegistryError::UnknownCitizen`].
    pub async fn journey(&self, citizen: CitizenId) -> Result<Journey, RegistryError> {
        let rows = sqlx::query(
            "SELECT c.name, c.born, c.sex, c.municipality, c.prefers, j.seq, j.fact \
             FROM citizen c LEFT JOIN journal j ON j.citizen = c.id WHERE c.id = $1 ORDER BY j.seq",
        )
        .bind(column(citizen))
        .fetch_all(&self.read)
        .await?;
        let first = rows.first().ok_or(RegistryError::UnknownCitizen(citizen))?;
        let mut journey = Journey::new(citizen);
        journey.person = Some(crate::citizens::person(first)?);
        journey.facts.reserve(rows.len());
        for row in &rows {
            if let Some(text) = row.try_get::<Option<String>, _>(6)? {
                journey.facts.push(parse(citizen, row.try_get(5)?, &text)?);
            }
        }
        Ok(journey)
    }

    /// Check every chain from its first link to its end, a page of cases at a time; `progress` hears how many are done.
    ///
    /// # Errors
    /// What the database may say. A broken chain is an answer, not an error.
    pub async fn verify(&self, mut progress: impl FnMut(u64)) -> Result<Verified, RegistryError> {
        let mut out = Verified::default();
        let mut after: Option<i64> = None;
        loop {
            // Ends of chains and facts as they stood at one moment, however much is being written.
            let mut tx = self.read.begin().await?;
            if self.engine == Engine::Postgres {
                sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
            }
            let heads = sqlx::query(
                "SELECT citizen, seq, hash FROM head WHERE citizen > $1 OR $2 = 1 ORDER BY citizen LIMIT 200",
            )
            .bind(after.unwrap_or(0))
            .bind(i64::from(after.is_none()))
            .fetch_all(&mut *tx)
            .await?;
            let (Some(first), Some(last)) = (heads.first(), heads.last()) else { break };
            let (low, high): (i64, i64) = (first.try_get(0)?, last.try_get(0)?);
            let rows = sqlx::query(
                "SELECT citizen, seq, learned, kind, replaces, fact, hash FROM journal \
                 WHERE citizen >= $1 AND citizen <= $2 ORDER BY citizen, seq",
            )
            .bind(low)
            .bind(high)
            .fetch_all(&mut *tx)
            .await?;
            tx.rollback().await?;
            let mut rows = rows.iter().peekable();
            for head in &heads {
                let column: i64 = head.try_get(0)?;
                let citizen = citizen_id(column);
                let mut seq = 0;
                let mut hash = genesis(citizen);
                let mut fault = |seq, what| out.faults.push(ChainFault { citizen, seq, what });
                while let Some(row) = rows.next_if(|r| r.try_get::<i64, _>(0).is_ok_and(|c| c <= column)) {
                    out.facts += 1;
                    seq += 1;
                    let text: String = row.try_get(5)?;
                    let stored: Vec<u8> = row.try_get(6)?;
                    hash = link(&hash, &text);
                    if row.try_get::<i64, _>(1)? != seq {
                        fault(seq, "a fact is missing before this one");
                        seq = row.try_get(1)?;
                    }
                    if hash != stored {
                        fault(seq, "the fact or its hash was changed");
                        hash = stored;
                    }
                    if !columns_agree(row, citizen, seq, &text) {
                        fault(seq, "the columns beside the fact do not say what it says");
                    }
                }
                if seq != head.try_get::<i64, _>(1)? || hash != head.try_get::<Vec<u8>, _>(2)? {
                    fault(seq, "facts are missing at the end, or the end was changed");
                }
                out.cases += 1;
            }
            after = Some(high);
            progress(out.cases);
        }
        let lost =
            sqlx::query("SELECT c.id FROM citizen c LEFT JOIN head h ON h.citizen = c.id WHERE h.citizen IS NULL")
                .fetch_all(&self.read)
                .await?;
        for row in lost {
            let citizen = citizen_id(row.try_get(0)?);
            out.faults.push(ChainFault { citizen, seq: 0, what: "the case has lost the end of its chain" });
        }
        Ok(out)
    }
}

fn columns_agree(row: &sqlx::any::AnyRow, citizen: CitizenId, seq: i64, text: &str) -> bool {
    let (Ok(learned), Ok(kind), Ok(replaces)) =
        (row.try_get::<String, _>(2), row.try_get::<String, _>(3), row.try_get(4))
    else {
        return false;
    };
    says(citizen, seq, text, &learned, &kind, replaces)
}

/// Whether the columns beside a fact say what it says.
pub(crate) fn says(citizen: CitizenId, seq: i64, text: &str, learned: &str, kind: &str, replaces: Option<i64>) -> bool {
    parse(citizen, seq, text).is_ok_and(|fact| {
        i64::from(fact.id.0) == seq
            && learned == fact.learned.to_string()
            && kind == fact.event.kind()
            && replaces == fact.replaces.map(|r| i64::from(r.0))
    })
}

pub(crate) fn parse(citizen: CitizenId, seq: i64, text: &str) -> Result<Fact, RegistryError> {
    serde_json::from_str(text).map_err(|e| RegistryError::Unreadable { citizen, seq, what: e.to_string() })
}

/// The facts of a case, inside a change.
pub(crate) async fn load(tx: &mut Transaction<'_, Any>, citizen: CitizenId) -> Result<Journey, RegistryError> {
    let rows = sqlx::query("SELECT seq, fact FROM journal WHERE citizen = $1 ORDER BY seq")
        .bind(column(citizen))
        .fetch_all(&mut **tx)
        .await?;
    let mut journey = Journey::new(citizen);
    journey.facts.reserve(rows.len());
    for row in rows {
        let text: String = row.try_get(1)?;
        journey.facts.push(parse(citizen, row.try_get(0)?, &text)?);
    }
    Ok(journey)
}

/// Rows per insert: enough to amortise the round trip, few enough for the engines' limits on parameters.
const BLOCK: usize = 250;

/// Append `facts` to the case's chain, whose end has `hash`.
pub(crate) async fn insert_facts(
    tx: &mut Transaction<'_, Any>,
    citizen: CitizenId,
    facts: &[Fact],
    mut hash: Vec<u8>,
) -> Result<(), RegistryError> {
    let Some(last) = facts.last() else { return Ok(()) };
    for block in facts.chunks(BLOCK) {
        let sql = format!(
            "INSERT INTO journal (citizen, seq, learned, kind, replaces, fact, hash) VALUES {}",
            placeholders(block.len(), 7)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for fact in block {
            let text = serde_json::to_string(fact).map_err(|e| RegistryError::Unreadable {
                citizen,
                seq: fact.id.0.into(),
                what: e.to_string(),
            })?;
            hash = link(&hash, &text);
            query = query
                .bind(column(citizen))
                .bind(i64::from(fact.id.0))
                .bind(fact.learned.to_string())
                .bind(fact.event.kind())
                .bind(fact.replaces.map(|r| i64::from(r.0)))
                .bind(text)
                .bind(hash.clone());
        }
        query.execute(&mut **tx).await.map_err(|e| match e.as_database_error() {
            Some(db) if db.is_unique_violation() => RegistryError::Raced,
            _ => e.into(),
        })?;
    }
    sqlx::query("UPDATE head SET seq = $1, hash = $2 WHERE citizen = $3")
        .bind(i64::from(last.id.0))
        .bind(hash)
        .bind(column(citizen))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
