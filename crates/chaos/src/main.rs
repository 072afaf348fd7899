//! `souk-chaos`: one storm, from the command line. `cargo xtask chaos` brings the database for it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use souk_chaos::{Config, Kind, Progress, Report};
use souk_test_support::URL_VARIABLE;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

const TELL_EVERY: Duration = Duration::from_secs(5);
/// A day; more is a slip of the finger.
const MAX_MINUTES: f64 = 1_440.0;

/// A seeded storm over Souk's core; exits 1 when something was lost, stuck, left behind or done twice.
#[derive(Debug, Parser)]
#[command(
    after_help = "The same seed is the same storm. RUST_LOG=souk_worker=info shows what the workers say."
)]
struct Arguments {
    /// Decides every stimulus and its time.
    #[arg(long)]
    seed: u64,
    /// How long the storm blows; parts of a minute are welcome. The quiet after it comes on top.
    #[arg(long, default_value = "1")]
    minutes: f64,
    /// Where the figures go, as JSON.
    #[arg(long)]
    output: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !(arguments.minutes > 0.0 && arguments.minutes <= MAX_MINUTES) {
        eprintln!("error: --minutes must be more than 0 and at most {MAX_MINUTES}");
        return ExitCode::from(2);
    }
    if std::env::var_os(URL_VARIABLE).is_none() {
        eprintln!("error: {URL_VARIABLE} is not set: run `cargo xtask chaos`, which brings a database");
        return ExitCode::from(2);
    }
    // Errors are what a storm is made of: nothing is logged unless it is asked for.
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::OFF.into()).from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match blow(&arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::from(2)
        }
    }
}

async fn blow(arguments: &Arguments) -> Result<bool, Box<dyn std::error::Error>> {
    let length = Duration::from_secs_f64(arguments.minutes * 60.0);
    println!("seed {}: a storm of {:.0} s, and then the quiet", arguments.seed, length.as_secs_f64());
    let report = souk_chaos::run(Config { seed: arguments.seed, length }, TELL_EVERY, tell).await?;
    if let Some(output) = &arguments.output {
        write(output, &report)?;
    }
    summarize(&report);
    println!("again: cargo xtask chaos --seed {} --minutes {}", arguments.seed, arguments.minutes);
    Ok(report.is_clean())
}

fn tell(progress: Progress) {
    println!(
        "{:>7.0} s  {:>6} accepted {:>6} refused {:>7} steps {:>4} kills {:>4} outages{}",
        progress.elapsed.as_secs_f64(),
        progress.accepted,
        progress.refused,
        progress.visits,
        progress.kills,
        progress.outages,
        if progress.calm { "  (coming to rest)" } else { "" }
    );
}

fn write(output: &Path, report: &Report) -> std::io::Result<()> {
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(output, serde_json::to_string_pretty(report)? + "\n")
}

fn summarize(report: &Report) {
    for finding in &report.findings {
        println!("{:?}: {}", finding.kind, finding.what);
    }
    println!(
        "{} operations, {} kills, {} outages: {} lost, {} stuck, {} leaked, {} duplicated ({} put aside)",
        report.operations,
        report.kills,
        report.outages,
        report.lost,
        report.stuck,
        report.leaked,
        report.duplicated,
        Report::count(&report.findings, Kind::DeadLetter)
    );
}
