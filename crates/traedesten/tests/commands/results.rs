//! `results municipalities | model | decompose` on what the program carries.

#![allow(clippy::float_cmp, reason = "the same figure on both sides")]

use crate::program::Room;
use serde_json::Value;
use std::collections::BTreeMap;

fn json(room: &Room, words: &[&str]) -> Value {
    let mut all = vec!["results"];
    all.extend(words);
    all.extend(["--format", "json"]);
    serde_json::from_str(&room.run(&all).well()).expect("JSON")
}

fn number(v: &Value, key: &str) -> f64 {
    v[key].as_f64().unwrap_or_else(|| panic!("{key} in {v}"))
}

/// Every one of the 2,352 published differences and ranks, through the command line, with our own sign.
#[test]
fn the_benchmark_comes_out_as_published() {
    let room = Room::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/rammevilkaar/y30r21-2023-08-15.csv");
    let text = std::fs::read_to_string(file).expect("the published file");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|l| l.split(',').collect()).collect();
    assert_eq!(rows.len(), 2352);
    let mut questions: BTreeMap<(&str, &str), Vec<&Vec<&str>>> = BTreeMap::new();
    for row in &rows {
        questions.entry((row[1], row[2])).or_default().push(row);
    }
    assert_eq!(questions.len(), 24);
    for ((period, group), published) in questions {
        let answer = json(&room, &["municipalities", "--group", group, "--period", period]);
        let units = answer["units"].as_array().expect("units");
        assert_eq!(units.len(), 98, "{period} {group}");
        for row in published {
            let unit = units.iter().find(|u| u["code"] == row[0]).expect("every municipality");
            let value = |i: usize| row[i].parse::<f64>().expect("a number");
            assert!((number(unit, "gap") + value(8)).abs() < 0.005, "{row:?} {unit}");
            assert!((number(unit, "gap_persons") + value(5)).abs() < 0.5, "{row:?} {unit}");
            assert_eq!(number(unit, "published_rank"), value(9), "{row:?}");
            assert!(number(unit, "interval_low") < number(unit, "gap"));
        }
    }
}

#[test]
fn our_own_goes_on_to_july_2026_and_says_what_it_cannot_know() {
    let room = Room::new();
    for group in ["adagpenge", "kontanthjaelp"] {
        let words = ["municipalities", "--source", "own", "--group", group, "--period", "2026M07", "--lang", "en"];
        let answer = json(&room, &words);
        assert_eq!(answer["units"].as_array().map(Vec::len), Some(98));
        let warning = answer["warnings"][0].as_str().expect("a warning");
        assert!(warning.contains("6 years old") && warning.contains("cannot be seen"), "{warning}");
    }
    let said = room.run(&["results", "municipalities", "--source", "own", "--period", "2026M07"]).ended(2);
    assert!(said.contains("ialt") && said.contains("kontanthjaelp"), "{said}");
    let said = room.run(&["results", "municipalities", "--period", "2026M07"]).ended(2);
    assert!(said.contains("--source own"), "{said}");
    let said = room.run(&["results", "municipalities", "--source", "own", "--without", "vejret"]).ended(4);
    assert!(said.contains("vejret") && said.contains("alder"), "{said}");
    let said = room.run(&["results", "municipalities", "--without", "alder"]).ended(2);
    assert!(said.contains("--source own"), "{said}");
    let said = room.run(&["results", "municipalities", "--group", "boligstøtte"]).ended(2);
    assert!(said.contains("boligstøtte") && said.contains("sygedagpenge"), "{said}");
}

#[test]
fn a_condition_left_out_moves_the_expectation_and_nothing_else() {
    let room = Room::new();
    let usual = json(&room, &["municipalities", "--source", "own"]);
    let without = json(&room, &["municipalities", "--source", "own", "--without", "alder,region"]);
    let of = |answer: &Value, code: &str| {
        let units = answer["units"].as_array().expect("units").clone();
        units.into_iter().find(|u| u["code"] == code).expect("it")
    };
    let (a, b) = (of(&usual, "0730"), of(&without, "0730"));
    assert_eq!(number(&a, "actual"), number(&b, "actual"));
    assert!((number(&a, "expected") - number(&b, "expected")).abs() > 1e-6);
}

