//! The `waymark` command.

use std::process::ExitCode;

/// The server allocates many small things for a short while: this allocator does that quicker than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    waymark_server::cli::main()
}
