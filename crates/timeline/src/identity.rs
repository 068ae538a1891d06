//! Identifiers: typed, so that no two kinds can be mixed up, and checked where the real ones can be checked.

use crate::{Date, date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What is wrong with an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not sixteen hexadecimal digits.
    #[error("\"{0}\" is not a citizen id; it is sixteen digits and letters a to f, for example 00c4a1f20b7d9e35")]
    Citizen(String),
    /// Not ten digits.
    #[error("a P-number is ten digits; got {0} characters")]
    PNumber(usize),
}

/// An opaque citizen id: drawn at random, says nothing about the person, and is safe in addresses and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9a-f]{16}$"))]
pub struct CitizenId(pub u64);

impl fmt::Display for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for CitizenId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let whole = text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        whole
            .then(|| u64::from_str_radix(text, 16).ok())
            .flatten()
            .map(Self)
            .ok_or_else(|| IdError::Citizen(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for CitizenId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<CitizenId> for String {
    fn from(id: CitizenId) -> Self {
        id.to_string()
    }
}

/// A fact's number within its case, counted from 1 in the order of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct FactId(pub u32);

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A Danish personal number, checked. Neither its debug form nor its display form shows the last four digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Cpr([u8; 10]);

/// Why some text is no CPR number. The number itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CprError {
    /// Not ten digits with at most one hyphen after the sixth.
    #[error("a CPR number is ten digits, written DDMMYY-NNNN")]
    Shape,
    /// The first six digits are no day in the century that the seventh gives.
    #[error("the first six digits of the CPR number are not a day (DDMMYY)")]
    NoSuchDay,
}

impl Cpr {
    /// The day of birth. The seventh digit and the year decide the century (CPR office, "Personnummeret i CPR", table
    /// of centuries): 0-3: 1900s; 4 and 9: 2000-2036, else 1937-1999; 5-8: 2000-2057, else 1858-1899.
    fn birth(digits: [u8; 10]) -> Option<Date> {
        let two = |i: usize| i16::from(digits[i] * 10 + digits[i + 1]);
        let (day, month, yy) = (two(0), two(2), two(4));
        let century = match (digits[6], yy) {
            (0..=3, _) | (4 | 9, 37..) => 1900,
            (4 | 9, _) | (5..=8, ..58) => 2000,
            _ => 1800,
        };
        Date::new(century + yy, month as i8, day as i8).ok()
    }

    /// Day of birth.
    ///
    /// # Panics
    /// Never: the day is checked when the number is made.
    pub fn born(self) -> Date {
        Self::birth(self.0).unwrap_or(date(1900, 1, 1))
    }

    /// All ten digits, to be encrypted or compared; never to be written where others may read it.
    pub fn reveal(self) -> String {
        self.0.iter().map(|d| char::from(b'0' + d)).collect()
    }

    /// The first CPR number that stands in a text, with or without a mark after the day: for texts that may hold none.
    ///
    /// ```
    /// assert!(timeline::Cpr::find_in("Ring til 070761-4285 i morgen").is_some());
    /// assert!(timeline::Cpr::find_in("Ring til 8712 3456 i uge 31").is_none());
    /// ```
    pub fn find_in(text: &str) -> Option<Self> {
        let letters: Vec<char> = text.chars().collect();
        let digit = |i: usize| letters.get(i).is_some_and(char::is_ascii_digit);
        (0..letters.len()).filter(|i| digit(*i) && !(*i > 0 && digit(i - 1))).find_map(|start| {
            if !(start..start + 6).all(digit) {
                return None;
            }
            let mark = usize::from(matches!(letters.get(start + 6), Some('-' | ' ' | '–')));
            let rest = start + 6 + mark;
            if !(rest..rest + 4).all(digit) || digit(rest + 4) {
                return None;
            }
            let ten = (start..start + 6).chain(rest..rest + 4).map(|i| letters[i]);
            ten.collect::<String>().parse().ok()
        })
    }

    /// `240380-••••`, as screens show it.
    pub fn masked(self) -> String {
        let day: String = self.0[..6].iter().map(|d| char::from(b'0' + d)).collect();
        format!("{day}-••••")
    }

    /// Whether the control digit fits (modulus 11). Numbers issued since October 2007 may lack it, so this is a hint
    /// for a typing error and never a refusal.
    pub fn passes_modulus_11(self) -> bool {
        const WEIGHTS: [u32; 10] = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
        self.0.iter().zip(WEIGHTS).map(|(d, w)| u32::from(*d) * w).sum::<u32>() % 11 == 0
    }
}

impl FromStr for Cpr {
    type Err = CprError;
    fn from_str(text: &str) -> Result<Self, CprError> {
        let text = text.trim();
        let plain: Vec<u8> = match text.as_bytes() {
            [first @ .., b'-', l0, l1, l2, l3] if first.len() == 6 => [first, &[*l0, *l1, *l2, *l3]].concat(),
            whole => whole.to_vec(),
        };
        let digits: [u8; 10] = plain.try_into().map_err(|_| CprError::Shape)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(CprError::Shape);
        }
        let digits = digits.map(|d| d - b'0');
        Self::birth(digits).ok_or(CprError::NoSuchDay)?;
        Ok(Self(digits))
    }
}

