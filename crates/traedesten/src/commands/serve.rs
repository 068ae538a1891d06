//! `serve`: the portal on a registry.

use super::Context;
use crate::args::Serve;
use crate::failure::Failure;
use ::registry::Registry;
use portal::{AppState, Clock, Settings};
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

pub(crate) async fn run(context: &Context, options: Serve) -> Result<u8, Failure> {
    let settings = &context.layered.settings;
    let listen = options.listen.unwrap_or(settings.listen);
    only_loopback(listen)?;
    let municipality = context.municipality(options.municipality.as_deref())?.code.clone();
    log_to_stderr(context);
    let registry = Registry::open(&context.registry_url(options.registry)?, context.vault()?).await?;
    let shown = Settings { municipality, demo: options.demo, clock: Clock::System };
    let state = AppState::new(registry.clone(), context.figures()?, shown).await?;
    let listener = TcpListener::bind(listen).await.map_err(|e| busy(listen, &e))?;
    serve(context, state, listener).await?;
    registry.close().await;
    Ok(0)
}

/// How long requests under way may take once the program is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// There is no sign-in yet, so nothing but this machine may reach it.
pub(crate) fn only_loopback(listen: SocketAddr) -> Result<(), Failure> {
    if listen.ip().is_loopback() {
        return Ok(());
    }
    Err(Failure::usage(
        format!("{listen} kan nås af andre, og der er intet login endnu. Brug 127.0.0.1 eller [::1]."),
        format!("{listen} can be reached by others, and there is no sign-in yet. Use 127.0.0.1 or [::1]."),
    ))
}

pub(crate) fn busy(listen: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::Surroundings(format!("Kan ikke lytte på {listen}: {error}"), format!("Cannot listen on {listen}: {error}"))
}

/// Logs as text or JSON, on standard error.
pub(crate) fn log_to_stderr(context: &Context) {
    let settings = &context.layered.settings;
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = if context.quiet { EnvFilter::new("error") } else { filter };
    let base = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal());
    let set = if settings.log_format == "json" { base.json().try_init() } else { base.compact().try_init() };
    if let Err(error) = set {
        context.say(&format!("Log kan ikke sættes op: {error}"), &format!("Logging cannot be set up: {error}"));
    }
}

/// Serve until told to stop; requests under way are finished.
pub(crate) async fn serve(context: &Context, state: Arc<AppState>, listener: TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr().map_err(|e| Failure::surroundings(e.to_string()))?;
    // Ready to be told to stop before anybody can know that it runs.
    let stop = told_to_stop().map_err(|e| Failure::surroundings(e.to_string()))?;
    println!("http://{address}/");
    context.say("Klar. Stop med Ctrl+C.", "Ready. Stop with Ctrl+C.");
    let daily = tokio::spawn(every_so_often(state.clone()));
    let app = portal::router(state);
    let (told, hear) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop.await;
        let _ = told.send(());
    };
    // A request that never ends does not keep the program from stopping.
    let patience = async move {
        let _ = hear.await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    let done = tokio::select! {
        done = async { axum::serve(listener, app).with_graceful_shutdown(stop).await } => done,
        () = patience => Ok(()),
    };
    daily.abort();
    context.say("Stoppet.", "Stopped.");
    done.map_err(|e| Failure::surroundings(e.to_string()))
}

/// Lists are brought to today when the day changes, and counted anew in case another program has written.
async fn every_so_often(state: Arc<AppState>) {
    if let Err(error) = state.new_day().await {
        tracing::warn!(%error, "lists could not be brought up to date");
    }
    let mut pulse = tokio::time::interval(Duration::from_secs(60));
    pulse.tick().await;
    loop {
        pulse.tick().await;
        let done = match state.new_day().await {
            Ok(()) => state.recount_all().await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            tracing::warn!(%error, "lists could not be brought up to date");
        }
    }
}

/// Listens from now on; the future ends when somebody asks the program to stop.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! { _ = interrupted.recv() => {}, _ = terminated.recv() => {} }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
        })
    }
}
