//! One registry, two engines.

use crate::error::RegistryError;
use crate::migrate;
use crate::vault::Vault;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Transaction};
use std::str::FromStr;
use std::time::Duration;

/// Which database answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server.
    Postgres,
}

/// The journal of facts and what is derived from it.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) engine: Engine,
    pub(crate) read: AnyPool,
    pub(crate) write: AnyPool,
    pub(crate) vault: Vault,
}

/// What each SQLite connection is told. `FULL` so that an acknowledged fact outlives a power cut as well.
const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
     PRAGMA busy_timeout = 10000; PRAGMA cache_size = -32768; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY;";

/// What each PostgreSQL connection is told: pages are short questions to warm indexes, which compiling them would only slow.
const POSTGRES_SETTINGS: &str = "SET jit = off; SET random_page_cost = 1.1";

impl Registry {
    /// Open the registry at `sqlite:PATH` or `postgres://…`, making it or bringing its schema up to date.
    ///
    /// # Errors
    /// [`RegistryError::NewerSchema`] where a newer program has written it.
    pub async fn open(url: &str, vault: Vault) -> Result<Self, RegistryError> {
        let registry = Self::connect(url, vault).await?;
        migrate::up(&registry, migrate::MIGRATIONS.len()).await?;
        Ok(registry)
    }

    /// As [`Registry::open`], but never makes one: a misspelt path is an error, not an empty registry.
    ///
    /// # Errors
    /// [`RegistryError::CannotOpen`] where there is none.
    pub async fn open_existing(url: &str, vault: Vault) -> Result<Self, RegistryError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() && !std::path::Path::new(path).is_file() {
                return Err(RegistryError::CannotOpen(format!("{path} is not there")));
            }
        }
        Self::open(url, vault).await
    }

    /// Open and bring the schema to an earlier version only; for tests of the way up from there.
    ///
    /// # Errors
    /// As [`Registry::open`].
    #[doc(hidden)]
    pub async fn open_at_version(url: &str, vault: Vault, version: usize) -> Result<Self, RegistryError> {
        let registry = Self::connect(url, vault).await?;
        migrate::up(&registry, version).await?;
        Ok(registry)
    }

    async fn connect(url: &str, vault: Vault) -> Result<Self, RegistryError> {
        sqlx::any::install_default_drivers();
        let (engine, full_url) = match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() && path != ":memory:" => (Engine::Sqlite, sqlite_url(path)),
            Some(("postgres" | "postgresql", _)) => (Engine::Postgres, url.to_owned()),
            _ => return Err(RegistryError::Url(shown_url(url))),
        };
        let options = AnyConnectOptions::from_str(&full_url)
            .map_err(|e| RegistryError::CannotOpen(format!("{}: {e}", shown_url(url))))?;
        let pool = |connections: u32| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(15))
                .before_acquire(move |connection, _| {
                    // On a full disk SQLite takes a transaction back by itself, and sqlx goes on counting it as open:
                    // such a connection is put away, or every later change would fail.
                    let usable = !connection.is_in_transaction();
                    Box::pin(async move { Ok(usable) })
                })
                .after_connect(move |connection, _| {
                    Box::pin(async move {
                        let settings = match engine {
                            Engine::Sqlite => SQLITE_SETTINGS,
                            Engine::Postgres => POSTGRES_SETTINGS,
                        };
                        connection.execute(settings).await?;
                        Ok(())
                    })
                })
        };
        let cannot_open = |e: sqlx::Error| match RegistryError::from(e) {
            RegistryError::Database(e) => RegistryError::CannotOpen(e.to_string()),
            other => other,
        };
        // A pool tries again until its time is up and then says only that; the first connection says why.
        let mut first = AnyConnection::connect_with(&options).await.map_err(cannot_open)?;
        if engine == Engine::Sqlite {
            first.execute(SQLITE_SETTINGS).await.map_err(cannot_open)?;
        }
        first.close().await.map_err(cannot_open)?;
        // SQLite has one writer at a time; a pool of one queues writers here instead of letting them fail as busy.
        let write = match engine {
            Engine::Sqlite => pool(1).connect_with(options.clone()).await,
            Engine::Postgres => pool(8).connect_with(options.clone()).await,
        }
        .map_err(cannot_open)?;
        let read = match engine {
            Engine::Sqlite => pool(4).connect_with(options).await.map_err(cannot_open)?,
            Engine::Postgres => write.clone(),
        };
        Ok(Self { engine, read, write, vault })
    }

    /// Which database answers.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Whether the database answers at all.
    ///
    /// # Errors
    /// What the database said.
    pub async fn ping(&self) -> Result<(), RegistryError> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        Ok(())
    }

    /// Begin a change. All of it is kept at commit, or none.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, RegistryError> {
        Ok(match self.engine {
            Engine::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.write.begin().await?,
        })
    }

    /// Let go of the database when everything under way is done.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// A path may hold characters that mean something in an address.
fn sqlite_url(path: &str) -> String {
    let path = path.strip_prefix("//").unwrap_or(path);
    let escaped: String = path
        .chars()
        .flat_map(|c| match c {
            '%' => "%25".chars().collect::<Vec<_>>(),
            '?' => "%3F".chars().collect(),
            '#' => "%23".chars().collect(),
            c => vec![c],
        })
        .collect();
    format!("sqlite:{escaped}?mode=rwc")
}

/// The address of a registry as it may be shown: without a password.
pub fn shown_url(url: &str) -> String {
    let mut out = url.to_owned();
    if let Some(start) = out.find("password=") {
        let from = start + "password=".len();
        let to = out[from..].find('&').map_or(out.len(), |n| from + n);
        out.replace_range(from..to, "…");
    }
    match (out.find("://"), out.rfind('@')) {
        (Some(start), Some(at)) if at > start => match out[start + 3..at].split_once(':') {
            Some((user, _)) => format!("{}{user}:…{}", &out[..start + 3], &out[at..]),
            None => out,
        },
        _ => out,
    }
}

/// `$1, $2 …`: rows of placeholders for an insert of several rows.
pub(crate) fn placeholders(rows: usize, columns: usize) -> String {
    let mut out = String::with_capacity(rows * columns * 5);
    for row in 0..rows {
        out.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                out.push_str(", ");
            }
            out.push('$');
            out.push_str(&(row * columns + column + 1).to_string());
        }
        out.push(')');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(shown_url("postgres://anna:hemmelig@db/x"), "postgres://anna:…@db/x");
        assert_eq!(shown_url("sqlite:a@b.db"), "sqlite:a@b.db");
        assert_eq!(shown_url("postgres://db/x?user=a&password=b&c=d"), "postgres://db/x?user=a&password=…&c=d");
    }

    #[test]
    fn placeholders_run_on_over_the_rows() {
        assert_eq!(placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
