//! A full disk and one that can only be read: a clear error, and nothing lost that was acknowledged.
//!
//! The disks are small file systems in memory, which only root may make; without that the tests are passed over.

mod common;

use common::{Dice, assert_verifies, author, note, open, raw, sql};
use registry::{Registry, RegistryError};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use testkit::{Postgres, TODAY, TestDb, citizen, psql};
use timeline::{CitizenId, FactId, Lang};

/// A small file system in memory.
struct Disk(TempDir);

fn run(program: &str, args: &[&str]) -> Result<(), String> {
    let out = Command::new(program).args(args).output().map_err(|e| e.to_string())?;
    if out.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
}

impl Disk {
    fn mount(options: &str) -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
        run("mount", &["-t", "tmpfs", "-o", options, "tmpfs", &dir.path().display().to_string()])?;
        Ok(Self(dir))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        let path = self.path().display().to_string();
        run("mount", &["-o", &format!("remount,{options}"), &path]).expect("the disk is changed");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(run("umount", &["--lazy", &self.path().display().to_string()]));
    }
}

fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test);
}

/// Two cases: one that fills the disk, and one that takes what little is left.
struct Filled {
    cases: [CitizenId; 2],
    kept: [Vec<FactId>; 2],
}

impl Filled {
    async fn new(registry: &Registry) -> Self {
        let journeys = ["Anna Holm", "Bo Dam"].map(|name| citizen(name).journey());
        for journey in &journeys {
            registry.open_case(journey, TODAY).await.expect("the case is opened");
        }
        Self { cases: journeys.map(|j| j.citizen), kept: [vec![], vec![]] }
    }

    async fn append(&mut self, registry: &Registry, which: usize, text: &str) -> Result<(), RegistryError> {
        let ids = registry.append(self.cases[which], vec![note(text)], &author()).await?;
        self.kept[which].extend(ids);
        Ok(())
    }

    /// Appends long facts and then short ones, until not even those find room; each time the error must say so.
    async fn fill(&mut self, registry: &Registry) {
        let mut dice = Dice(26);
        // Characters of four bytes that no database can press together.
        let long: String = (0..15_000).filter_map(|_| char::from_u32(0x20000 + dice.below(0xa000) as u32)).collect();
        for (which, text) in [(0, long.as_str()), (1, "Kort")] {
            let full = loop {
                assert!(self.kept[which].len() < 500, "the disk is small");
                match self.append(registry, which, text).await {
                    Ok(()) => {}
                    Err(full) => break full,
                }
            };
            assert_says_full(&full);
        }
        // It goes on saying so.
        for which in [1, 0, 1] {
            assert_says_full(&self.append(registry, which, &long).await.expect_err("there is no room"));
        }
    }

    async fn assert_kept(&self, registry: &Registry) {
        for (citizen, kept) in self.cases.iter().zip(&self.kept) {
            let journey = registry.journey(*citizen).await.expect("the case can be read");
            let stored: Vec<FactId> = journey.facts.iter().map(|f| f.id).collect();
            assert_eq!(stored, *kept, "what was acknowledged, and no more");
            assert!(registry.case_line(*citizen).await.expect("the line can be read").is_some());
        }
        assert_verifies(registry).await;
    }
}

fn assert_says_full(error: &RegistryError) {
    assert!(matches!(error, RegistryError::Full), "{error:?}");
    assert!(error.is_surroundings());
    assert!(error.say(Lang::Da).contains("plads") && error.to_string().contains("full"), "{error}");
}

fn passed_over(why: &str) {
    eprintln!("passed over: {why}");
}

#[test]
fn a_full_disk_under_sqlite_loses_nothing_and_goes_on_when_there_is_room() {
    let disk = match Disk::mount("size=2m") {
        Ok(disk) => disk,
        Err(why) => return passed_over(&why),
    };
    let url = format!("sqlite:{}", disk.path().join("registry.db").display());
    block_on(async {
        let registry = Registry::open(&url, common::vault()).await.unwrap();
        let mut filled = Filled::new(&registry).await;
        filled.fill(&registry).await;
        assert!(filled.kept[0].len() > 5, "{} long facts found room", filled.kept[0].len());
        filled.assert_kept(&registry).await;
        let refused = registry.open_case(&citizen("Carla Ek").journey(), TODAY).await;
        assert_says_full(&refused.expect_err("there is no room"));
        assert_eq!(registry.count().await.unwrap(), 2);

        disk.remount("size=8m");
        for which in [0, 1] {
            filled.append(&registry, which, "Nu er der plads").await.expect("room again, without opening anew");
        }
        filled.assert_kept(&registry).await;
        registry.close().await;
        filled.assert_kept(&Registry::open(&url, common::vault()).await.unwrap()).await;
    });
}

#[test]
fn a_registry_on_a_full_disk_that_is_opened_anew_says_that_it_is_full_or_works() {
    let disk = match Disk::mount("size=2m") {
        Ok(disk) => disk,
        Err(why) => return passed_over(&why),
    };
    let url = format!("sqlite:{}", disk.path().join("registry.db").display());
    block_on(async {
        let registry = Registry::open(&url, common::vault()).await.unwrap();
        let mut filled = Filled::new(&registry).await;
        filled.fill(&registry).await;
        registry.close().await;
        // Not a byte is left, whatever closing has freed.
        let filler = disk.path().join("filler");
        let mut rest = std::fs::OpenOptions::new().create(true).append(true).open(&filler).unwrap();
        while std::io::Write::write(&mut rest, &[0; 512]).is_ok() {}
        drop(rest);

        match Registry::open(&url, common::vault()).await {
            Ok(again) => {
                filled.assert_kept(&again).await;
                filled.fill(&again).await;
                again.close().await;
            }
            Err(full) => assert_says_full(&full),
        }
        std::fs::remove_file(&filler).unwrap();
        disk.remount("size=8m");
        let again = Registry::open(&url, common::vault()).await.unwrap();
        filled.assert_kept(&again).await;
        filled.append(&again, 0, "Nu er der plads").await.unwrap();
        filled.assert_kept(&again).await;
    });
}

