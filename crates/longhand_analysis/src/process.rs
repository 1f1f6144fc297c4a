//! Measures the memory and the processor time of this process. Implemented for Linux only, from `/proc`.

use std::fs;

/// The resident memory of the process, in bytes. `None` where it cannot be measured.
#[must_use]
pub fn resident_bytes() -> Option<f64> {
    status_bytes("VmRSS:")
}

/// The highest resident memory since [`reset_peak`], in bytes. `None` where it cannot be measured.
pub(crate) fn peak_bytes() -> Option<f64> {
    status_bytes("VmHWM:")
}

/// Lets [`peak_bytes`] start from the present memory. Where that is not possible, the peak is that since the start of the process.
pub(crate) fn reset_peak() {
    _ = fs::write("/proc/self/clear_refs", "5");
}

/// The processor time that all present threads of the process have used, in seconds. `None` where it cannot be measured.
pub(crate) fn cpu_seconds() -> Option<f64> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir("/proc/self/task").ok()? {
        // A thread may end while the list is read.
        let Ok(text) = fs::read_to_string(thread.ok()?.path().join("schedstat")) else { continue };
        nanoseconds += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(nanoseconds as f64 / 1e9)
}

fn status_bytes(name: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    // `kB` in /proc means 1024 bytes.
    Some(1024.0 * line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()?)
}
