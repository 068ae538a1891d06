//! Start a private PostgreSQL, say where it is, and stop it when the input ends. `durable` as first word makes it wait
//! for the disk.

use std::io::Read;
use std::process::ExitCode;

fn main() -> ExitCode {
    let durable = std::env::args().nth(1).is_some_and(|word| word == "durable");
    match if durable { testkit::Postgres::start_durable() } else { testkit::Postgres::start() } {
        Ok(server) => {
            #[allow(clippy::print_stdout, reason = "the address is what it is started for")]
            {
                println!("TRAEDESTEN_TEST_POSTGRES={}", server.url());
            }
            let ended = std::io::stdin().read_to_end(&mut Vec::new());
            drop(server);
            if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(what) => {
            eprintln!("{what}");
            ExitCode::FAILURE
        }
    }
}
