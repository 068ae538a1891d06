//! A load of readers on the caseload over HTTP: `cargo xtask load`.

use crate::run::{Outcome, cargo, step};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// 97,561 on benefit and one in forty who has found a job: 100,000 cases.
const CITIZENS: &str = "97561";
const READERS: u64 = 8;
const SECONDS: u64 = 20;

/// What readers ask for: first pages, filters, sorts, and pages anywhere in the list.
fn address(draw: &mut u64) -> String {
    // A small generator of our own: the load needs variety, not quality.
    let mut next = |n: u64| {
        *draw ^= *draw << 13;
        *draw ^= *draw >> 7;
        *draw ^= *draw << 17;
        *draw % n
    };
    let page = next(2000) + 1;
    let sort = ["navn", "uger", "-uger", "samtale", "timer", "-timer", "raadgiver"][next(7) as usize];
    match next(10) {
        0..=2 => "/sager".to_owned(),
        3 => format!("/sager?side={page}"),
        4 => format!("/sager?sorter={sort}&side={page}"),
        5 => format!("/sager?maalgruppe=6.{}&side={}", next(7) + 1, next(100) + 1),
        6 => "/sager?vis=gaaet-i-staa".to_owned(),
        7 => "/sager?vis=dato-inden-7-dage&maalgruppe=6.3".to_owned(),
        8 => format!("/sager?ydelse=kontanthjaelp&tilbud=virksomhedspraktik&sorter={sort}"),
        _ => format!("/sager?raadgiver=r-{:02}", next(1500) + 1),
    }
}

struct Server(Child, String);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(dir: &std::path::Path, registry: &str) -> Result<Server, String> {
    let mut child = Command::new("target/release/traedesten")
        .args(["demo", "--quiet", "--citizens", CITIZENS, "--listen", "127.0.0.1:0", "--registry", registry, "--dir"])
        .arg(dir)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let out = child.stdout.take().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).map_err(|e| e.to_string())?;
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    Ok(Server(child, address))
}

/// One request on an open connection; the length of the body is read and thrown away.
fn get(stream: &mut BufReader<TcpStream>, host: &str, path: &str) -> Result<usize, String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.get_mut().write_all(request.as_bytes()).map_err(|e| e.to_string())?;
    let mut length = 0;
    let mut line = String::new();
    let mut first = true;
    loop {
        line.clear();
        stream.read_line(&mut line).map_err(|e| e.to_string())?;
        if first && !line.contains(" 200 ") {
            return Err(format!("{path} answers {}", line.trim()));
        }
        first = false;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(|_| "an answer without a length".to_owned())?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).map_err(|e| e.to_string())?;
    Ok(length)
}

fn read(host: &str, reader: u64) -> Result<Vec<Duration>, String> {
    let stream = TcpStream::connect(host).map_err(|e| e.to_string())?;
    stream.set_nodelay(true).map_err(|e| e.to_string())?;
    let mut stream = BufReader::with_capacity(256 * 1024, stream);
    let mut draw = 0x9e37_79b9_7f4a_7c15 ^ (reader + 1);
    let mut times = Vec::new();
    let end = Instant::now() + Duration::from_secs(SECONDS);
    while Instant::now() < end {
        let path = address(&mut draw);
        let started = Instant::now();
        get(&mut stream, host, &path)?;
        times.push(started.elapsed());
        // A reader looks at the page: without a pause eight would be two hundred.
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(times)
}

fn measure(name: &str, server: &Server) -> Outcome {
    let host = &server.1;
    read_once(host)?;
    let results: Vec<Result<Vec<Duration>, String>> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|r| scope.spawn(move || read(host, r))).collect();
        readers.into_iter().map(|r| r.join().unwrap_or_else(|_| Err("a reader stopped".to_owned()))).collect()
    });
    let mut times = Vec::new();
    for result in results {
        times.extend(result?);
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let memory = std::fs::read_to_string(format!("/proc/{}/status", server.0.id()))
        .ok()
        .and_then(|s| s.lines().find(|l| l.starts_with("VmRSS")).map(str::to_owned))
        .unwrap_or_default();
    println!(
        "{name}: {} pages, median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, slowest {:.1} ms; {}",
        times.len(),
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0),
        memory.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    Ok(())
}

/// A second of pages that are not counted: caches fill, plans are made.
fn read_once(host: &str) -> Outcome {
    let stream = TcpStream::connect(host).map_err(|e| e.to_string())?;
    let mut stream = BufReader::with_capacity(256 * 1024, stream);
    let mut draw = 7;
    for _ in 0..100 {
        get(&mut stream, host, &address(&mut draw))?;
    }
    Ok(())
}

/// On both engines, or on the one named.
pub(crate) fn run(only: Option<&str>) -> Outcome {
    let wanted = |engine: &str| only.is_none_or(|o| o == engine);
    cargo(&["build", "--release"])?;
    let dir = std::env::temp_dir().join(format!("traedesten-load-{}", std::process::id()));
    let done = step("SQLite", || {
        if !wanted("sqlite") {
            return Ok(());
        }
        let path = dir.join("sqlite");
        measure("SQLite", &serve(&path, &format!("sqlite:{}", path.join("registry.db").display()))?)
    })
    .and_then(|()| {
        step("PostgreSQL", || {
            if !wanted("postgres") {
                return Ok(());
            }
            crate::needs::postgres()?;
            let postgres = testkit::Postgres::start_durable()?;
            measure("PostgreSQL", &serve(&dir.join("postgres"), &postgres.url())?)
        })
    });
    drop(std::fs::remove_dir_all(&dir));
    done
}
