//! Ends what a test process has started once that process is gone, also after `kill -9`.
//!
//! A small shell script holds the read end of a pipe. The kernel closes the other end with the test process; the
//! script then kills the processes it was told of, stops every `PostgreSQL` that runs in one of the folders it was
//! told of, and removes the folders.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

const SCRIPT: &str = r#"
list=""
while read -r kind value; do
  if [ "$kind" = forget ]; then
    list=$(printf '%s\n' "$list" | grep -vxF "pid $value")
  else
    list="$list
$kind $value"
  fi
done
each() { printf '%s\n' "$list" | while read -r kind value; do [ "$kind" = "$1" ] && "$2" "$value"; done; }
stop_pid() { case "$(ps -o comm= -p "$1" 2>/dev/null)" in *howdah*|pgbouncer) kill -9 "$1" 2>/dev/null;; esac; }
postmasters() { find "$1" -maxdepth 5 -name postmaster.pid 2>/dev/null; }
stop_dir() {
  postmasters "$1" | while read -r file; do
    pid=$(head -n 1 "$file"); kill -QUIT "$pid" 2>/dev/null
    n=0; while kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
    kill -9 "$pid" 2>/dev/null
  done
}
remove_dir() { rm -rf "$1"; }
each pid stop_pid
each dir stop_dir
each dir remove_dir
"#;

#[expect(clippy::zombie_processes, reason = "it must outlive this process")]
fn pipe() -> &'static Mutex<ChildStdin> {
    static PIPE: OnceLock<Mutex<ChildStdin>> = OnceLock::new();
    PIPE.get_or_init(|| {
        // A process group of its own: Ctrl-C ends the tests, and the watchdog cleans up after them.
        let mut child = Command::new("sh")
            .args(["-c", SCRIPT])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("start the watchdog");
        Mutex::new(child.stdin.take().expect("the watchdog's pipe"))
    })
}

fn tell(line: &str) {
    let mut pipe = pipe().lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(pipe, "{line}").expect("tell the watchdog");
}

/// The folder is removed at the end, after a `PostgreSQL` in it was stopped.
pub fn owns_dir(dir: &Path) {
    tell(&format!("dir {}", dir.display()));
}

/// The process, a Howdah or a pooler, is killed at the end.
pub fn owns_process(pid: u32) {
    tell(&format!("pid {pid}"));
}

/// The process has ended: its number may belong to somebody else by now.
pub fn forget_process(pid: u32) {
    tell(&format!("forget {pid}"));
}
