use super::grid::widths;
use super::letters::{Faces, Weight};
use crate::{Document, Lang, Part, Section};
use charts::{Cell, Table};
use proptest::prelude::*;

const SVG: &str = "<svg class=\"chart\" viewBox=\"0 0 100 50\" xmlns=\"http://www.w3.org/2000/svg\"><title>Forskelle</title>\
                   <desc>98 kommuner</desc><text class=\"muted\" x=\"1\" y=\"20\">Læsø</text></svg>";

fn table(rows: usize) -> Table {
    let row = |i: usize| vec![Cell::Text(format!("Kommune {i}")), Cell::Number(i as f64, i.to_string()), Cell::Missing];
    Table {
        caption: "Andel & mere".to_owned(),
        columns: vec!["Kommune".to_owned(), "Andel".to_owned(), "Året før".to_owned()],
        rows: (0..rows).map(row).collect(),
    }
}

fn document(parts: Vec<Part>) -> Document {
    Document {
        lang: Lang::Da,
        title: "Rapport".to_owned(),
        subtitle: "Til udvalget".to_owned(),
        foot: "Kilde: Jobindsats".to_owned(),
        sections: vec![Section { heading: "Første".to_owned(), parts }],
    }
}

fn figure(small: bool, rows: usize) -> Part {
    Part::Figure { svg: SVG.to_owned(), small, caption: "Hvert punkt er en kommune.".to_owned(), table: table(rows) }
}

fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type/Page/").count() + text.matches("/Type /Page\n").count()
}

#[test]
fn every_part_gives_an_accessible_pdf_and_the_same_one_each_time() {
    let parts = vec![
        Part::Lead("Svaret".to_owned()),
        Part::Text("Et afsnit med æ, ø, å, 95 %, − og en ✈, som skriften ikke har.\nNy linje.".to_owned()),
        Part::Heading("Under".to_owned()),
        Part::Points(vec!["Et <punkt>".to_owned(), String::new()]),
        Part::Table(table(3)),
        Part::Table(table(0)),
        figure(true, 3),
        figure(false, 3),
        figure(false, 100),
        Part::Note("Småt".to_owned()),
    ];
    let document = document(parts);
    let first = document.pdf().expect("meets PDF/UA-1");
    assert!(first.starts_with(b"%PDF-1.7"));
    assert_eq!(first, document.pdf().expect("again"));
    let text = String::from_utf8_lossy(&first);
    for word in ["<pdfuaid:part>1</pdfuaid:part>", "/MarkInfo", "/Lang(da)", "/Outlines"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn a_document_without_a_title_is_refused_for_it_could_not_be_read_aloud() {
    let document = Document { title: String::new(), ..document(vec![Part::Lead("Svaret".to_owned())]) };
    // The title is also the first heading.
    assert!(document.pdf().is_err());
}

#[test]
fn a_picture_that_is_no_picture_is_named() {
    let broken = Part::Figure { svg: "<svg".to_owned(), small: true, caption: String::new(), table: table(1) };
    let error = document(vec![figure(true, 1), broken]).pdf().expect_err("no picture");
    assert!(error.to_string().starts_with("picture 2:"), "{error}");
}

#[test]
fn long_tables_go_on_over_pages() {
    let one = pages(&document(vec![Part::Table(table(20))]).pdf().expect("short"));
    let many = pages(&document(vec![Part::Table(table(200))]).pdf().expect("long"));
    assert!(one == 1 && (4..=6).contains(&many), "{one} {many}");
}

#[test]
fn a_row_taller_than_a_page_goes_on_over_pages_and_loses_nothing() {
    let long = "ord ".repeat(3000);
    let row = vec![Cell::Text("Navn".to_owned()), Cell::Text(long), Cell::Text("Kort".to_owned())];
    let tall = Table { columns: ["a", "b", "c"].map(str::to_owned).to_vec(), rows: vec![row], ..Table::default() };
    let count = pages(&document(vec![Part::Table(tall)]).pdf().expect("tall"));
    assert!((2..=5).contains(&count), "{count}");
}

#[test]
fn columns_share_the_room_as_a_browser_shares_it() {
    assert_eq!(widths(&[(10.0, 20.0), (10.0, 20.0)], 60.0), [30.0, 30.0]);
    // Not wider than looks well.
    assert_eq!(widths(&[(10.0, 20.0), (10.0, 20.0)], 500.0), [46.0, 46.0]);
    assert_eq!(widths(&[(10.0, 10.0), (10.0, 90.0)], 60.0), [10.0, 50.0]);
    assert_eq!(widths(&[(30.0, 40.0), (90.0, 90.0)], 60.0), [15.0, 45.0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn lines_are_no_wider_than_the_room_and_lose_no_letter(
        text in "[a-zæøå ,.–%0-9-]{1,120}",
        room in 20.0f32..300.0,
    ) {
        let faces = Faces::new().expect("fonts");
        let lines = faces.of(Weight::Regular).wrap(&text, 10.0, room);
        let back: String = lines.iter().map(|l| l.text.as_str()).collect();
        let same = |s: &str| s.replace('\u{a0}', " ").trim().to_owned();
        prop_assert_eq!(same(&back), same(&text));
        for line in &lines {
            prop_assert!(line.width * 10.0 <= room + 0.01, "{} in {}", line.width * 10.0, room);
        }
    }
}
