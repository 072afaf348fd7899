//! Container images: every folder with a Dockerfile becomes an image whose tag is the hash of what it is made from.
//!
//! Without a container engine they are built by buildah in a chroot, on a Debian root made here; the same
//! Dockerfiles build with Docker, where `BASE` has its default.
//!
//! Invariant: an image archive in the cache is whole, and a tag never names two different contents.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{
    cache,
    error::{Doing, Result},
    hash::Inputs,
    paths::Paths,
    plugin::Plugin,
    process::{self, Part, succeeds},
    progress,
    tools::Tool,
};

const BUILD_LIMIT: Duration = Duration::from_mins(30);
const SUITE: &str = "bookworm";
/// The package clients' settings of this machine, seen inside a build when they are there: a private
/// certificate authority or mirror of the machine then holds in the build, and stays out of the image.
const CLIENT_SETTINGS: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pip.conf",
    "/etc/npmrc",
    "/usr/etc/npmrc",
    "/usr/local/etc/npmrc",
    "/root/.npmrc",
];
/// Passed to builds when set (buildah itself passes the proxy's), never part of the image or its key.
const CLIENT_VARIABLES: &[&str] = &["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "PIP_CERT"];

/// What a build may hold open: of its own accord buildah lets it have 1,024 files, and `npm ci` of a large project with an
/// empty cache asks for more.
const OPEN_FILES: &str = "--ulimit=nofile=16384:16384";

/// Image builds of one process go one after the other: each begins by removing what killed ones left.
static ONE_BUILD: Mutex<()> = Mutex::new(());

/// One image to be: where its Dockerfile is, and the folder it copies from.
#[derive(Debug, Clone)]
pub struct Image {
    pub name: String,
    /// Relative to the repository.
    folder: PathBuf,
    context: Context,
    /// The WooCommerce plugin, for the image that holds one.
    plugin: Option<Plugin>,
}

impl Image {
    fn has_catalogues(&self) -> bool {
        OPENED_WITH_CATALOGUES.contains(&self.name.as_str())
    }
}

#[derive(Debug, Clone)]
enum Context {
    /// The Dockerfile's own folder.
    Own,
    /// The programs of a tool.
    Programs(Tool),
}

/// An image that is built: its reference and its archive.
#[derive(Debug, Clone)]
pub struct Built {
    pub name: String,
    pub reference: String,
    /// What buildah's own storage calls it.
    own_tag: String,
    pub archive: PathBuf,
}

/// What a new store opens with: not one image's own, so it comes to a build as a folder of this name.
const CATALOGUES: &str = "images/catalogues";
const OPENED_WITH_CATALOGUES: &[&str] = &["medusa", "woocommerce"];
/// The image that holds the WooCommerce plugin.
const WOOCOMMERCE: &str = "woocommerce";

/// The image that the cluster's own tests run.
pub const TOOLBOX: &str = "toolbox";

/// The development cluster's own images.
pub fn of_cluster() -> Vec<Image> {
    let one = |name: &str, tool| Image {
        name: name.into(),
        folder: Path::new("devcluster/images").join(name),
        context: Context::Programs(tool),
        plugin: None,
    };
    vec![
        one("pause", Tool::DevCluster),
        one("coredns", Tool::DevCluster),
        one("traefik", Tool::Traefik),
        one(TOOLBOX, Tool::Hello),
    ]
}

/// The product's images: each folder of `images/` that has a Dockerfile.
pub fn of_stores(paths: &Paths) -> Result<Vec<Image>> {
    let Ok(entries) = fs::read_dir(paths.repo.join("images")) else { return Ok(Vec::new()) };
    let mut images = Vec::new();
    for entry in entries {
        let entry = entry.doing("reading the folder images/")?;
        if entry.path().join("Dockerfile").exists() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let plugin = (name == WOOCOMMERCE).then(|| Plugin::find(paths)).transpose()?;
            images.push(Image {
                folder: Path::new("images").join(&name),
                name,
                context: Context::Own,
                plugin,
            });
        }
    }
    images.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(images)
}

/// Builds with buildah into the cache.
#[derive(Debug)]
pub struct Builder<'a> {
    paths: &'a Paths,
}

impl<'a> Builder<'a> {
    pub fn new(paths: &'a Paths) -> Self {
        Self { paths }
    }

