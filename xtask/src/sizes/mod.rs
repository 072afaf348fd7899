//! What the chart asks for, allows and bounds, for each engine and plan, as helm renders it.
//!
//! Invariant: no size stands here. They are in the chart, and what was measured is in `docs/sizes.md`; this
//! compares them.

mod docs;
mod fit;
mod quantity;

pub use docs::{Used, put_into_docs};
pub use fit::check;

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use self::quantity::{cpu_m, mib};
use crate::{
    bench::engines::Engine,
    error::{Doing, Error, Result},
    paths::Paths,
};

pub const PLANS: [&str; 3] = ["free", "standard", "pro"];
const CHART: &str = "helm/ecommerce-store";
/// Pods that are not there all the time, but must fit beside the others.
const NOW_AND_THEN: [&str; 2] = ["cron", "test"];

/// CPU in thousandths of a core, memory in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd)]
pub struct Amount {
    pub cpu_m: u64,
    pub memory_mib: u64,
}

impl Amount {
    fn of(list: &Value, cpu: &str, memory: &str) -> Result<Self> {
        Ok(Self { cpu_m: cpu_m(&list[cpu])?, memory_mib: mib(&list[memory])? })
    }

    const fn plus(self, other: Self) -> Self {
        Self { cpu_m: self.cpu_m + other.cpu_m, memory_mib: self.memory_mib + other.memory_mib }
    }

    const fn fits(self, bound: Self) -> bool {
        self.cpu_m <= bound.cpu_m && self.memory_mib <= bound.memory_mib
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    pub name: String,
    pub requests: Amount,
    pub limits: Amount,
    /// Whether its pod is there as long as the store is.
    pub stays: bool,
}

/// One engine's store on one plan.
#[derive(Debug)]
pub struct Size {
    pub engine: Engine,
    pub plan: &'static str,
    pub containers: Vec<Container>,
    /// In MiB.
    volumes: Vec<u64>,
    services: u64,
    quota: Quota,
    range: Range,
}

#[derive(Debug)]
struct Quota {
    requests: Amount,
    limits: Amount,
    pods: u64,
    volumes: u64,
    storage_mib: u64,
    services: u64,
}

/// What one container, and one volume, may be.
#[derive(Debug)]
struct Range {
    least: Amount,
    most: Amount,
    volume_least_mib: u64,
    volume_most_mib: u64,
}

impl Size {
    /// With `more` values; the chart's tests have the rest.
    pub fn render(
        paths: &Paths,
        helm: &Path,
        engine: Engine,
        plan: &'static str,
        environment: &str,
        more: &Value,
    ) -> Result<Self> {
        let mut values = more.clone();
        values["engine"] = engine.name().into();
        values["plan"] = plan.into();
        let objects = rendered(paths, helm, environment, &values)?;
        Self::of(engine, plan, &objects)
    }

    fn of(engine: Engine, plan: &'static str, objects: &[Value]) -> Result<Self> {
        let of_kind = |kind: &'static str| objects.iter().filter(move |object| object["kind"] == kind);
        let only = |kind: &'static str| {
            of_kind(kind).next().ok_or_else(|| Error::Refused(format!("the chart makes no {kind}")))
        };
        let mut containers = Vec::new();
        for object in objects {
            containers.extend(containers_of(object)?);
        }
        let mut volumes = Vec::new();
        for claim in of_kind("PersistentVolumeClaim") {
            volumes.push(mib(&claim["spec"]["resources"]["requests"]["storage"])?);
        }
        Ok(Self {
            engine,
            plan,
            containers,
            volumes,
            services: of_kind("Service").count() as u64,
            quota: Quota::of(&only("ResourceQuota")?["spec"]["hard"])?,
            range: Range::of(&only("LimitRange")?["spec"]["limits"])?,
        })
    }

    /// All containers together, those of now and then too.
    fn sums(&self) -> (Amount, Amount) {
        let sum = |of: fn(&Container) -> Amount| {
            self.containers.iter().map(of).fold(Amount::default(), Amount::plus)
        };
        (sum(|container| container.requests), sum(|container| container.limits))
    }
}

impl Quota {
    fn of(hard: &Value) -> Result<Self> {
        let count = |name: &str| {
            let number = hard[name].as_str().map_or_else(|| hard[name].to_string(), str::to_owned);
            number.parse().map_err(|_| Error::Refused(format!("the quota's {name} is no number: {number}")))
        };
        Ok(Self {
            requests: Amount::of(hard, "requests.cpu", "requests.memory")?,
            limits: Amount::of(hard, "limits.cpu", "limits.memory")?,
            pods: count("pods")?,
            volumes: count("persistentvolumeclaims")?,
            storage_mib: mib(&hard["requests.storage"])?,
            services: count("services")?,
        })
    }
}

impl Range {
    fn of(limits: &Value) -> Result<Self> {
        let of_type = |kind: &str| {
            let all = limits.as_array().map(Vec::as_slice).unwrap_or_default();
            let found = all.iter().find(|limit| limit["type"] == kind);
            found.ok_or_else(|| Error::Refused(format!("the LimitRange says nothing of a {kind}")))
        };
        let (container, claim) = (of_type("Container")?, of_type("PersistentVolumeClaim")?);
        Ok(Self {
            least: Amount::of(&container["min"], "cpu", "memory")?,
            most: Amount::of(&container["max"], "cpu", "memory")?,
            volume_least_mib: mib(&claim["min"]["storage"])?,
            volume_most_mib: mib(&claim["max"]["storage"])?,
        })
    }
}

/// The containers of an object's pods; one without its sizes would get the `LimitRange`'s, which no table shows.
fn containers_of(object: &Value) -> Result<Vec<Container>> {
    let pod = match object["kind"].as_str() {
        Some("Pod") => &object["spec"],
        Some("CronJob") => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        Some("Deployment" | "StatefulSet") => &object["spec"]["template"]["spec"],
        _ => return Ok(Vec::new()),
    };
    let workload = object["metadata"]["name"].as_str().unwrap_or_default();
    let stays = !NOW_AND_THEN.contains(&workload);
    let one = |container: &Value| {
        let resources = &container["resources"];
        Ok(Container {
            name: workload.to_owned(),
            requests: Amount::of(&resources["requests"], "cpu", "memory")?,
            limits: Amount::of(&resources["limits"], "cpu", "memory")?,
            stays,
        })
    };
    pod["containers"].as_array().into_iter().flatten().map(one).collect()
}

fn rendered(paths: &Paths, helm: &Path, environment: &str, values: &Value) -> Result<Vec<Value>> {
    let chart = paths.repo.join(CHART);
    let mut child = Command::new(helm)
        .args(["template", "store"])
        .arg(&chart)
        .args(["--namespace", "store-demo", "--kube-version", "1.34.0", "--values"])
        .arg(chart.join(environment))
        .arg("--values")
        .arg(chart.join("tests/base.yaml"))
        .args(["--values", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .doing("starting helm")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(values.to_string().as_bytes()).doing("giving helm its values")?;
    }
    let output = child.wait_with_output().doing("waiting for helm")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::Refused(format!("the chart does not render with {values}: {said}")));
    }
    serde_saphyr::from_multiple(&String::from_utf8_lossy(&output.stdout))
        .map_err(|error| Error::Refused(format!("what helm renders cannot be read: {error}")))
}

/// Nothing beside engine and plan.
pub fn plainly() -> Value {
    json!({})
}
