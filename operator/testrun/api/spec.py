"""``TestRun.spec``: every field, its bounds and its rules. The CRD and its manual (``kubectl explain``) are made from these
models.

What this version cannot do is part of the shape, so that it can be told apart from a typing error, and is refused by a rule.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from testrun.api import schema
from testrun.api.preconditions import ApiVersion, Kind, Preflight, PreSteps, Revision
from testrun.api.schema import ListMap, Object, Rule
from testrun.api.template import PodTemplate
from testrun.core import model

MUTABLE = ("suspend", "cancel", "ttlSecondsAfterFinished")
"""The fields of a spec that may change. All others are what the evidence is evidence of."""

_OWN_ARGUMENTS = (
    "--shard", "--reporter", "--add-reporter", "--list", "--pass-with-no-tests",
    "--ui", "--ui-host", "--ui-port", "--debug", "--help", "-h", "--version", "-V",
)  # fmt: skip
_OWN_ARGUMENTS_MESSAGE = (
    "must not hold --shard (use spec.playwright.shards), --reporter or --add-reporter (put reporters into the config), "
    "--list, --pass-with-no-tests, --ui, --ui-host, --ui-port, --debug, --help or --version"
)


def _unsupported(field: str, why: str) -> Rule:
    return schema.forbidden(field, f"{field} is not supported by this version of the operator: {why}")


class AutoShards(Object):
    """A number of shards that is worked out from how long earlier runs took."""

    target_seconds: Annotated[int, Field(ge=10, le=86400)]
    """How long one shard should take."""
    max: Annotated[int, Field(ge=1, le=100)]
    """At most so many shards."""


class Setup(Object):
    """What runs once before all shards, in a pod of its own. It is the pod of the shards (the template holds for it too) with
    another command, and perhaps another image. It is not started again when it fails: then the run is NotReady."""

    image: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """Image of the pod. Default: playwright.image."""
    command: Annotated[list[Annotated[str, Field(max_length=1024)]], Field(max_length=100)] = Field(default_factory=list)
    """Command of the pod."""
    args: Annotated[list[Annotated[str, Field(max_length=1024)]], Field(max_length=100)] = Field(default_factory=list)
    """Arguments of the command."""
    timeout_seconds: Annotated[int, Field(ge=1, le=86400)] = 300
    """How long it may take."""


class Playwright(Object):
    """The end-to-end tests: phase 3."""

    image: Annotated[
        str,
        Field(min_length=1, max_length=512),
        schema.matches(
            r"[A-Za-z0-9][A-Za-z0-9._/:@+-]*",
            "must be the name of a container image, without spaces: registry.example/shop-e2e:7f3c2d1",
        ),
    ]
    """The image of the shards: node, @playwright/test, its browsers, and the tests. Pin it (a tag per commit, or a digest), or
    the evidence does not say what ran."""
    working_dir: (
        Annotated[
            str,
            Field(max_length=1024),
            schema.matches(r"/.*", "must be an absolute path in the image, such as /e2e"),
        ]
        | None
    ) = None
    """The folder in the image that holds the Playwright config. Default: the image's own working directory."""
    args: Annotated[
        list[Annotated[str, Field(max_length=1024)]],
        Field(max_length=100),
        Rule(
            cel=f"self.all(a, !(a.split('=')[0] in {list(_OWN_ARGUMENTS)}))",
            message=_OWN_ARGUMENTS_MESSAGE,
            holds=lambda args: all(each.partition("=")[0] not in _OWN_ARGUMENTS for each in args),
        ),
    ] = Field(default_factory=list)
    """Arguments of `playwright test`: --grep, --project, --config, --workers, files and so on. How the tests are split, listed
    and reported is the operator's, so --shard, --list and --reporter are refused."""
    base_url: (
        Annotated[
            str,
            Field(max_length=2048),
            schema.matches(
                r"https?://[^\s/?#@]+([/?#]\S*)?",
                "must be an http:// or https:// URL without user name and password, such as http://shop.shop.svc",
            ),
        ]
        | None
    ) = Field(None, alias="baseURL")
    """Where the system under test answers. The tests find it in BASE_URL and PLAYWRIGHT_TEST_BASE_URL."""
    shards: Annotated[int, Field(ge=1, le=100)] = 1
    """How many parts the tests are split into. Each part runs in a pod of its own."""
    auto_shards: AutoShards | None = None
    """Reserved, and refused by this version: a number of shards that is worked out from how long earlier runs took."""
    max_parallel: Annotated[int, Field(ge=1, le=100)] | None = None
    """How many shards run at the same time. Default: all of them."""
    timeout_seconds: Annotated[int, Field(ge=10, le=86400)] = 1800
    """How long the run may take from its start to the end of its last shard, waiting for nodes and images included. After that
    its pods are stopped and the verdict is TimedOut."""
    max_disruptions: Annotated[int, Field(ge=0, le=100)] | None = None
    """How often a shard may start anew because Kubernetes took its pod away (a drained or lost node, preemption, eviction). After
    that the shard is lost. Default: as often as it happens, until timeoutSeconds."""
    min_tests: Annotated[int, Field(ge=1, le=1000000)] = 1
    """How many tests must have run for the verdict Passed. Skipped tests do not count."""
    setup: Setup | None = None
    """What runs once, in a pod of its own, when all checks of preflight hold and before the first shard starts."""
    template: PodTemplate | None = None
    """A pod template that is merged into the shards' pods: resources, environment, node selector, service account, volumes."""

    rules = (
        _unsupported("autoShards", "set a number in shards"),
        Rule(
            cel="!has(self.maxParallel) || self.maxParallel <= self.shards",
            message="must not be greater than shards: lower maxParallel, or remove it to run all shards at once",
            holds=lambda spec: spec.max_parallel is None or spec.max_parallel <= spec.shards,
            field="maxParallel",
        ),
    )


