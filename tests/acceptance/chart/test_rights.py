"""Who may do what, and where. A new right is a change of these tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rendering import NAMESPACE, Helm, Rendered

OPERATOR = [
    "apps/daemonsets: list watch",
    "apps/deployments: list watch",
    "apps/replicasets: list watch",
    "apps/statefulsets: list watch",
    "batch/jobs: get list watch create patch delete",
    "core/configmaps: get",
    "core/events: create list",
    "core/pods/log: get",
    "core/pods: list watch",
    "core/secrets: create",
    "testing.ameide.io/testruns/status: patch",
    "testing.ameide.io/testruns: get list watch patch delete",
]
LEASE = ["coordination.k8s.io/leases testrun-operator: get update", "coordination.k8s.io/leases: create"]
AGENTS = "core/configmaps telepresence-agents: patch"
"""What a traffic manager keeps in each namespace whose pods have its agents."""
MANAGER = [
    "apps/deployments: list",
    "apps/statefulsets: list",
    "core/pods: list",
    "core/services/proxy telepresence-prometheus:80 traffic-manager:api: get",
    "core/services: list",
    "discovery.k8s.io/endpointslices: list",
]
WEBHOOKS = "admissionregistration.k8s.io/mutatingwebhookconfigurations"
SERVER = ["authentication.k8s.io/tokenreviews: create", "authorization.k8s.io/subjectaccessreviews: create"]
READER = ["testing.ameide.io/testruns: get"]


def granted(rendered: Rendered) -> dict[str, list[str]]:
    """Who (a ServiceAccount) at where (a namespace, or * for all) -> what, as the bindings say."""
    rights: dict[str, list[str]] = {}
    for binding in rendered.objects:
        if binding["kind"] in {"RoleBinding", "ClusterRoleBinding"}:
            where = "*" if binding["kind"] == "ClusterRoleBinding" else binding["metadata"]["namespace"]
            (role,) = (each for each in rendered.objects if is_bound(each, binding))
            for subject in binding["subjects"]:
                assert (subject["kind"], subject["namespace"]) == ("ServiceAccount", NAMESPACE)
                rights.setdefault(f"{subject['name']} @ {where}", []).extend(rules(role))
    return {who: sorted(what) for who, what in rights.items()}


def is_bound(role: Mapping[str, Any], binding: Mapping[str, Any]) -> bool:
    reference = binding["roleRef"]
    if (role["kind"], role["metadata"]["name"]) != (reference["kind"], reference["name"]):
        return False
    return role["kind"] == "ClusterRole" or role["metadata"]["namespace"] == binding["metadata"]["namespace"]


def rules(role: Mapping[str, Any]) -> list[str]:
    return [
        f"{group or 'core'}/{resource}{''.join(f' {name}' for name in rule.get('resourceNames', ()))}: {' '.join(rule['verbs'])}"
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    ]


def test_rights_in_all_namespaces(helm: Helm) -> None:
    assert granted(helm.render()) == {
        "testrun-operator @ *": OPERATOR,
        "testrun-operator @ testrun-system": LEASE,
        "testrun-server @ *": SERVER,
        "testrun-reader @ *": READER,
    }


def test_rights_in_the_watched_namespaces_only(helm: Helm) -> None:
    assert granted(helm.render("watchNamespaces={shop,blog}")) == {
        "testrun-operator @ shop": OPERATOR,
        "testrun-operator @ blog": OPERATOR,
        "testrun-operator @ testrun-system": LEASE,
        "testrun-server @ *": SERVER,  # questions about namespaces are asked of the cluster
        "testrun-reader @ shop": READER,
        "testrun-reader @ blog": READER,
    }


def test_the_operators_own_namespace_may_be_watched_too(helm: Helm) -> None:
    assert granted(helm.render("watchNamespaces={testrun-system}", "reader.create=false")) == {
        "testrun-operator @ testrun-system": sorted([*OPERATOR, *LEASE]),
        "testrun-server @ *": SERVER,
    }


def test_what_tests_make_may_be_removed_only_where_that_is_asked_for(helm: Helm) -> None:
    asked = ("cleanup.resources[0].apiGroups={,apps}", "cleanup.resources[0].resources={configmaps,deployments}")
    more = [f"{each}: list delete" for each in ("core/configmaps", "core/deployments", "apps/configmaps", "apps/deployments")]
    assert granted(helm.render(*asked))["testrun-operator @ *"] == sorted([*OPERATOR, *more])
    assert granted(helm.render(*asked, "watchNamespaces={shop}"))["testrun-operator @ shop"] == sorted([*OPERATOR, *more])
    everything = helm.template("cleanup.resources[0].apiGroups={*}", "cleanup.resources[0].resources={*}")
    assert (everything.returncode, "cleanup.resources" in everything.stderr.replace("/", ".")) == (1, True), everything.stderr


def test_objects_of_any_kind_may_be_looked_at_only_where_that_is_asked_for(helm: Helm) -> None:
    asked = ("preflight.resources[0].apiGroups={postgresql.cnpg.io}", "preflight.resources[0].resources={clusters}")
    more = "postgresql.cnpg.io/clusters: get"
    assert granted(helm.render(*asked, "watchNamespaces={shop}"))["testrun-operator @ shop"] == sorted([*OPERATOR, more])


def test_traffic_managers_may_be_looked_at_only_where_that_is_asked_for(helm: Helm) -> None:
    webhooks = f"{WEBHOOKS} agent-injector-webhook-ambassador agent-injector-webhook-traffic: get"
    assert granted(helm.render("preflight.telepresence.managerNamespaces={ambassador,traffic}", "watchNamespaces={shop}")) == {
        "testrun-operator @ shop": sorted([*OPERATOR, AGENTS]),
        "testrun-operator @ ambassador": MANAGER,
        "testrun-operator @ traffic": MANAGER,
        "testrun-operator @ *": [webhooks],
        "testrun-operator @ testrun-system": LEASE,
        "testrun-server @ *": SERVER,
        "testrun-reader @ shop": READER,
    }


def test_the_traffic_manager_may_be_where_the_tests_are(helm: Helm) -> None:
    rights = granted(helm.render("preflight.telepresence.managerNamespaces={shop}", "watchNamespaces={shop}"))
    assert rights["testrun-operator @ shop"] == sorted([*OPERATOR, *MANAGER, AGENTS])


def test_rights_of_people_are_added_to_the_clusters_own_roles(helm: Helm) -> None:
    added = {
        label: rules(role)
        for role in helm.render().objects
        if role["kind"] == "ClusterRole"
        for label, value in role["metadata"]["labels"].items()
        if label.startswith("rbac.authorization.k8s.io/aggregate-to-") and value == "true"
    }
    assert added == {
        "rbac.authorization.k8s.io/aggregate-to-view": ["testing.ameide.io/testruns: get list watch"],
        "rbac.authorization.k8s.io/aggregate-to-edit": ["testing.ameide.io/testruns: create update patch delete"],
    }


def test_no_pod_gets_a_token_by_chance(helm: Helm) -> None:
    accounts = [each for each in helm.render().objects if each["kind"] == "ServiceAccount"]
    assert [each["automountServiceAccountToken"] for each in accounts] == [False, False, False]
