//! The week, shown and sent.

use crate::program::Room;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{JoinHandle, spawn};

/// A server that takes one mail on loopback, and what it was given.
fn server() -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("its address"));
    let taking = spawn(move || {
        let (stream, _) = listener.accept().expect("somebody calls");
        let mut to = stream.try_clone().expect("both ways");
        let mut say = |line: &str| write!(to, "{line}\r\n").expect("it listens");
        say("220 here");
        let (mut got, mut in_data) = (Vec::new(), false);
        for line in BufReader::new(stream).lines() {
            let line = line.expect("text");
            match (in_data, line.as_str()) {
                (true, ".") => {
                    in_data = false;
                    say("250 taken");
                }
                (true, _) => {}
                (false, "DATA") => {
                    in_data = true;
                    say("354 go on");
                }
                (false, "QUIT") => {
                    say("221 bye");
                    got.push(line);
                    return got;
                }
                (false, _) => say("250 ok"),
            }
            got.push(line);
        }
        got
    });
    (url, taking)
}

/// Quoted-printable text, as it was before.
fn plain(lines: &[String]) -> String {
    let mut bytes = Vec::new();
    for line in lines {
        let (line, more) = line.strip_suffix('=').map_or((line.as_str(), false), |l| (l, true));
        let mut rest = line.as_bytes();
        while let [first, tail @ ..] = rest {
            match (*first, tail.get(..2).and_then(|h| std::str::from_utf8(h).ok())) {
                (b'=', Some(hex)) if u8::from_str_radix(hex, 16).is_ok() => {
                    bytes.push(u8::from_str_radix(hex, 16).expect("checked"));
                    rest = &tail[2..];
                }
                _ => {
                    bytes.push(*first);
                    rest = tail;
                }
            }
        }
        if !more {
            bytes.push(b'\n');
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn the_week_is_shown_as_text_and_as_html() {
    let room = Room::new();
    room.filled();
    let words =
        ["results", "digest", "--registry", "sqlite:cases.db", "--on", "2026-07-31", "--municipality", "Randers"];
    let text = room.run(&words).well();
    for said in
        ["Randers, uge 30\n===", "20. jul. 2026 til 26. jul. 2026", "Holdte samtaler", "Det, loven kræver af gruppen"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(text.lines().all(|l| l.chars().count() <= 76), "{text}");
    let few = |l: &&str| l.split_whitespace().any(|w| matches!(w, "1" | "2" | "3" | "4"));
    let table = text.lines().skip_while(|l| !l.starts_with("----")).take_while(|l| !l.starts_with("Et skift"));
    assert_eq!(table.filter(few).count(), 0, "small counts are held back: {text}");
    let html = room.run(&[&words[..], &["--format", "html", "--lang", "en"]].concat()).well();
    assert!(html.contains("Randers, week 30") && !html.contains(".chart"), "{html}");
}

#[test]
fn the_week_is_sent_in_both_forms_to_everybody_named() {
    let room = Room::new();
    room.filled();
    let (url, taking) = server();
    let words =
        ["results", "digest", "--registry", "sqlite:cases.db", "--on", "2026-07-31", "--municipality", "Randers"];
    let send = ["--to", "leder@randers.dk,chef@randers.dk", "--from", "Trædesten <tal@randers.dk>", "--smtp", &url];
    room.run(&[&words[..], &send].concat()).well();
    let got = taking.join().expect("it ended well");
    for line in ["MAIL FROM:<tal@randers.dk>", "RCPT TO:<leder@randers.dk>", "RCPT TO:<chef@randers.dk>"] {
        assert!(got.iter().any(|l| l.starts_with(line)), "{line}: {got:?}");
    }
    let said = plain(&got);
    assert!(said.contains("multipart/alternative") && said.contains("Content-Type: text/plain"), "{said}");
    assert!(said.contains("Holdte samtaler") && said.contains("<!doctype html>"), "{said}");
}

#[test]
fn who_and_through_what_must_be_said_and_nothing_goes_out_unencrypted() {
    let room = Room::new();
    room.filled();
    let words = ["results", "digest", "--registry", "sqlite:cases.db", "--on", "2026-07-31", "--to", "a@b.dk"];
    let said = room.run(&words).ended(2);
    assert!(said.contains("mail_from") && said.contains("smtp_url"), "{said}");
    let through = |url: &'static str| [&words[..], &["--from", "c@d.dk", "--smtp", url]].concat();
    let said = room.run(&through("smtp://navn:hemmelig@mail.dk")).ended(2);
    assert!(said.contains("smtps://") && !said.contains("hemmelig"), "{said}");
    let said = room.run(&through("smtp://127.0.0.1:1")).ended(5);
    assert!(said.contains("Mailen kom ikke afsted"), "{said}");
    let said = room.run(&[&words[..], &["--from", "ingen", "--smtp", "smtp://localhost"]].concat()).ended(2);
    assert!(said.contains("»ingen«"), "{said}");
}
