//! The child's side: limits first, then bytes from standard input, then the answer to standard output.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::fd::AsFd;

use rlimit::Resource;
use serde::{Deserialize, Serialize};

use crate::{Drawn, inspect, render};

/// What a child is started for. The name is the subcommand of the server's binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Say what the file is and whether it is whole.
    Inspect,
    /// Draw the pictures that are served.
    Render,
}

const MIB: u64 = 1 << 20;
/// Address space: the largest picture that is taken, decoded, once over.
const MEMORY: u64 = 1280 * MIB;
/// No upload is larger; a parent that sends more is mistaken.
const MAX_INPUT: u64 = 256 * MIB;

impl Task {
    /// The subcommand.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inspect => "inspect",
            Self::Render => "render",
        }
    }

    /// Seconds of processor time.
    fn cpu_seconds(self) -> u64 {
        match self {
            Self::Inspect => 20,
            Self::Render => 60,
        }
    }
}

/// What stands before each picture on standard output, on a line of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub variant: String,
    pub width: u32,
    pub height: u32,
    pub size: usize,
}

/// Does one task and returns. To be called at the very start of a process that does nothing else.
pub fn run_child(task: Task) -> io::Result<()> {
    limit(task)?;
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    // A pipe says 0; of a file, room for all is made at once.
    let size = input.metadata()?.len().min(MAX_INPUT);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    input.take(MAX_INPUT).read_to_end(&mut bytes)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match task {
        Task::Inspect => serde_json::to_writer(&mut out, &inspect(&bytes))?,
        Task::Render => render(bytes, |drawn| write_frame(&mut out, &drawn))?,
    }
    out.flush()
}

fn limit(task: Task) -> io::Result<()> {
    let cpu = task.cpu_seconds();
    Resource::AS.set(MEMORY, MEMORY)?;
    // The soft limit ends the process with a signal of its own, which tells the parent why.
    Resource::CPU.set(cpu, cpu + 5)?;
    Resource::FSIZE.set(0, 0)?;
    Resource::CORE.set(0, 0)
}

fn write_frame(out: &mut impl Write, drawn: &Drawn) -> io::Result<()> {
    let Drawn { variant, width, height, jpeg } = drawn;
    let frame = Frame { variant: variant.to_string(), width: *width, height: *height, size: jpeg.len() };
    serde_json::to_writer(&mut *out, &frame)?;
    out.write_all(b"\n")?;
    out.write_all(jpeg)?;
    out.flush()
}