    /// What the image will be called and where its archive goes, without building it.
    pub fn plan(&self, image: &Image) -> Result<Built> {
        let inputs = Inputs::default().text(&self.base_key()?).tree(&self.paths.repo, &image.folder)?;
        let inputs = match image.context {
            Context::Own => inputs,
            Context::Programs(tool) => inputs.text(&tool.key(self.paths)?),
        };
        let inputs = if image.has_catalogues() {
            inputs.tree(&self.paths.repo, Path::new(CATALOGUES))?
        } else {
            inputs
        };
        // The tag says which plugin is in it, wherever the image's name is seen: in a release's values, on a pod.
        let (inputs, label) = match &image.plugin {
            None => (inputs, String::new()),
            Some(plugin) => (
                inputs.text(plugin.slug()).folder(&plugin.folder)?.folder(&plugin.themes)?,
                format!("{}-", plugin.label()),
            ),
        };
        let key = inputs.key();
        Ok(Built {
            name: image.name.clone(),
            reference: format!("localhost/souk/{}:{label}{key}", image.name),
            own_tag: format!("localhost/souk/{}:{key}", image.name),
            archive: self.paths.images().join(format!("{}-{key}.tar", image.name)),
        })
    }

    pub fn is_there(&self, image: &Image) -> Result<bool> {
        Ok(self.plan(image)?.archive.exists())
    }

    pub fn ensure(&self, image: &Image) -> Result<Built> {
        let built = self.plan(image)?;
        if let Some(plugin) = &image.plugin {
            progress::say(plugin.words());
        }
        if built.archive.exists() {
            return Ok(built);
        }
        let _alone = ONE_BUILD.lock().unwrap_or_else(PoisonError::into_inner);
        let base = self.base()?;
        progress::say(format!(
            "building the image {} (log: {})",
            image.name,
            self.log(&image.name)?.display()
        ));
        progress::part(&format!("image {}", image.name), || self.build(image, &built, &base))?;
        Ok(built)
    }

    /// The image's Dockerfile, and the folder it copies from, made first when it is made of programs.
    pub fn places(&self, image: &Image) -> Result<(PathBuf, PathBuf)> {
        let folder = self.paths.repo.join(&image.folder);
        let dockerfile = folder.join("Dockerfile");
        let context = match image.context {
            Context::Own => folder,
            Context::Programs(tool) => tool.ensure(self.paths)?,
        };
        Ok((dockerfile, context))
    }

    /// The folders that a Dockerfile copies from by name; buildah and Docker know the same words.
    pub fn named_contexts(&self, image: &Image) -> Vec<String> {
        let mut contexts = Vec::new();
        if image.has_catalogues() {
            contexts
                .push(format!("--build-context=catalogues={}", self.paths.repo.join(CATALOGUES).display()));
        }
        if let Some(plugin) = &image.plugin {
            contexts.push(format!("--build-context=plugin={}", plugin.folder.display()));
            contexts.push(format!("--build-context=themes={}", plugin.themes.display()));
            contexts.push(format!("--build-arg=PLUGIN_SLUG={}", plugin.slug()));
            contexts.push(format!("--label=dev.souk.plugin={}", plugin.label()));
        }
        contexts
    }

    fn build(&self, image: &Image, built: &Built, base: &str) -> Result<()> {
        let (dockerfile, context) = self.places(image)?;
        let mut bud = self.buildah();
        bud.args([
            "bud",
            "--isolation=chroot",
            "--network=host",
            "--pull=never",
            "--layers",
            "--format=docker",
            OPEN_FILES,
        ])
        .arg(format!("--build-arg=BASE={base}"));
        for file in CLIENT_SETTINGS.iter().filter(|file| Path::new(file).exists()) {
            bud.arg(format!("--volume={file}:{file}:ro"));
        }
        for name in CLIENT_VARIABLES {
            if let Ok(value) = env::var(name) {
                bud.arg(format!("--env={name}={value}")).arg(format!("--unsetenv={name}"));
            }
        }
        bud.args(self.named_contexts(image));
        bud.arg("--tag").arg(&built.own_tag).arg("--file").arg(dockerfile).arg(context);
        let name = format!("image {}", image.name);
        let part = self.part(&name, &image.name)?;
        part.run(self.buildah().args(["rm", "--all"]))?; // working containers of killed builds
        part.run(&mut bud)?;
        self.export(built, &part)
    }

