//! Who a case is about.

use crate::caseload::write_row;
use crate::db::{Engine, Registry};
use crate::error::RegistryError;
use crate::journal::{citizen_id, column, genesis, insert_facts, load};
use crate::search::write_words;
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use timeline::{CitizenId, Cpr, Date, Journey, Person, Sex};

impl Registry {
    /// Open a case. `journey.person` names the citizen; its facts are the first of the chain.
    ///
    /// # Errors
    /// [`RegistryError::KnownCitizen`], [`RegistryError::CprTaken`], a vault without a key, or a journey that does not
    /// hold together.
    pub async fn open_case(&self, journey: &Journey, today: Date) -> Result<(), RegistryError> {
        let mut tx = self.begin().await?;
        self.add_case(&mut tx, journey, today).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(crate) async fn add_case(
        &self,
        tx: &mut Transaction<'_, Any>,
        journey: &Journey,
        today: Date,
    ) -> Result<(), RegistryError> {
        journey.check()?;
        let id = journey.citizen;
        let nameless = Person::named("(uden navn)");
        let person = journey.person.as_ref().unwrap_or(&nameless);
        insert_person(tx, id, person).await.map_err(|e| match &e {
            RegistryError::Database(db)
                if db.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
            {
                RegistryError::KnownCitizen(id)
            }
            _ => e,
        })?;
        let start = genesis(id);
        sqlx::query("INSERT INTO head (citizen, seq, hash) VALUES ($1, 0, $2)")
            .bind(column(id))
            .bind(start.clone())
            .execute(&mut **tx)
            .await?;
        if let Some(cpr) = person.cpr {
            self.seal_cpr(tx, id, cpr).await?;
        }
        insert_facts(tx, id, &journey.facts, start).await?;
        write_words(tx, id, &person.name).await?;
        write_row(tx, journey, today).await
    }

    async fn seal_cpr(&self, tx: &mut Transaction<'_, Any>, id: CitizenId, cpr: Cpr) -> Result<(), RegistryError> {
        let lookup = self.vault.lookup(cpr)?;
        let kept = sqlx::query(
            "INSERT INTO cpr (citizen, sealed, lookup) VALUES ($1, $2, $3) ON CONFLICT (lookup) DO NOTHING",
        )
        .bind(column(id))
        .bind(self.vault.seal(id, cpr)?)
        .bind(lookup.clone())
        .execute(&mut **tx)
        .await?;
        if kept.rows_affected() == 1 {
            return Ok(());
        }
        let row = sqlx::query("SELECT citizen FROM cpr WHERE lookup = $1").bind(lookup).fetch_one(&mut **tx).await?;
        Err(RegistryError::CprTaken(citizen_id(row.try_get(0)?)))
    }

    /// The CPR number of a case, opened. The caller logs the look.
    ///
    /// # Errors
    /// A vault without the key.
    pub async fn cpr(&self, id: CitizenId) -> Result<Option<Cpr>, RegistryError> {
        let row = sqlx::query("SELECT sealed FROM cpr WHERE citizen = $1")
            .bind(column(id))
            .fetch_optional(&self.read)
            .await?;
        row.map(|r| Ok(self.vault.open(id, &r.try_get::<Vec<u8>, _>(0)?)?)).transpose()
    }

    /// The case that a CPR number belongs to.
    ///
    /// # Errors
    /// A vault without the key.
    pub async fn find_cpr(&self, cpr: Cpr) -> Result<Option<CitizenId>, RegistryError> {
        let row = sqlx::query("SELECT citizen FROM cpr WHERE lookup = $1")
            .bind(self.vault.lookup(cpr)?)
            .fetch_optional(&self.read)
            .await?;
        row.map(|r| Ok(citizen_id(r.try_get(0)?))).transpose()
    }

    /// Number of cases.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn count(&self) -> Result<u64, RegistryError> {
        let row = sqlx::query("SELECT COUNT(*) FROM citizen").fetch_one(&self.read).await?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }

    /// Bring the lines of the caseload up to `today`, a batch of cases per transaction: what was "in 7 days" yesterday
    /// may be "in 6" now. `progress` hears how many are done.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn refresh(&self, today: Date, mut progress: impl FnMut(u64)) -> Result<u64, RegistryError> {
        let mut done = 0;
        loop {
            let mut tx = self.begin().await?;
            let rows = sqlx::query(
                "SELECT c.id, c.name, (SELECT COUNT(*) FROM search_word w WHERE w.citizen = c.id) \
                 FROM citizen c LEFT JOIN caseload l ON l.citizen = c.id \
                 WHERE l.as_of IS NULL OR l.as_of < $1 ORDER BY c.id LIMIT 200",
            )
            .bind(today.to_string())
            .fetch_all(&mut *tx)
            .await?;
            if rows.is_empty() {
                return Ok(done);
            }
            for row in &rows {
                let id = citizen_id(row.try_get(0)?);
                // A fact that is being written to the case is waited for, so that its line is not undone.
                if self.engine == Engine::Postgres {
                    sqlx::query("SELECT seq FROM head WHERE citizen = $1 FOR UPDATE")
                        .bind(column(id))
                        .execute(&mut *tx)
                        .await?;
                }
                let journey = load(&mut tx, id).await?;
                if row.try_get::<i64, _>(2)? == 0 {
                    write_words(&mut tx, id, &row.try_get::<String, _>(1)?).await?;
                }
                write_row(&mut tx, &journey, today).await?;
            }
            tx.commit().await?;
            done += rows.len() as u64;
            progress(done);
        }
    }
}

async fn insert_person(tx: &mut Transaction<'_, Any>, id: CitizenId, person: &Person) -> Result<(), RegistryError> {
    let sex = person.sex.map(|s| match s {
        Sex::Female => "female",
        Sex::Male => "male",
    });
    sqlx::query("INSERT INTO citizen (id, name, born, sex, municipality, prefers) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(column(id))
        .bind(person.name.clone())
        .bind(person.born.map(|d| d.to_string()))
        .bind(sex)
        .bind(person.municipality.clone())
        .bind(person.prefers.clone())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// From columns name, born, sex, municipality, prefers.
pub(crate) fn person(row: &AnyRow) -> Result<Person, RegistryError> {
    let born: Option<String> = row.try_get(1)?;
    let sex: Option<String> = row.try_get(2)?;
    Ok(Person {
        name: row.try_get(0)?,
        cpr: None,
        born: born.and_then(|d| d.parse().ok()),
        sex: sex.map(|s| if s == "female" { Sex::Female } else { Sex::Male }),
        municipality: row.try_get(3)?,
        prefers: row.try_get(4)?,
    })
}
