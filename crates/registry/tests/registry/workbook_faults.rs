//! Faults in a workbook: each is named by its place, with what would be right.

use registry::{Imported, read_workbook};
use tables::{Column, Sheet, Value, read_csv, read_xlsx, write_csv, write_xlsx};
use testkit::{TODAY, day};
use timeline::{Event, Lang};

fn read(sheets: &[Sheet]) -> Imported {
    read_workbook(sheets, TODAY, Lang::Da).expect("a workbook without faults")
}

const PEOPLE: [&str; 3] = [
    "borger|navn|cpr|foedt|koen|kommune|foretraekker",
    "1|Anna Holm|070761-4285||kvinde|730|telefon",
    "2|Bo Dam||1980-03-24|M||",
];

const FACTS: [&str; 18] = [
    "borger|slags|fra|til|hvad|form|hvem|timer|vaerdi|virksomhed|cvr|p_nummer|tekst|enhed|oplyst",
    "1|ydelse|2026-03-02||Kontanthjælp||||||||||",
    "1|målgruppe|2026-03-02||6.2||||||||||",
    "1|tilmelding|2026-03-02||||kommunen||||||||",
    "1|cv|2026-03-03||||||||||||",
    "1|samtale|09-03-2026||holdt|fremmøde|kommunen||||||Aftalt||2026-03-10",
    "1|tilbud|2026-04-06|2026-05-01|virksomhedspraktik|||25,5||Netto|99999993|1999999999|Lager||",
    "1|ordinære timer|2026-05-11|2026-08-23||||6||Bilka|||||",
    "1|job|2026-08-24|||||37||Bilka|||||",
    "2|uddannelse|2024-08-12|2024-12-20|||||||||Lager||",
    "2|fravær|2026-07-06|2026-07-24|ferie||||||||||",
    "2|fritagelse|2026-07-06|2026-07-24|ferie||||||||||",
    "2|mål|2026-04-01||sat||borgeren||||||Et job||",
    "2|skridt|2026-04-01|2026-07-01|aftalt||Bo||||||Truckkort||",
    "2|progression|2026-04-01||tro på job||borgeren||4||||||",
    "2|rådgiver|2026-03-02||||Mette Krag|||||||Team Job|",
    "2|andet fagområde|2026-04-06||Sundhed||||||||Rygtræning||",
    "2|note|2026-04-22||||||||||Ring||",
];

type Table = Vec<Vec<String>>;

