"""What each ServiceAccount of the chart may do, as a real API server tells it, is the table of the chart's manual, whole."""

from __future__ import annotations

import json
import re

import pytest
from rendering import CHART, NAMESPACE, Body, Helm

from testrun.envtest.control_plane import ApiServer

Rights = dict[str, set[str]]
"""What (a resource as kubectl writes it, and after a blank the one object of it) -> verbs."""
KINDS = {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
NAMESPACES = (NAMESPACE, "shop", "blog", "ambassador")
WIDE, NARROW = "wide-testrun", "narrow-testrun"
"""Releases: one watches all namespaces, the other the namespace shop, and may look at the traffic manager in ambassador."""
TESTED = ("tests.enabled=true", "tests.image=shop-e2e:1")
NARROWED = ("watchNamespaces={shop}", "preflight.telepresence.managerNamespaces={ambassador}")
ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


def documented() -> dict[tuple[str, str], Rights]:
    """The manual's table: (who, where) -> rights."""
    section = (CHART / "README.md").read_text().partition("\n## Rights\n")[2].partition("\n## ")[0]
    rights: dict[tuple[str, str], Rights] = {}
    for who, where, verbs, what in re.findall(r"^\| (.+?) \| (.+?) \| ([a-z ]+) \| (`.+?`) \| .+ \|$", section, re.MULTILINE):
        what = what.replace("`", "").replace("<namespace>", "ambassador")
        rights.setdefault((who.replace("`", ""), where), {})[what] = set(verbs.split())
    return rights


@pytest.fixture(scope="module")
def cluster(apiserver: ApiServer, helm: Helm) -> ApiServer:
    """An API server with the accounts and rights of both releases, and people with the roles that the chart adds to."""
    wide, narrow = helm.render(*TESTED, release=WIDE), helm.render(*TESTED, *NARROWED, release=NARROW)
    objects = [each for each in [*wide.objects, *narrow.objects] if each["kind"] in KINDS]
    namespaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": each}} for each in NAMESPACES]
    apply(apiserver, *namespaces)
    apply(apiserver, *objects, *(given(role) for role in ("view", "edit")))
    return apiserver


def apply(apiserver: ApiServer, *objects: Body) -> None:
    apiserver.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


def given(role: str) -> Body:
    """That role of the chart, given to a person of its name in the namespace shop."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": role, "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": f"{WIDE}-{role}"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": role}],
    }


def may(apiserver: ApiServer, who: str, namespace: str) -> Rights:
    """``kubectl auth can-i --list``, without what every account may."""
    everybodys = listed(apiserver, "system:serviceaccount:nowhere:nobody", namespace)
    return {what: verbs for what, verbs in listed(apiserver, who, namespace).items() if everybodys.get(what) != verbs}


def listed(apiserver: ApiServer, who: str, namespace: str) -> Rights:
    found: Rights = {}
    for line in apiserver.kubectl("auth", "can-i", "--list", f"--as={who}", "-n", namespace).splitlines()[1:]:
        columns = re.fullmatch(r"(\S*) +\[(.*?)\] +\[(.*?)\] +\[(.*?)\]", line)
        assert columns is not None, line
        resource, path, name, verbs = columns.groups()
        found.setdefault(f"{resource}{path} {name}".strip(), set()).update(verbs.split())
    return found


def account(release: str, part: str) -> str:
    return f"system:serviceaccount:{NAMESPACE}:{release}-{part}"


@pytest.mark.parametrize("part", ["operator", "server", "reader", "test"])
@pytest.mark.parametrize(
    ("release", "watched", "managers", "tested"),
    [
        pytest.param(WIDE, NAMESPACES, (), NAMESPACE, id="all namespaces"),
        pytest.param(NARROW, ("shop",), ("ambassador",), "shop", id="the namespace shop and a traffic manager"),
    ],
)
def test_an_account_may_do_what_the_manual_says_and_no_more(
    cluster: ApiServer, release: str, watched: tuple[str, ...], managers: tuple[str, ...], tested: str, part: str
) -> None:
    table = {where: rights for (who, where), rights in documented().items() if who == f"testrun-{part}"}
    expected = {
        namespace: table.get("everywhere", {})
        | (table.get("everywhere, with *managers*", {}) if managers else {})
        | (table.get("*managers*", {}) if namespace in managers else {})
        | (table.get("watched", {}) if namespace in watched else {})
        | (table.get("watched, with *managers*", {}) if managers and namespace in watched else {})
        | (table.get("own", {}) if namespace == NAMESPACE else {})
        | (table.get("where `helm test` runs", {}) if namespace == tested else {})
        for namespace in NAMESPACES
    }

    assert {namespace: may(cluster, account(release, part), namespace) for namespace in NAMESPACES} == expected


@pytest.mark.parametrize("role", ["view", "edit"])
def test_a_role_for_people_gives_what_the_manual_says(cluster: ApiServer, role: str) -> None:
    assert may(cluster, role, "shop") == documented()[f"people with {role}", "where you give it"]
    assert may(cluster, role, "blog") == {}


def test_the_manual_speaks_of_these(cluster: ApiServer, helm: Helm) -> None:
    """Every ServiceAccount of the chart, every role for people, and nobody else."""
    accounts = {each["metadata"]["name"] for each in helm.render(*TESTED).objects if each["kind"] == "ServiceAccount"}
    assert {who for who, _ in documented()} == accounts | {"people with view", "people with edit"}


def test_the_clusters_own_roles_take_in_those_for_people(cluster: ApiServer) -> None:
    """As its controller will, of which this API server has none: by labels. The role edit takes in view, and admin edit."""
    roles = {each["metadata"]["name"]: each for each in cluster.request("GET", ROLES)[1]["items"]}
    taken = {
        name: {
            other
            for other, role in roles.items()
            for selector in roles[name]["aggregationRule"]["clusterRoleSelectors"]
            if selector["matchLabels"].items() <= role["metadata"].get("labels", {}).items()
        }
        for name in ("view", "edit", "admin")
    }
    ours = {f"{release}-{role}" for release in (WIDE, NARROW) for role in ("view", "edit")}
    assert {name: others & (ours | {"view", "edit"}) for name, others in taken.items()} == {
        "view": {f"{WIDE}-view", f"{NARROW}-view"},
        "edit": {f"{WIDE}-edit", f"{NARROW}-edit", "view"},
        "admin": {"edit"},
    }
