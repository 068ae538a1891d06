//! `effects …` as tables.

use crate::program::Room;

/// A curve as a table has a row for each point, and one of several causes for each cause.
#[test]
fn curves_are_tables_of_points() {
    let room = Room::new();
    room.write("t.csv", "t,e,g\n1,1,a\n2,0,b\n2,2,a\n3,1,b\n3,1,a\n");
    let table = |words: &[&str]| {
        let mut all = vec!["effects"];
        all.extend(words);
        all.extend(["--data", "t.csv", "--time", "t", "--event", "e", "--group", "g", "--format", "csv"]);
        let text = room.run(&all).well();
        text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let curves = table(&["aalen-johansen"]);
    assert_eq!(curves[0], "group,time,cause,incidence,std_error");
    // Three times in all, three of a, one of b, each with two causes.
    assert_eq!(curves.len(), 1 + 2 * (3 + 3 + 1));
    assert!(curves[1].starts_with("all,1,1,0.2,"), "{}", curves[1]);
    room.write("u.csv", "t,e\n1,1\n2,0\n3,1\n3,1\n");
    let words = ["effects", "km", "--data", "u.csv", "--time", "t", "--event", "e", "--format", "csv"];
    let text = room.run(&words).well();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with("group,time,at_risk,events,survival,std_error,ci_low,ci_high,cumulative_hazard,cumulative_hazard_se"));
    assert!(lines[1].starts_with("all,1,4,1,0.75,"), "{}", lines[1]);
    // Nobody is left: what cannot be told is empty.
    assert!(lines[2].starts_with("all,3,2,2,0,,,,"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
}