#[test]
fn the_model_tells_how_far_it_agrees() {
    let room = Room::new();
    let answer = json(&room, &["model"]);
    let rows = answer["agreement"].as_array().expect("rows");
    assert_eq!(rows.len(), 28);
    let mean = rows.iter().find(|r| r["group"] == "ialt" && r["period"] == "mean").expect("the mean");
    assert!(number(mean, "r2_refitted_published") >= 0.90, "{mean}");
    let text = room.run(&["results", "model", "--lang", "en"]).well();
    assert!(text.starts_with("82 conditions explain 86 %"), "{text}");
}

#[test]
fn a_difference_is_taken_apart_with_nothing_left_over() {
    let room = Room::new();
    room.write("a.csv", "kind;share;rate;share0;rate0\nung;60;10;80;10\nældre;40;30;20;20\n");
    let words = [
        "decompose",
        "--data",
        "a.csv",
        "--kind",
        "kind",
        "--share",
        "share",
        "--rate",
        "rate",
        "--reference-share",
        "share0",
        "--reference-rate",
        "rate0",
    ];
    let answer = json(&room, &words);
    for (key, value) in [("difference", 6.0), ("composition", 3.0), ("rate", 3.0)] {
        assert!((number(&answer, key) - value).abs() < 1e-9, "{key}: {answer}");
    }
    room.write("a.csv", "kind;share;rate;share0;rate0\nung;-1;10;80;10\nældre;40;30;20;20\n");
    let mut all = vec!["results"];
    all.extend(words);
    let said = room.run(&all).ended(3);
    assert!(said.contains("share") && said.contains("-1"), "{said}");
}

/// Journeys of a made-up municipality, in a registry.
fn registry(room: &Room) -> &'static str {
    room.filled();
    "sqlite:cases.db"
}

#[test]
fn indicators_are_counted_from_a_registry_and_hold_few_back() {
    let room = Room::new();
    let at = registry(&room);
    let answer = json(&room, &["indicators", "--registry", at, "--on", "2026-11-24", "--from", "2026M09"]);
    let rows = answer["rows"].as_array().expect("rows");
    let of = |group: &str, code: &str| {
        rows.iter()
            .find(|r| r["month"] == "2026M10" && r["group"] == group && r["indicator"] == code)
            .unwrap_or_else(|| panic!("{group} {code}"))
    };
    let persons = of("ialt", "personer");
    assert!(number(persons, "value") >= 5.0, "{persons}");
    assert!(number(of("ialt", "fuldtidspersoner"), "value") <= number(persons, "value"));
    for row in rows {
        let held = row["held_back"] == true;
        assert!(!held || row["value"].is_null(), "{row}");
        let counts = [&row["over"], &row["under"]].map(|v| v.as_u64().unwrap_or(0));
        let number_of_persons = row["indicator"] == "personer";
        assert!(!(number_of_persons && (1..5).contains(&counts[0])), "{row}");
    }
    let by_unit =
        json(&room, &["indicators", "--registry", at, "--on", "2026-11-24", "--by-unit", "--indicator", "personer"]);
    let rows = by_unit["rows"].as_array().expect("rows");
    assert!(rows.iter().any(|r| r["unit"].is_string()), "units are there");
    let said = room.run(&["results", "indicators", "--registry", at, "--on", "2026-11-24", "--to", "2026M11"]).ended(2);
    assert!(said.contains("2026M10"), "{said}");
    let said = room.run(&["results", "indicators", "--registry", at, "--indicator", "lykke"]).ended(2);
    assert!(said.contains("lykke") && said.contains("--list"), "{said}");
    let list = room.run(&["results", "indicators", "--list", "--lang", "en"]).well();
    assert!(list.contains("hverken-tilbud-eller-timer") && list.contains("Source: "), "{list}");
}

