//! Kubernetes's quantities, those that the chart uses; another one is an error, not a zero.

use serde_json::Value;

use crate::error::{Error, Result};

/// `100m`, `"1"`, `0.5`, as thousandths of a core.
pub fn cpu_m(value: &Value) -> Result<u64> {
    let text = text(value);
    let number = match text.strip_suffix('m') {
        Some(thousandths) => thousandths.parse().ok(),
        None => text.parse::<u64>().ok().map(|cores| cores * 1000),
    };
    number.ok_or_else(|| odd("CPU", &text))
}

/// `192Mi`, `1Gi`.
pub fn mib(value: &Value) -> Result<u64> {
    let text = text(value);
    let number = match (text.strip_suffix("Mi"), text.strip_suffix("Gi")) {
        (Some(mebibytes), _) => mebibytes.parse().ok(),
        (_, Some(gibibytes)) => gibibytes.parse::<u64>().ok().map(|gibibytes| gibibytes * 1024),
        _ => None,
    };
    number.ok_or_else(|| odd("memory", &text))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn odd(what: &str, text: &str) -> Error {
    Error::Refused(format!("`{text}` is no amount of {what} as the chart writes it"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_read_as_the_chart_writes_them_and_no_others() {
        assert_eq!(cpu_m(&json!("100m")).unwrap(), 100);
        assert_eq!(cpu_m(&json!("2")).unwrap(), 2000);
        assert_eq!(cpu_m(&json!(1)).unwrap(), 1000);
        assert_eq!(mib(&json!("192Mi")).unwrap(), 192);
        assert_eq!(mib(&json!("1Gi")).unwrap(), 1024);
        for odd in [json!("1.5"), json!(null), json!("")] {
            assert!(cpu_m(&odd).is_err(), "{odd}");
        }
        for odd in [json!("1000"), json!("1G"), json!(null)] {
            assert!(mib(&odd).is_err(), "{odd}");
        }
    }
}
