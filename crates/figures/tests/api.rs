//! The way to the Jobindsats API, against a server that answers in its documented shapes.

#[path = "api/server.rs"]
mod server;

use figures::api::{ApiCell, ApiError, ApiTable, Client, Version};
use server::{Answer, Server};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const KEY: &str = "hemmelig-noegle-4711";

/// A client of `server` that does not wait.
fn client(server: &Server, version: Version) -> Client {
    Client::new(&server.base(), KEY, version).with_pause(|_| {})
}

/// `n` months from January 2024.
fn months(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{:04}M{:02}", 2024 + i / 12, i % 12 + 1)).collect()
}

fn ask(client: &Client, n: usize) -> Result<ApiTable, ApiError> {
    client.table("y25i01", &months(n), &[], |_| {})
}

fn text(text: &str) -> ApiCell {
    ApiCell::Text(text.to_owned())
}

#[test]
fn pages_of_twelve_months_are_joined_and_ask_for_the_right_months() {
    let server = Server::start(|_, asked| {
        let months = asked.choice("period.M").expect("the months that are asked for");
        let rows: Vec<String> = months.split(',').map(|m| format!("[\"Randers\",\"{m}\",7]")).collect();
        Answer::ok(&format!("{{\"columns\":[\"Kommune\",\"Periode\",\"Antal\"],\"rows\":[{}]}}", rows.join(",")))
    });
    let mut heard = Vec::new();
    let table = client(&server, Version::V3).table("y25i01", &months(30), &[], |n| heard.push(n)).unwrap();

    assert_eq!(table.columns, ["Kommune", "Periode", "Antal"]);
    let told: Vec<&ApiCell> = table.rows.iter().map(|r| &r[1]).collect();
    let wanted: Vec<ApiCell> = months(30).iter().map(|m| text(m)).collect();
    assert_eq!(told, wanted.iter().collect::<Vec<_>>(), "every month once, in order");
    assert_eq!(heard, [12, 24, 30], "progress is told in months");
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    assert_eq!(asked[0].choice("period.M"), Some(months(12).join(",").as_str()));
    assert_eq!(asked[2].choice("period.M"), Some("2026M01,2026M02,2026M03,2026M04,2026M05,2026M06"));
}

