//! Secrets that are handed out: 32 random bytes. The store keeps their SHA-256 only; a fast digest is enough, since
//! nobody can try 2²⁵⁶ values.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::principal::SecretHash;

/// What API tokens start with, so that people and secret scanners recognise one.
pub const TOKEN_PREFIX: &str = "howdah_";

const BYTES: usize = 32;

/// A new secret of 43 characters of base64url.
pub(crate) fn generate() -> String {
    BASE64URL_NOPAD.encode(&rand::random::<[u8; BYTES]>())
}

/// What the store keeps of it.
pub(crate) fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What the store keeps of it, or `None` for what cannot be a secret, so that rubbish never costs a query.
pub(crate) fn parse(secret: &str) -> Option<SecretHash> {
    let random = secret.strip_prefix(TOKEN_PREFIX).unwrap_or(secret);
    let bytes = BASE64URL_NOPAD.decode(random.as_bytes()).ok()?;
    (bytes.len() == BYTES).then(|| hash(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_43_characters_and_never_the_same() {
        let (one, two) = (generate(), generate());
        assert_eq!(one.len(), 43);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_ne!(one, two);
        assert_ne!(hash(&one), hash(&two));
    }

    #[test]
    fn only_secrets_are_looked_up() {
        let secret = generate();
        assert_eq!(parse(&secret), Some(hash(&secret)));
        let token = format!("{TOKEN_PREFIX}{secret}");
        assert_eq!(parse(&token), Some(hash(&token)));
        assert_ne!(parse(&token), parse(&secret));
        for rubbish in
            ["", "howdah_", "abc", &secret[1..], &format!("{secret}A"), "'; DROP TABLE account; --"]
        {
            assert_eq!(parse(rubbish), None, "{rubbish}");
        }
    }
}
