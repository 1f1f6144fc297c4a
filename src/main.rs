//! The command `longhand`.

use std::process::ExitCode;

fn main() -> ExitCode {
    longhand::cli::main()
}