#[test]
fn indicators_are_counted_from_a_table_of_periods() {
    let room = Room::new();
    let mut lines = "person;unit;what;from;to;hours\n".to_owned();
    for person in 0..20 {
        let unit = ["Nord", "Syd"][person % 2];
        lines.push_str(&format!("p{person};{unit};dagpenge;2025-01-01;2025-03-15;\n"));
        lines.push_str(&format!("p{person};{unit};virksomhed;2025-02-01;2025-02-28;\n"));
        lines.push_str(&format!("p{person};{unit};job;2025-03-16;;\n"));
        lines.push_str(&format!("p{person};{unit};timer;2025-01-01;2025-01-31;7,4\n"));
    }
    room.write("perioder.csv", &lines);
    let words =
        ["indicators", "--periods", "perioder.csv", "--on", "2025-12-31", "--from", "2025M01", "--to", "2025M04"];
    let answer = json(&room, &[&words[..], &["--by-unit"]].concat());
    assert_eq!(answer["citizens"], 20);
    let rows = answer["rows"].as_array().expect("rows");
    let of = |month: &str, unit: Value, code: &str| {
        let found = rows
            .iter()
            .find(|r| r["month"] == month && r["group"] == "dagpenge" && r["unit"] == unit && r["indicator"] == code);
        found.unwrap_or_else(|| panic!("{month} {unit} {code}"))["value"].clone()
    };
    assert_eq!(of("2025M01", Value::Null, "personer"), 20.0);
    assert_eq!(of("2025M01", "Nord".into(), "personer"), 10.0);
    assert_eq!(of("2025M02", "Syd".into(), "aktiveringsgrad"), 100.0);
    assert_eq!(of("2025M03", Value::Null, "afgang-job-6"), 100.0);
    // The same as a table, value for value.
    let csv = room.run(&[&["results"][..], &words, &["--by-unit", "--format", "csv"]].concat()).well();
    assert_eq!(csv.lines().count(), rows.len() + 1);
    assert!(csv.contains("\n2025M01,dagpenge,Nord,personer,10,0,10,1,\n"), "{csv}");

    let wrong = "person,what,from,to\n1,dagpenge,2025-02-30,\n2,lykke,2025-01-01,\n3,job,2025-02-01,2025-01-01\n";
    room.write("fejl.csv", wrong);
    let said = room.run(&["results", "indicators", "--periods", "fejl.csv"]).ended(3);
    assert!(said.contains("række 1, from: »2025-02-30«") && said.contains("række 2, what: »lykke«"), "{said}");
    room.write("fejl.csv", wrong.replace("02-30", "02-28").replace("lykke", "job"));
    let said = room.run(&["results", "indicators", "--periods", "fejl.csv", "--lang", "en"]).ended(3);
    assert!(said.contains("row 3, to: is before from"), "{said}");
    room.write("fejl.csv", "person,what,from\n1,timer,2025-01-01\n,job,2025-01-01\n");
    let said = room.run(&["results", "indicators", "--periods", "fejl.csv"]).ended(3);
    assert!(said.contains("række 1, hours") && said.contains("række 2, person: mangler"), "{said}");
    room.write("fejl.csv", "person,what,from\n9007199254740993,job,2025-01-01\n");
    let said = room.run(&["results", "indicators", "--periods", "fejl.csv"]).ended(3);
    assert!(said.contains("person: tallet er for langt"), "{said}");
    // A file in row groups is counted a group at a time, and gives what the same rows give as CSV.
    let data = |name: &str| format!("{}/tests/commands/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let months = ["--on", "2026-06-30", "--from", "2021M01", "--to", "2025M12", "--least", "1", "--format", "csv"];
    let counted = |name: &str, more: &[&str]| {
        room.run(&[&["results", "indicators", "--periods", &data(name)][..], &months, more].concat())
    };
    for more in [&[][..], &["--by-unit"]] {
        let (parts, whole) = (counted("perioder.parquet", more).well(), counted("perioder.csv", more).well());
        assert!(parts.lines().count() > 10_000 && parts == whole);
    }
    let said = counted("perioder-fejl.parquet", &[]).ended(3);
    assert!(said.contains("række 301, to: ligger før from"), "{said}");
    // Also far into a row group, with all that is at fault in it; text among the hours of a file that tells days from text.
    let said = counted("perioder-sen-fejl.parquet", &["--by-unit"]).ended(3);
    assert!(said.contains("række 9501, to: ligger før from") && said.contains("række 9700, to:"), "{said}");
    let said = counted("perioder-timer.parquet", &[]).ended(3);
    assert!(said.contains("»hours«, række 16: »syv«"), "{said}");
    room.write("fejl.csv", "person,from\n1,2025-01-01\n");
    let said = room.run(&["results", "indicators", "--periods", "fejl.csv"]).ended(3);
    assert!(said.contains("what"), "{said}");
}

#[test]
fn the_supervision_of_the_day_tells_its_distances_and_its_doubts() {
    let room = Room::new();
    let at = registry(&room);
    let before = json(&room, &["supervise", "--registry", at, "--on", "2026-06-30", "--municipality", "Randers"]);
    assert_eq!(before["thresholds"].as_array().map(Vec::len), Some(2), "{before}");
    assert_eq!(before["steps"].as_array().map(Vec::len), Some(4));
    assert_eq!(before["above_expected"], true, "10.08 against 10.05 in 2022");
    let after = json(&room, &["supervise", "--registry", at, "--on", "2026-11-24", "--municipality", "Randers"]);
    assert_eq!(after["thresholds"].as_array().map(Vec::len), Some(0), "abolished");
    assert!(after["selected"].is_null());
    assert!(!after["shares"].as_array().expect("shares").is_empty(), "the 75 % shares come after");
    let good = json(&room, &["supervise", "--registry", at, "--on", "2026-06-30", "--municipality", "Gladsaxe"]);
    assert_eq!(good["selected"], false, "good results exempt");
}

/// Bytes of a file made by a command.
fn bytes(room: &Room, name: &str) -> Vec<u8> {
    std::fs::read(room.at(name)).expect(name)
}

#[test]
fn the_supervision_of_a_day_is_also_a_document_with_its_figures() {
    let room = Room::new();
    let at = registry(&room);
    let words = ["results", "supervise", "--registry", at, "--municipality", "Randers", "--on"];
    room.run(&[&words[..], &["2026-06-30", "--document", "tilsyn.html"]].concat()).well();
    let html = room.read("tilsyn.html");
    for said in ["Randers: afstand til det, loven kræver", "Fokusmål 1", "Trin 4: administration", "ikke bekræftet"]
    {
        assert!(html.contains(said), "{said}");
    }
    room.run(&[&words[..], &["2026-11-24", "--document", "tilsyn.pdf"]].concat()).well();
    assert!(bytes(&room, "tilsyn.pdf").starts_with(b"%PDF-1.7"));
    room.run(&[&words[..], &["2026-11-24", "--document", "tilsyn.docx"]].concat()).ended(2);
}

#[test]
fn the_report_is_written_as_html_and_as_an_accessible_pdf() {
    let room = Room::new();
    let words = ["results", "report", "--municipality", "Læsø"];
    let html = room.run(&words).well();
    assert!(html.starts_with("<!doctype html>") && html.contains("Læsø: resultater mod det forventede"));
    room.run(&[&words[..], &["--format", "pdf", "--out", "rapport.pdf"]].concat()).well();
    let pdf = bytes(&room, "rapport.pdf");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("<pdfuaid:part>1</pdfuaid:part>") && text.contains("/Lang(da)"));
}

