//! The engines whose stores are measured: the one table of what differs between them here. What differs between
//! their scripts is in `benches/peers/ENGINE/`.

use clap::ValueEnum;

use crate::{error::Result, paths::Paths, plugin::Plugin};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Medusa,
    Woocommerce,
}

/// What an engine's peers, pods and aims are.
#[derive(Debug)]
pub struct EnginePeers {
    /// In the API, in the chart and in the label of its shop's pod.
    pub name: &'static str,
    /// The component of the pod that holds its data.
    pub database: &'static str,
    /// The chart's name of each image, and the variable of Souk's that names it.
    pub images: &'static [(&'static str, &'static str)],
    /// What makes the shop its owner's, run in the shop's pod.
    pub setup: &'static [&'static str],
    /// Souk's p50 to the script's and to the bare release's, at most.
    pub of_script: f64,
    pub of_bare: f64,
    /// Souk's p50 less the bare release's, at most, where that is an aim.
    pub own_share_s: Option<f64>,
}

const MEDUSA: EnginePeers = EnginePeers {
    name: "medusa",
    database: "postgres",
    images: &[
        ("medusa", "SOUK_MEDUSA_IMAGE"),
        ("postgres", "SOUK_POSTGRES_IMAGE"),
        ("redis", "SOUK_REDIS_IMAGE"),
    ],
    setup: &["node", "/app/souk/setup.mjs"],
    of_script: 0.6,
    of_bare: 1.3,
    own_share_s: Some(2.0),
};

const WOOCOMMERCE: EnginePeers = EnginePeers {
    name: "woocommerce",
    database: "mariadb",
    images: &[("woocommerce", "SOUK_WOOCOMMERCE_IMAGE"), ("mariadb", "SOUK_MARIADB_IMAGE")],
    setup: &["wp", "--quiet", "souk", "setup"],
    of_script: 0.7,
    of_bare: 1.3,
    own_share_s: None,
};

impl Engine {
    pub const ALL: [Self; 2] = [Self::Medusa, Self::Woocommerce];

    pub const fn peers(self) -> &'static EnginePeers {
        match self {
            Self::Medusa => &MEDUSA,
            Self::Woocommerce => &WOOCOMMERCE,
        }
    }

    pub const fn name(self) -> &'static str {
        self.peers().name
    }

    /// The one that was asked for, or all.
    pub fn asked_for(one: Option<Self>) -> Vec<Self> {
        one.map_or_else(|| Self::ALL.to_vec(), |one| vec![one])
    }

    /// What its figures are called by: where a plugin runs that is not the engine's own code, its name says so, lest
    /// the stand-in's figures be taken for the real plugin's.
    pub fn label(self, paths: &Paths) -> Result<String> {
        Ok(match self {
            Self::Medusa => self.name().to_owned(),
            Self::Woocommerce => format!("{} ({})", self.name(), Plugin::find(paths)?.label()),
        })
    }

    /// What has to be known of it beside its figures.
    pub fn circumstance(self, paths: &Paths) -> Result<Option<String>> {
        match self {
            Self::Medusa => Ok(None),
            Self::Woocommerce => Plugin::find(paths).map(|plugin| Some(plugin.words())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn each_engine_has_its_peers() {
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/peers");
        for engine in Engine::ALL {
            for file in ["engine.sh", "script.sh"] {
                let file = peers.join(engine.name()).join(file);
                assert!(file.is_file(), "{} is missing", file.display());
            }
        }
        let folders = fs::read_dir(peers).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir());
        assert_eq!(
            folders.count(),
            Engine::ALL.len() + 2,
            "a folder of peers that no engine, not the queue and not the API has"
        );
    }

    #[test]
    fn without_a_wish_all_engines_are_measured() {
        assert_eq!(Engine::asked_for(None).len(), Engine::ALL.len());
        assert_eq!(Engine::asked_for(Some(Engine::Woocommerce)), [Engine::Woocommerce]);
    }
}