fn table(lines: &[&str]) -> Table {
    lines.iter().map(|l| l.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

fn cells(table: &Table) -> (Vec<Column>, Vec<Vec<Value>>) {
    let columns = table[0].iter().map(|h| Column::new(h.clone(), 9)).collect();
    (columns, table[1..].iter().map(|row| row.iter().map(|c| Value::from(c.as_str())).collect()).collect())
}

fn csv(name: &str, table: &Table) -> Sheet {
    let (columns, rows) = cells(table);
    read_csv(name, &write_csv(&columns, &rows)).expect("a table")
}

fn xlsx(people: &Table, facts: &Table) -> Vec<Sheet> {
    let [(head, people), (heads, facts)] = [cells(people), cells(facts)];
    let bytes = write_xlsx(&[("Borgere", &head, &people), ("Oplysninger", &heads, &facts)]).expect("a workbook");
    read_xlsx("sager.xlsx", &bytes).expect("a workbook")
}

const WORDS: &str = "et af ordene ";
const DATE: &str = "en dato som 2026-11-24";
const EMPTY: &str = "noget; cellen er tom";

/// Sheet, row, column, what is put there, and what the fault says would be right.
const PLANTED: &[(&str, usize, &str, &str, &str)] = &[
    ("Borgere", 3, "borger", "1", "et nummer, som ingen anden række har"),
    ("Borgere", 3, "borger", "", EMPTY),
    ("Borgere", 3, "navn", " ", EMPTY),
    ("Borgere", 2, "cpr", "310261-4285", "et CPR-nummer som DDMMÅÅ-NNNN"),
    ("Borgere", 3, "foedt", "31-02-1980", DATE),
    ("Borgere", 2, "koen", "x", "et af ordene kvinde, mand"),
    ("Borgere", 2, "kommune", "Randers", "en kommunekode som 0730"),
    ("Oplysninger", 2, "borger", "9", "en borger fra arket Borgere"),
    ("Oplysninger", 2, "slags", "ydelser", "et af ordene ydelse, målgruppe"),
    ("Oplysninger", 2, "slags", "", EMPTY),
    ("Oplysninger", 2, "fra", "", DATE),
    ("Oplysninger", 2, "fra", "2. marts", DATE),
    ("Oplysninger", 7, "til", "2026-04-05", "en dag, der ikke er før »fra«"),
    ("Oplysninger", 2, "hvad", "kontanthjælpe", WORDS),
    ("Oplysninger", 2, "hvad", "", EMPTY),
    ("Oplysninger", 3, "hvad", "6.99", WORDS),
    ("Oplysninger", 4, "hvem", "naboen", WORDS),
    ("Oplysninger", 6, "hvad", "afholdt", WORDS),
    ("Oplysninger", 6, "form", "brev", "et af ordene fremmøde, telefon, video, digitalt"),
    ("Oplysninger", 6, "hvem", "naboen", WORDS),
    ("Oplysninger", 6, "oplyst", "2026-11-25", "en dag, der er kommet"),
    ("Oplysninger", 7, "timer", "femogtyve", "et tal som 12,5"),
    ("Oplysninger", 7, "timer", "61", "timer om ugen, fra 0 til 60"),
    ("Oplysninger", 7, "timer", "-1", "timer om ugen, fra 0 til 60"),
    ("Oplysninger", 7, "cvr", "99999939", "et CVR-nummer på otte cifre"),
    ("Oplysninger", 7, "p_nummer", "99", "et P-nummer på ti cifre"),
    ("Oplysninger", 8, "timer", "", "et tal som 12,5"),
    ("Oplysninger", 10, "tekst", "", EMPTY),
    ("Oplysninger", 11, "hvad", "vinterferie", WORDS),
    ("Oplysninger", 13, "hvad", "måske", WORDS),
    ("Oplysninger", 14, "hvem", "", EMPTY),
    ("Oplysninger", 15, "hvad", "humør", WORDS),
    ("Oplysninger", 15, "vaerdi", "3,5", "et helt tal"),
    ("Oplysninger", 16, "hvem", "", EMPTY),
    ("Oplysninger", 17, "hvad", "", EMPTY),
];

fn plant(people: &mut Table, facts: &mut Table, (sheet, row, column, value, _): (&str, usize, &str, &str, &str)) {
    let table = if sheet == "Borgere" { people } else { facts };
    let place = table[0].iter().position(|h| h == column).expect("the column");
    value.clone_into(&mut table[row - 1][place]);
}

#[test]
fn the_workbook_that_faults_are_planted_in_has_none_itself() {
    let imported = read(&[csv("Borgere.csv", &table(&PEOPLE)), csv("Oplysninger.csv", &table(&FACTS))]);
    assert_eq!(imported.journeys.iter().map(|j| j.1.facts.len()).collect::<Vec<_>>(), [8, 9]);
    let anna = &imported.journeys[0].1;
    let person = anna.person.as_ref().unwrap();
    assert_eq!((person.born, person.municipality.as_deref()), (Some(day("1961-07-07")), Some("0730")));
    assert_eq!(anna.facts[4].learned, day("2026-03-10"));
    assert_eq!(anna.facts[5].learned, day("2026-04-06"), "learned on its first day where nothing is said");
    assert_eq!(imported.report().facts, 17);
}

#[test]
fn each_planted_fault_is_named_by_sheet_row_and_column_with_what_would_be_right() {
    for fault in PLANTED {
        let (sheet, row, column, value, right) = *fault;
        let (mut people, mut facts) = (table(&PEOPLE), table(&FACTS));
        plant(&mut people, &mut facts, *fault);
        for sheets in [vec![csv("Borgere", &people), csv("Oplysninger", &facts)], xlsx(&people, &facts)] {
            let said = read_workbook(&sheets, TODAY, Lang::Da).expect_err(value);
            let place = format!("ark {sheet}, række {row}, kolonne {column}: ");
            let named = said.iter().find(|s| s.starts_with(&place)).unwrap_or_else(|| panic!("{place} in {said:?}"));
            assert!(named.contains(&format!("der skal stå {right}")), "{named}");
            let repeated = named.contains(&format!("»{value}«"));
            assert_eq!(repeated, column != "cpr" && !value.trim().is_empty(), "{named}");
            assert!(!said.concat().contains("310261"), "a CPR number is never repeated");

            let english = read_workbook(&sheets, TODAY, Lang::En).expect_err(value);
            let place = format!("sheet {sheet}, row {row}, column {column}: ");
            assert!(english.iter().any(|s| s.starts_with(&place) && s.contains("it should be")), "{english:?}");
        }
    }
}

#[test]
fn faults_planted_together_are_all_named_at_once() {
    let (mut people, mut facts) = (table(&PEOPLE), table(&FACTS));
    let together: Vec<_> =
        [3, 5, 10, 13, 14, 15, 16, 18, 20, 22, 26, 27, 28, 29, 30, 32, 33, 34].map(|i| PLANTED[i]).to_vec();
    for fault in &together {
        plant(&mut people, &mut facts, *fault);
    }
    let said = read_workbook(&xlsx(&people, &facts), TODAY, Lang::Da).unwrap_err();
    for row in [2, 3, 4, 6, 7, 8, 10, 11, 13, 14, 15, 16, 17] {
        let place = format!("ark Oplysninger, række {row}, ");
        assert!(said.iter().any(|s| s.starts_with(&place)), "row {row} in {said:?}");
    }
    assert!(said[0].starts_with("ark Borgere, række 2, "), "{said:?}");
}

#[test]
fn a_value_that_does_not_fit_its_fact_is_named_by_its_own_column_in_the_readers_language() {
    for (row, column, value) in [(15, "vaerdi", "7".to_owned()), (18, "tekst", "x".repeat(20_001))] {
        let (mut people, mut facts) = (table(&PEOPLE), table(&FACTS));
        plant(&mut people, &mut facts, ("Oplysninger", row, column, &value, ""));
        let said = read_workbook(&xlsx(&people, &facts), TODAY, Lang::Da).unwrap_err();
        let place = format!("ark Oplysninger, række {row}, kolonne {column}: ");
        assert!(said.len() == 1 && said[0].starts_with(&place), "{place} in {said:?}");
        assert!(!said[0].contains("fact 6") && !said[0].contains("characters"), "in Danish: {said:?}");
    }
}

#[test]
fn whose_words_a_goal_is_in_is_read_in_capitals_as_well_and_never_guessed() {
    for (who, own) in [("borgeren", true), ("Borgeren", true), ("rådgiveren", false), ("Rådgiveren", false)] {
        let (mut people, mut facts) = (table(&PEOPLE), table(&FACTS));
        plant(&mut people, &mut facts, ("Oplysninger", 13, "hvem", who, ""));
        let journey = &read(&xlsx(&people, &facts)).journeys[1].1;
        let goal = journey.facts.iter().find_map(|f| match f.event {
            Event::Goal { own_words, .. } => Some(own_words),
            _ => None,
        });
        assert_eq!(goal, Some(own), "{who}");
    }
    let (mut people, mut facts) = (table(&PEOPLE), table(&FACTS));
    plant(&mut people, &mut facts, ("Oplysninger", 13, "hvem", "sagsbehandleren", ""));
    read_workbook(&xlsx(&people, &facts), TODAY, Lang::Da).expect_err("neither the citizen nor the adviser");
}

#[test]
fn a_number_of_a_company_without_its_name_is_not_lost() {
    let (mut people, mut facts) = (table(&PEOPLE), table(&FACTS));
    plant(&mut people, &mut facts, ("Oplysninger", 7, "virksomhed", "", ""));
    let said = read_workbook(&xlsx(&people, &facts), TODAY, Lang::Da).expect_err("a CVR number and no name");
    assert!(said[0].starts_with("ark Oplysninger, række 7, kolonne virksomhed: "), "{said:?}");
}

#[test]
fn a_misspelt_heading_a_missing_sheet_and_a_missing_column_are_named() {
    let (people, mut facts) = (table(&PEOPLE), table(&FACTS));
    facts[0][7] = "timerne".to_owned();
    let said = read_workbook(&xlsx(&people, &facts), TODAY, Lang::Da).unwrap_err();
    let named = said.iter().find(|s| s.starts_with("ark Oplysninger, række 1, kolonne timerne: ")).unwrap();
    assert!(named.contains("et af ordene borger, slags, fra"), "{named}");

    let said = read_workbook(&[csv("Borgere.csv", &people)], TODAY, Lang::Da).unwrap_err();
    assert_eq!(said, ["arket »Oplysninger« mangler; der er Borgere.csv"]);

    let mut headless = table(&FACTS);
    headless[0][2] = "dato".to_owned();
    let said = read_workbook(&xlsx(&people, &headless), TODAY, Lang::Da).unwrap_err();
    assert!(said.concat().contains("\"fra\""), "{said:?}");
}

#[test]
fn faults_beyond_fifty_are_counted() {
    let mut facts = table(&FACTS[..1]);
    facts.extend((0..120).map(|_| table(&["1|note|i går||||||||||Ring||"])[0].clone()));
    let said = read_workbook(&xlsx(&table(&PEOPLE), &facts), TODAY, Lang::Da).unwrap_err();
    assert_eq!((said.len(), said[50].as_str()), (51, "… og 70 fejl til"));
    assert!(said[49].starts_with("ark Oplysninger, række 51, kolonne fra: der står »i går«"), "{}", said[49]);
}

#[test]
fn a_row_below_cells_of_several_lines_is_counted_as_a_spreadsheet_counts_it() {
    let mut facts = table(&FACTS);
    facts[5][12] = "Første linje\nanden linje\ntredje".to_owned();
    facts[17][2] = "i går".to_owned();
    let people = table(&PEOPLE);
    for sheets in [xlsx(&people, &facts), vec![csv("Borgere", &people), csv("Oplysninger", &facts)]] {
        let said = read_workbook(&sheets, TODAY, Lang::Da).unwrap_err();
        assert!(said[0].starts_with("ark Oplysninger, række 18, kolonne fra: "), "{said:?}");
    }
}
