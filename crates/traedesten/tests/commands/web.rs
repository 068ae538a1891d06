//! A demo that runs, and plain HTTP to it.

use crate::program::Room;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest wait for a demo to be ready or for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A demo under way; it is stopped when the test is done with it.
pub struct Demo {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub host: String,
    err: Arc<Mutex<String>>,
    out: Receiver<String>,
}

/// Starts a demo of 60 citizens in `demo`, on a free port unless `more` says another, and waits until it answers.
pub fn start(room: &Room, more: &[&str]) -> Demo {
    let demo = launch(room, more);
    demo.get("/ready").ok();
    demo
}

/// The same without waiting longer than for the address.
pub fn launch(room: &Room, more: &[&str]) -> Demo {
    let mut arguments = vec!["demo", "--citizens", "60", "--dir", "demo"];
    if !more.contains(&"--listen") {
        arguments.extend(["--listen", "127.0.0.1:0"]);
    }
    arguments.extend(more);
    let mut command = room.command(&arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the demo starts");
    let (send, out) = channel();
    let lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
    let err = Arc::new(Mutex::new(String::new()));
    let (said, lines) = (err.clone(), BufReader::new(child.stderr.take().expect("standard error")).lines());
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            said.lock().expect("no test has failed").push_str(&format!("{line}\n"));
        }
    });
    let mut demo = Demo { child, host: String::new(), err, out };
    let line = demo.out.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no address was printed: {}", demo.err()));
    let host = line.strip_prefix("http://").and_then(|l| l.strip_suffix('/'));
    demo.host.push_str(host.unwrap_or_else(|| panic!("the first line is the address: {line}")));
    demo
}

impl Demo {
    /// What was said on standard error until now.
    pub fn err(&self) -> String {
        self.err.lock().expect("no test has failed").clone()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).expect("the demo listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit to patience");
        stream
    }

    pub fn get(&self, path: &str) -> Page {
        self.get_with(path, "")
    }

    /// With further lines of the head, each with its end.
    pub fn get_with(&self, path: &str, head: &str) -> Page {
        let host = if head.to_lowercase().starts_with("host:") { String::new() } else { self.host_line() };
        self.send(&format!("GET {path} HTTP/1.1\r\n{host}Connection: close\r\n{head}\r\n"))
    }

    /// A form as a browser sends it.
    pub fn post(&self, path: &str, form: &str, head: &str) -> Page {
        self.send(&format!("{}{form}", self.post_head(path, form.len(), head)))
    }

    pub fn post_head(&self, path: &str, length: usize, head: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\n{}Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n{head}\r\n",
            self.host_line()
        )
    }

    fn host_line(&self) -> String {
        format!("Host: {}\r\n", self.host)
    }

    fn send(&self, request: &str) -> Page {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("the request is sent");
        Page::read(stream)
    }

    /// Asks it to stop, as a service manager does.
    pub fn tell_to_stop(&self) {
        let told = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().expect("kill");
        assert!(told.success());
    }

    /// Waits for the end; gives what else was printed.
    pub fn ended_within(mut self, limit: Duration) -> (ExitStatus, Vec<String>, String) {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(started.elapsed() < limit, "still running after {limit:?}: {}", self.err());
            std::thread::sleep(Duration::from_millis(20));
        };
        let rest = std::iter::from_fn(|| self.out.recv_timeout(Duration::from_secs(1)).ok()).collect();
        (status, rest, self.err())
    }

    /// Stops it and sees that it ends well.
    pub fn stop(self) -> (Vec<String>, String) {
        self.tell_to_stop();
        let (status, rest, err) = self.ended_within(Duration::from_secs(5));
        assert_eq!(status.code(), Some(0), "{err}");
        (rest, err)
    }

    /// Ids of citizens on the first page of the list.
    pub fn ids(&self) -> Vec<String> {
        let list = self.get("/sager").ok();
        let hex = |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let mut ids: Vec<String> = list
            .split("/sager/")
            .skip(1)
            .filter_map(|rest| rest.get(..16).filter(|id| hex(id)).map(str::to_owned))
            .collect();
        ids.dedup();
        assert!(!ids.is_empty(), "the list leads to cases");
        ids
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
pub struct Page {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Page {
    pub fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("an answer with a head: {text:?}"));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// That it is a page; gives its body.
    pub fn ok(self) -> String {
        assert_eq!(self.status, 200, "{}\n{}", self.head, self.body);
        self.body
    }

    /// A line of the head, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|l| l.split_once(": ")).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }
}
