//! Descriptions of practice: what a team does, for whom, what it learned, what failed. They are of teams, not of citizens.

use crate::db::Registry;
use crate::error::RegistryError;
use serde::{Deserialize, Serialize};
use sqlx::{Any, Row, Transaction};

/// What a description says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The team that does it.
    pub unit: String,
    /// Target group, as in [`timeline::Maalgruppe::code`].
    pub group: String,
    /// Method, a word that it is found by.
    pub method: String,
    /// In a few words.
    pub title: String,
    /// Whom to ask, and how they are reached.
    pub contact: String,
    /// What we do.
    pub does: String,
    /// For whom.
    pub for_whom: String,
    /// What we learned.
    pub learned: String,
    /// What failed.
    pub failed: String,
}

/// A description as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeNote {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: jiff::Timestamp,
    /// Opaque id of who wrote it.
    pub who: String,
    /// The one that it takes the place of.
    pub replaces: Option<i64>,
    /// It takes the other back, and says nothing new.
    pub withdrawn: bool,
    /// What it says.
    pub says: Description,
}

const COLUMNS: &str =
    "id, at_ms, who, replaces, withdrawn, unit, target_group, method, title, contact, does, for_whom, learned, failed";

impl Registry {
    /// Write a description down, a new one or in place of another. Its number.
    ///
    /// # Errors
    /// [`RegistryError::Raced`] where the other has been changed meanwhile; what the database may say.
    pub async fn write_practice(
        &self,
        says: &Description,
        replaces: Option<i64>,
        who: &str,
        at: jiff::Timestamp,
    ) -> Result<i64, RegistryError> {
        let mut note = PracticeNote { id: 0, at, who: who.to_owned(), replaces, withdrawn: false, says: says.clone() };
        self.append_practice(&mut note).await
    }

    /// Take a description back. The number of the row that does so: replacing that one by the old text is undoing it.
    ///
    /// # Errors
    /// [`RegistryError::Raced`] where it has been changed meanwhile or is not there; what the database may say.
    pub async fn withdraw_practice(&self, id: i64, who: &str, at: jiff::Timestamp) -> Result<i64, RegistryError> {
        let Some(old) = self.practice(id).await? else { return Err(RegistryError::Raced) };
        let mut note =
            PracticeNote { id: 0, at, who: who.to_owned(), replaces: Some(id), withdrawn: true, says: old.says };
        self.append_practice(&mut note).await
    }

    async fn append_practice(&self, note: &mut PracticeNote) -> Result<i64, RegistryError> {
        let mut tx = self.begin().await?;
        let taken = sqlx::query("SELECT id FROM practice WHERE replaces = $1").bind(note.replaces);
        if taken.fetch_optional(&mut *tx).await?.is_some() {
            return Err(RegistryError::Raced);
        }
        let row = sqlx::query("SELECT COALESCE(MAX(id), 0) FROM practice").fetch_one(&mut *tx).await?;
        note.id = row.try_get::<i64, _>(0)? + 1;
        write_row(&mut tx, note).await.map_err(|error| match error {
            RegistryError::Database(sqlx::Error::Database(e)) if e.is_unique_violation() => RegistryError::Raced,
            other => other,
        })?;
        tx.commit().await?;
        Ok(note.id)
    }

    /// One description, in force or not.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn practice(&self, id: i64) -> Result<Option<PracticeNote>, RegistryError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM practice WHERE id = $1"));
        let row = sqlx::query(sql).bind(id).fetch_optional(&self.read).await?;
        row.as_ref().map(read_row).transpose()
    }

    /// Descriptions in force, the newest first.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn practices(&self) -> Result<Vec<PracticeNote>, RegistryError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM practice p WHERE withdrawn = 0 \
             AND NOT EXISTS (SELECT 1 FROM practice q WHERE q.replaces = p.id) ORDER BY id DESC"
        ));
        sqlx::query(sql).fetch_all(&self.read).await?.iter().map(read_row).collect()
    }
}

/// Every row, in the order written: for backups.
pub(crate) async fn every(tx: &mut Transaction<'_, Any>) -> Result<Vec<PracticeNote>, RegistryError> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM practice ORDER BY id"));
    sqlx::query(sql).fetch_all(&mut **tx).await?.iter().map(read_row).collect()
}

pub(crate) async fn write_row(tx: &mut Transaction<'_, Any>, note: &PracticeNote) -> Result<(), RegistryError> {
    let says = &note.says;
    let sql = format!("INSERT INTO practice ({COLUMNS}) VALUES {}", crate::db::placeholders(1, 14));
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(note.id)
        .bind(note.at.as_millisecond())
        .bind(note.who.clone())
        .bind(note.replaces)
        .bind(i64::from(note.withdrawn));
    for text in [
        &says.unit,
        &says.group,
        &says.method,
        &says.title,
        &says.contact,
        &says.does,
        &says.for_whom,
        &says.learned,
        &says.failed,
    ] {
        query = query.bind(text.clone());
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

fn read_row(row: &sqlx::any::AnyRow) -> Result<PracticeNote, RegistryError> {
    Ok(PracticeNote {
        id: row.try_get(0)?,
        at: jiff::Timestamp::from_millisecond(row.try_get(1)?).unwrap_or_default(),
        who: row.try_get(2)?,
        replaces: row.try_get(3)?,
        withdrawn: row.try_get::<i64, _>(4)? != 0,
        says: Description {
            unit: row.try_get(5)?,
            group: row.try_get(6)?,
            method: row.try_get(7)?,
            title: row.try_get(8)?,
            contact: row.try_get(9)?,
            does: row.try_get(10)?,
            for_whom: row.try_get(11)?,
            learned: row.try_get(12)?,
            failed: row.try_get(13)?,
        },
    })
}
