"""What the names of all files stand for, across what they import. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from testrun.migrate.folding import languages
from testrun.migrate.folding.languages import Language
from testrun.migrate.folding.meaning import Meaning

_ROUNDS = 6
"""So many imports one behind the other."""


class Knowledge:
    """Of the files of one language. What was known of a name stays known, also when it is defined otherwise later."""

    def __init__(self, language: Language, files: Mapping[str, bytes]) -> None:
        self._language = language
        self.modules: dict[str, Any] = {}
        for path, data in files.items():
            self.update(path, data)
        self._own: dict[str, dict[str, Meaning | str]] = {path: {} for path in self.modules}
        self._links: dict[str, list[tuple[str, str, list[str]]]] = {path: self._linked(path) for path in self.modules}
        self._beside = {path: list(language.around(path, self.modules)) for path in self.modules}

    def update(self, path: str, data: bytes | None) -> bool:
        """Take a file as it is now. False: it does not parse, and nothing was taken."""
        if data is None:
            self.modules.pop(path, None)
            return True
        module = self._language.parse(path, data)
        if module is None:
            return False
        self.modules[path] = module
        return True

    def _linked(self, path: str) -> list[tuple[str, str, list[str]]]:
        """Name here, name there, and the files that have it."""
        found: list[tuple[str, str, list[str]]] = []
        for local, spec, original in self._language.imports(self.modules[path]):
            targets = list(self._language.targets(path, spec, self.modules))
            if original and isinstance(self._language, languages.Python):
                inner = list(
                    self._language.targets(
                        path, f"{spec.rstrip('.')}.{original}" if spec.strip(".") else spec + original, self.modules
                    )
                )
                if inner:
                    found.append((local, "", inner))
            if targets:
                found.append((local, original, targets))
        return found

    def learn(self) -> None:
        """Until nothing more is learnt."""
        for _ in range(_ROUNDS):
            before = {path: dict(own) for path, own in self._own.items()}
            for path, module in self.modules.items():
                self._own[path] |= self._language.learn(module, self.names(path))
            if self._own == before:
                return

    def names(self, path: str) -> dict[str, Meaning | str]:
        """All that a file has, its own as well."""
        known: dict[str, Meaning | str] = {}
        go = isinstance(self._language, languages.Go)
        for each in self._beside[path]:
            shared = self._own.get(each, {})
            known |= (
                shared
                if go
                else {
                    name: told for name, told in shared.items() if "()" not in name and _is_fixture(self.modules.get(each), name)
                }
            )
        for local, original, targets in self._links[path]:
            for target in targets:
                for name, told in self._own.get(target, {}).items():
                    if not original:
                        known[f"{local}.{name}"] = told
                    elif name in (original, f"{original}()"):
                        known[local + name.removeprefix(original)] = told
        return known | self._own[path]

    def users(self, path: str) -> set[str]:
        """The files that import it, or have its names without that."""
        linked = {each for each, links in self._links.items() if any(path in targets for _, _, targets in links)}
        return linked | {each for each, beside in self._beside.items() if path in beside}

    def imported(self, path: str) -> Collection[tuple[str, str, list[str]]]:
        return self._links.get(path, ())

    def beside(self, path: str) -> Collection[str]:
        return self._beside.get(path, ())


def _is_fixture(module: Any, name: str) -> bool:
    from testrun.migrate.folding import python_reading

    return module is not None and any(each.name == name for each in python_reading.functions(module.tree))
