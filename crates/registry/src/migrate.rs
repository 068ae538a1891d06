//! Bringing the schema up to date on start.

use crate::db::{Engine, Registry};
use crate::error::RegistryError;
use sqlx::{AssertSqlSafe, Row};

/// Every step, oldest first. A step that has been released is never changed.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_journal.sql"),
    include_str!("../migrations/0002_cpr_and_looks.sql"),
    include_str!("../migrations/0003_caseload.sql"),
    include_str!("../migrations/0004_practice.sql"),
];

/// Run the steps that are missing up to `target`, each whole or not at all.
pub(crate) async fn up(registry: &Registry, target: usize) -> Result<(), RegistryError> {
    let known = MIGRATIONS.len() as i64;
    let mut tx = registry.begin().await?;
    if registry.engine == Engine::Postgres {
        sqlx::query("SELECT pg_advisory_xact_lock(7304711)").execute(&mut *tx).await?;
    }
    sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)").execute(&mut *tx).await?;
    let row = sqlx::query("SELECT version FROM schema_version").fetch_optional(&mut *tx).await?;
    let found: i64 = row.as_ref().map_or(Ok(0), |r| r.try_get(0))?;
    if found > known {
        return Err(RegistryError::NewerSchema { found, known });
    }
    if row.is_none() {
        sqlx::query("INSERT INTO schema_version (version) VALUES (0)").execute(&mut *tx).await?;
    }
    for (i, step) in MIGRATIONS.iter().enumerate().take(target).skip(found as usize) {
        sqlx::raw_sql(AssertSqlSafe(dialect(step, registry.engine))).execute(&mut *tx).await?;
        sqlx::query("UPDATE schema_version SET version = $1").bind(i as i64 + 1).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The few words in which the engines differ.
fn dialect(sql: &str, engine: Engine) -> String {
    let sqlite = engine == Engine::Sqlite;
    let mut out = sql
        .replace("{{blob}}", if sqlite { "BLOB" } else { "BYTEA" })
        .replace("{{key}}", if sqlite { "TEXT" } else { "TEXT COLLATE \"C\"" })
        .replace("{{clustered}}", if sqlite { " WITHOUT ROWID" } else { "" });
    while let Some(start) = out.find("{{append_only ") {
        let Some(length) = out[start..].find("}}") else { break };
        let table = out[start + "{{append_only ".len()..start + length].to_owned();
        out.replace_range(start..start + length + 2, &append_only(&table, sqlite));
    }
    out
}

/// Rows of `table` may be added, never changed or taken away.
fn append_only(table: &str, sqlite: bool) -> String {
    if sqlite {
        ["UPDATE", "DELETE"]
            .map(|act| {
                format!(
                    "CREATE TRIGGER {table}_no_{} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n",
                    act.to_lowercase()
                )
            })
            .concat()
            + &no_replace(table)
    } else {
        format!(
            "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;\n\
             CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();\n"
        )
    }
}

/// `REPLACE` takes a row away without asking the trigger that forbids it.
fn no_replace(table: &str) -> String {
    let same = match table {
        "journal" => "citizen = NEW.citizen AND (seq = NEW.seq OR replaces = NEW.replaces)",
        "practice" => "id = NEW.id OR replaces = NEW.replaces",
        _ => "rowid = NEW.rowid",
    };
    format!(
        "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) \
         BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n"
    )
}