#[test]
fn the_learning_map_tells_teams_their_practice_and_similar_municipalities() {
    let room = Room::new();
    let at = registry(&room);
    let answer = json(&room, &["learn", "--registry", at, "--on", "2026-11-24", "--municipality", "Randers"]);
    let cells = answer["cells"].as_array().expect("cells");
    assert!(!cells.is_empty() && answer["least_staff"] == 3);
    for cell in cells {
        let told = cell["state"] == "told";
        assert_eq!(told, cell["gap"].is_number(), "{cell}");
        assert!(cell["persons"].as_u64().is_none_or(|n| n >= 5), "{cell}");
        assert!(!told || cell["persons"].as_u64() >= Some(20), "{cell}");
    }
    assert!(answer["practices"].as_array().is_some_and(Vec::is_empty), "nobody has described any");
    let two = json(&room, &["learn", "--registry", at, "--on", "2026-11-24", "--windows", "1", "--months", "3"]);
    assert_eq!(two["windows"][0]["from"], "2026-08-24");
    let text = room.run(&["results", "learn", "--registry", at, "--on", "2026-11-24", "--lang", "en"]).well();
    assert!(text.contains("staff are never shown") && text.contains("Outside the house"), "{text}");
    room.run(&["results", "learn", "--registry", at, "--outcome", "lykke"]).ended(2);
    let nobody = room.run(&["results", "learn", "--registry", at, "--on", "1990-01-01"]).ended(4);
    assert!(nobody.contains("læringskort"), "{nobody}");
}