#[test]
fn version_3_is_asked_with_a_bearer_key_for_all_places() {
    let server = Server::always(Answer::ok(r#"{"columns":[],"rows":[]}"#));
    ask(&client(&server, Version::V3), 1).unwrap();
    let asked = &server.asked()[0];
    assert_eq!(
        asked.line, "GET /data/y25i01?mgroup.*=*&period.M=2024M01&hierarchy._nykom=*&format=json HTTP/1.1",
        "as the documentation writes it"
    );
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[test]
fn version_2_is_asked_with_the_bare_key_and_a_table_in_capitals() {
    let server = Server::always(Answer::ok(
        r#"[{"Variables":[{"Name":"_nykom","Label":"Kommune"},{"Name":"m1","Label":null},{"Name":"m2"}],
            "Data":[["Randers","1.234,5",null]],"Period":["2024M01"],"Area":["*"]}]"#,
    ));
    let table = ask(&client(&server, Version::V2), 1).unwrap();
    assert_eq!(table.columns, ["Kommune", "m1", "m2"], "a label where there is one, else the name");
    assert_eq!(table.rows, [vec![text("Randers"), ApiCell::Number(1234.5), ApiCell::Missing]]);
    let asked = &server.asked()[0];
    assert!(asked.line.starts_with("GET /data/Y25I01/json?"), "{}", asked.line);
    assert_eq!((asked.choice("area"), asked.choice("period")), (Some("*"), Some("2024M01")));
    assert_eq!(asked.header("authorization"), Some(KEY));
}

#[test]
fn a_byte_order_mark_before_the_answer_is_passed_over() {
    let server = Server::always(Answer::ok("\u{feff}{\"columns\":[\"Antal\"],\"rows\":[[7]]}"));
    assert_eq!(ask(&client(&server, Version::V3), 1).unwrap().rows, [[ApiCell::Number(7.0)]]);
    let server = Server::always(Answer::ok("\u{feff}[{\"Variables\":[{\"Name\":\"m1\"}],\"Data\":[[7]]}]"));
    assert_eq!(ask(&client(&server, Version::V2), 1).unwrap().rows, [[ApiCell::Number(7.0)]]);
}

#[test]
fn suppressed_cells_are_missing_and_never_zero() {
    let server = Server::always(Answer::ok(
        r#"{"columns":["Antal"],"rows":[[null],["-"],[".."],["."],[""],[" "],["*"],[0],["0"],["0,0"]]}"#,
    ));
    let rows = ask(&client(&server, Version::V3), 1).unwrap().rows;
    let (withheld, zeros) = rows.split_at(7);
    assert!(withheld.iter().all(|r| r[0] == ApiCell::Missing), "{withheld:?}");
    assert!(zeros.iter().all(|r| r[0] == ApiCell::Number(0.0)), "a zero that is told is a zero: {zeros:?}");
}

#[test]
fn numbers_are_read_the_danish_way_and_codes_stay_text() {
    let server = Server::always(Answer::ok(
        r#"{"columns":["a","b","c","d","e"],"rows":[["1.234,5","12 345","-3,5","0730","2026M07"]]}"#,
    ));
    let rows = ask(&client(&server, Version::V3), 1).unwrap().rows;
    let number = ApiCell::Number;
    assert_eq!(rows, [vec![number(1234.5), number(12345.0), number(-3.5), text("0730"), text("2026M07")]]);
}

#[test]
fn too_many_calls_are_waited_out_for_as_long_as_the_server_says() {
    static WAITED: AtomicU64 = AtomicU64::new(0);
    static TIMES: AtomicU64 = AtomicU64::new(0);
    fn pause(time: Duration) {
        WAITED.fetch_add(time.as_secs(), Ordering::SeqCst);
        TIMES.fetch_add(1, Ordering::SeqCst);
    }
    let server = Server::start(|n, _| match n {
        0 => Answer::status(429, "for mange kald").with("Retry-After: 17"),
        _ => Answer::ok(r#"{"columns":["Antal"],"rows":[[7]]}"#),
    });
    let client = Client::new(&server.base(), KEY, Version::V3).with_pause(pause);
    assert_eq!(ask(&client, 1).unwrap().rows, [[ApiCell::Number(7.0)]]);
    assert_eq!(server.asked().len(), 2);
    let (waited, times) = (WAITED.load(Ordering::SeqCst), TIMES.load(Ordering::SeqCst));
    assert!(times >= 1 && waited >= 17, "waited {waited} s in {times} pauses");
}

#[test]
fn a_server_that_asks_for_an_hour_is_given_five_minutes() {
    static LONGEST: AtomicU64 = AtomicU64::new(0);
    let server = Server::start(|n, _| match n {
        0 => Answer::status(429, "").with("Retry-After: 3600"),
        _ => Answer::ok(r#"{"columns":[],"rows":[]}"#),
    });
    let client = Client::new(&server.base(), KEY, Version::V3).with_pause(|time| {
        LONGEST.fetch_max(time.as_secs(), Ordering::SeqCst);
    });
    ask(&client, 1).unwrap();
    assert_eq!(LONGEST.load(Ordering::SeqCst), 300);
}

#[test]
fn a_server_that_fails_five_times_is_busy_and_the_pauses_grow() {
    static WAITED: AtomicU64 = AtomicU64::new(0);
    let server = Server::always(Answer::status(500, "fejl"));
    let client = Client::new(&server.base(), KEY, Version::V3).with_pause(|time| {
        let before = WAITED.swap(time.as_secs(), Ordering::SeqCst);
        assert!(time.as_secs() > before, "{} s after {before} s", time.as_secs());
    });
    let error = ask(&client, 1).unwrap_err();
    assert_eq!(error, ApiError::Busy { status: 500, tries: 5 });
    assert_eq!(server.asked().len(), 5);
    assert!(!error.to_string().contains(KEY));
}

#[test]
fn a_failure_that_passes_is_not_noticed() {
    let server = Server::start(|n, _| match n {
        0..=3 => Answer::status(503, ""),
        _ => Answer::ok(r#"{"columns":["Antal"],"rows":[[7]]}"#),
    });
    assert_eq!(ask(&client(&server, Version::V3), 1).unwrap().rows.len(), 1);
}

#[test]
fn a_key_that_is_refused_is_not_tried_again_and_never_repeated() {
    for status in [401, 403] {
        let server = Server::always(Answer::status(status, "Forbidden"));
        let client =
            Client::new(&server.base(), KEY, Version::V3).with_pause(|_| panic!("there is nothing to wait for"));
        let error = ask(&client, 24).unwrap_err();
        assert_eq!(error, ApiError::Refused);
        assert_eq!(server.asked().len(), 1, "asked once");
        assert!(!format!("{error} {error:?}").contains(KEY));
    }
}

#[test]
fn an_unknown_table_is_said_with_the_beginning_of_the_answer() {
    let server = Server::always(Answer::status(404, &"Tabellen findes ikke. ".repeat(100)));
    match ask(&client(&server, Version::V3), 1).unwrap_err() {
        ApiError::Status { status: 404, body } => {
            assert!(body.starts_with("Tabellen findes ikke") && body.chars().count() <= 300, "{body}");
        }
        other => panic!("{other}"),
    }
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn another_shape_than_documented_is_said_in_words() {
    for body in
        ["", "null", "[]", "{}", "<html>", r#"{"columns":["a"],"rows":{}}"#, r#"{"columns":["a"],"rows":[[1,2]]}"#]
    {
        let server = Server::always(Answer::ok(body));
        let error = ask(&client(&server, Version::V3), 1).unwrap_err();
        assert!(matches!(error, ApiError::Shape(_)), "{body:?}: {error}");
    }
    for body in ["[]", "{}", r#"[{"Data":[]}]"#, r#"[{"Variables":[{"Name":"a"}],"Data":[[1],[]]}]"#] {
        let server = Server::always(Answer::ok(body));
        let error = ask(&client(&server, Version::V2), 1).unwrap_err();
        assert!(matches!(error, ApiError::Shape(_)), "{body:?}: {error}");
    }
}

#[test]
fn headings_that_differ_from_page_to_page_are_not_joined() {
    let server = Server::start(|n, _| match n {
        0 => Answer::ok(r#"{"columns":["Kommune","Antal"],"rows":[["Randers",7]]}"#),
        _ => Answer::ok(r#"{"columns":["Antal","Kommune"],"rows":[[7,"Randers"]]}"#),
    });
    let error = ask(&client(&server, Version::V3), 13).unwrap_err();
    assert_eq!(error, ApiError::Shape("the headings differ from page to page".to_owned()));
}

#[test]
fn a_server_that_is_not_there_is_tried_and_then_said() {
    static TIMES: AtomicU64 = AtomicU64::new(0);
    // Bound and let go: nobody listens there.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::new(&format!("http://{gone}/"), KEY, Version::V3).with_pause(|_| {
        TIMES.fetch_add(1, Ordering::SeqCst);
    });
    let error = ask(&client, 1).unwrap_err();
    assert!(matches!(error, ApiError::Network(_)), "{error}");
    assert!(!error.to_string().contains(KEY));
    assert_eq!(TIMES.load(Ordering::SeqCst), 4, "tried five times");
}

#[test]
fn an_answer_that_breaks_off_is_a_failure_of_the_network() {
    let server = Server::always(Answer::ok(r#"{"columns":["Antal"],"rows":[["#).with("Content-Length: 5000"));
    let error = ask(&client(&server, Version::V3), 1).unwrap_err();
    assert!(matches!(error, ApiError::Network(_)), "{error}");
}

#[test]
fn the_key_does_not_follow_to_another_address() {
    let elsewhere = Server::always(Answer::ok(r#"{"columns":[],"rows":[]}"#));
    let to = format!("Location: {}/andet", elsewhere.base().replace("127.0.0.1", "localhost"));
    let server = Server::start(move |_, _| Answer::status(302, "").with(&to));
    ask(&client(&server, Version::V3), 1).unwrap();
    let asked = elsewhere.asked();
    assert_eq!(asked.len(), 1, "the answer lies elsewhere");
    assert_eq!(asked[0].header("authorization"), None);
}

#[test]
fn the_debug_form_of_a_client_does_not_show_the_key() {
    let client = Client::new("https://api.example/v3/", KEY, Version::V3);
    let shown = format!("{client:?}");
    assert!(!shown.contains(KEY) && shown.contains("https://api.example/v3,"), "{shown}");
}

#[test]
fn choices_are_percent_encoded() {
    let server = Server::always(Answer::ok(r#"{"columns":[],"rows":[]}"#));
    let choices = [("hierarchy._ygrpi09", "*"), ("køn", "kvinder & mænd"), ("a=b", "50%#?+\"")];
    let choices = choices.map(|(k, v)| (k.to_owned(), v.to_owned()));
    client(&server, Version::V3).table("y25i01", &months(1), &choices, |_| {}).unwrap();
    let line = &server.asked()[0].line;
    let sent = line.split_once("&format=json&").expect("choices come last").1;
    assert_eq!(sent, "hierarchy._ygrpi09=*&k%C3%B8n=kvinder%20%26%20m%C3%A6nd&a%3Db=50%25%23%3F%2B%22 HTTP/1.1");
}

#[test]
fn no_months_are_no_question() {
    let server = Server::always(Answer::status(500, ""));
    assert_eq!(ask(&client(&server, Version::V3), 0).unwrap(), ApiTable::default());
    assert!(server.asked().is_empty());
}