    fn export(&self, built: &Built, part: &Part<'_>) -> Result<()> {
        fs::create_dir_all(self.paths.images()).doing("making the folder for images")?;
        let half = built.archive.with_extension("half");
        match fs::remove_file(&half) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).doing("removing a half-made image");
            }
            _ => {}
        }
        part.run(self.buildah().args(["push", "--quiet", &built.own_tag]).arg(format!(
            "docker-archive:{}:{}",
            half.display(),
            built.reference
        )))?;
        fs::rename(&half, &built.archive).doing("putting an image archive in its place")?;
        for key in cache::prune(&self.paths.images(), &built.name) {
            let _ = succeeds(self.buildah().args(["rmi", &format!("localhost/souk/{}:{key}", built.name)]));
        }
        Ok(())
    }

    /// The reference of the Debian root, made first when it is not there.
    fn base(&self) -> Result<String> {
        let reference = format!("localhost/souk/base:{}", self.base_key()?);
        if succeeds(self.buildah().args(["inspect", "--type=image", &reference])) {
            return Ok(reference);
        }
        progress::say("building the Debian root that images start from (about 30 s)");
        progress::part("image base", || {
            let work = self.paths.cache.join("buildah/base.half");
            process::remove_tree(&work)?;
            fs::create_dir_all(&work).doing("making a folder for the Debian root")?;
            let part = self.part("image base", "base")?;
            let mut bootstrap = Command::new("mmdebstrap");
            bootstrap
                .args(["--variant=minbase", "--include=ca-certificates"])
                .arg("--dpkgopt=path-exclude=/usr/share/doc/*")
                .arg("--dpkgopt=path-exclude=/usr/share/man/*")
                .arg("--dpkgopt=path-exclude=/usr/share/locale/*")
                .arg(SUITE)
                .arg(work.join("rootfs.tar"));
            if let Some(sources) = debian_sources() {
                bootstrap.arg(sources);
            }
            part.run(&mut bootstrap)?;
            fs::copy(self.paths.repo.join("devcluster/images/base/Dockerfile"), work.join("Dockerfile"))
                .doing("copying the base recipe")?;
            part.run(
                self.buildah()
                    .args(["bud", "--isolation=chroot", "--format=docker", "--tag", &reference])
                    .arg(&work),
            )?;
            process::remove_tree(&work)
        })?;
        Ok(reference)
    }

    fn base_key(&self) -> Result<String> {
        Ok(Inputs::default().text(SUITE).tree(&self.paths.repo, Path::new("devcluster/images/base"))?.key())
    }

    /// buildah in a pid and mount namespace of its own: one that was killed leaves no mount and no process,
    /// and each starts, as after a reboot, with an empty folder for what is mounted.
    fn buildah(&self) -> Command {
        let run = self.paths.cache.join("buildah/run");
        let script = "mkdir -p \"$1\" && mount -t tmpfs tmpfs \"$1\" && run=$1 && shift && exec buildah --runroot \"$run\" \"$@\"";
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"])
            .args(["sh", "-euc", script, "buildah"])
            .arg(run)
            .arg("--root")
            .arg(self.paths.cache.join("buildah/root"))
            .arg("--storage-driver=overlay");
        command
    }

    fn part<'b>(&self, name: &'b str, log: &str) -> Result<Part<'b>> {
        Ok(Part {
            name,
            log: self.log(log)?,
            limit: BUILD_LIMIT,
            advice: "the layers before the failed one are kept; run the same command again",
        })
    }

    fn log(&self, name: &str) -> Result<PathBuf> {
        self.paths.log(&format!("image-{name}"))
    }
}

/// Writes `target/dev/images.json`: for each image its reference, for tests and the server to read.
pub fn publish(paths: &Paths, built: &[Built]) -> Result<()> {
    let references: BTreeMap<&str, &str> =
        built.iter().map(|image| (image.name.as_str(), image.reference.as_str())).collect();
    let text = serde_json::to_string_pretty(&references).doing("listing the images")?;
    process::write_whole(&paths.dev()?.join("images.json"), &format!("{text}\n"))
}

/// This machine's Debian sources when it is the same Debian, for it may have mirrors of its own.
fn debian_sources() -> Option<PathBuf> {
    let release = fs::read_to_string("/etc/os-release").ok()?;
    if !release.lines().any(|line| line == format!("VERSION_CODENAME={SUITE}")) {
        return None;
    }
    ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"]
        .map(PathBuf::from)
        .into_iter()
        .find(|file| file.exists())
}