/// Expected figures: the Python package rdrobust 2.x on the same file (triangular kernel, its own bandwidth, nearest
/// neighbours).
#[test]
fn a_jump_at_a_threshold_is_as_another_program_has_it() {
    let room = Room::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/examples/graense.csv");
    let words = ["effects", "rd", "--data", file, "--outcome", "i_job", "--running", "alder_dage", "--format", "json"];
    let answer: Value = serde_json::from_str(&room.run(&words).well()).expect("JSON");
    let near = |found: &Value, expected: f64| {
        let found = found.as_f64().expect("a number");
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} and {expected}");
    };
    near(&answer["bandwidth"]["h"], 343.605_788_304_519_5);
    near(&answer["bandwidth"]["b"], 544.409_464_566_878_3);
    near(&answer["conventional"]["estimate"], 0.185_437_473_878_47);
    near(&answer["conventional"]["std_error"], 0.064_860_014_039_791);
    near(&answer["robust"]["estimate"], 0.185_827_807_414_188);
    near(&answer["robust"]["std_error"], 0.077_991_225_716_148);
    let used = answer["left"]["used"].as_u64().zip(answer["right"]["used"].as_u64());
    assert_eq!(used, Some((490, 506)));
    for (wrong, code) in
        [(&["--cutoff", "99999"][..], 4), (&["--bandwidth", "0.5"], 4), (&["--bias-bandwidth", "9"], 2)]
    {
        room.run(&[&words[..], wrong].concat()).ended(code);
    }
}

/// Expected figures: `p.adjust` of R 4.5 on the same ten values.
#[test]
fn many_questions_are_adjusted_as_another_program_does_it() {
    let room = Room::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/examples/mange-spoergsmaal.csv");
    let words = ["effects", "adjust", "--data", file, "--p", "p", "--label", "spoergsmaal"];
    let answer = |more: &[&str]| -> Value {
        let all = [&words[..], &["--format", "json"], more].concat();
        serde_json::from_str(&room.run(&all).well()).expect("JSON")
    };
    let together = answer(&[]);
    let expected = [
        ("bonferroni", [0.1, 0.2, 0.3, 0.4, 0.5, 0.01, 1.0, 0.3, 1.0, 0.0]),
        ("holm", [0.08, 0.14, 0.18, 0.18, 0.18, 0.009, 0.4, 0.18, 0.9, 0.0]),
        ("hochberg", [0.08, 0.14, 0.15, 0.15, 0.15, 0.009, 0.4, 0.15, 0.9, 0.0]),
        (
            "benjamini_hochberg",
            [0.033_333_333_333_3, 0.05, 0.05, 0.057_142_857_142_9, 0.0625, 0.005, 0.222_222_222_222, 0.05, 0.9, 0.0],
        ),
        (
            "benjamini_yekutieli",
            [
                0.097_632_275_132_3,
                0.146_448_412_698,
                0.146_448_412_698,
                0.167_369_614_512,
                0.183_060_515_873,
                0.014_644_841_269_8,
                0.650_881_834_215,
                0.146_448_412_698,
                1.0,
                0.0,
            ],
        ),
    ];
    for (method, values) in expected {
        for (row, value) in together["questions"].as_array().expect("questions").iter().zip(values) {
            assert!((row[method].as_f64().expect(method) - value).abs() < 1e-12, "{method} {row}");
        }
    }
    assert_eq!(together["findings"]["unadjusted"], 8);
    let apart = answer(&["--family", "indsats"]);
    assert_eq!((apart["families"].as_u64(), apart["questions"][9]["family"].as_str()), (Some(2), Some("Mentor")));
    assert_eq!(apart["questions"][5]["holm"], 0.004);
    room.write("fejl.csv", "p\n0.5\n1.5\n");
    let said = room.run(&["effects", "adjust", "--data", "fejl.csv", "--p", "p"]).ended(3);
    assert!(said.contains("række 2") && said.contains("1.5"), "{said}");
    room.run(&[&words[..], &["--alpha", "0"]].concat()).ended(2);
}

