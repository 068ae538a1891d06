//! Writing results: to standard output, or to a file by rename, never half a file.

use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

/// Bytes that a disk takes long enough for.
const MUCH: usize = 1 << 24;

/// A file under its final name only when it is whole.
pub(crate) struct Whole {
    file: BufWriter<File>,
    /// Bytes that came since the disk was last told to take what there is.
    waiting: usize,
    /// The disk taking it, while more is made.
    taking: Option<JoinHandle<std::io::Result<()>>>,
    part: PathBuf,
    path: PathBuf,
}

impl Whole {
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(|e| Failure::file(path, &e))?;
        let file = BufWriter::with_capacity(256 * 1024, file);
        Ok(Self { file, waiting: 0, taking: None, part, path: path.to_owned() })
    }

    /// Have the disk take what has been written, once there is much of it: a long file would else be waited for at its end.
    fn take(&mut self) -> std::io::Result<()> {
        if self.waiting < MUCH || self.taking.as_ref().is_some_and(|taking| !taking.is_finished()) {
            return Ok(());
        }
        self.taken()?;
        self.waiting = 0;
        let file = self.file.get_ref().try_clone()?;
        // Where no thread can be had, it is waited for at the end.
        self.taking = std::thread::Builder::new().spawn(move || file.sync_data()).ok();
        Ok(())
    }

    /// Wait until the disk has taken what it was told to; what went wrong is told once, to whoever asked.
    fn taken(&mut self) -> std::io::Result<()> {
        let taken = self.taking.take().map_or(Ok(Ok(())), JoinHandle::join);
        taken.unwrap_or_else(|_| Err(std::io::Error::other("the disk did not take it")))
    }

    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let done = self.file.flush().and_then(|()| self.taken()).and_then(|()| self.file.get_ref().sync_all());
        let done = done.and_then(|()| std::fs::rename(&self.part, &self.path));
        done.map_err(|e| Failure::file(&self.path, &e))
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.waiting += written;
        self.take()?;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        // Renamed when finished; otherwise half a file must not stay.
        let _ = std::fs::remove_file(&self.part);
    }
}

/// Bytes to a file, or to standard output.
pub(crate) fn put(bytes: &[u8], out: Option<&Path>) -> Result<(), Failure> {
    put_with(out, |whole| whole.write_all(bytes))
}

/// Parts that follow each other, to a file or to standard output: while some are written, the next ones are made on the other
/// cores, in the room of those that have been.
pub(crate) fn put_parts(
    parts: usize,
    make: impl Fn(usize, &mut Vec<u8>) + Sync,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let some = 2 * rayon::current_num_threads();
    let made = |from: usize, room: &mut Vec<Vec<u8>>| {
        room.resize_with(some.min(parts - from), Vec::new);
        room.par_iter_mut().with_max_len(1).enumerate().for_each(|(n, part)| {
            part.clear();
            make(from + n, part);
        });
    };
    put_with(out, |whole| {
        let (mut now, mut next) = (Vec::new(), Vec::new());
        made(0, &mut now);
        for from in (0..parts).step_by(some) {
            let later = parts.min(from + some);
            let (written, ()) =
                rayon::join(|| now.iter().try_for_each(|part| whole.write_all(part)), || made(later, &mut next));
            written?;
            std::mem::swap(&mut now, &mut next);
        }
        Ok(())
    })
}

fn put_with(
    out: Option<&Path>,
    write: impl FnOnce(&mut (dyn Write + Send)) -> std::io::Result<()>,
) -> Result<(), Failure> {
    match out {
        Some(path) => {
            let mut whole = Whole::new(path)?;
            write(&mut whole).map_err(|e| Failure::file(path, &e))?;
            whole.finish()
        }
        None => match write(&mut std::io::stdout()) {
            // Whoever reads has seen enough.
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            Err(e) => Err(Failure::surroundings(e.to_string())),
            Ok(()) => Ok(()),
        },
    }
}

/// A bar with time left, on standard error; hidden when quiet or without a terminal.
pub(crate) fn bar(total: u64, what: &str, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:28} {human_pos}/{human_len} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_longer_than_the_disk_takes_at_once_is_whole() {
        let room = tempfile::tempdir().expect("a folder");
        let path = room.path().join("long.csv");
        let part = |at: usize, out: &mut Vec<u8>| out.resize(MUCH / 4 + at, at as u8);
        put_parts(11, part, Some(&path)).expect("written");
        let found = std::fs::read(&path).expect("there");
        let expected: Vec<u8> = (0..11).flat_map(|at| std::iter::repeat_n(at as u8, MUCH / 4 + at)).collect();
        assert!(found == expected, "{} bytes, not {}", found.len(), expected.len());
        assert!(!room.path().join("long.csv.part").exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn of_a_full_disk_is_told_and_no_file_stays() {
        let room = tempfile::tempdir().expect("a folder");
        let path = room.path().join("full.csv");
        std::os::unix::fs::symlink("/dev/full", room.path().join("full.csv.part")).expect("a link");
        let part = |_: usize, out: &mut Vec<u8>| out.resize(MUCH, 7);
        assert!(put_parts(3, part, Some(&path)).is_err());
        assert_eq!(std::fs::read_dir(room.path()).expect("a folder").count(), 0);
    }
}
