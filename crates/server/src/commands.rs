//! Commands that end by themselves.

use std::time::Instant;

use anyhow::{Context, anyhow};
use howdah_store::audit::{self, NewRecord};
use howdah_store::{Error, Store, accounts, tokens};
use howdah_types::audit::Outcome;
use howdah_types::session::TokenFormData;
use howdah_types::validate::Validate;
use rand::Rng;

use crate::cli::{ResetPasswordArgs, TokenCreateArgs};
use crate::config::Settings;
use crate::failure::Failure;
use crate::offline::{Need, with_store};
use crate::{first_run, say, terminal};

/// `howdah migrate`
pub(crate) async fn migrate(settings: &Settings) -> Result<(), Failure> {
    with_store(settings, Need::Migrated, async |_| Ok(())).await?;
    say::line("The store is at this version.");
    Ok(())
}

/// `howdah admin reset-password`
pub(crate) async fn reset_password(settings: &Settings, args: ResetPasswordArgs) -> Result<(), Failure> {
    let ResetPasswordArgs { account, generate } = args;
    let password = if generate { made_up() } else { terminal::new_password(&account).await? };
    if let Some(problem) = first_run::password_problem(&password) {
        return Err(Failure::usage_text(format!("the password cannot be used: {problem}")));
    }
    with_store(settings, Need::Existing, async |store| {
        let begun = Instant::now();
        let result = accounts::reset_password(store, &account, &password).await;
        record(store, "account.resetPassword", &account, &result, begun).await;
        result.map_err(|error| explain(error, &account, "change the password"))
    })
    .await?;
    if generate {
        say::line(&password);
    } else {
        say::aside(format!("The password of {account} was changed; its sign-ins have ended."));
    }
    Ok(())
}

/// `howdah token create`
pub(crate) async fn create_token(settings: &Settings, args: TokenCreateArgs) -> Result<(), Failure> {
    let TokenCreateArgs { account, name, expires } = args;
    let data = TokenFormData { name, expires_in_days: expires, permissions: None };
    if let Some(problem) = data.validate().into_iter().next() {
        return Err(Failure::usage_text(format!("{}: {}", problem.field, problem.message)));
    }
    let token = with_store(settings, Need::Existing, async |store| {
        let begun = Instant::now();
        let result = tokens::create(store, &account, &data).await;
        record(store, "token.create", &account, &result, begun).await;
        result.map_err(|error| explain(error, &account, "make the token"))
    })
    .await?;
    say::line(token.secret);
    Ok(())
}

/// What is done on the command line is audited like everything else; who did it is known to the operating system only.
async fn record<T>(store: &Store, action: &str, account: &str, result: &Result<T, Error>, begun: Instant) {
    let record = NewRecord {
        account: None,
        address: Some("command line".to_owned()),
        action: action.to_owned(),
        object: Some(account.to_owned()),
        detail: None,
        outcome: if result.is_ok() { Outcome::Done } else { Outcome::Failed },
        code: None,
        rows: None,
        duration_ms: begun.elapsed().as_secs_f64() * 1000.0,
        request_id: None,
    };
    if let Err(error) = audit::append(store, record).await {
        tracing::warn!(error = crate::failure::chain(&anyhow!(error)), "the audit log could not be written");
    }
}

fn explain(error: Error, account: &str, doing: &'static str) -> Failure {
    match error {
        Error::NotFound => Failure::usage_text(format!("there is no account “{account}”")),
        error => {
            Err::<(), _>(error).context(doing).map_or_else(Failure::from, |()| Failure::usage_text(doing))
        }
    }
}

/// 24 letters and digits in groups, 120 bits, without those that look alike.
fn made_up() -> String {
    let alphabet = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 24];
    rand::rng().fill_bytes(&mut bytes);
    // 32 characters: each byte gives one without favouring any.
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(alphabet[usize::from(byte % 32)])).collect();
    letters.chunks(6).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_passwords_are_accepted_and_differ() {
        let password = made_up();
        assert_eq!(password.len(), 27);
        assert_eq!(first_run::password_problem(&password), None);
        assert_ne!(password, made_up());
    }
}