#[test]
fn an_event_study_says_how_large_a_break_it_stands() {
    let room = Room::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/reference/mpdta.csv");
    let words =
        ["effects", "event-study", "--data", file, "--outcome", "lemp", "--unit", "countyreal", "--time", "year"];
    let words = [&words[..], &["--cohort", "first.treat"]].concat();
    let all = [&words[..], &["--violation", "0,1", "--format", "json"]].concat();
    let answer: Value = serde_json::from_str(&room.run(&all).well()).expect("JSON");
    let bounds = &answer["trend_bounds"];
    let number = |v: &Value| v.as_f64().expect("a number");
    // The largest change before the start is the effect three years before it.
    assert_eq!(number(&bounds["largest_before"]), number(&answer["dynamic"][0]["estimate"]).abs());
    let rows = bounds["intervals"].as_array().expect("intervals");
    assert_eq!(rows.len(), 2 * 5, "four times and their mean, two violations each");
    for pair in rows.chunks(2) {
        assert!(number(&pair[1]["ci_low"]) < number(&pair[0]["ci_low"]), "more may happen: {pair:?}");
    }
    // At the breakdown value the interval ends at 0.
    let at = |m: f64| -> Value {
        let m = m.to_string();
        let all = [&words[..], &["--violation", &m, "--format", "json"]].concat();
        serde_json::from_str(&room.run(&all).well()).expect("JSON")
    };
    let breakdown = number(&bounds["breakdown"][2]["violation"]);
    assert!(breakdown > 0.0 && number(&at(breakdown)["trend_bounds"]["intervals"][2]["ci_high"]).abs() < 1e-12);
    room.run(&[&words[..], &["--violation", "-1"]].concat()).ended(2);
}

#[test]
fn the_usual_picture_is_drawn_beside_the_answer() {
    let room = Room::new();
    let of = |name: &str| format!("{}/../../data/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    let (mgus, mpdta) = (of("mgus2.csv"), of("mpdta.csv"));
    let km = ["effects", "km", "--data", &mgus, "--time", "futime", "--event", "death", "--group", "sex"];
    let said = room.run(&[&km[..], &["--plot", "km.svg"]].concat()).well();
    assert_eq!(said, room.run(&km).well(), "the answer is the same");
    let svg = room.read("km.svg");
    assert!(svg.starts_with("<svg") && svg.contains("<style>") && svg.matches("class=\"band\"").count() == 2, "{svg}");
    let cox = ["effects", "cox", "--data", &mgus, "--time", "futime", "--event", "death", "--terms", "age,sex"];
    room.run(&[&cox[..], &["--plot", "cox.svg"]].concat()).well();
    assert!(room.read("cox.svg").contains("sex=M"));
    let study = "--outcome lemp --unit countyreal --time year --cohort first.treat --plot es.svg";
    let study: Vec<&str> = ["effects", "event-study", "--data", &mpdta].into_iter().chain(study.split(' ')).collect();
    room.run(&study).well();
    assert!(room.read("es.svg").contains("class=\"break\""), "the start is marked");
    let surgical = of("surgical12.csv");
    let none = "results funnel --unit hospital --events deaths --trials n --plot none.svg --data";
    let none: Vec<&str> = none.split(' ').chain([surgical.as_str()]).collect();
    assert!(room.run(&none).ended(2).contains("--plot"));
    assert!(!room.has("none.svg"), "nothing is half-written");
}

#[test]
fn the_report_stands_alone_and_says_what_the_benchmark_says() {
    let room = Room::new();
    room.run(&["results", "report", "--municipality", "Randers", "--price", "150000", "--out", "r.html"]).well();
    let html = room.read("r.html");
    assert!(html.starts_with("<!doctype html>\n<html lang=\"da\">"), "{}", &html[..200]);
    assert!(html.contains("Randers ligger som forventet på alle ydelser i 2022."));
    for figure in ["10,08", "10,05", "−0,24 til +0,18"] {
        assert!(html.contains(figure), "{figure}");
    }
    assert!(!html.contains("href=\"/"), "nothing leads into the portal");
    let english =
        room.run(&["results", "report", "--municipality", "0159", "--period", "2021QMAT04", "--lang", "en"]).well();
    assert!(english.contains("<html lang=\"en\">") && english.contains("Gladsaxe: results against what was expected"));
    let said = room.run(&["results", "report", "--period", "2026M07"]).ended(2);
    assert!(said.contains("2022QMAT04"), "{said}");
    room.run(&["results", "report", "--municipality", "Andeby"]).ended(2);
    room.run(&["results", "report", "--price", "-1"]).ended(2);
}
