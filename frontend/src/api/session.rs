//! `/api/setup`, `/api/session`, `/api/sessions` and `/api/account/password`.

use howdah_types::session::{PasswordChangeData, Session, SessionInfo, SetupData, SetupState, SignInData};

use super::encode::segment;
use super::request::Manner;
use super::{Api, Method, Result};

const ANONYMOUS: Manner = Manner { secret: false, anonymous: true, unseen: false, until: None };
const SECRET: Manner = Manner { secret: true, anonymous: true, unseen: false, until: None };

/// Whether the first administrator is still to be made.
pub async fn setup_state(api: Api) -> Result<SetupState> {
    api.read("/api/setup", ANONYMOUS).await
}

/// Makes the first administrator and signs in.
pub async fn setup(api: Api, data: &SetupData) -> Result<()> {
    api.send_unanswered(Method::Post, "/api/setup", data, SECRET).await
}

/// Who is signed in.
pub async fn current(api: Api) -> Result<Session> {
    api.read("/api/session", ANONYMOUS).await
}

/// Signs in: the answer's cookie is the sign-in.
pub async fn sign_in(api: Api, data: &SignInData) -> Result<()> {
    api.send_unanswered(Method::Post, "/api/session", data, SECRET).await
}

/// Signs out. Nobody is asked to sign in for it.
pub async fn sign_out(api: Api) -> Result<()> {
    api.act_as(Method::Delete, "/api/session", ANONYMOUS).await
}

/// One's own sign-ins.
pub async fn list(api: Api) -> Result<Vec<SessionInfo>> {
    api.get("/api/sessions").await
}

/// Ends one of one's own sign-ins.
pub async fn end(api: Api, id: &str) -> Result<()> {
    api.act(Method::Delete, &format!("/api/sessions/{}", segment(id))).await
}

/// Changes one's own password; all other sign-ins end.
pub async fn change_password(api: Api, data: &PasswordChangeData) -> Result<()> {
    let manner = Manner { secret: true, ..Manner::default() };
    api.send_unanswered(Method::Put, "/api/account/password", data, manner).await
}
