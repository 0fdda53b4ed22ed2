//! Certificates for tests of TLS, made with openssl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::TestDir;
use crate::programs::run;

/// An authority, with certificates for a server called `localhost` and for clients.
#[derive(Debug)]
pub struct Authority {
    dir: TestDir,
}

impl Authority {
    /// Makes an authority of this name.
    pub fn new(name: &str) -> Self {
        let dir = TestDir::new();
        let mut command = openssl(dir.path());
        command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
        command.args(["-days", "2", "-subj", &format!("/CN={name}"), "-keyout", "ca.key", "-out", "ca.crt"]);
        command.args(["-addext", "basicConstraints=critical,CA:TRUE"]);
        run(command.args(["-addext", "keyUsage=critical,keyCertSign,cRLSign"]));
        Self { dir }
    }

    /// The authority's own certificate.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("ca.crt")
    }

    /// A certificate for a server of this host name (no other name, and no address), and its key.
    pub fn server(&self, host: &str) -> (PathBuf, PathBuf) {
        self.issue("server", host, &format!("subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\n"))
    }

    /// A certificate for a client, whose common name is the role that may sign in with it, and its key.
    pub fn client(&self, role: &str) -> (PathBuf, PathBuf) {
        self.issue(&format!("client-{role}"), role, "extendedKeyUsage=clientAuth\n")
    }

    fn issue(&self, file: &str, name: &str, extensions: &str) -> (PathBuf, PathBuf) {
        let dir = self.dir.path();
        let of = |ending: &str| dir.join(format!("{file}.{ending}"));
        fs::write(of("ext"), format!("basicConstraints=CA:FALSE\n{extensions}")).expect("the extensions");
        let mut command = openssl(dir);
        command.args(["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
        command.args(["-subj", &format!("/CN={name}"), "-keyout"]).arg(of("key")).arg("-out").arg(of("csr"));
        run(&mut command);
        let mut command = openssl(dir);
        command.args(["x509", "-req", "-days", "2", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"]);
        command.arg("-in").arg(of("csr")).arg("-extfile").arg(of("ext")).arg("-out").arg(of("crt"));
        run(&mut command);
        (of("crt"), of("key"))
    }
}

fn openssl(dir: &Path) -> Command {
    let mut command = Command::new("openssl");
    command.current_dir(dir);
    command
}
