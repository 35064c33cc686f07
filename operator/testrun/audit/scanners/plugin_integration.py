"""``plugin-integration``: each plugin or adapter that talks to something outside, against tests that meet it. Pure."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from testrun.audit import configurations, languages, mentions, naming, own, plugins, proofs, reach, talking, tiers
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import SourceFile, Tier
from testrun.audit.own import Own
from testrun.audit.plugins import Declared, Plugin
from testrun.audit.proofs import Proof
from testrun.audit.scanner import Facts, Scanner
from testrun.audit.talking import Talking
from testrun.core.text import spaced

UNTESTED = Rule(
    name="plugin-integration/untested",
    severity=Severity.MAJOR,
    summary="a plugin or adapter that no test names or comes to",
    why="Nobody sees that it does not work until somebody chooses it.",
    fix="Write an integration test that runs it against the real service, in a container where there is one.",
)
UNIT_ONLY = Rule(
    name="plugin-integration/unit-only",
    severity=Severity.MINOR,
    summary="a plugin or adapter that talks to something outside, and that only unit tests come to",
    why="They show that it agrees with what its author thinks of the service, not with the service.",
    fix="Add one integration test against the real service: a container, or a sandbox account.",
)
MOCKED = Rule(
    name="plugin-integration/mocked",
    severity=Severity.MAJOR,
    summary="a plugin or adapter whose integration tests mock the service behind it",
    why="The tests say by their place that it works with the service, and no service was there.",
    fix="Run the service for them, or move them to the unit tests and write one that meets it.",
)
_TABLES = {"ameide.toml": ("audit",), "pyproject.toml": ("tool", "ameide", "audit")}
_PROJECT = re.compile(r"(?:^|/)(?:pyproject\.toml|setup\.cfg)$")
_CONFIGURATION = re.compile(r"(?<!package)(?<!package-lock)(?<!tsconfig)\.(?:cfg|conf|ini|toml|json|env|properties|hcl)$")


def _gather(file: SourceFile, code: Callable[[int], str]) -> Facts:
    del code
    return proofs.gather(file) if file.is_test else None


def _wants(path: str) -> bool:
    if languages.of(path) is not None:
        return not languages.is_test(path)
    if languages.is_foreign(path):
        return False
    named = path in _TABLES or bool(_PROJECT.search(path)) or bool(own.MANIFEST.search(path))
    return named or _configures_tests(path) or configurations.is_compose(path)


def _configures_tests(path: str) -> bool:
    """Whether a file says what end-to-end tests start the product with, by its folder."""
    if not _CONFIGURATION.search(path) or _PROJECT.search(path):
        return False
    return tiers.by_place(f"{path.rpartition('/')[0]}/") in (Tier.INTEGRATION, Tier.E2E)


def _read(path: str, data: bytes) -> Facts:
    language = languages.of(path)
    if language is not None:
        helps = proofs.helps(language, data)
        return {**talking.read(language, path, data), **({"helps": helps} if helps else {})} or None
    if configurations.is_compose(path):
        return {"composed": True}
    if _configures_tests(path):
        return {"words": mentions.said(mentions.words(data))}
    kept: dict[str, Any] = {"named": own.name(path, data)} if own.MANIFEST.search(path) else {}
    if path in _TABLES and (folders := _folders(path, data)):
        kept["folders"] = folders
    if _PROJECT.search(path) and (b"entry" in data or b"plugins" in data):
        kept["declared"] = plugins.entry_points(path, data)
    return {name: value for name, value in kept.items() if value} or None


def _folders(path: str, data: bytes) -> list[str]:
    """Those that the configuration adds."""
    if b"plugins" not in data:
        return []
    try:
        table: Any = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return []
    for key in (*_TABLES[path], "plugins"):
        table = table.get(key) if isinstance(table, dict) else None
    return [each for each in table if isinstance(each, str) and each.strip("/")] if isinstance(table, list) else []


def _conclude(code: Mapping[str, Facts], configs: Mapping[str, Facts]) -> list[Finding]:
    more = [each for facts in configs.values() for each in facts.get("folders", ())]
    declared = [Declared(*(*each, path)) for path, facts in configs.items() for each in facts.get("declared", ())]
    product = {path for path, facts in configs.items() if "parts" in facts}
    known = plugins.find(product, more, declared)
    return _Tests(code, configs).judge(known, configs) if known else []


class _Tests:
    """The tests of a repository, and what they come to."""

    def __init__(self, code: Mapping[str, Facts], configs: Mapping[str, Facts]) -> None:
        tests = {path: facts for path, facts in configs.items() if "words" in facts}
        self._proofs = [Proof.of(path, facts, code.get(path, {})) for path, facts in tests.items()]
        self._real = self._with_helpers([each for each in self._proofs if each.real and not each.is_doubtful])
        self._texts = {path: facts for path, facts in configs.items() if "imports" in facts}
        self._languages = {languages.of(each.path) for each in self._proofs if each.has_tests}
        named = {path: facts["named"] for path, facts in configs.items() if "named" in facts}
        self._composed = {path.rpartition("/")[0] for path, facts in configs.items() if "composed" in facts} - {""}
        self._own = Own({path for path, facts in configs.items() if "parts" in facts}, named)
        self._beside: dict[str, list[Plugin]] = defaultdict(list)
        self._called = Counter(each for facts in configs.values() for each in _classes(facts))
        """The classes of the repository: what several call so says none of them."""
        self._graphs: dict[tuple[str, bool], reach.Graph] = {}
        self._proofs += [helper for path, facts in configs.items() if "helps" in facts and (helper := self._helper(path))]
        self._words = naming.Words(sorted(frozenset().union(*(each.words | each.sees for each in self._proofs))))

    def _helper(self, path: str) -> Proof | None:
        """Code beside the product that tests are made with, if tests come to it."""
        language = languages.of(path) or ""
        if not self._graph(language, real=False).comes_into(path):
            return None
        starts = self._texts[path]["helps"] == "starts"
        told = {"real": "met" if starts else "said"} if starts or self._graph(language, real=True).comes_into(path) else {}
        words = frozenset(word for _, _, _, said, _ in self._texts[path]["parts"] for word in said.split(" "))
        return Proof.of(path, {**self._texts[path], "words": words}, told)

    def _with_helpers(self, real: list[Proof]) -> set[str]:
        """With those that are no tests themselves, and that real ones import or stand below."""
        sees = frozenset().union(*(each.sees for each in real))
        folders = {each.path[:at] for each in real for at, letter in enumerate(each.path) if letter == "/"} | {""}
        helpers = {
            each.path for each in self._proofs
            if not each.has_tests and (reach.place(each.path) in sees or each.path.rpartition("/")[0] in folders)
        }  # fmt: skip
        return helpers | {each.path for each in real}

    def _graph(self, language: str, real: bool) -> reach.Graph:
        if (language, real) not in self._graphs:
            self._graphs[language, real] = reach.Graph({
                path: facts for path, facts in self._texts.items()
                if languages.of(path) == language and (not real or "words" not in facts or path in self._real)
            })  # fmt: skip
        return self._graphs[language, real]

    def judge(self, known: list[Plugin], configs: Mapping[str, Facts]) -> list[Finding]:
        result = []
        for plugin in known:
            self._beside[plugin.holder].append(plugin)
        for plugin in known:
            if languages.of(plugin.paths[0]) in self._languages:  # without any test there is nothing to compare with
                outside = talking.of(plugin, self._own, configs)
                if outside is not None or plugin.declared is not None:
                    result += self._of(plugin, outside, configs)
        return result

    def _of(self, plugin: Plugin, outside: Talking | None, configs: Mapping[str, Facts]) -> list[Finding]:
        own = Counter(each for path in plugin.paths for each in _classes(configs[path]))
        classes = frozenset(each for each, times in own.items() if self._called[each] == times)
        tokens = self._words.with_name(plugin.name)
        its = [
            each for each in self._proofs if _may_run(plugin, each) and naming.says(plugin, classes, each, tokens)
        ]  # fmt: skip
        if not its and not self._comes(plugin, real=False) and not self._has_tests_of_project(plugin):
            return [_found(UNTESTED, plugin, outside, "no test names it or comes to it")]
        if outside is None:
            return []
        tests = [each for each in its if each.has_tests]
        if tests and all(each.is_skipped for each in tests) and not self._comes(plugin, real=False):
            return [_found(UNIT_ONLY, plugin, outside, f"only tests that are skipped come to it: {_listed(tests)}")]
        replacing = {each.path for each in its if naming.replaces(plugin, classes, outside.talk, each)}
        if outside.talk.is_met_by_units and not replacing:
            return []
        real = [
            each for each in its
            if each.real and not (each.is_doubtful and each.path in replacing) and not self._is_of_another(plugin, each)
            and (each.real != "hinted" or naming.takes(plugin, classes, each))
        ]  # fmt: skip
        units = [
            each for each in tests or its if naming.takes(plugin, classes, each) and not self._is_of_another(plugin, each)
        ]  # fmt: skip
        if not real and units and not self._may_meet(plugin, outside, its):
            return [_found(UNIT_ONLY, plugin, outside, _only(plugin, units))] if not self._comes(plugin, real=True) else []
        met = [each for each in real if each.has_tests]
        if met and all(each.real == "said" and each.path in replacing for each in met):
            return [_found(MOCKED, plugin, outside, f"what is behind it is mocked: {_listed(met)}")]
        return []

    def _may_meet(self, plugin: Plugin, outside: Talking, its: list[Proof]) -> bool:
        """Tests beside it that fake nothing may meet what a compose file beside them starts; or what anybody can start, if they
        come to the code that talks to it. Those that record met it once.
        """
        plain = [each for each in its if each.fakes_nothing and (naming.is_near(plugin, each) or not each.has_tests)]
        if any(each.records and naming.is_near(plugin, each) for each in its):
            return True
        if any(each.has_tests and each.path.rpartition("/")[0] in self._composed for each in plain):
            return True
        if not outside.talk.is_at_home:
            return False
        mine = (*plugin.paths, *(each.path for each in plain if not each.speaks_of_fakes))
        return reach.Graph({path: self._texts[path] for path in mine if path in self._texts}).comes_into(outside.path)

    def _has_tests_of_project(self, plugin: Plugin, *, real: bool = False) -> bool:
        """Tests stand in the project, of a folder of its own, that declares it."""
        project = plugin.declared.project if plugin.declared is not None else ""
        return bool(project) and any(
            each.path.startswith(f"{project}/") for each in self._proofs
            if each.has_tests and (each.path in self._real or not real)
        )  # fmt: skip

    def _is_of_another(self, plugin: Plugin, proof: Proof) -> bool:
        """It stands in the folder of one beside, and says this one's name in passing."""
        folders = {each.folder for each in self._beside[plugin.holder]} - {plugin.folder}
        return any(proof.path[:at] in folders for at, letter in enumerate(proof.path) if letter == "/")

    def _comes(self, plugin: Plugin, *, real: bool) -> bool:
        """Whether tests come to it without its name. Who chooses one of several does not: it names them all, so the service is
        met only where there is but one. That of an entry point is met by the tests of its project, if that has any.
        """
        if real and self._has_tests_of_project(plugin):
            return self._has_tests_of_project(plugin, real=True)
        beside, tokens = self._beside[plugin.holder], self._words.of_all(plugin.kind)
        reached = sum(self._reaches(each, real=real) for each in beside)
        if self._reaches(plugin, real=real) and (len(beside) == 1 or (not real and 2 * reached <= len(beside))):
            return True
        if any(plugin.kind in each.chooses for each in self._proofs):
            return True
        return any(
            each.has_tests and not each.is_skipped and (each.real or not real) and naming.runs_all(plugin, each, tokens)
            for each in self._proofs
        )  # fmt: skip

    def _reaches(self, plugin: Plugin, *, real: bool) -> bool:
        graph = self._graph(languages.of(plugin.paths[0]) or "", real)
        return any(graph.comes_into(each) for each in plugin.paths)


