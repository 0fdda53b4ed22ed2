//! The first administrator: unattended from a variable, or through a link that is printed once.

use anyhow::Context;
use howdah_store::{Store, setup};
use howdah_types::accounts::AccountUpdateData;
use howdah_types::validate::Validate;

use crate::config::{ADMIN_PASSWORD, Settings, values};
use crate::failure::Failure;
use crate::say;

/// The account that [`ADMIN_PASSWORD`] makes.
const ADMINISTRATOR: &str = "admin";

/// A password that is not printed by accident.
pub(crate) type AdminPassword = values::SecretText;

/// The variable, checked before anything is started. Empty counts as not set.
pub(crate) fn admin_password() -> Result<Option<AdminPassword>, Failure> {
    let Some(value) = std::env::var_os(ADMIN_PASSWORD).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let wrong = |problem: &str| Failure::usage_text(format!("{ADMIN_PASSWORD} cannot be used: {problem}"));
    let password = value.into_string().map_err(|_| wrong("it is not UTF-8 text"))?;
    match password_problem(&password) {
        Some(problem) => Err(wrong(&problem)),
        None => Ok(Some(values::SecretText(password))),
    }
}

/// What is wrong with a new password, in the words of the API.
pub(crate) fn password_problem(password: &str) -> Option<String> {
    let data = AccountUpdateData { password: Some(password.to_owned()), ..AccountUpdateData::default() };
    data.validate().into_iter().next().map(|error| error.message)
}

/// Makes the administrator, or prints the way to make one. `address` is where the app is found.
pub(crate) async fn welcome(
    store: &Store,
    password: Option<&AdminPassword>,
    address: &str,
) -> anyhow::Result<()> {
    if let Some(values::SecretText(password)) = password
        && setup::unattended(store, ADMINISTRATOR, password).await.context("make the account admin")?
    {
        tracing::info!("the account admin was made with the password of {ADMIN_PASSWORD}");
    }
    match setup::ensure_link(store).await.context("make the set-up link")? {
        // In the fragment: it reaches neither a proxy nor a log.
        Some(token) => {
            say::line(
                "Open this link to make the first account. It works once, and a new start prints a new one:",
            );
            say::line(format!("  {address}/setup#token={token}"));
        }
        None => say::line(format!("Sign in at {address}")),
    }
    Ok(())
}

/// Where a browser on this machine finds the app.
pub(crate) fn app_address(settings: &Settings, listening: std::net::SocketAddr) -> String {
    if let Some(url) = &settings.public_url {
        return url.origin.clone();
    }
    let mut address = listening;
    if address.ip().is_unspecified() {
        // "All addresses" is no address; this machine's own is among them.
        let loopback: std::net::IpAddr = if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        };
        address.set_ip(loopback);
    }
    format!("http://{address}")
}