impl TryFrom<String> for Cpr {
    type Error = CprError;
    fn try_from(text: String) -> Result<Self, CprError> {
        text.parse()
    }
}

impl fmt::Debug for Cpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cpr(••••••-••••)")
    }
}

/// Why some text is no CVR number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CvrError {
    /// Not eight digits beginning with 1 to 9.
    #[error("a CVR number is eight digits and does not begin with 0; got \"{0}\"")]
    Shape(String),
    /// The control digit does not fit.
    #[error("{0} is not a CVR number: the control digit does not fit; check for two digits that changed places")]
    Control(String),
}

/// A Danish company number, checked by modulus 11 (weights 2 7 6 5 4 3 2 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[1-9][0-9]{7}$"))]
pub struct Cvr(u32);

impl FromStr for Cvr {
    type Err = CvrError;
    fn from_str(text: &str) -> Result<Self, CvrError> {
        const WEIGHTS: [u32; 8] = [2, 7, 6, 5, 4, 3, 2, 1];
        let plain = text.trim();
        if plain.len() != 8 || plain.starts_with('0') || !plain.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CvrError::Shape(plain.chars().take(20).collect()));
        }
        let sum: u32 = plain.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
        if !sum.is_multiple_of(11) {
            return Err(CvrError::Control(plain.to_owned()));
        }
        Ok(Self(plain.parse().map_err(|_| CvrError::Shape(plain.to_owned()))?))
    }
}

impl fmt::Display for Cvr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

impl TryFrom<String> for Cvr {
    type Error = CvrError;
    fn try_from(text: String) -> Result<Self, CvrError> {
        text.parse()
    }
}

impl From<Cvr> for String {
    fn from(cvr: Cvr) -> Self {
        cvr.to_string()
    }
}

/// The number of a company's place of work: ten digits, the first of them 1. It carries no control digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^1[0-9]{9}$"))]
pub struct PNumber(u64);

impl FromStr for PNumber {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let plain = text.trim();
        let fail = || IdError::PNumber(plain.chars().count());
        if plain.len() != 10 || !plain.starts_with('1') || !plain.bytes().all(|b| b.is_ascii_digit()) {
            return Err(fail());
        }
        plain.parse().map(Self).map_err(|_| fail())
    }
}

impl fmt::Display for PNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

impl TryFrom<String> for PNumber {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<PNumber> for String {
    fn from(number: PNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seventh_digit_gives_the_century() {
        for (text, born) in [
            ("010136-3999", date(1936, 1, 1)),
            ("010136-4000", date(2036, 1, 1)),
            ("010137-4000", date(1937, 1, 1)),
            ("010157-5000", date(2057, 1, 1)),
            ("010158-8999", date(1858, 1, 1)),
            ("290200-4000", date(2000, 2, 29)),
            ("0101369000", date(2036, 1, 1)),
        ] {
            assert_eq!(text.parse::<Cpr>().unwrap().born(), born, "{text}");
        }
    }

    #[test]
    fn a_day_that_never_was_is_refused_without_repeating_the_number() {
        let err = "290201-4000".parse::<Cpr>().unwrap_err();
        assert_eq!(err, CprError::NoSuchDay);
        assert!(!err.to_string().contains("2902"));
        assert_eq!("2902004000x".parse::<Cpr>().unwrap_err(), CprError::Shape);
        assert_eq!("29020-04000".parse::<Cpr>().unwrap_err(), CprError::Shape);
        assert_eq!("æ10136-399".parse::<Cpr>().unwrap_err(), CprError::Shape);
    }

    #[test]
    fn modulus_11_is_a_hint_and_no_longer_a_condition() {
        // A number printed in explanations of the control digit; the sum is 154 = 14 x 11.
        assert!("070761-4285".parse::<Cpr>().unwrap().passes_modulus_11());
        assert!(!"070761-4286".parse::<Cpr>().unwrap().passes_modulus_11());
    }

    #[test]
    fn neither_form_of_a_cpr_number_shows_its_last_digits() {
        let cpr: Cpr = "070761-4285".parse().unwrap();
        assert_eq!(format!("{cpr:?} {}", cpr.masked()), "Cpr(••••••-••••) 070761-••••");
    }

    #[test]
    fn a_cvr_number_with_swapped_digits_is_refused() {
        assert_eq!("10150817".parse::<Cvr>().unwrap().to_string(), "10150817");
        assert!(matches!("10158017".parse::<Cvr>(), Err(CvrError::Control(_))));
        assert!(matches!("1015081".parse::<Cvr>(), Err(CvrError::Shape(_))));
        assert!("1003012345".parse::<PNumber>().is_ok());
        assert!("2003012345".parse::<PNumber>().is_err());
    }

    #[test]
    fn a_citizen_id_survives_its_text() {
        let id = CitizenId(0x00c4_a1f2_0b7d_9e35);
        assert_eq!(id.to_string().parse::<CitizenId>().unwrap(), id);
        assert!("C4A1F20B7D9E3500".parse::<CitizenId>().is_err(), "capitals would give one citizen two addresses");
    }
}
