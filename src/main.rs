//! The `longhand` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    longhand::cli::main()
}
