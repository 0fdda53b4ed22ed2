"""What Howdah says of itself."""

from howdah_client.api.accounts import list_permission_sets
from howdah_client.api.howdah import get_docs, get_docs_style, get_health, get_metrics, get_openapi, get_readiness
from howdah_client.api.servers import list_servers
from howdah_client.models import GetOpenapiResponse200, Health, Permission, PermissionSet, PermissionSetInfo, Readiness, Server, ServerState

from .kit import data, equal, several


def steps(context):
    client = context.client

    def health():
        assert data(Health, get_health, client=client).status == "ok"
        equal(data(Readiness, get_readiness, client=client).to_dict(), {"ready": True, "server": True, "store": True})

    def servers():
        [server] = several(Server, list_servers, client=client)
        assert server.id == "default" and server.state == ServerState.UP and server.version_number >= 130000, server

    def permission_sets():
        sets = {one.name: one.permissions for one in several(PermissionSetInfo, list_permission_sets, client=client)}
        equal(set(sets), set(PermissionSet))
        assert Permission.ROW_READ in sets[PermissionSet.VIEWER] and Permission.ROW_UPDATE not in sets[PermissionSet.VIEWER]

    def metrics():
        text = data(str, get_metrics, client=client)
        assert "# TYPE" in text and text.endswith("# EOF\n"), text

    def reference():
        document = data(GetOpenapiResponse200, get_openapi, client=client)
        equal(document["openapi"], "3.1.0")
        assert "createDatabase" in data(str, get_docs, client=client)
        assert "{" in data(str, get_docs_style, client=client)

    return [
        ("health and readiness", health), ("servers", servers), ("permission sets", permission_sets), ("metrics", metrics),
        ("the reference", reference),
    ]
