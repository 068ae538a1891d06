//! Fetches the design system and htmx with the npm client, as pinned in `web/package-lock.json`, and writes the list of
//! files to embed. `TRAEDESTEN_WEB_ASSETS` names a folder with `dkfds/` and `htmx.org/` to take them from instead.

#![allow(clippy::disallowed_methods, reason = "a build script reads and writes files")]

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

/// What is embedded of each package: folder or file, and where it is served.
const TAKE: &[(&str, &str)] = &[
    ("dkfds/dist/css/dkfds.min.css", "dkfds/css/dkfds.min.css"),
    ("dkfds/dist/img/svg-icons", "dkfds/img/svg-icons"),
    (
        "dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Regular.woff2",
        "dkfds/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Regular.woff2",
    ),
    (
        "dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Medium.woff2",
        "dkfds/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Medium.woff2",
    ),
    (
        "dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-SemiBold.woff2",
        "dkfds/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-SemiBold.woff2",
    ),
    (
        "dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Bold.woff2",
        "dkfds/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Bold.woff2",
    ),
    (
        "dkfds/dist/fonts/IBMPlexSans/complete/woff/IBMPlexSans-Regular.woff",
        "dkfds/fonts/IBMPlexSans/complete/woff/IBMPlexSans-Regular.woff",
    ),
    ("dkfds/LICENSE.md", "dkfds/LICENSE.md"),
    ("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
    ("htmx.org/LICENSE", "htmx/LICENSE.txt"),
];

fn fail(message: &str) -> ! {
    println!("cargo::error={message}");
    exit(1)
}

fn main() {
    println!("cargo::rerun-if-env-changed=TRAEDESTEN_WEB_ASSETS");
    println!("cargo::rerun-if-changed=web/package-lock.json");
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=../charts/src/chart.css");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let modules = match std::env::var_os("TRAEDESTEN_WEB_ASSETS") {
        Some(folder) => PathBuf::from(folder),
        None => fetch(&out),
    };
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for (from, to) in TAKE {
        collect(&modules.join(from), to, &mut files);
    }
    collect(Path::new("static"), "own", &mut files);
    let chart = fs::canonicalize("../charts/src/chart.css").unwrap_or_else(|e| fail(&format!("chart.css: {e}")));
    files.push((chart, "own/chart.css".to_owned()));
    files.sort_by(|a, b| a.1.cmp(&b.1));

    let mut hash = DefaultHasher::new();
    let mut list = String::from("pub(crate) const FILES: &[(&str, &[u8])] = &[\n");
    for (path, name) in &files {
        let bytes = fs::read(path).unwrap_or_else(|e| fail(&format!("{}: {e}", path.display())));
        (name, &bytes).hash(&mut hash);
        let path = fs::canonicalize(path).unwrap_or_else(|e| fail(&e.to_string()));
        let _ = writeln!(list, "    ({name:?}, include_bytes!({:?})),", path.display().to_string());
    }
    let _ = writeln!(list, "];\npub(crate) const VERSION: &str = \"{:016x}\";", hash.finish());
    if let Err(e) = fs::write(out.join("assets.rs"), list) {
        fail(&format!("assets.rs: {e}"));
    }
}

/// Every file of a folder, or the one file.
fn collect(from: &Path, to: &str, files: &mut Vec<(PathBuf, String)>) {
    if from.is_file() {
        files.push((from.to_owned(), to.to_owned()));
        return;
    }
    let Ok(entries) = fs::read_dir(from) else {
        fail(&format!("{} is missing: run npm ci in crates/portal/web, or check TRAEDESTEN_WEB_ASSETS", from.display()))
    };
    for entry in entries.flatten() {
        collect(&entry.path(), &format!("{to}/{}", entry.file_name().to_string_lossy()), files);
    }
}

/// `npm ci` in the build's own folder, so that nothing third-party lies in the source tree.
fn fetch(out: &Path) -> PathBuf {
    let folder = out.join("web");
    let modules = folder.join("node_modules");
    let lock = fs::read("web/package-lock.json").unwrap_or_else(|e| fail(&format!("web/package-lock.json: {e}")));
    let stamp = folder.join("fetched-lock.json");
    if fs::read(&stamp).is_ok_and(|old| old == lock) {
        return modules;
    }
    let _ = fs::create_dir_all(&folder);
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        if let Err(e) = fs::copy(Path::new("web").join(file), folder.join(file)) {
            fail(&format!("web/{file}: {e}"));
        }
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(npm).args(["ci", "--no-progress", "--loglevel=error"]).current_dir(&folder).output();
    match run {
        Ok(output) if output.status.success() => {
            let _ = fs::write(&stamp, lock);
            modules
        }
        Ok(output) => fail(&format!(
            "npm ci failed ({}); without network, set TRAEDESTEN_WEB_ASSETS to a folder with dkfds/ and htmx.org/",
            String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("no message")
        )),
        Err(_) => fail(
            "npm is missing: install Node.js with npm (Debian: apt-get install npm), or set TRAEDESTEN_WEB_ASSETS to a folder with dkfds/ and htmx.org/",
        ),
    }
}
