//! A server on loopback that plays the API: it answers as it is told and remembers what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method, path and query.
    pub line: String,
    headers: Vec<(String, String)>,
}

impl Asked {
    /// A header, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The value of a choice in the query, as it was sent.
    pub fn choice(&self, name: &str) -> Option<&str> {
        let query = self.line.split(' ').nth(1)?.split_once('?')?.1;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Answer {
    /// 200 with a body.
    pub fn ok(body: &str) -> Self {
        Self { status: 200, headers: vec![], body: body.as_bytes().to_vec() }
    }

    /// Another status.
    pub fn status(status: u16, body: &str) -> Self {
        Self { status, ..Self::ok(body) }
    }

    /// The same with a header.
    pub fn with(mut self, header: &str) -> Self {
        self.headers.push(header.to_owned());
        self
    }
}

/// The server, as long as the test needs it.
pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers the n-th request (from 0) with `answer(n, request)`.
    pub fn start(answer: impl Fn(usize, &Asked) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        std::thread::spawn(move || {
            for (n, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { break };
                let Some(request) = read(&stream) else { continue };
                let reply = answer(n, &request);
                seen.lock().expect("no test has failed").push(request);
                let _ = write(&stream, &reply);
            }
        });
        Self { address, asked }
    }

    /// Answers all requests alike.
    pub fn always(answer: Answer) -> Self {
        Self::start(move |_, _| answer.clone())
    }

    /// Where it listens.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests until now.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test has failed").clone()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream).lines();
    let line = lines.next()?.ok()?;
    let headers = lines
        .map_while(Result::ok)
        .take_while(|l| !l.is_empty())
        .filter_map(|l| l.split_once(':').map(|(n, v)| (n.to_lowercase(), v.trim().to_owned())))
        .collect();
    Some(Asked { line, headers })
}

fn write(mut stream: &TcpStream, answer: &Answer) -> std::io::Result<()> {
    let Answer { status, headers, body } = answer;
    let mut more: String = headers.iter().map(|h| format!("{h}\r\n")).collect();
    if !more.contains("Content-Length:") {
        more.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    let head = format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n{more}\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}
