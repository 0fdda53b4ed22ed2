//! `/api/tokens`.

use howdah_types::session::{NewToken, Token, TokenFormData};

use super::encode::segment;
use super::request::Manner;
use super::{Api, Method, Result};

/// One's own tokens, without their secrets.
pub async fn list(api: Api) -> Result<Vec<Token>> {
    api.get("/api/tokens").await
}

/// Makes a token; the answer is the only time its secret is shown.
pub async fn create(api: Api, data: &TokenFormData) -> Result<NewToken> {
    let manner = Manner { secret: true, ..Manner::default() };
    api.send_as(Method::Post, "/api/tokens", data, manner).await
}

/// Ends a token.
pub async fn delete(api: Api, id: &str) -> Result<()> {
    api.act(Method::Delete, &format!("/api/tokens/{}", segment(id))).await
}
