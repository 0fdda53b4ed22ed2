//! Keeps the idle process small where glibc would not.
//!
//! Hashing a password takes a block of 19 MiB. When the first of them is freed, glibc raises its thresholds and from
//! then on keeps such blocks, one per thread: measured, 190 MB after twelve sign-ins instead of 17. Naming a threshold
//! (here its own default) turns that off. It is read once, before `main`, so the program starts itself again with it:
//! same process id, same arguments, a few milliseconds.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn give_back() {
    use std::os::unix::process::CommandExt;

    const THRESHOLD: &str = "MALLOC_TRIM_THRESHOLD_";
    // Whoever has set one of them has a reason, or it was the line below.
    if ["GLIBC_TUNABLES", THRESHOLD].iter().any(|name| std::env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = std::process::Command::new(program);
    command
        .arg0(arguments.next().unwrap_or_else(|| "howdah".into()))
        .args(arguments)
        .env(THRESHOLD, "131072");
    // It only returns when it fails: then everything works, with more memory.
    let _ = command.exec();
}

/// Other C libraries give freed blocks back.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_back() {}
