//! Names and numbers that can belong to nobody.
//!
//! A surname is a tree, a landform and a third part, put together by rule; no such three-part name is known to be borne.
//! A CPR number decodes, by its seventh digit, to a day of birth from 2037 to 2057: nobody has it, and nobody will before
//! 2037. The real-looking day of birth stands beside it.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;
use timeline::{Company, Cpr, Date, Sex};

const WOMEN: [&str; 36] = [
    "Anna", "Lone", "Ida", "Sara", "Emine", "Nadja", "Mette", "Kirsten", "Louise", "Fatima", "Hanne", "Maja",
    "Camilla", "Aisha", "Line", "Birgit", "Julie", "Zahra", "Karen", "Pia", "Sofie", "Amina", "Tina", "Laila", "Rikke",
    "Gitte", "Olena", "Emma", "Josefine", "Marwa", "Susanne", "Trine", "Signe", "Iryna", "Dorthe", "Freja",
];
const MEN: [&str; 36] = [
    "Karim", "Mads", "Per", "Tom", "Bo", "Jens", "Lars", "Ahmed", "Søren", "Mikkel", "Henrik", "Ali", "Kasper",
    "Jonas", "Torben", "Yusuf", "Anders", "Emil", "Ole", "Hassan", "Rasmus", "Kenneth", "Frederik", "Omar", "Steen",
    "Nikolaj", "Jan", "Ibrahim", "Michael", "Oskar", "Andriy", "Claus", "Tobias", "Mustafa", "Finn", "Villads",
];
const TREES: [&str; 12] =
    ["Birke", "Lyng", "Elme", "Aske", "Hassel", "Ribs", "Bøge", "Pile", "Ege", "Fyrre", "Røn", "Tjørne"];
const LAND: [&str; 10] = ["holm", "bakke", "mose", "vang", "dals", "ness", "eng", "å", "skov", "hede"];
const THIRD: [&str; 6] = ["sten", "vad", "led", "stie", "bro", "vang"];

const COMPANIES: [&str; 24] = [
    "Gudenå Logistik",
    "Fjordens Køkken",
    "Østbakkens Plejecenter",
    "Nordlys Byg",
    "Havnens Lager",
    "Kronjyllands Rengøring",
    "Solsikken Børnehus",
    "Vestervang Auto",
    "Bakkens Bageri",
    "Fjordparkens Køkken",
    "Højskovens Gartneri",
    "Åbredden Hotel",
    "Lyngbo Tømrer",
    "Bymidtens Butik",
    "Skovlygten Skole",
    "Midtjysk Pakkeri",
    "Klosterengens Vaskeri",
    "Støvring Metal",
    "Grønhøj Byggemarked",
    "Mølledammens Café",
    "Anlægskompagniet",
    "Rosenholm Service",
    "Kanalens Trykkeri",
    "Havnegadens Cykler",
];

/// A first name of that sex and a made-up surname.
pub(super) fn name(sex: Sex, rng: &mut ChaCha8Rng) -> String {
    let first = match sex {
        Sex::Female => pick(&WOMEN, rng),
        Sex::Male => pick(&MEN, rng),
    };
    format!("{first} {}", surname(rng))
}

/// A made-up surname.
pub(super) fn surname(rng: &mut ChaCha8Rng) -> String {
    loop {
        let (land, third) = (pick(&LAND, rng), pick(&THIRD, rng));
        if land != third {
            return format!("{}{land}{third}", pick(&TREES, rng));
        }
    }
}

/// One of a list.
pub(super) fn pick<T: Copy>(list: &[T], rng: &mut ChaCha8Rng) -> T {
    *list.choose(rng).unwrap_or(&list[0])
}

/// A company that does not exist. CVR numbers from 99000000 up have not been given out; the control digit fits.
pub(super) fn company(rng: &mut ChaCha8Rng) -> Company {
    let i = rng.random_range(0..COMPANIES.len());
    let cvr = (99_000_000 + 1000 * i as u32..).find_map(|n| n.to_string().parse().ok());
    let p_number = format!("19999{:05}", i + 1).parse().ok();
    Company { name: COMPANIES[i].to_owned(), cvr, p_number }
}

/// A number with the day and month of `born` and a year that has not come, that nobody else has.
pub(super) fn cpr(born: Date, taken: &mut HashSet<Cpr>, rng: &mut ChaCha8Rng) -> Option<Cpr> {
    let years: Vec<i16> = (2037..=2057).filter(|y| Date::new(*y, born.month(), born.day()).is_ok()).collect();
    // Far fewer people than numbers: a few draws find a free one.
    for _ in 0..1000 {
        let year = *years.choose(rng)?;
        let tail = rng.random_range(5000..9000);
        let number = format!("{:02}{:02}{:02}{tail:04}", born.day(), born.month(), year % 100).parse().ok()?;
        if taken.insert(number) {
            return Some(number);
        }
    }
    None
}