def _may_run(plugin: Plugin, proof: Proof) -> bool:
    """Of another language only what comes to the whole product does."""
    return bool(proof.real) or languages.of(proof.path) in (None, languages.of(plugin.paths[0]))


def _classes(facts: Facts) -> Iterator[str]:
    """Those of a file whose names are more than one word, which anybody says."""
    return (name for name, _, is_class, *_ in facts.get("parts", ()) if is_class and " " in spaced(name))


def _only(plugin: Plugin, tests: list[Proof]) -> str:
    beside = f"{plugin.folder}/"
    tests.sort(key=lambda each: (not each.path.startswith(beside), not naming.has(plugin.name, each.path), each.path))
    return f"only unit tests come to it: {_listed(tests)}"


def _listed(tests: list[Proof]) -> str:
    more = f" and {len(tests) - 2} more" if len(tests) > 2 else ""
    return ", ".join(f"{each.path} (skipped)" if each.is_skipped else each.path for each in tests[:2]) + more


def _found(rule: Rule, plugin: Plugin, talking: Talking | None, told: str) -> Finding:
    declared = plugin.declared
    name = f"the {plugin.kind} `{plugin.name}`"
    if declared is not None:
        name += f", an entry point of {declared.group},"
    if talking is None:
        assert declared is not None
        finding = found(rule, declared.path, declared.line, f"{name} stands here; {told}", code=declared.code)
        return dataclasses.replace(finding, severity=Severity.MINOR)
    to = f"{talking.talk.to} (`{talking.talk.by}`)" if talking.talk.to else f"`{talking.talk.by}`"
    return found(rule, talking.path, talking.line, f"{name} talks to {to}; {told}", code=talking.code)


SCANNER = Scanner(
    name="plugin-integration",
    summary="Plugins and adapters that talk to something outside, against integration tests with the real service.",
    rules=(UNTESTED, UNIT_ONLY, MOCKED),
    examine=lambda _: [],
    gather=_gather,
    configs=_wants,
    gather_config=_read,
    conclude=_conclude,
    borrows=("side-effects", "e2e-coverage"),
)
