"""Whether an image is the one that was asked for, however the two are written."""

from __future__ import annotations

import dataclasses

HUB = "docker.io"
DIGEST = "sha256:"
_HUBS = frozenset({HUB, "index.docker.io", "registry-1.docker.io"})


@dataclasses.dataclass(frozen=True)
class Reference:
    """The parts of ``registry/repository:tag@digest``. ``repository`` is empty for a digest alone."""

    repository: str
    tag: str
    digest: str


def parse(text: str) -> Reference:
    """A reference with what its short form leaves out: ``node`` is ``docker.io/library/node:latest``."""
    text = text.removeprefix("docker-pullable://").removeprefix("docker://")
    if text.startswith(DIGEST):
        return Reference("", "", text)
    name, _, digest = text.partition("@")
    path, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # no colon at all, or that of a registry's port
        path, tag = name, "" if digest else "latest"
    return Reference(_full(path), tag, digest)


def _full(path: str) -> str:
    first, slash, rest = path.partition("/")
    if not slash:
        return f"{HUB}/library/{path}"
    if first in _HUBS:
        return f"{HUB}/{rest}" if "/" in rest else f"{HUB}/library/{rest}"
    return path if "." in first or ":" in first or first == "localhost" else f"{HUB}/{path}"


def names_digest(wanted: str) -> bool:
    """Only what pods run can tell, unless the template names a digest too."""
    return bool(parse(wanted).digest)


def is_named(wanted: str, image: str) -> bool:
    """A template's ``image`` says that it is the wanted one. A digest rules: a tag next to it may have moved on."""
    asked, given = parse(wanted), parse(image)
    if asked.digest:
        return asked.digest == given.digest and asked.repository in ("", given.repository)
    return (asked.repository, asked.tag) == (given.repository, given.tag)


def runs(wanted: str, image: str, image_id: str) -> bool:
    """A container that was started from ``image`` runs the wanted digest. A runtime that knows no repository for it, as of an
    image that was loaded and not pulled, gives a digest alone.
    """
    asked, given = parse(wanted), parse(image_id)
    if not image_id or asked.digest != given.digest:
        return False
    return asked.repository in ("", given.repository or parse(image).repository)
