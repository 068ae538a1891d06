//! A private PostgreSQL server, in a directory and on a port of its own.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running server, stopped when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    port: u16,
    dir: TempDir,
    user: Option<(u32, u32)>,
}

impl Postgres {
    /// Start one that does not wait for the disk: quick, and right for everything but a power cut.
    ///
    /// # Errors
    /// In words, with what the server said.
    pub fn start() -> Result<Self, String> {
        Self::start_with("off")
    }

    /// Start one that waits for the disk at every commit, as a real one does; for measurements.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_durable() -> Result<Self, String> {
        Self::start_with("on")
    }

    fn start_with(fsync: &str) -> Result<Self, String> {
        let dir = tempfile::Builder::new().prefix("traedesten-pg-").tempdir().map_err(|e| e.to_string())?;
        let user = server_user(dir.path())?;
        let data = dir.path().join("data");
        // Danish order by default, so that a query that leans on the order of bytes without saying so is found out.
        let made = as_user(&mut Command::new(program("initdb")?), user)
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
            .args(["--locale-provider=icu", "--icu-locale=da-DK", "--pgdata"])
            .arg(&data)
            .output()
            .map_err(|e| e.to_string())?;
        if !made.status.success() {
            return Err(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr());
        let port = free.map_err(|e| e.to_string())?.port();
        let log = dir.path().join("log");
        let said = std::fs::File::create(&log).map_err(|e| e.to_string())?;
        let mut command = Command::new(program("postgres")?);
        as_user(&mut command, user).arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for (name, value) in [
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_directories", ""),
            ("max_connections", "300"),
            ("fsync", fsync),
            ("full_page_writes", fsync),
        ] {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let server = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said).spawn();
        let mut started = Self { server: server.map_err(|e| e.to_string())?, port, dir, user };
        let patience = Instant::now() + Duration::from_mins(1);
        loop {
            let stopped = started.server.try_wait().map_err(|e| e.to_string())?.is_some();
            if stopped || Instant::now() > patience {
                return Err(format!(
                    "PostgreSQL does not start: {}",
                    std::fs::read_to_string(&log).unwrap_or_default()
                ));
            }
            if psql(&started.url(), "SELECT 1").is_ok() {
                return Ok(started);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Its address, as the superuser.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The user and group it runs as, where that is not our own.
    pub fn user(&self) -> Option<(u32, u32)> {
        self.user
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = program("pg_ctl").ok().and_then(|pg_ctl| {
            let mut command = Command::new(pg_ctl);
            as_user(&mut command, self.user).args(["stop", "--silent", "--mode=fast", "--timeout=30", "--pgdata"]);
            command.arg(self.dir.path().join("data")).stderr(Stdio::null()).status().ok()
        });
        if !stopped.is_some_and(|status| status.success()) {
            drop(self.server.kill());
        }
        drop(self.server.wait());
    }
}

/// Let `psql` run `sql` on the server at `url`.
///
/// # Errors
/// What it said.
pub fn psql(url: &str, sql: &str) -> Result<(), String> {
    let out = Command::new(program("psql")?)
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql, url])
        .stdin(Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    if out.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
}

/// A program of PostgreSQL: the newest that Debian has installed, else the one on the path.
fn program(name: &str) -> Result<PathBuf, String> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin").join(name)))
        })
        .filter(|(_, path)| path.exists())
        .max();
    if let Some((_, path)) = debian {
        return Ok(path);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|path| path.exists())
        .ok_or_else(|| format!("{name} is not installed; on Debian: apt-get install -y postgresql"))
}

/// The server refuses to run as root: then it runs as `postgres`, and `dir` is made that user's.
#[cfg(unix)]
fn server_user(dir: &Path) -> Result<Option<(u32, u32)>, String> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata(dir).map_err(|e| e.to_string())?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").map_err(|e| e.to_string())?;
    let (user, group) = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&"postgres"))
        .and_then(|fields| Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?)))
        .ok_or("there is no user postgres; on Debian: apt-get install -y postgresql")?;
    std::os::unix::fs::chown(dir, Some(user), Some(group)).map_err(|e| e.to_string())?;
    Ok(Some((user, group)))
}

#[cfg(not(unix))]
fn server_user(_: &Path) -> Result<Option<(u32, u32)>, String> {
    Ok(None)
}

#[cfg(unix)]
fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    use std::os::unix::process::CommandExt;
    match user {
        Some((user, group)) => command.uid(user).gid(group).current_dir("/"),
        None => command,
    }
}

#[cfg(not(unix))]
fn as_user(command: &mut Command, _: Option<(u32, u32)>) -> &mut Command {
    command
}
