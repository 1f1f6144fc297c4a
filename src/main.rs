//! The `longhand` command.

mod cli;

use std::process::ExitCode;

/// Runs allocate many small values: events, causes, texts. The demonstration scene takes a tenth less time with this allocator than with
/// that of the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
