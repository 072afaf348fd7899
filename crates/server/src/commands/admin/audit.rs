//! `souk admin verify-audit`: whether the audit log is as it was written.

use std::process::ExitCode;

use souk_db::WorkerPool;
use souk_db::audit::seal::Head;
use souk_db::audit::verify::{self, Fault, Verdict};

use crate::cli::VerifyAudit;
use crate::failure::Failure;

pub async fn run(pool: &WorkerPool, how: &VerifyAudit) -> Result<ExitCode, Failure> {
    let mut tx = pool.begin().await?;
    let verdict = verify::verify(&mut tx, how.head.as_ref()).await?;
    print!("{}", told(&verdict, how.head.as_ref()));
    Ok(if verdict.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One line a fault, then what was looked at, and the verdict last.
fn told(verdict: &Verdict, noted: Option<&Head>) -> String {
    let mut lines: Vec<String> = verdict.faults.iter().map(fault).collect();
    let more = verdict.fault_count - verdict.faults.len();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    if let Some(tail) = verdict.tail {
        let (rows, oldest) = (tail.rows, tail.oldest);
        lines.push(format!(
            "{rows} rows have no seal yet, the oldest of {oldest}; a worker seals them within 5 s"
        ));
    }
    match verdict.head {
        Some(head) => lines.push(format!(
            "{} seals; the last is {head} (keep it elsewhere, and give it to --head next time)",
            verdict.seals
        )),
        None => lines.push("nothing is sealed yet; a running worker seals".to_owned()),
    }
    lines.push(match (verdict.fault_count, noted) {
        (0, Some(noted)) => {
            format!("the audit log is sound, and still holds the head that you noted at {}", noted.seq)
        }
        (0, None) => "the audit log is sound".to_owned(),
        (1, _) => "THE AUDIT LOG IS NOT SOUND: 1 thing is wrong".to_owned(),
        (count, _) => format!("THE AUDIT LOG IS NOT SOUND: {count} things are wrong"),
    });
    lines.join("\n") + "\n"
}

fn fault(fault: &Fault) -> String {
    match fault {
        Fault::RowChanged { id, seal } => format!("row {id} was changed after it was sealed (seal {seal})"),
        Fault::RowMissing { id, seal } => {
            format!("row {id} is missing: it was sealed (seal {seal}) and removed since")
        }
        Fault::RowVanished { id } => format!("row {id} is missing: it was removed before it could be sealed"),
        Fault::SealBroken { seal, row } => {
            format!(
                "seal {seal} (of row {row}) is broken: it does not follow from its row and the seal before it"
            )
        }
        Fault::SealsMissing { first, last } if first == last => format!("seal {first} is missing"),
        Fault::SealsMissing { first, last } => format!("the seals {first} to {last} are missing"),
        Fault::NeverSealed { id, at } => format!(
            "row {id} of {at} has no seal: no worker has run since, or it was put there, or its seal taken away, by hand"
        ),
        Fault::OtherHead { noted } => {
            format!("seal {noted} is not the one that you noted: the log was cut off or sealed anew")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_verdict() {
        let mut verdict = Verdict { seals: 0, head: None, faults: Vec::new(), fault_count: 0, tail: None };
        assert_eq!(
            told(&verdict, None),
            "nothing is sealed yet; a running worker seals\nthe audit log is sound\n"
        );
        verdict.seals = 4;
        verdict.head = Some(Head { seq: 4, hash: [171; 32] });
        verdict.faults = vec![Fault::SealsMissing { first: 2, last: 2 }];
        verdict.fault_count = 3;
        let said = told(&verdict, None);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[..2], ["seal 2 is missing", "and 2 more"]);
        assert!(lines[2].contains(&format!("4:{}", "ab".repeat(32))), "{said}");
        assert_eq!(lines[3], "THE AUDIT LOG IS NOT SOUND: 3 things are wrong");
    }

    #[test]
    fn a_head_reads_back_what_it_wrote() {
        let head = Head { seq: 7, hash: std::array::from_fn(|at| u8::try_from(at).unwrap()) };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in
            ["", "7", "7:", "x:00", &format!("7:{}", "zz".repeat(32)), &format!("7:{}", "é".repeat(32))]
        {
            assert!(wrong.parse::<Head>().is_err(), "{wrong}");
        }
    }
}
