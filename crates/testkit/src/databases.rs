//! A fresh, empty database per test.

use crate::postgres::psql;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// An empty database, gone when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    url: String,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    File(TempDir),
    Server { admin: String, name: String },
}

/// A fresh database of each engine there is to test with.
pub fn engines() -> Vec<TestDb> {
    std::iter::once(TestDb::sqlite()).chain(TestDb::postgres()).collect()
}

impl TestDb {
    /// A file in a directory of its own.
    ///
    /// # Panics
    /// Where no temporary directory can be made.
    pub fn sqlite() -> Self {
        let dir = tempfile::Builder::new().prefix("traedesten-").tempdir().expect("a temporary directory");
        let url = format!("sqlite:{}", dir.path().join("registry.db").display());
        Self { url, kept: Kept::File(dir) }
    }

    /// A database on the server of `TRAEDESTEN_TEST_POSTGRES`; none where that is not set.
    ///
    /// # Panics
    /// Where the server does not make one: a test that was to run there must not pass in silence.
    pub fn postgres() -> Option<Self> {
        let admin = std::env::var("TRAEDESTEN_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
        Some(Self::on_server(&admin, ""))
    }

    /// A database on the server at `admin`, made with further words of `CREATE DATABASE`, such as `TABLESPACE small`.
    ///
    /// # Panics
    /// As [`TestDb::postgres`].
    pub fn on_server(admin: &str, with: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        psql(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).expect("an earlier one is taken away");
        psql(admin, &format!("CREATE DATABASE {name} {with}")).expect("a database is made");
        let (before, after) = admin.split_once('?').map_or((admin, String::new()), |(a, b)| (a, format!("?{b}")));
        let server = before.rsplit_once('/').map_or(before, |(server, _)| server);
        let url = format!("{server}/{name}{after}");
        Self { url, kept: Kept::Server { admin: admin.to_owned(), name } }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it lies on a server.
    pub fn is_postgres(&self) -> bool {
        matches!(self.kept, Kept::Server { .. })
    }

    /// The file, where there is one.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.kept {
            Kept::File(dir) => Some(Path::new(dir.path()).join("registry.db")),
            Kept::Server { .. } => None,
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Kept::Server { admin, name } = &self.kept {
            // A server that has gone has taken the database with it.
            drop(psql(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        }
    }
}
