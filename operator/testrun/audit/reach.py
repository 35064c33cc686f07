"""What tests come to: what they name, and all that this names. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from testrun.audit import languages, mentions
from testrun.audit.mentions import Part

_HOSTS = re.compile(rb"\b(?:github|gitlab)\.com/")
"""Whoever imports from there does not talk of it."""


def facts(path: str, data: bytes) -> Any:
    """What is kept of a file."""
    language = languages.of(path) or ""
    sees = mentions.imports(language, data) | (mentions.code(language, data) if _GATES.search(path) else set())
    kept: dict[str, Any] = {"imports": mentions.said(sees)}
    if languages.is_test(path):
        return kept | {"words": mentions.said(mentions.words(_HOSTS.sub(b"", data)))}
    return kept | {"parts": mentions.parts(language, data)}


def opens_pages(kept: Any) -> bool:
    """Whether a test drives a browser: what it comes to then, its text does not tell."""
    words = kept.get("words", "").split(" ")
    return ("page" in words and "goto" in words) or ("visit" in words and "cy" in words)


def starts_desktop(kept: Any) -> bool:
    """Whether a test starts a whole desktop application: it comes to whatever that does."""
    return "_electron" in kept.get("words", "").split(" ")


class Graph:
    """The files of one language.

    A function is reached when a test names it, or a function that is reached does, in a file that imports its module. A method is
    reached when its class is, and anything reached names it. What stands outside of functions is, when its file is imported.
    """

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._sees: dict[str, set[str]] = {}
        self._places: dict[str, list[str]] = {}
        """The files that a word of an import may mean."""
        self._outside: dict[str, str] = {}
        self._named: dict[str, list[tuple[str, Part]]] = {}
        self._methods: dict[str, list[tuple[str, Part]]] = {}
        """By the names of their classes."""
        self._reached: set[tuple[str, str, str]] = set()
        self._entered: set[str] = set()
        """The files of what is reached."""
        self._classes: set[str] = set()
        self._said: set[str] = set()
        self._opened: set[str] = set()
        """Files whose imports were loaded."""
        self._waiting: list[tuple[str, set[str]]] = []
        for path, kept in texts.items():
            self._sees[path] = set(kept["imports"].split(" "))
            if "words" in kept:
                words = set(kept["words"].split(" "))
                self._sees[path] |= words
                self._waiting.append((path, words))
            else:
                self._add(path, [Part(*each) for each in kept["parts"]])
        self._names, self._modules = set(self._named), set(self._places)
        self._open_gates()
        self._load_by_name({path: set(texts[path]["imports"].split(" ")) for path, _ in self._waiting})
        self._ask(set().union(*(words for _, words in self._waiting)))
        while self._waiting:
            self._follow(*self._waiting.pop())

    def _open_gates(self) -> None:
        """Who imports a folder may mean whatever its index does."""
        gates: dict[str, set[str]] = {}
        for path, sees in self._sees.items():
            if _GATES.search(path):
                gates.setdefault(place(path), set()).update(sees)
        names = set(gates)
        for _ in range(2):
            for sees in [*self._sees.values(), *gates.values()]:
                for gate in sees & names:
                    sees |= gates[gate]

    def _add(self, path: str, parts: Iterable[Part]) -> None:
        self._places.setdefault(place(path), []).append(path)
        for each in parts:
            if not each.name:
                self._outside[path] = each.words
                continue
            self._named.setdefault(each.name, []).append((path, each))
            if each.owner:
                self._methods.setdefault(each.owner, []).append((path, each))

    def _load_by_name(self, imports: Mapping[str, set[str]]) -> None:
        """A test that is called like a module, says its name and does not import it has it loaded by that name, as a plugin.
        Then nobody sees what is called of it.
        """
        commands = {place(path): path for path in self._outside if _COMMANDS.search(path)}
        loaded = {path for name, path in commands.items() if any(name in words for _, words in self._waiting)}
        loaded |= {path for path in self._outside if _AT_START.search(path)}
        for path, words in self._waiting:
            named = _SUBJECT.sub("", path.rpartition("/")[2])
            if named in words and named not in imports[path] and not path.endswith(".go"):
                loaded.update(self._places.get(named, ()))
        for parts in self._named.values() if loaded else ():
            for path, part in parts:
                if path in loaded:
                    self._come(path, part)

    def _ask(self, tests: set[str]) -> None:
        """A test that sends what a decorator says comes to what it decorates."""
        for parts in self._named.values():
            for path, part in parts:
                if part.asked and tests.issuperset(part.asked.split(" ")):
                    self._come(path, part)

    def _follow(self, path: str, words: set[str]) -> None:
        if path not in self._opened:
            self._opened.add(path)
            for word in self._sees[path] & self._modules:
                for other in self._places[word]:
                    self._load(other)
        new = words - self._said
        self._said |= words
        for word in words & self._names:
            for other, part in self._named[word]:
                if part.owner:
                    if word in new and part.owner in self._classes:
                        self._come(other, part)
                elif self._may_mean(path, other):
                    self._come(other, part)

    def _load(self, path: str) -> None:
        words = self._outside.pop(path, None)
        if words is not None:
            self._waiting.append((path, set(words.split(" "))))

    def _come(self, path: str, part: Part) -> None:
        key = path, part.owner, part.name
        if key in self._reached:
            return
        self._reached.add(key)
        self._entered.add(path)
        self._load(path)
        self._waiting.append((path, set(part.words.split(" "))))
        if part.is_class:
            self._classes.add(part.name)
            for other, method in self._methods.get(part.name, ()):
                if method.name in self._said or _is_hook(method):
                    self._come(other, method)

    def _may_mean(self, path: str, other: str) -> bool:
        if path == other or (path.endswith(".go") and folder(path) == folder(other)):
            return True
        return place(other) in self._sees[path]

    def reaches(self, path: str, owner: str, name: str) -> bool:
        """Whether tests come to a function; also when it is not known as one, but is named somewhere."""
        if (path, owner, name) in self._reached:
            return True
        if not owner and any((path, part.owner, name) in self._reached for _, part in self._named.get(name, ())):
            return True  # of a class within a condition
        return name in self._said and not any(other == path for other, _ in self._named.get(name, ()))

    def comes_into(self, path: str) -> bool:
        """Whether tests come to anything that a file defines."""
        return path in self._entered


_COMMANDS = re.compile(r"(?:^|/)management/commands/")
"""Django runs these by their names."""
_AT_START = re.compile(r"(?:^|/)apps\.py$")
"""Django runs what stands there before any test."""
_SUBJECT = re.compile(r"^test_|(?:_test|\.(?:test|spec))?\.\w+$")
"""What the name of a file of tests has beside that of what it tests."""
_HOOKS = re.compile(
    r"Reconcile|Handle|ServeHTTP|InjectClient|Default|Validate\w+|Run|Start|Close|RoundTrip|Collect|Notify|main|run|start|"
    r"handle|execute|"
    r"process|perform|call|close|invoke|forward|validate|canActivate|intercept|use|transform|catch|ng[A-Z]\w+|on[A-Z_]\w+|"
    r"component\w+|clean(?:_\w+)?|perform_\w+|form_valid|(?:save|delete)_model|"
    r"render|dispatch|get|post|put|patch|delete|head|options|emit|write|flush|send|save|setUp|tearDown|ready|connected"
)
"""What others than its own callers call of a class: a framework, or Python."""
_INHERITED = frozenset({"super", "override"})
_GATES = re.compile(r"(?:^|/)(?:index\.[cm]?[jt]sx?|__init__\.py)$")
"""Through these others come to what stands in a folder."""


def _is_hook(method: Part) -> bool:
    """Whether it is called by what its class builds on, or by a framework."""
    return _HOOKS.fullmatch(method.name) is not None or not _INHERITED.isdisjoint(method.words.split(" "))


@functools.lru_cache(maxsize=65536)
def place(path: str) -> str:
    """The word by which others import a file: its name; of a Go file, and of one that stands for its folder, the folder's."""
    if path.endswith(".go") or _GATES.search(path):
        names = [each for each in path.split("/")[:-1] if each != "src"]
        name = names[-1] if names else ""
    else:
        name = re.sub(r"\.\w+$", "", path.rpartition("/")[2])
    return re.sub(r"\W", "_", name)


def folder(path: str) -> str:
    return path.rpartition("/")[0]
