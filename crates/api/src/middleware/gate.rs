//! The gate of a route: refuses what is not declared, finds out who asks, checks permission and database scope, and
//! records refused changes. Nothing behind it runs unless it says so; the `Actor` extractor checks once more.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::Error;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use howdah_store::{Principal, sessions, tokens};
use howdah_types::problem::Code;

use super::origin;
use crate::audited;
use crate::context::State;
use crate::extract::access::Access;
use crate::extract::actor::{self, Credential, RequestInfo};
use crate::extract::params::{DatabasePath, possible_name};
use crate::problem::{self, Failure};
use crate::routes::session::COOKIE;

/// The operations of one address, as the gate sees them.
pub(crate) struct Declared {
    pub(crate) pattern: &'static str,
    pub(crate) methods: Vec<Operation>,
}

/// One of them.
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) access: Access,
    /// What the audit log calls it, where it changes something.
    pub(crate) action: Option<&'static str>,
}

impl Declared {
    fn operation(&self, method: &Method) -> Result<&Operation, Failure> {
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        self.methods.iter().find(|one| one.method == *wanted).ok_or_else(|| {
            let names: Vec<_> = self.methods.iter().map(|one| one.method.as_str()).collect();
            Failure::method(names.join(", "))
        })
    }
}

/// See the module's text.
pub(crate) async fn gate<B: MessageBody + 'static>(
    (state, declared): (Arc<State>, Rc<Declared>),
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let info = match actor::info(request.request()) {
        Ok(info) => info,
        Err(failure) => return Ok(refused(request, failure)),
    };
    info.route.set(declared.pattern);
    let response = match admit(&state, &declared, &info, &request).await {
        Ok(()) => next.call(request).await?.map_into_left_body(),
        Err(failure) => refused(request, failure),
    };
    // `audited` takes the action away when it writes its record: what is left was refused before it. Strangers could
    // fill the log with bodies that do not fit, so only accounts are recorded; attempts to sign in are, by `audited`.
    if let Some(action) = info.action.take().filter(|_| info.account().is_some()) {
        let code = response.response().error().map(|error| problem::from_actix(error).code());
        if let Some(code) = code {
            audited::refused(&state.store, &info, action, request_object(&response), code).await;
        }
    }
    Ok(response)
}

fn refused<B>(request: ServiceRequest, failure: Failure) -> ServiceResponse<EitherBody<B, BoxBody>> {
    request.error_response(failure).map_into_right_body()
}

fn request_object<B>(response: &ServiceResponse<B>) -> Option<String> {
    let path = response.request().match_info();
    path.load::<DatabasePath>()
        .ok()
        .map(|path| path.name)
        .or_else(|| path.iter().next().map(|(_, v)| v.to_owned()))
}

async fn admit(
    state: &Arc<State>,
    declared: &Declared,
    info: &RequestInfo,
    request: &ServiceRequest,
) -> Result<(), Failure> {
    let operation = declared.operation(request.method())?;
    if operation.access == Access::Public {
        state.anonymous.take(info.address).map_err(Failure::too_many)?;
        info.action.set(operation.action);
        info.grant(Access::Public, state.clone(), None);
        return Ok(());
    }
    let Some((who, credential)) = authenticate(state, request).await? else {
        state.anonymous.take(info.address).map_err(Failure::too_many)?;
        return Err(Failure::of(Code::SignInRequired));
    };
    info.action.set(operation.action);
    let verdict = permitted(operation.access, &who).and_then(|()| within(declared, &who, request));
    // Set in any case, so that the log knows who was refused. A refused request goes no further than this.
    info.grant(operation.access, state.clone(), Some((who, credential)));
    verdict
}

/// The account behind a token or a cookie; None where there is neither or it is not (or no longer) valid.
async fn authenticate(
    state: &State,
    request: &ServiceRequest,
) -> Result<Option<(Arc<Principal>, Credential)>, Failure> {
    if let Some(secret) = origin::bearer(request.headers()) {
        let who = tokens::by_secret(&state.store, secret).await?;
        return Ok(who.map(|who| (who, Credential::Token(secret.to_owned()))));
    }
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(None) };
    let who = sessions::by_secret(&state.store, cookie.value()).await?;
    Ok(who.map(|who| (who, Credential::Session(cookie.value().to_owned()))))
}

fn permitted(access: Access, who: &Principal) -> Result<(), Failure> {
    match access {
        Access::Public | Access::Own => Ok(()),
        Access::Needs(permission) if who.permissions.contains(&permission) => Ok(()),
        Access::Needs(permission) => {
            let detail = format!("This needs the permission {}.", permission.as_str());
            Err(Failure::new(Code::Forbidden, detail))
        }
    }
}

/// The server and the database that the address names, as far as the account may know of them.
fn within(declared: &Declared, who: &Principal, request: &ServiceRequest) -> Result<(), Failure> {
    if !declared.pattern.starts_with("/api/database") {
        return Ok(());
    }
    let server = request.query_string().split('&').find_map(|pair| pair.strip_prefix("server="));
    if server.is_some_and(|server| server != "default") {
        return Err(Failure::of(Code::ServerNotFound));
    }
    if !declared.pattern.starts_with("/api/database/{name}") {
        return Ok(());
    }
    let path =
        request.match_info().load::<DatabasePath>().map_err(|_| Failure::of(Code::DatabaseNotFound))?;
    if possible_name(&path.name) && actor::sees(who, Some(&path.name)) {
        return Ok(());
    }
    // In the words of a database that is not there: whoever may not see it cannot tell the two apart.
    Err(Failure::from(howdah_pg::Error::DatabaseNotFound(path.name)))
}
