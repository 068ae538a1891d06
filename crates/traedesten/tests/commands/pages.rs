//! What a running demo answers, who may ask, and what it writes in its log.

use crate::program::Room;
use crate::web::{Page, start};

/// Headers that keep other sites out stand on every answer.
fn guarded(page: &Page) {
    let policy = page.header("content-security-policy").expect("a content security policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    assert!(page.header("permissions-policy").is_some() && page.header("x-request-id").is_some());
}

#[test]
fn pages_and_probes_answer_with_their_guards() {
    let room = Room::new();
    let demo = start(&room, &[]);
    for (path, holds) in [
        ("/health", "ok"),
        ("/ready", "ready"),
        ("/", "Randers"),
        ("/sager", "/sager/"),
        ("/tal", "Randers"),
        ("/soeg", "Hvem leder du efter?"),
        ("/licenser", "htmx"),
        ("/metrics", "http_requests_total"),
    ] {
        let page = demo.get(path);
        guarded(&page);
        assert!(page.ok().contains(holds), "{path}");
    }
    for (path, status) in [("/findes-ikke", 404), ("/sager/0000000000000000", 404)] {
        let page = demo.get(path);
        guarded(&page);
        assert_eq!(page.status, status, "{path}");
    }
    demo.stop();
}

#[test]
fn nothing_inline_is_on_a_page_where_the_policy_forbids_it() {
    let room = Room::new();
    let demo = start(&room, &[]);
    let case = format!("/sager/{}", demo.ids()[0]);
    for path in ["/", "/sager", "/tal", "/soeg", case.as_str()] {
        let body = demo.get(path).ok();
        for inline in ["<script>", " style=\"", " onclick=", " onload=", "javascript:"] {
            assert!(!body.contains(inline), "{path} has {inline}");
        }
    }
    demo.stop();
}

#[test]
fn an_unknown_page_is_a_page_in_the_readers_language() {
    let room = Room::new();
    let demo = start(&room, &[]);
    let page = demo.get("/findes-ikke");
    assert_eq!(page.status, 404);
    assert!(page.body.contains("Siden findes ikke") && page.body.contains("href=\"/\""), "{}", page.body);
    let page = demo.get("/findes-ikke?lang=en");
    assert!(page.body.contains("There is no such page"), "{}", page.body);
    let page = demo.get_with("/findes-ikke", "Accept-Language: en-GB,en\r\n");
    assert!(page.body.contains("There is no such page"), "{}", page.body);
    demo.stop();
}

#[test]
fn a_citizen_who_is_not_there_gives_404_however_the_id_is_written() {
    let room = Room::new();
    let demo = start(&room, &[]);
    let known = demo.ids()[0].clone();
    demo.get(&format!("/sager/{known}")).ok();
    for id in
        ["0000000000000000", "zzzz", "1", "%00", "..%2f..%2fetc%2fpasswd", &known.to_uppercase(), &"a".repeat(5000)]
    {
        if id == known {
            continue;
        }
        let page = demo.get(&format!("/sager/{id}"));
        assert_eq!(page.status, 404, "{id}");
    }
    assert_eq!(demo.get("/sager/0000000000000000/set-af").status, 404);
    assert_eq!(demo.post("/sager/0000000000000000/cpr", "", "").status, 404);
    demo.stop();
}

#[test]
fn a_change_from_another_site_is_refused() {
    let room = Room::new();
    let demo = start(&room, &[]);
    for foreign in ["Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        let page = demo.post("/soeg", "q=Anna", foreign);
        guarded(&page);
        assert_eq!(page.status, 403, "{foreign}");
    }
    let own = format!("Origin: http://{}\r\n", demo.host);
    demo.post("/soeg", "q=Anna", &own).ok();
    assert_eq!(demo.get_with("/", "Host: evil.example\r\n").status, 403, "a name pointed at loopback");
    demo.stop();
}

#[test]
fn the_log_holds_no_personal_number_no_search_and_no_citizen() {
    let room = Room::new();
    let demo = start(&room, &[]);
    let id = demo.ids()[0].clone();
    let opened = demo.post(&format!("/sager/{id}/cpr"), "", "").ok();
    let number = personal_number(&opened).expect("the number is shown to who asked for it");
    let found = demo.post("/soeg", &format!("q={number}"), "");
    assert_eq!((found.status, found.header("location")), (303, Some(format!("/sager/{id}").as_str())));
    demo.post("/soeg", "q=Xylofonspiller", "").ok();
    demo.get(&format!("/sager/{id}?q={number}&lang=en")).ok();
    demo.get_with("/", &format!("X-Request-Id: {}\r\nReferer: http://x/{number}\r\n", number.replace('-', ""))).ok();
    assert_eq!(demo.get(&format!("/{number}")).status, 404);
    let metrics = demo.get("/metrics").ok();
    let (_, log) = demo.stop();

    assert!(log.contains("request") && log.contains("/soeg") && log.contains("/sager/{citizen}"), "{log}");
    for secret in [number.as_str(), &number.replace('-', ""), &number[7..], "Xylofon", &id] {
        assert!(!log.contains(secret), "the log holds {secret}: {log}");
    }
    for secret in [number.as_str(), &number.replace('-', ""), "Xylofon", &id] {
        assert!(!metrics.contains(secret), "the metrics hold {secret}");
    }
}

/// The first `DDMMYY-NNNN` of a page.
fn personal_number(text: &str) -> Option<String> {
    let shape = |w: &[u8]| w.iter().enumerate().all(|(i, b)| if i == 6 { *b == b'-' } else { b.is_ascii_digit() });
    let found = text.as_bytes().windows(11).find(|w| shape(w))?;
    String::from_utf8(found.to_vec()).ok()
}

#[test]
fn a_log_for_programs_is_json_line_by_line() {
    let room = Room::new();
    room.write("traedesten.toml", "log_format = \"json\"\n");
    let demo = start(&room, &[]);
    demo.get("/health").ok();
    let (_, log) = demo.stop();
    let lines: Vec<serde_json::Value> =
        log.lines().filter(|l| l.starts_with('{')).map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let request = lines.iter().find(|l| l["fields"]["route"] == "/health").expect("the request is logged");
    assert_eq!((&request["fields"]["message"], &request["fields"]["status"]), (&"request".into(), &200.into()));
}

#[test]
fn a_request_that_is_no_http_or_far_too_long_does_no_harm() {
    use std::io::Write;
    let room = Room::new();
    let demo = start(&room, &[]);
    let mut stream = demo.connect();
    stream.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n").unwrap();
    drop(stream);
    assert_eq!(demo.post("/soeg", &format!("q={}", "a".repeat(3_000_000)), "").status, 413);
    demo.post("/soeg", &format!("q={}", "a".repeat(100_000)), "").ok();
    demo.get("/health").ok();
    let (_, log) = demo.stop();
    assert!(!log.contains("panicked") && !log.contains("failed unexpectedly"), "{log}");
}
