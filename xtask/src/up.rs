//! `cargo xtask up`: from nothing to a running Souk, in the foreground until Ctrl-C.
//!
//! Invariant: what it started it stops, and what was up before stays up. The state of both stays for the next
//! `up`; `cargo xtask down --purge` forgets it.

use std::time::Instant;

use nix::sys::signal::{SigSet, Signal};

use crate::{
    apt,
    cluster::{Choice, Cluster, Endpoint},
    error::{Doing, Error, Result},
    images::{self, Builder},
    lock::Lock,
    paths::Paths,
    postgres::Postgres,
    process, progress,
    souk::Souk,
};

/// What one store image takes to build with nothing cached, measured on two cores.
const IMAGE_SECONDS: u64 = 120;
const PACKAGES_SECONDS: u64 = 90;

/// What Souk itself is started with.
#[derive(Debug)]
pub struct Ground {
    /// The superuser's URL of the database server.
    pub database: String,
    /// None with `--cluster simulated`.
    pub cluster: Option<Endpoint>,
}

pub fn run(paths: &Paths, choice: Choice) -> Result<()> {
    // Blocked before the first thread, so that Ctrl-C is never lost; programs that are started have a clear mask.
    let mut stop = SigSet::empty();
    stop.add(Signal::SIGINT);
    stop.add(Signal::SIGTERM);
    let started = Instant::now();
    let cluster = Cluster::choose(paths, choice)?;
    let (ground, postgres, was_up) = {
        let _lock = Lock::hold(paths)?;
        say_what_it_takes(paths, &cluster)?;
        prepare(paths, &cluster)?
    };
    stop.thread_block().map_err(std::io::Error::from).doing("blocking signals")?;
    println!("{:>7.1} s everything is up\n", started.elapsed().as_secs_f64());
    say_where(&ground);
    let served = serve(paths, &ground, &stop);
    println!("\nstopping");
    let _lock = Lock::hold(paths)?;
    Souk::new(paths).down()?;
    if !was_up.postgres {
        postgres.down()?;
    }
    if !was_up.cluster {
        cluster.down()?;
    }
    served
}

#[derive(Debug, Clone, Copy)]
struct WasUp {
    postgres: bool,
    cluster: bool,
}

fn prepare(paths: &Paths, cluster: &Cluster<'_>) -> Result<(Ground, Postgres, WasUp)> {
    let mut packages = vec![apt::POSTGRES];
    if matches!(cluster, Cluster::Local(_)) {
        packages.extend([apt::CLUSTER, apt::IMAGES]);
    }
    apt::ensure(paths, &packages)?;
    let postgres = Postgres::new(paths)?;
    let was_up = WasUp { postgres: postgres.is_up(), cluster: cluster.is_up() };
    let database = progress::part("Postgres", || postgres.up())?;
    let cluster = match cluster {
        Cluster::Simulated => None,
        cluster => {
            let wanted = images::of_stores(paths)?;
            let (endpoint, built) = std::thread::scope(|scope| {
                let building = scope.spawn(|| cluster.build(&wanted));
                let endpoint = cluster.up();
                let built =
                    building.join().map_err(|_| Error::Refused("building the images panicked".into()))?;
                Ok((endpoint?, built?))
            })?;
            images::publish(paths, &built)?;
            cluster.import(&built)?;
            Some(endpoint)
        }
    };
    Ok((Ground { database, cluster }, postgres, was_up))
}

/// Says up front what a first run installs and builds, and how long that takes.
fn say_what_it_takes(paths: &Paths, cluster: &Cluster<'_>) -> Result<()> {
    let packages = match cluster {
        Cluster::Local(_) => apt::missing(&[apt::POSTGRES, apt::CLUSTER, apt::IMAGES]),
        _ => apt::missing(&[apt::POSTGRES]),
    };
    let mut seconds = if packages.is_empty() { 0 } else { PACKAGES_SECONDS };
    if let Cluster::Local(local) = cluster {
        seconds += local.seconds_missing()?;
        let builder = Builder::new(paths);
        for image in images::of_stores(paths)? {
            seconds += if builder.is_there(&image)? { 0 } else { IMAGE_SECONDS };
        }
    }
    if seconds > 0 {
        println!(
            "First run: about {} minutes on two cores for what is missing here; later ones take about one.",
            seconds.div_ceil(60)
        );
        println!(
            "It can be stopped and run again at any time: what is finished stays, in {}.",
            paths.cache.display()
        );
    }
    if !packages.is_empty() {
        println!("Debian packages to be installed: {}", packages.join(" "));
    }
    Ok(())
}

fn say_where(ground: &Ground) {
    println!("Postgres    {}", ground.database);
    match &ground.cluster {
        None => println!("Cluster     simulated: stores are pretended"),
        Some(endpoint) => {
            for (name, value) in endpoint.variables() {
                println!("Cluster     export {name}={value}");
            }
        }
    }
}

/// Runs Souk until a signal, with a demo user and a demo store.
fn serve(paths: &Paths, ground: &Ground, stop: &SigSet) -> Result<()> {
    let souk = Souk::new(paths);
    souk.up(ground)?;
    let demo = souk.demo(ground);
    if let (Err(_), Some(obituary)) = (&demo, souk.obituary()?) {
        return Err(Error::Refused(obituary));
    }
    demo?;
    println!("\nTry next, in another terminal:");
    if ground.cluster.is_some() {
        println!("  cargo xtask buy demo");
    }
    println!("  cargo xtask test");
    println!("\nCtrl-C stops it.");
    stop.wait().map_err(std::io::Error::from).doing("waiting for a signal")?;
    Ok(())
}

/// `cargo xtask down`: stops whatever of Souk's own runs on this machine.
pub fn down(paths: &Paths, purge: bool, cache: bool) -> Result<()> {
    let _lock = Lock::hold(paths)?;
    Postgres::for_tests(paths)?.purge()?; // of a gate that was killed
    Postgres::for_benches(paths)?.purge()?; // of a bench that was killed
    let (souk, postgres) = (Souk::new(paths), Postgres::new(paths)?);
    if purge {
        souk.purge()?;
    } else {
        souk.down()?;
    }
    let clusters: Vec<Cluster<'_>> = [Choice::Local, Choice::Docker]
        .into_iter()
        .filter_map(|choice| Cluster::choose(paths, choice).ok())
        .collect();
    for cluster in &clusters {
        match cluster {
            Cluster::Local(local) if purge => local.purge()?,
            Cluster::Docker(docker) if !docker.is_up() => {}
            cluster => cluster.down()?,
        }
    }
    if purge {
        postgres.purge()?;
    } else {
        postgres.down()?;
    }
    if cache {
        for folder in ["tools", "images", "buildah", "logs"] {
            process::remove_tree(&paths.cache.join(folder))?;
        }
    }
    Ok(())
}
