//! Debian packages that the set-up needs, installed only when their program is not there, and said before.

use std::{
    fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path, process::Command, time::Duration,
};

use crate::{
    error::{Doing, Error, Result},
    paths::{Paths, is_root},
    process::{Part, on_path},
    progress,
};

const INSTALL_LIMIT: Duration = Duration::from_mins(15);
/// Debian asks this file whether a newly installed service may start; 101 is "no".
const SERVICE_POLICY: &str = "/usr/sbin/policy-rc.d";
const NO_SERVICES: &str =
    "#!/bin/sh\n# Put here by `cargo xtask` for one apt-get run; safe to delete.\nexit 101\n";
/// Without this, installing PostgreSQL makes and starts a database cluster on port 5432.
const POSTGRES_CONFIG: &str = "/etc/postgresql-common/createcluster.conf";

/// A Debian package, and the file or program that shows it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    pub name: &'static str,
    /// A program on PATH, or an absolute path, in which one folder may be `*`.
    pub shows: &'static str,
}

const fn package(name: &'static str, shows: &'static str) -> Package {
    Package { name, shows }
}

pub const POSTGRES: &[Package] = &[package("postgresql", "/usr/lib/postgresql/*/bin/initdb")];
pub const CLUSTER: &[Package] = &[
    package("etcd-server", "etcd"),
    package("containerd", "containerd"),
    package("runc", "runc"),
    package("containernetworking-plugins", "/usr/lib/cni/bridge"),
    package("iproute2", "ip"),
    package("iptables", "iptables"),
    package("ipset", "ipset"),
    package("kmod", "modprobe"),
    package("openssl", "openssl"),
    package("python3-pip", "pip3"),
];
/// What Python packages are installed with.
pub const PYTHON: &[Package] = &[package("python3-pip", "pip3")];
pub const IMAGES: &[Package] = &[
    package("buildah", "buildah"),
    package("mmdebstrap", "mmdebstrap"),
    package("gpg", "gpg"),
    package("unzip", "unzip"),
    package("curl", "curl"),
    package("debian-archive-keyring", "/usr/share/keyrings/debian-archive-keyring.gpg"),
];
/// What a WordPress of the contract's tests runs on. Programs only: no server starts with these.
pub const WORDPRESS: &[Package] = &[
    package("unzip", "unzip"),
    package("curl", "curl"),
    package("mariadb-server-core", "mariadbd"),
    package("mariadb-client-core", "mariadb"),
    package("php8.2-cli", "php8.2"),
    package("php8.2-curl", "/etc/php/8.2/mods-available/curl.ini"),
    package("php8.2-gd", "/etc/php/8.2/mods-available/gd.ini"),
    package("php8.2-intl", "/etc/php/8.2/mods-available/intl.ini"),
    package("php8.2-mbstring", "/etc/php/8.2/mods-available/mbstring.ini"),
    package("php8.2-mysql", "/etc/php/8.2/mods-available/mysqli.ini"),
    package("php8.2-xml", "/etc/php/8.2/mods-available/xml.ini"),
    package("php8.2-zip", "/etc/php/8.2/mods-available/zip.ini"),
];
/// What asks as fast as it is answered.
pub const LOAD: &[Package] = &[package("wrk", "wrk")];
pub const CHECKS: &[Package] = &[package("shellcheck", "shellcheck")];
pub const BROWSER: &[Package] =
    &[package("chromium", "chromium"), package("chromium-driver", "chromedriver")];

/// Where the shops' mail goes in tests.
pub const MAIL: &[Package] =
    &[package("python3-aiosmtpd", "/usr/lib/python3/dist-packages/aiosmtpd/__main__.py")];

impl Package {
    fn is_there(self) -> bool {
        match self.shows.split_once("/*/") {
            Some((folder, rest)) => fs::read_dir(folder).is_ok_and(|mut entries| {
                entries.any(|entry| entry.is_ok_and(|entry| entry.path().join(rest).exists()))
            }),
            None if self.shows.starts_with('/') => Path::new(self.shows).exists(),
            None => on_path(self.shows).is_some(),
        }
    }
}

/// The packages whose program is missing here.
pub fn missing(wanted: &[&[Package]]) -> Vec<&'static str> {
    wanted
        .iter()
        .flat_map(|group| group.iter())
        .filter(|package| !package.is_there())
        .map(|package| package.name)
        .collect()
}

/// Installs what is missing, as root; otherwise says what to ask root for.
pub fn ensure(paths: &Paths, wanted: &[&[Package]]) -> Result<()> {
    let names = missing(wanted);
    if names.is_empty() {
        return Ok(());
    }
    let list = names.join(" ");
    if !is_root() || on_path("apt-get").is_none() {
        return Err(Error::Refused(format!(
            "these are missing here: {list}. As root on Debian: apt-get install {list}"
        )));
    }
    progress::say(format!("installing Debian packages: {list}"));
    let _no_services = NoServices::hold()?;
    if names.contains(&"postgresql") && !Path::new(POSTGRES_CONFIG).exists() {
        fs::create_dir_all("/etc/postgresql-common").doing("making /etc/postgresql-common")?;
        fs::write(POSTGRES_CONFIG, "create_main_cluster = false\n")
            .doing("telling PostgreSQL to make no cluster")?;
    }
    let part = Part {
        name: "installing Debian packages",
        log: paths.log("apt")?,
        limit: INSTALL_LIMIT,
        advice: "see whether `apt-get update` works here, then run the same command again",
    };
    progress::part("Debian packages", || {
        part.run(apt_get().arg("update"))?;
        part.run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&names))
    })?;
    let still = missing(wanted);
    if still.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "apt-get installed {list}, yet these are still not found: {}",
        still.join(" ")
    )))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=300"]);
    command
}

/// While held, packages being installed do not start their services: an etcd or containerd of the whole machine
/// is not what anyone asked for here. A policy that is there already is left alone.
struct NoServices {
    ours: bool,
}

impl NoServices {
    fn hold() -> Result<Self> {
        if fs::read_to_string(SERVICE_POLICY).is_ok_and(|text| text == NO_SERVICES) {
            return Ok(Self { ours: true }); // a killed run left it
        }
        match fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(SERVICE_POLICY) {
            Ok(mut file) => {
                file.write_all(NO_SERVICES.as_bytes()).doing("writing the service policy")?;
                Ok(Self { ours: true })
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(Self { ours: false }),
            Err(error) => Err(error).doing(format!("writing {SERVICE_POLICY}")),
        }
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.ours {
            let _ = fs::remove_file(SERVICE_POLICY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_of_a_path_may_be_any() {
        assert!(package("the root", "/proc/*/status").is_there());
        assert!(!package("nothing", "/proc/*/no-such-file").is_there());
        assert!(!package("nothing", "/no-such-folder/*/status").is_there());
    }
}