class Hook(Object):
    """What runs after the evidence is stored, in a pod of its own. It is the pod of the shards (the template holds for it too)
    with another image and command. It is not started again when it fails, and changes no verdict."""

    name: Annotated[str, Field(min_length=1, max_length=63)]
    """Name of the hook, in status and JUnit. No two have the same."""
    image: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """Image of the pod. Default: playwright.image."""
    command: Annotated[list[Annotated[str, Field(max_length=1024)]], Field(max_length=100)] = Field(default_factory=list)
    """Command of the pod."""
    args: Annotated[list[Annotated[str, Field(max_length=1024)]], Field(max_length=100)] = Field(default_factory=list)
    """Arguments of the command."""
    timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    """How long it may take."""


class Selector(Object):
    """Objects that the tests made and that are deleted with the pods: those in the namespace of the TestRun whose label
    testing.ameide.io/run-uid is its uid."""

    api_version: ApiVersion
    """API version of the objects, such as v1 or apps/v1."""
    kind: Kind
    """Kind of the objects, of a namespace. The operator needs the right to list and delete them."""
    match_labels: Annotated[dict[str, Annotated[str, Field(max_length=63)]], Field(min_length=1, max_length=16)] | None = None
    """Labels that the objects have besides that of the run."""


class Environment(Object):
    """An environment that several TestRuns of the namespace share. One of them uses it at a time; the others wait, in the order
    in which they were made."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=63),
        schema.matches(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", "must be a name such as staging: lower-case letters, digits and -"),
    ]
    """Name of the environment. It is nothing but that: TestRuns of the namespace that say the same name take turns."""
    timeout_seconds: Annotated[int, Field(ge=1, le=86400)] = 3600
    """How long to wait for it; after that the verdict is NotReady."""


class Cleanup(Object):
    """What happens once the evidence is safe."""

    policy: Annotated[model.CleanupPolicy, Field(strict=False)] = model.CleanupPolicy.ALWAYS
    """What happens to the pods once their evidence is stored. Always: they are deleted. OnSuccess: they are kept unless the
    verdict is Passed. Never: they are kept. Kept pods go when the TestRun is deleted. The same holds for what selectors name, but
    that stays then."""
    hooks: Annotated[list[Hook], Field(max_length=10), ListMap("name")] | None = None
    """Pods that run, all at the same time, once the evidence is stored, whatever the verdict, and before anything is deleted.
    With a policy that keeps the pods they do not run."""
    selectors: Annotated[list[Selector], Field(max_length=10)] | None = None
    """Objects made by the tests that are deleted too. They must have the label testing.ameide.io/run-uid with the uid of the
    TestRun, which tests find in TESTRUN_UID."""


class Spec(Object):
    """What to run. Cannot change once set, except suspend, cancel and ttlSecondsAfterFinished: evidence belongs to one
    specification."""

    revision: Revision | None = None
    """What is under test: a commit, a tag. Recorded in the evidence, and what the records of preSteps must be of."""
    pre_steps: PreSteps | None = None
    """The phases before this one (policy, unit, integration) that ran elsewhere, and their records. No pod is made before those
    that are required are verified."""
    environment: Environment | None = None
    """The environment under test, if other TestRuns use it too: one at a time. It is taken before it is checked (preflight), and
    is free again once the run is over and cleaned up."""
    preflight: Preflight | None = None
    """Reserved, and refused by this version: checks of the environment before the shards start."""
    playwright: Playwright
    """The end-to-end tests: image, arguments, shards and limits."""
    cleanup: Cleanup = Cleanup()
    """What happens to the pods once their evidence is safe."""
    suspend: bool = False
    """True: no pods. Set from the start, the run waits until it is false. Set while shards run, their pods are stopped; when it
    is false again, shards that had not ended start anew, and timeoutSeconds counts from then."""
    cancel: Annotated[
        bool,
        Rule(
            cel="self || !oldSelf",
            message="cancel cannot be withdrawn: make a new TestRun to run again",
            holds=None,
        ),
    ] = False
    """True: the run is stopped, its evidence so far is stored, and its verdict is Cancelled. Cannot be set back."""
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=31536000)] | None = None
    """How long the TestRun stays after its end; then it is deleted, with its pods. Its evidence in the store stays. Default: it
    stays until somebody deletes it."""

    rules = (
        Rule(
            cel="!has(self.preSteps) || has(self.revision)",
            message="preSteps needs revision: the records must be of what is under test",
            holds=lambda spec: spec.pre_steps is None or spec.revision is not None,
            field="revision",
        ),
        *(
            schema.unchanged(field, f"{field} cannot change once set: make a new TestRun. Only {', '.join(MUTABLE)} can change")
            for field in ("revision", "preSteps", "environment", "preflight", "playwright", "cleanup")
        ),
    )
