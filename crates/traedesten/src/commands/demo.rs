//! `demo`: make, fill and serve a made-up municipality.

use super::serve::{busy, log_to_stderr, only_loopback, serve};
use super::synth::make;
use super::{Context, today};
use crate::args::Demo;
use crate::failure::Failure;
use crate::output::bar;
use ::figures::municipality;
use ::registry::{Imported, Registry, Vault};
use population::SynthOptions;
use portal::{AppState, Clock, Settings};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;
use tokio::net::TcpListener;

/// What a demo folder holds, so that it can be started again.
#[derive(Debug, Serialize, Deserialize)]
struct Made {
    municipality: String,
    citizens: u32,
    seed: u64,
    today: timeline::Date,
}

pub(crate) async fn run(context: &Context, options: Demo) -> Result<u8, Failure> {
    let started = Instant::now();
    let settings = &context.layered.settings;
    let listen = options.listen.unwrap_or(settings.listen);
    only_loopback(listen)?;
    log_to_stderr(context);
    let dir = &options.dir;
    std::fs::create_dir_all(dir).map_err(|e| Failure::file(dir, &e))?;
    let registry_url =
        options.registry.clone().unwrap_or_else(|| format!("sqlite:{}", dir.join("registry.db").display()));
    let vault = vault(dir)?;
    let registry = Registry::open(&registry_url, vault).await?;
    let figures = context.figures()?;
    let note = dir.join("demo.json");
    let made: Option<Made> = std::fs::read_to_string(&note).ok().and_then(|t| serde_json::from_str(&t).ok());
    let made = match made {
        Some(made) if registry.count().await? > 0 => {
            let asked = options.municipality.as_deref().map(|m| context.municipality(Some(m))).transpose()?;
            if asked.is_some_and(|m| m.code != made.municipality) {
                let name = municipality(&made.municipality).map_or("", |m| m.name.as_str());
                context.say(
                    &format!("Mappen holder allerede {name}; brug en anden --dir for en anden kommune."),
                    &format!("The folder already holds {name}; use another --dir for another municipality."),
                );
            }
            made
        }
        _ => {
            let place = context.municipality(options.municipality.as_deref())?;
            let day = options.today.unwrap_or_else(today);
            fill(context, &registry, &options, &place.code, day, &figures).await?;
            let made =
                Made { municipality: place.code.clone(), citizens: options.citizens, seed: options.seed, today: day };
            let text = serde_json::to_string_pretty(&made).map_err(|e| Failure::surroundings(e.to_string()))?;
            crate::output::put(text.as_bytes(), Some(&note))?;
            made
        }
    };
    let name = municipality(&made.municipality).map_or("", |m| m.name.as_str());
    let clock = options.today.map_or(Clock::System, Clock::Fixed);
    let shown = Settings { municipality: made.municipality.clone(), demo: true, clock };
    let state = AppState::new(registry.clone(), figures, shown).await?;
    let listener = free(listen).await?;
    let port = listener.local_addr().map_err(|e| Failure::surroundings(e.to_string()))?.port();
    if listen.port() != 0 && port != listen.port() {
        context.say(
            &format!("Port {} er optaget; bruger {port}.", listen.port()),
            &format!("Port {} is busy; using {port}.", listen.port()),
        );
    }
    let seconds = started.elapsed().as_secs_f64();
    context.say(
        &format!("{name}: {} opdigtede borgere, rigtige tal. Klar efter {seconds:.1} s.", registry.count().await?),
        &format!("{name}: {} made-up citizens, real figures. Ready after {seconds:.1} s.", registry.count().await?),
    );
    serve(context, state, listener).await?;
    registry.close().await;
    Ok(0)
}

async fn fill(
    context: &Context,
    registry: &Registry,
    options: &Demo,
    code: &str,
    today: timeline::Date,
    figures: &::figures::Published,
) -> Result<(), Failure> {
    let synth =
        SynthOptions { municipality: code.to_owned(), citizens: options.citizens as usize, seed: options.seed, today };
    let journeys = make(context, &synth, figures)?;
    let progress =
        bar(journeys.len() as u64, context.lang.pick("Fylder registret", "Filling the registry"), context.quiet);
    let imported = Imported { journeys: journeys.into_iter().enumerate().map(|(i, j)| (i + 1, j)).collect() };
    registry.import(&imported, today, false, |n| progress.set_position(n)).await?;
    progress.finish_and_clear();
    Ok(())
}

/// The key of the demo's made-up CPR numbers, in the folder, readable by its owner alone.
fn vault(dir: &Path) -> Result<Vault, Failure> {
    let path = dir.join("cpr.key");
    let key = match std::fs::read_to_string(&path) {
        Ok(key) => key,
        Err(_) => {
            let key = Vault::new_key().map_err(|e| Failure::surroundings(e.to_string()))?;
            std::fs::write(&path, &key).map_err(|e| Failure::file(&path, &e))?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = std::fs::Permissions::from_mode(0o600);
                std::fs::set_permissions(&path, mode).map_err(|e| Failure::file(&path, &e))?;
            }
            key
        }
    };
    Ok(Vault::with_key(&key).map_err(::registry::RegistryError::from)?)
}

/// The address, or the next free port after it.
async fn free(listen: SocketAddr) -> Result<TcpListener, Failure> {
    let mut last = None;
    for step in 0..100u16 {
        let Some(port) = listen.port().checked_add(step) else { break };
        match TcpListener::bind(SocketAddr::new(listen.ip(), port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => last = Some(error),
            Err(error) => return Err(busy(listen, &error)),
        }
    }
    let error = last.unwrap_or_else(|| std::io::Error::from(std::io::ErrorKind::AddrInUse));
    Err(busy(listen, &error))
}
