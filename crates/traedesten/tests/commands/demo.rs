//! `demo`: started, stopped, started again.

use crate::program::Room;
use crate::web::{Page, launch, start};
use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let room = Room::new();
    for address in ["0.0.0.0:0", "192.168.1.10:8080", "[::]:8080"] {
        let err = room.run(&["demo", "--citizens", "60", "--dir", "demo", "--listen", address]).ended(2);
        assert!(err.contains("127.0.0.1"), "{err}");
    }
    let environment = [("TRAEDESTEN_LISTEN", "0.0.0.0:8080")];
    room.run_with(&environment, &["demo", "--citizens", "60", "--dir", "demo"]).ended(2);
    assert!(!room.has("demo"), "nothing is made");
}

#[test]
fn a_demo_prints_its_address_and_nothing_else() {
    let room = Room::new();
    let demo = start(&room, &["--lang", "en"]);
    assert!(demo.host.starts_with("127.0.0.1:") && !demo.host.ends_with(":0"), "{}", demo.host);
    let (rest, err) = demo.stop();
    assert!(rest.is_empty(), "{rest:?}");
    assert!(err.contains("Randers: ") && err.contains("made-up citizens, real figures"), "{err}");
}

#[test]
fn any_free_port_is_not_said_to_be_busy() {
    let room = Room::new();
    let (_, err) = start(&room, &["--lang", "en"]).stop();
    assert!(!err.contains("is busy"), "{err}");
}

#[test]
fn a_quiet_demo_says_nothing_but_its_address() {
    let room = Room::new();
    let demo = start(&room, &["--quiet"]);
    demo.get("/").ok();
    let (rest, err) = demo.stop();
    assert_eq!((rest.len(), err.as_str()), (0, ""));
}

#[test]
fn told_to_stop_it_finishes_what_is_under_way() {
    let room = Room::new();
    let demo = start(&room, &[]);
    let form = "q=Ingen+hedder+saadan";
    let (now, later) = form.split_at(8);
    let mut open = demo.connect();
    open.write_all(demo.post_head("/soeg", form.len(), "").as_bytes()).unwrap();
    open.write_all(now.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    demo.tell_to_stop();
    std::thread::sleep(Duration::from_millis(300));
    open.write_all(later.as_bytes()).unwrap();
    let page = Page::read(open);
    assert!(page.ok().contains("Ingen borgere passer"));
    let (status, _, err) = demo.ended_within(Duration::from_secs(5));
    assert_eq!(status.code(), Some(0), "{err}");
    assert!(err.contains("Stoppet."), "{err}");
}

#[test]
fn told_to_stop_the_moment_it_says_its_address_it_ends_well() {
    let room = Room::new();
    for _ in 0..5 {
        launch(&room, &[]).stop();
    }
}

#[test]
fn a_visitor_who_says_nothing_does_not_keep_it_from_stopping() {
    let room = Room::new();
    let demo = start(&room, &[]);
    let silent = demo.connect();
    let mut slow = demo.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    demo.stop();
    drop((silent, slow));
}

#[test]
fn a_folder_that_was_used_before_is_used_again() {
    let room = Room::new();
    let demo = start(&room, &[]);
    let ids = demo.ids();
    demo.stop();
    let note = room.read("demo/demo.json");
    let demo = start(&room, &[]);
    assert_eq!(demo.ids(), ids, "the same citizens");
    demo.stop();
    assert_eq!(room.read("demo/demo.json"), note);
    room.run(&["registry", "verify", "--registry", "sqlite:demo/registry.db"]).well();
}

#[test]
fn another_municipality_in_a_used_folder_is_said_and_not_made() {
    let room = Room::new();
    start(&room, &[]).stop();
    let demo = start(&room, &["--municipality", "Aarhus"]);
    assert!(demo.get("/").ok().contains("Randers"));
    let (_, err) = demo.stop();
    assert!(err.contains("Mappen holder allerede Randers"), "{err}");
}

#[test]
fn a_busy_port_makes_it_take_the_next() {
    let room = Room::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let demo = start(&room, &["--listen", &format!("127.0.0.1:{port}"), "--lang", "en"]);
    let other: u16 = demo.host.rsplit_once(':').unwrap().1.parse().unwrap();
    assert!(other > port && other - port < 100, "{other} after {port}");
    demo.get("/health").ok();
    let (_, err) = demo.stop();
    assert!(err.contains(&format!("Port {port} is busy; using {other}.")), "{err}");
}

#[cfg(unix)]
#[test]
fn the_key_of_the_numbers_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new();
    start(&room, &[]).stop();
    let mode = std::fs::metadata(room.at("demo/cpr.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn serve_shows_a_registry_and_refuses_a_busy_port() {
    let room = Room::new();
    room.filled();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let err = room.run(&["serve", "--registry", "sqlite:cases.db", "--listen", &address]).ended(5);
    assert!(err.contains(&address), "{err}");
}
