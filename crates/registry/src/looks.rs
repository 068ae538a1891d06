//! Every look at a case, kept so that the citizen can be shown it.

use crate::db::Registry;
use crate::error::RegistryError;
use crate::journal::column;
use sqlx::Row;
use timeline::CitizenId;

/// One look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: jiff::Timestamp,
    /// Opaque id of who looked.
    pub who: String,
    /// What was opened: `case`, `cpr`, `as-known`, `export` …
    pub what: String,
    /// Why, where a reason was given.
    pub reason: Option<String>,
}

impl Registry {
    /// Keep a look.
    ///
    /// # Errors
    /// What the database may say; then nothing may be shown either.
    pub async fn log_look(&self, citizen: CitizenId, look: &Look) -> Result<(), RegistryError> {
        sqlx::query("INSERT INTO look (citizen, at_ms, who, what, reason) VALUES ($1, $2, $3, $4, $5)")
            .bind(column(citizen))
            .bind(look.at.as_millisecond())
            .bind(look.who.clone())
            .bind(look.what.clone())
            .bind(look.reason.clone())
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Keep a look, unless the same person saw the same within the half hour before: clicks about in a case are one look.
    ///
    /// # Errors
    /// As [`Registry::log_look`].
    pub async fn log_look_once(&self, citizen: CitizenId, look: &Look) -> Result<(), RegistryError> {
        sqlx::query(
            "INSERT INTO look (citizen, at_ms, who, what, reason) \
             SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM look WHERE citizen = $6 AND at_ms > $7 \
             AND who = $8 AND what = $9)",
        )
        .bind(column(citizen))
        .bind(look.at.as_millisecond())
        .bind(look.who.clone())
        .bind(look.what.clone())
        .bind(look.reason.clone())
        .bind(column(citizen))
        .bind(look.at.as_millisecond() - 30 * 60 * 1000)
        .bind(look.who.clone())
        .bind(look.what.clone())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The latest looks at a case, newest first.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn looks(&self, citizen: CitizenId, limit: u32) -> Result<Vec<Look>, RegistryError> {
        let rows =
            sqlx::query("SELECT at_ms, who, what, reason FROM look WHERE citizen = $1 ORDER BY at_ms DESC LIMIT $2")
                .bind(column(citizen))
                .bind(i64::from(limit))
                .fetch_all(&self.read)
                .await?;
        rows.iter()
            .map(|row| {
                Ok(Look {
                    at: jiff::Timestamp::from_millisecond(row.try_get(0)?).unwrap_or_default(),
                    who: row.try_get(1)?,
                    what: row.try_get(2)?,
                    reason: row.try_get(3)?,
                })
            })
            .collect()
    }
}
