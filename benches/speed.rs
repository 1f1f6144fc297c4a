//! `cargo bench` runs all benchmarks of `longhand bench`; `cargo bench -- --quick city` runs a selection.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    // Cargo passes `--bench` to every bench target.
    let args = std::env::args_os().skip(1).filter(|word| word != "--bench");
    let status = Command::new(env!("CARGO_BIN_EXE_longhand")).arg("bench").args(args).status();
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
