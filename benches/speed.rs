//! `cargo bench`: the rows of `longhand bench`; `cargo bench -- --quick city` for some of them.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo says to a bench that it is one.
    let asked = std::env::args_os().skip(1).filter(|word| word != "--bench");
    longhand::cli::main_with(["longhand", "bench"].map(OsString::from).into_iter().chain(asked))
}
