//! Whether each engine's store fits each plan: all its pods at once within the quota, each within the range of one,
//! and the table in the docs as the chart is. A store that does not fit is refused by the cluster, pod by pod.

use std::path::Path;

use serde_json::json;

use super::{Container, PLANS, Size, docs, plainly};
use crate::{bench::engines::Engine, error::Result, paths::Paths, report::Count};

/// Values with which stores differ in what they ask for.
const ENVIRONMENTS: [&str; 2] = ["values-local.yaml", "values-vps.yaml"];
/// A plan that lets a Medusa store have two processes.
const TWO_PROCESSES: [&str; 2] = ["standard", "pro"];

/// Each engine, plan and environment counts as one test, and so does the table.
pub fn check(paths: &Paths, helm: &Path) -> Result<Count> {
    let mut count = Count::default();
    let mut tell = |name: String, flaws: Vec<String>| {
        println!("{} {name}", if flaws.is_empty() { "ok    " } else { "FAILED" });
        for flaw in &flaws {
            println!("          {flaw}");
        }
        count.add(&Count::one(flaws.is_empty()));
    };
    let mut asked = Vec::new();
    for engine in Engine::ALL {
        for plan in PLANS {
            for environment in ENVIRONMENTS {
                let size = Size::render(paths, helm, engine, plan, environment, &plainly())?;
                tell(format!("{} on {plan}, {environment}, fits", engine.name()), size.flaws());
                if environment == ENVIRONMENTS[0] {
                    asked.push(size);
                }
            }
        }
    }
    for plan in TWO_PROCESSES {
        let two = json!({ "medusa": { "processes": "two" } });
        let size = Size::render(paths, helm, Engine::Medusa, plan, ENVIRONMENTS[1], &two)?;
        tell(format!("medusa on {plan}, with two processes, fits"), size.flaws());
    }
    tell(
        "docs/sizes.md has the chart's sizes, and what was measured is within them".to_owned(),
        docs::flaws(paths, &asked)?,
    );
    Ok(count)
}

impl Size {
    /// What would be refused, in words.
    fn flaws(&self) -> Vec<String> {
        let mut flaws = Vec::new();
        let mut must = |so: bool, otherwise: String| {
            if !so {
                flaws.push(otherwise);
            }
        };
        let (requests, limits) = self.sums();
        let (quota, range) = (&self.quota, &self.range);
        must(
            requests.fits(quota.requests),
            format!("its pods ask for {requests:?}, the quota has {:?}", quota.requests),
        );
        must(
            limits.fits(quota.limits),
            format!("its pods may take {limits:?}, the quota has {:?}", quota.limits),
        );
        let pods = self.containers.len() as u64;
        must(pods <= quota.pods, format!("it has {pods} pods, the quota {}", quota.pods));
        must(
            self.services <= quota.services,
            format!("it has {} services, the quota {}", self.services, quota.services),
        );
        let (volumes, storage) = (self.volumes.len() as u64, self.volumes.iter().sum::<u64>());
        must(volumes <= quota.volumes, format!("it has {volumes} volumes, the quota {}", quota.volumes));
        must(
            storage <= quota.storage_mib,
            format!("its volumes have {storage} MiB, the quota {}", quota.storage_mib),
        );
        for volume in &self.volumes {
            let fits = (range.volume_least_mib..=range.volume_most_mib).contains(volume);
            must(fits, format!("a volume of {volume} MiB is not within the LimitRange"));
        }
        for Container { name, requests, limits, .. } in &self.containers {
            must(
                range.least.fits(*requests),
                format!("{name} asks for less than the LimitRange's least: {requests:?}"),
            );
            must(
                limits.fits(range.most),
                format!("{name} may take more than the LimitRange's most: {limits:?}"),
            );
            must(requests.fits(*limits), format!("{name} asks for more than it may take: {requests:?}"));
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn store(memory_request: &str, memory_limit: &str) -> Vec<Value> {
        let resources = json!({
            "requests": { "cpu": "100m", "memory": memory_request }, "limits": { "cpu": "1", "memory": memory_limit },
        });
        let pod = |name: &str, kind: &str| {
            let spec = json!({ "containers": [{ "resources": resources }] });
            let spec = if kind == "Pod" { spec } else { json!({ "template": { "spec": spec } }) };
            json!({ "kind": kind, "metadata": { "name": name }, "spec": spec })
        };
        vec![
            pod("shop", "Deployment"),
            pod("test", "Pod"),
            json!({ "kind": "PersistentVolumeClaim", "spec": { "resources": { "requests": { "storage": "1Gi" } } } }),
            json!({ "kind": "ResourceQuota", "spec": { "hard": {
                "requests.cpu": "1", "requests.memory": "1Gi", "limits.cpu": "3", "limits.memory": "2Gi",
                "pods": "10", "persistentvolumeclaims": 5, "requests.storage": "10Gi", "services": "5",
            } } }),
            json!({ "kind": "LimitRange", "spec": { "limits": [
                { "type": "Container", "min": { "cpu": "10m", "memory": "16Mi" }, "max": { "cpu": "1", "memory": "1Gi" } },
                { "type": "PersistentVolumeClaim", "min": { "storage": "100Mi" }, "max": { "storage": "5Gi" } },
            ] } }),
        ]
    }

    fn flaws(objects: &[Value]) -> String {
        Size::of(Engine::Medusa, "free", objects).unwrap().flaws().join("\n")
    }

    #[test]
    fn what_fits_is_well_to_the_last_mebibyte() {
        assert_eq!(flaws(&store("512Mi", "1Gi")), "");
    }

    #[test]
    fn each_bound_that_is_passed_is_a_flaw_and_the_pods_of_now_and_then_count() {
        assert!(flaws(&store("513Mi", "1Gi")).contains("its pods ask for"));
        assert!(flaws(&store("16Mi", "1025Mi")).contains("its pods may take"));
        assert!(flaws(&store("16Mi", "1025Mi")).contains("shop may take more than the LimitRange's most"));
        assert!(flaws(&store("15Mi", "1Gi")).contains("less than the LimitRange's least"));
        assert!(flaws(&store("128Mi", "64Mi")).contains("asks for more than it may take"));
        let mut large = store("512Mi", "1Gi");
        large[2]["spec"]["resources"]["requests"]["storage"] = "6Gi".into();
        assert_eq!(flaws(&large), "a volume of 6144 MiB is not within the LimitRange");
    }

    #[test]
    fn a_container_without_a_size_is_an_error() {
        let mut objects = store("512Mi", "1Gi");
        objects[0]["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({});
        assert!(Size::of(Engine::Medusa, "free", &objects).is_err());
    }
}
