"""The settings of a repository's configuration, by value and by name, and which of them are of one part of it. Pure."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Mapping

from testrun.audit import configurations, settings
from testrun.audit.scanner import Facts
from testrun.audit.settings import Kind, Part

_CHART = re.compile(r"(?:^|/)([\w-]+)/values[^/]*$")
_ASIDE = re.compile(
    r"(?:^|/)(?:charts?|deploy(?:ments?)?|helm|k8s|kubernetes|manifests?|kustomize|overlays|base|gitops|config|configs|infra|docker|env|envs|"
    r"environments|compose|tests?|__tests__|e2e|integration|src|spec|cypress|playwright|values)/"
)
_MACHINES = re.compile(
    r"(?:/(?:deploy(?:ments?)?|config|configs|infra|docker|envs?|environments|compose|tests?|e2e|integration|dev|local|ci|build|scripts|"
    r"tools|hack|src))+$"
)
_SAMPLE = re.compile(r"(?:^|[/.])(?:sample|example|template)\.env:\d+$|\.env[\w.-]*\.(?:sample|example|template):\d+$")
_EXAMPLES = re.compile(r"(?:[^/]+/)*(?:examples?|samples?|demos?|docs|tutorials?|templates?|starters?|cookbooks?)/")


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """A setting as a configuration says it, or a part of it."""

    place: str
    home: str
    key: str
    named: tuple[frozenset[str], ...]
    """The words of its key; and those with the name of its chart."""
    part: Part
    url: str = ""
    """The whole value that it is a part of."""

    @property
    def is_website(self) -> bool:
        """An address that people know, in a file for them to copy: a test of texts takes it for an example."""
        return _SAMPLE.search(self.place) is not None and self.url.startswith("https://")

    @property
    def is_inside(self) -> bool:
        return not configurations.is_of_a_machine(self.place.rpartition(":")[0])


class Index:
    """The settings of a repository, by value, by name, and images by repository."""

    def __init__(self, configs: Mapping[str, Facts]) -> None:
        self.by_part: dict[Part, list[Known]] = defaultdict(list)
        self.by_words: dict[tuple[Kind, frozenset[str]], list[Known]] = defaultdict(list)
        self.by_repository: dict[str, list[Known]] = defaultdict(list)
        for path in sorted(configs):
            for key, value, line in configs[path]:
                for part in settings.parts(key, value):
                    known = Known(f"{path}:{line}", home_of(path), key, _named(path, key), part, value)
                    self.by_part[part].append(known)
                    for words in known.named:
                        self.by_words[part.kind, words].append(known)
                    if part.kind is Kind.IMAGE:
                        self.by_repository[settings.repository_of(part.value)].append(known)
                    elif part.kind is Kind.PLACE:
                        self.by_repository[part.value.rpartition(":")[0] + ":"].append(known)


def _named(path: str, key: str) -> tuple[frozenset[str], ...]:
    own = frozenset(settings.words(key))
    chart = _CHART.search(path)
    return (own,) if chart is None else tuple(dict.fromkeys((own, own | frozenset(settings.words(chart[1])))))


@functools.lru_cache(maxsize=1024)
def home_of(path: str) -> str:
    """The part of the repository that a file is of: what stands above folders for tests, sources and configuration. What starts
    things on a machine is of the folder that it stands in.
    """
    folder = path.rpartition("/")[0]
    if configurations.is_of_a_machine(path):
        own = _MACHINES.search(f"/{folder}")
        return f"{folder[: own.start()] if own is not None else folder}/".lstrip("/")
    match = _ASIDE.search(path)
    folder = path[: match.start()] if match is not None else folder
    return f"{folder.lstrip('/')}/".lstrip("/")


def near(known: Collection[Known], path: str) -> list[Known]:
    """Those of the same part of the repository as a file, or of the whole, the nearest first; examples are for themselves."""
    home = home_of(path)
    its = [
        each for each in known
        if home.startswith(each.home) or (each.home.startswith(home) and not _EXAMPLES.match(each.home, len(home)))
    ]  # fmt: skip
    return sorted(its, key=lambda each: _apart(path, each.place))


def _apart(path: str, place: str) -> tuple[int, int]:
    """The more folders two have in common the nearer they are, and then the fewer there are below those."""
    ours, theirs = path.split("/")[:-1], place.split("/")[:-1]
    common = len(list(itertools.takewhile(lambda each: each[0] == each[1], zip(ours, theirs, strict=False))))
    return -common, len(theirs) - common
