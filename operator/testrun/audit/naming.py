"""Which tests name a plugin, go through all of its kind, or put something in its place. Pure."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable

from testrun.audit import languages, reach, services
from testrun.audit.plugins import Plugin
from testrun.audit.proofs import Proof
from testrun.audit.services import Talk
from testrun.core.text import plain, spaced

_SHORT = 4
_LEAST = 2
_ALL = r"(?:all|each|every|available|registered|supported|known|builtin|list|get|iter|load)\w*?{0}s"
_ALL_AS_WRITTEN = r"all_?subclasses|__subclasses__|(?:iter_)?entry_points|(?:[A-Z]+_)*{0}S"
_COMMON = frozenset({"github", "com", "google", "golang", "org", "client"})


class Words:
    """All words of all tests, to ask which have a name in them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._plain = [(each, plain(each)) for each in words]
        self._parts: dict[str, set[str]] = defaultdict(set)
        for each, _ in self._plain:
            for part in _parts(each):
                self._parts[part].add(each)

    def with_name(self, name: str) -> frozenset[str]:
        wanted = plain(name)
        if len(wanted) > _SHORT:
            return frozenset(each for each, told in self._plain if wanted in told)
        return frozenset(self._parts.get(wanted, ()))

    @functools.cache  # noqa: B019  # there is one of these
    def of_all(self, kind: str) -> frozenset[str]:
        """Those that mean all plugins of a kind: ``all_drivers``, ``listProviders``, ``BACKENDS``."""
        plainly, written = re.compile(_ALL.format(kind)), re.compile(_ALL_AS_WRITTEN.format(kind.upper()))
        return frozenset(each for each, told in self._plain if plainly.fullmatch(told) or written.fullmatch(each))


def says(plugin: Plugin, classes: frozenset[str], proof: Proof, tokens: frozenset[str]) -> bool:
    """Whether a file of tests names a plugin: by its place, its name (``tokens`` have it), or in its language by its class."""
    if proof.path.startswith((f"{plugin.folder}/", f"{plugin.folder}.", f"{plugin.folder}_test")):
        return True
    said = tokens | classes if languages.of(proof.path) == languages.of(plugin.paths[0]) else tokens
    return not said.isdisjoint(proof.words) or not tokens.isdisjoint(proof.sees) or has(plugin.name, proof.path)


def runs_all(plugin: Plugin, proof: Proof, tokens: frozenset[str]) -> bool:
    """Whether a file of tests goes through all plugins of a kind, by what holds them: no name of one is needed then."""
    holders = [each.replace("-", "_") for each in plugin.holder.split("/")[-2:]]
    return not tokens.isdisjoint(proof.words) and not proof.sees.isdisjoint(holders)


def is_near(plugin: Plugin, proof: Proof) -> bool:
    """Whether a file of tests is called as a plugin is, or stands in its folder."""
    return proof.path.startswith(f"{plugin.folder}/") or has(plugin.name, proof.path)


def takes(plugin: Plugin, classes: frozenset[str], proof: Proof) -> bool:
    """Whether a file of tests has a plugin in hand, and does not only say its name in passing."""
    places = {reach.place(each) for each in plugin.paths}
    return is_near(plugin, proof) or not classes.isdisjoint(proof.words) or not places.isdisjoint(proof.sees)


def has(name: str, word: str) -> bool:
    """Whether a word, or a path, has a name in it: a short name as a word of its own."""
    wanted = plain(name)
    return wanted in plain(word) if len(wanted) > _SHORT else wanted in _parts(word)


def _parts(word: str) -> set[str]:
    """The words of a word. Two letters alone are one only where something parts them: keys and digests are full of such."""
    parted = set(re.split(r"[\W_]+", word.lower()))
    return parted | {each for each in re.findall(r"[a-z]+\d*|\d+", spaced(word).lower()) if len(each) > _LEAST}


def replaces(plugin: Plugin, classes: frozenset[str], talk: Talk, proof: Proof) -> bool:
    """Whether a file of tests puts something in place of the service behind a plugin, or of the plugin."""
    if any(services.stands_in(each, talk) for each in proof.libraries):
        return True
    modules = {each for each in re.split(r"\W+", talk.by) if len(each) > _LEAST} - _COMMON
    if proof.replaced & (classes | modules):
        return True
    return any(has(plugin.name, word) for word in proof.replaced)
