//! What `bench provision` says of its samples: each engine's aims, and one headline over all engines.
//!
//! Invariant: `ratio`, `target` and `sides` are of one engine, the one that comes nearest to its target or is
//! farthest past it. So `ratio <= target` says it of every engine, and `ratio` is what `sides` give.

use std::collections::BTreeMap;

use super::{
    engines::Engine,
    figures::{Stats, round},
    machine::{Machine, now},
    provision::{Contender, Measured, NAME, Side, TOTAL},
    recovery,
    report::{Aim, Detail, Headline, Report},
};
use crate::{
    error::{Error, Result},
    paths::Paths,
};

/// One engine's totals.
struct Totals {
    engine: Engine,
    label: String,
    souk: Stats,
    script: Stats,
    bare: Stats,
}

impl Totals {
    fn of(paths: &Paths, engine: Engine, contenders: &[Contender]) -> Result<Self> {
        let total = |side| {
            let mut all = contenders.iter().filter(|one| one.engine == engine && one.side == side);
            let missing = || Error::Refused("nothing was measured: --runs must be at least 1".into());
            all.find_map(|one| one.samples.stats(TOTAL)).ok_or_else(missing)
        };
        let [souk, script, bare] = [total(Side::Souk)?, total(Side::Script)?, total(Side::Bare)?];
        Ok(Self { engine, label: engine.label(paths)?, souk, script, bare })
    }

    fn ratio(&self) -> f64 {
        round(self.souk.p50 / self.script.p50)
    }

    fn target(&self) -> f64 {
        self.engine.peers().of_script
    }

    /// Above 1 the aim is missed.
    fn strain(&self) -> f64 {
        self.ratio() / self.target()
    }

    fn aims(&self) -> Vec<Aim> {
        let (label, peers) = (&self.label, self.engine.peers());
        let of_bare = self.souk.p50 / self.bare.p50;
        let mut aims = vec![
            Aim::at_most(&format!("{label}: souk / script, p50"), "", self.ratio(), peers.of_script),
            Aim::at_most(&format!("{label}: souk / bare release, p50"), "", of_bare, peers.of_bare),
        ];
        let share = format!("{label}: Souk's own share: souk - bare release, p50");
        let own = self.souk.p50 - self.bare.p50;
        aims.extend(peers.own_share_s.map(|limit| Aim::at_most(&share, "s", own, limit)));
        aims
    }

    fn headlines(&self) -> BTreeMap<String, Headline> {
        let what = format!("{}: request to a shop that answers", self.label);
        let headline =
            |stats: &Stats| Headline { what: what.clone(), unit: "s".into(), stats: stats.clone() };
        [(Side::Souk, &self.souk), (Side::Script, &self.script), (Side::Bare, &self.bare)]
            .map(|(side, stats)| (side.name().to_owned(), headline(stats)))
            .into()
    }
}

pub fn report(paths: &Paths, machine: Machine, runs: usize, measured: &Measured) -> Result<Report> {
    let contenders = &measured.contenders;
    let mut engines: Vec<Engine> = contenders.iter().map(|contender| contender.engine).collect();
    engines.dedup();
    let mut all = Vec::new();
    let mut with = Vec::new();
    for engine in engines {
        all.push(Totals::of(paths, engine, contenders)?);
        with.extend(engine.circumstance(paths)?);
    }
    let of = all.iter().max_by(|one, other| one.strain().total_cmp(&other.strain()));
    let of = of.ok_or_else(|| Error::Refused("no engine was measured".into()))?;
    let mut aims: Vec<Aim> = all.iter().flat_map(Totals::aims).collect();
    aims.extend(recovery::aim(&measured.recovery));
    let mut details = Vec::new();
    for contender in contenders {
        let side = format!("{}, {}", contender.engine.label(paths)?, contender.side.name());
        details.extend(Detail::all(&side, "s", &contender.samples));
    }
    let side = format!("{}, souk", recovery::ENGINE.name());
    details.extend(Detail::all(&side, "s", &measured.recovery));
    Ok(Report {
        name: NAME.into(),
        machine,
        date: now()?,
        runs,
        with,
        sides: of.headlines(),
        ratio: Some(of.ratio()),
        target: Some(of.target()),
        met: aims.iter().all(|aim| aim.met),
        aims,
        details,
        shows_not: SHOWS_NOT.map(Into::into).to_vec(),
    })
}

const SHOWS_NOT: [&str; 6] = [
    "pulling images: they are on the node, for every side",
    "a cluster of several nodes, or a cloud's volumes: one node, volumes are folders on it",
    "stores made side by side: one at a time, the machine otherwise at rest",
    "what the sides' ends have not in common: Souk's store has an owner who signed in, priced products and checked \
     policies; the script's lists products; the bare release only answers, and nobody can sign in",
    "equal shops: the script's twelve WooCommerce products are simple ones, Souk's have sizes and categories",
    "a script that starts from a dump, as Souk's images do: the plain way goes by Medusa's CLI and by WP-CLI",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::Samples;

    fn contenders(engine: Engine, seconds: [f64; 3]) -> Vec<Contender> {
        let with = |(side, seconds)| {
            let mut samples = Samples::default();
            samples.add(TOTAL, seconds);
            Contender { engine, side, samples }
        };
        Side::ALL.into_iter().zip(seconds).map(with).collect()
    }

    fn reported(medusa: [f64; 3], woocommerce: [f64; 3]) -> Report {
        let mut contenders = contenders(Engine::Medusa, medusa);
        contenders.extend(self::contenders(Engine::Woocommerce, woocommerce));
        let measured = Measured { contenders, recovery: Samples::default() };
        report(&Paths::discover().unwrap(), Machine::here().unwrap(), 1, &measured).unwrap()
    }

    #[test]
    fn the_ratio_is_of_the_engine_that_has_the_least_to_spare_and_so_are_the_sides() {
        let report = reported([10.0, 40.0, 10.0], [12.0, 20.0, 10.0]);
        assert_eq!((report.ratio, report.target, report.met), (Some(0.6), Some(0.7), true));
        let p50 = |side: &str| report.sides[side].stats.p50;
        assert_eq!((p50("souk"), p50("script"), p50("bare")), (12.0, 20.0, 10.0));
        let report = reported([22.0, 40.0, 20.0], [12.0, 20.0, 10.0]);
        assert_eq!((report.ratio, report.target), (Some(0.55), Some(0.6)));
        assert!(report.sides["souk"].what.starts_with("medusa: "));
    }

    #[test]
    fn one_engines_missed_aim_is_not_met_and_every_aim_names_its_engine() {
        let report = reported([10.0, 40.0, 7.9], [15.0, 20.0, 10.0]);
        let missed: Vec<&str> =
            report.aims.iter().filter(|aim| !aim.met).map(|aim| aim.what.as_str()).collect();
        assert!(!report.met);
        assert!(report.ratio > report.target, "{report:?}");
        // Which plugin: the machine that runs this may name one.
        let expected = ["medusa: Souk's own share", "woocommerce (", "woocommerce ("];
        assert_eq!(missed.len(), expected.len(), "{missed:?}");
        assert!(missed.iter().zip(expected).all(|(aim, start)| aim.starts_with(start)), "{missed:?}");
    }

    #[test]
    fn which_plugin_was_measured_is_said() {
        let report = reported([1.0; 3], [1.0; 3]);
        assert_eq!(report.with.len(), 1);
        assert!(report.with[0].contains("WooCommerce stores run"), "{:?}", report.with);
    }
}
