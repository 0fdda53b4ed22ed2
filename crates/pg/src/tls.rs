//! TLS to the server, with rustls.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::connect::ConfigError;

/// libpq's `sslmode`, without `allow`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    Disable,
    /// Encrypted where the server can, nothing verified.
    #[default]
    Prefer,
    /// Encrypted; verified like `verify-ca` only when a root certificate is given, as in libpq.
    Require,
    /// The chain is verified, the name is not.
    VerifyCa,
    VerifyFull,
}

impl Mode {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Disable, Self::Prefer, Self::Require, Self::VerifyCa, Self::VerifyFull]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// What the connection string says about TLS.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) mode: Mode,
    /// A PEM file, or `system` for the public authorities.
    pub(crate) root: Option<PathBuf>,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) key: Option<PathBuf>,
}

/// Reads the files and builds what makes TLS connections; `mode` is what holds after looking at the hosts.
pub(crate) fn connector(options: &Options, mode: Mode) -> Result<MakeRustlsConnect, ConfigError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let system = options.root.as_deref() == Some(Path::new("system"));
    if system && matches!(options.mode, Mode::Require | Mode::VerifyCa) {
        // As in libpq: a name is what a public authority vouches for.
        return Err(ConfigError::Value {
            key: "sslmode",
            right: "verify-full together with sslrootcert=system",
        });
    }
    let check = match mode {
        Mode::Disable | Mode::Prefer => Check::Nothing,
        Mode::Require if options.root.is_none() => Check::Nothing,
        Mode::Require | Mode::VerifyCa => Check::Chain,
        Mode::VerifyFull => Check::ChainAndName,
    };
    let mut verifier =
        Verifier { check, roots: RootCertStore::empty(), pinned: Vec::new(), provider: provider.clone() };
    match &options.root {
        Some(path) if !system && check != Check::Nothing => verifier.trust_file(path)?,
        _ => verifier.roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::Tls(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match (&options.certificate, &options.key) {
        (Some(certificate), Some(key)) if mode != Mode::Disable => builder
            .with_client_auth_cert(certificates("sslcert", certificate)?, private_key(key)?)
            .map_err(|error| ConfigError::Tls(error.to_string()))?,
        (Some(_), None) => {
            return Err(ConfigError::Value { key: "sslkey", right: "a PEM file, given with sslcert" });
        }
        (None, Some(_)) => {
            return Err(ConfigError::Value { key: "sslcert", right: "a PEM file, given with sslkey" });
        }
        _ => builder.with_no_client_auth(),
    };
    // PostgreSQL 17+ asks for it with sslnegotiation=direct; older ones do not mind.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

fn file_error(key: &'static str, path: &Path, problem: &impl ToString) -> ConfigError {
    ConfigError::File { key, path: path.to_owned(), problem: problem.to_string() }
}

fn certificates(key: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let list: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|error| file_error(key, path, &error))?.collect();
    match list {
        Ok(list) if list.is_empty() => Err(file_error(key, path, &"there is no PEM certificate in it")),
        Ok(list) => Ok(list),
        Err(error) => Err(file_error(key, path, &error)),
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, ConfigError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| file_error("sslkey", path, &error))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Nothing,
    Chain,
    ChainAndName,
}

/// What rustls says in one word.
#[derive(Debug, thiserror::Error)]
#[error(
    "the server’s certificate is of an unknown authority: sslrootcert must name a file with the certificate of the \
     authority that issued it, or sslmode ask for less"
)]
struct UnknownAuthority;

fn explain(error: rustls::Error) -> rustls::Error {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            OtherError(Arc::new(UnknownAuthority)).into()
        }
        other => other,
    }
}

/// Verifies as much as the mode asks for.
#[derive(Debug)]
struct Verifier {
    check: Check,
    roots: RootCertStore,
    /// The certificates of the root file themselves: a self-signed server certificate may be its own root, which the
    /// chain builder refuses.
    pinned: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn trust_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        self.pinned = certificates("sslrootcert", path)?;
        let (_, ignored) = self.roots.add_parsable_certificates(self.pinned.iter().cloned());
        if ignored == self.pinned.len() {
            return Err(file_error("sslrootcert", path, &"none of its certificates can be a root"));
        }
        Ok(())
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.check == Check::Nothing {
            return Ok(ServerCertVerified::assertion());
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        if !self.pinned.iter().any(|pinned| pinned.as_ref() == end_entity.as_ref()) {
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.roots,
                intermediates,
                now,
                algorithms,
            )
            .map_err(explain)?;
        }
        if self.check == Check::ChainAndName {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
