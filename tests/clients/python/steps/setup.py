"""The first administrator is made with the link that the first start prints."""

from urllib.parse import parse_qs, urlsplit

from howdah_client.api.sign_in import create_token, get_session, get_setup, redeem_setup
from howdah_client.models import NewToken, Permission, PermissionSet, Session, SetupData, SetupState, TokenFormData

from .kit import ADMIN_PASSWORD, call, connect, cookies, data


def steps(context):
    nobody = connect(context)

    def asked_for():
        assert data(SetupState, get_setup, client=nobody).required

    def redeemed():
        token = parse_qs(urlsplit(context.setup_link).fragment)["token"][0]
        body = SetupData(account="admin", password=ADMIN_PASSWORD, token=token)
        answer = call(redeem_setup, client=nobody, body=body)
        assert isinstance(answer.parsed, Session) and answer.parsed.permission_set == PermissionSet.ADMINISTRATOR, answer
        assert not data(SetupState, get_setup, client=nobody).required
        admin = connect(context, cookies=cookies(answer))
        made = data(NewToken, create_token, status=201, client=admin, body=TokenFormData(name="generated client"))
        context.client = connect(context, token=made.secret)

    def session():
        found = data(Session, get_session, client=context.client)
        assert found.account == "admin" and Permission.QUERY_SUPERUSER in found.permissions, found

    return [("set-up is asked for", asked_for), ("set-up is redeemed", redeemed), ("the session of a token", session)]
