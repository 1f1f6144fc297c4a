//! `cargo bench` runs all benchmarks of `longhand bench`; `cargo bench -- --quick city` runs a selection.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo passes `--bench` to every bench target.
    let asked = std::env::args_os().skip(1).filter(|word| word != "--bench");
    longhand::cli::main_with(["longhand", "bench"].map(OsString::from).into_iter().chain(asked))
}
