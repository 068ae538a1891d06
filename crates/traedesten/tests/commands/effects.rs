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
    assert_eq!(curves[0], "group,n,time,cause,incidence,std_error");
    // Three times in all, three of a, one of b, each with two causes.
    assert_eq!(curves.len(), 1 + 2 * (3 + 3 + 1));
    assert!(curves[1].starts_with("all,5,1,1,0.2,"), "{}", curves[1]);
    room.write("u.csv", "t,e\n1,1\n2,0\n3,1\n3,1\n");
    let words = ["effects", "km", "--data", "u.csv", "--time", "t", "--event", "e", "--format", "csv"];
    let text = room.run(&words).well();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with(
        "group,n,median,rmst,rmst_se,time,at_risk,events,survival,std_error,ci_low,ci_high,cumulative_hazard,cumulative_hazard_se"
    ));
    assert!(lines[1].starts_with("all,4,3,,,1,4,1,0.75,"), "{}", lines[1]);
    // Nobody is left: what cannot be told is empty.
    assert!(lines[2].starts_with("all,4,3,,,3,2,2,0,,,,"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
}

/// The gap to the synthetic unit is drawn among those of the others, and the treated beside whom they are compared with.
#[test]
fn pictures_show_placebos_and_overlap() {
    let room = Room::new();
    let mut panel = "unit,year,y\n".to_owned();
    for unit in 0..9 {
        for year in 2010..2020 {
            let jump = if unit == 0 && year >= 2016 { 5.0 } else { 0.0 };
            let y = f64::from(unit) + 0.3 * f64::from((year * (unit + 3)) % 7) + jump;
            panel.push_str(&format!("u{unit},{year},{y}\n"));
        }
    }
    room.write("p.csv", panel);
    let words =
        "effects scm --data p.csv --outcome y --unit unit --time year --treated u0 --from 2016 --placebo --plot p.svg";
    room.run(&words.split(' ').collect::<Vec<_>>()).well();
    let svg = room.read("p.svg");
    assert_eq!(svg.matches("<path class=\"line-many\"").count(), 8);
    assert_eq!(svg.matches("<path class=\"line-own\"").count(), 1);
    assert!(svg.contains(">2016<") || svg.contains(">2014<"), "years without a thousands mark");
    let mut people = "y,d,x\n".to_owned();
    for i in 0..200 {
        people.push_str(&format!("{},{},{}\n", i % 7, i32::from(i * 7 % 10 < 5), i % 13));
    }
    room.write("o.csv", people);
    let words = "effects aipw --data o.csv --outcome y --treatment d --terms x --plot o.svg";
    room.run(&words.split(' ').collect::<Vec<_>>()).well();
    assert!(room.read("o.svg").contains("class=\"chart overlap\""));
}
