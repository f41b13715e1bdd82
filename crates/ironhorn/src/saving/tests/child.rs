//! Tests in processes of their own, which may die: this test program again, with one test and a task for it.
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const TASK: &str = "IRONHORN_TEST_TASK";
const PATH: &str = "IRONHORN_TEST_PATH";

pub(super) struct Child(std::process::Child);

impl Child {
    /// In a child: the path it is to work on, if this is its task. Elsewhere the test has nothing to do.
    pub fn task(name: &str) -> Option<PathBuf> {
        (std::env::var(TASK).ok()? == name).then(|| std::env::var_os(PATH).map(PathBuf::from)).flatten()
    }
    /// Starts one test with a task, after `limits` in a shell.
    pub fn start(test: &str, task: &str, path: &Path, limits: &str) -> Child {
        let program = std::env::current_exe().unwrap();
        let mut command = match limits {
            "" => Command::new(program),
            limits => {
                let mut shell = Command::new("sh");
                shell.arg("-c").arg(format!("{limits}; exec \"$0\" \"$@\"")).arg(program);
                shell
            }
        };
        command.args(["--exact", test]).env(TASK, task).env(PATH, path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Child(command.spawn().unwrap())
    }
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
    /// Whether it ends well, in time.
    pub fn succeeds(&mut self, within: Duration) -> Result<(), String> {
        let start = Instant::now();
        loop {
            match self.0.try_wait().unwrap() {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("it ended with {status}")),
                None if start.elapsed() > within => {
                    self.kill();
                    return Err("it did not end".to_owned());
                }
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}
