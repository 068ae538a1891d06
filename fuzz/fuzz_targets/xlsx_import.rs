//! Bytes that claim to be a workbook are refused in words or read.
//!
//! An input that begins as a zip file is taken as it is. Any other is taken as the parts of a workbook with a line
//! `===` between them, and put into a zip file first: chance seldom hits a compressed part whose sum fits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use registry::read_workbook;
use tables::read_xlsx;
use timeline::{Lang, date};

/// Names of the parts, in the order of the input; a part that the input does not have is a plain one.
const PARTS: [(&str, &str); 7] = [
    ("xl/worksheets/sheet1.xml", include_str!("plain/sheet1.xml")),
    ("xl/sharedStrings.xml", include_str!("plain/sharedStrings.xml")),
    ("xl/styles.xml", include_str!("plain/styles.xml")),
    ("xl/workbook.xml", include_str!("plain/workbook.xml")),
    ("xl/_rels/workbook.xml.rels", include_str!("plain/workbook.xml.rels")),
    ("_rels/.rels", include_str!("plain/rels.xml")),
    ("[Content_Types].xml", include_str!("plain/content_types.xml")),
];
const BETWEEN: &[u8] = b"\n===\n";

fuzz_target!(|bytes: &[u8]| {
    let book = if bytes.starts_with(b"PK") { bytes.to_vec() } else { zip(&parts(bytes)) };
    let Ok(sheets) = read_xlsx("book.xlsx", &book) else { return };
    for sheet in &sheets {
        for row in sheet.rows() {
            for heading in &sheet.headings {
                let _ = (row.text(heading), row.date(heading), row.number(heading), row.integer(heading));
            }
        }
    }
    if let Ok(read) = read_workbook(&sheets, date(2026, 11, 24), Lang::En) {
        for (_, journey) in &read.journeys {
            journey.check().expect("what was read holds together");
        }
    }
});

fn parts(mut bytes: &[u8]) -> Vec<(&'static str, &[u8])> {
    let mut out = Vec::new();
    for (name, plain) in PARTS {
        let (part, rest) = match bytes.windows(BETWEEN.len()).position(|w| w == BETWEEN) {
            Some(at) => (&bytes[..at], &bytes[at + BETWEEN.len()..]),
            None => (bytes, &[][..]),
        };
        out.push((name, if part.is_empty() { plain.as_bytes() } else { part }));
        bytes = rest;
    }
    out
}

/// A zip file that only stores.
fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let (offset, size) = (length(&out), length(content));
        // Version, flags, method and time; sum and sizes; lengths of the name and of what follows it.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x58];
        for number in [sum(content), size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend((length(name.as_bytes())).to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(*content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, count) = (length(&out), u16::try_from(parts.len()).unwrap_or(0).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend([count, count].concat());
    out.extend(length(&directory).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// CRC-32 as zip files use it.
fn sum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}