#[test]
fn a_disk_that_can_only_be_read_gives_a_clear_error_and_loses_nothing() {
    let disk = match Disk::mount("size=8m") {
        Ok(disk) => disk,
        Err(why) => return passed_over(&why),
    };
    let url = format!("sqlite:{}", disk.path().join("registry.db").display());
    block_on(async {
        let registry = Registry::open(&url, common::vault()).await.unwrap();
        let mut filled = Filled::new(&registry).await;
        filled.append(&registry, 0, "Før").await.unwrap();
        filled.append(&registry, 1, "Også før").await.unwrap();
        registry.close().await;

        disk.remount("ro");
        let err = match Registry::open(&url, common::vault()).await {
            Ok(registry) => {
                filled.assert_kept(&registry).await;
                filled.append(&registry, 0, "Nej").await.expect_err("nothing can be written")
            }
            Err(err) => err,
        };
        assert!(!err.to_string().contains("timed out"), "it says why: {err}");
        assert!(matches!(err, RegistryError::ReadOnly | RegistryError::CannotOpen(_)), "{err:?}");
        assert!(err.is_surroundings());
        disk.remount("rw");
        let again = Registry::open(&url, common::vault()).await.unwrap();
        filled.assert_kept(&again).await;
        filled.append(&again, 0, "Efter").await.unwrap();
    });
}

/// A server of our own: the disks of another are not ours to fill.
fn server() -> Result<Postgres, String> {
    match std::env::var_os("TRAEDESTEN_TEST_POSTGRES").filter(|url| !url.is_empty()) {
        Some(_) => Postgres::start(),
        None => Err("TRAEDESTEN_TEST_POSTGRES is not set".to_owned()),
    }
}

#[test]
fn a_full_disk_under_postgresql_loses_nothing_and_goes_on_when_there_is_room() {
    let server = match server() {
        Ok(server) => server,
        Err(why) => return passed_over(&why),
    };
    let owner = server.user().map_or(String::new(), |(user, group)| format!(",uid={user},gid={group}"));
    let disk = match Disk::mount(&format!("size=11m,mode=700{owner}")) {
        Ok(disk) => disk,
        Err(why) => return passed_over(&why),
    };
    psql(&server.url(), &format!("CREATE TABLESPACE small LOCATION '{}'", disk.path().display())).unwrap();
    let db = TestDb::on_server(&server.url(), "TABLESPACE small");
    block_on(async {
        let registry = open(&db).await;
        let mut filled = Filled::new(&registry).await;
        filled.fill(&registry).await;
        assert!(filled.kept[0].len() > 5, "{} long facts found room", filled.kept[0].len());
        filled.assert_kept(&registry).await;

        let other = open(&db).await;
        filled.assert_kept(&other).await;
        disk.remount("size=64m");
        for which in [0, 1] {
            filled.append(&registry, which, "Nu er der plads").await.expect("room again, without opening anew");
        }
        filled.assert_kept(&other).await;
        registry.close().await;
        other.close().await;
    });
    drop(db);
    psql(&server.url(), "DROP TABLESPACE small").unwrap();
}

#[test]
fn a_server_that_only_lets_read_gives_a_clear_error_and_loses_nothing() {
    let server = match server() {
        Ok(server) => server,
        Err(why) => return passed_over(&why),
    };
    let db = TestDb::on_server(&server.url(), "");
    block_on(async {
        let registry = open(&db).await;
        let mut filled = Filled::new(&registry).await;
        filled.append(&registry, 0, "Før").await.unwrap();
        let mut admin = raw(&server.url()).await;
        let switch = async |admin: &mut sqlx::AnyConnection, to: &str| {
            sql(admin, &format!("ALTER SYSTEM SET default_transaction_read_only = {to}")).await.unwrap();
            sql(admin, "SELECT pg_reload_conf()").await.unwrap();
            // A server reads its settings a moment after it was told to.
            for _ in 0..100 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                let mut fresh = raw(db.url()).await;
                let writes = sql(&mut fresh, "CREATE TABLE probe ()").await.is_ok();
                drop(sql(&mut fresh, "DROP TABLE IF EXISTS probe").await);
                if writes == (to == "off") {
                    return;
                }
            }
            panic!("the server does not take the setting");
        };
        switch(&mut admin, "on").await;
        let err = filled.append(&registry, 0, "Nej").await.expect_err("nothing can be written");
        assert!(matches!(err, RegistryError::ReadOnly), "{err:?}");
        assert!(err.to_string().contains("read") && err.say(Lang::Da).contains("læses"), "{err}");
        let err = Registry::open(db.url(), common::vault()).await.map(drop);
        assert!(matches!(err, Ok(()) | Err(RegistryError::ReadOnly)), "{err:?}");
        filled.assert_kept(&registry).await;

        sql(&mut admin, "SET default_transaction_read_only = off").await.unwrap();
        switch(&mut admin, "off").await;
        filled.append(&registry, 0, "Ja").await.unwrap();
        filled.assert_kept(&registry).await;
        registry.close().await;
    });
}
