"""Where etcd and kube-apiserver are: they are not part of the package."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = ("etcd", "kube-apiserver")
HINT = "set KUBEBUILDER_ASSETS to a folder that holds them, or get them with `setup-envtest use`"


class EnvtestError(Exception):
    """The API server cannot run here. The message says what to do."""


def find() -> Path:
    """The folder of the programs: ``KUBEBUILDER_ASSETS`` when it is set, and nowhere else then; else the newest in the store of
    setup-envtest; else what hack/cluster/build.sh of the project has built.
    """
    if given := os.environ.get("KUBEBUILDER_ASSETS"):
        if missing := _missing(Path(given)):
            raise EnvtestError(f"no {' and no '.join(missing)} in {given}: KUBEBUILDER_ASSETS must name a folder that holds them")
        return Path(given)
    looked = [*_stored(), _cache() / "bin" / "current"]
    for folder in looked:
        if not _missing(folder):
            return folder
    raise EnvtestError(f"no {' and no '.join(PROGRAMS)} in {' or '.join(map(str, looked))}: {HINT}")


def _missing(folder: Path) -> list[str]:
    return [program for program in PROGRAMS if not os.access(folder / program, os.X_OK)]


def _stored() -> Iterator[Path]:
    """What setup-envtest has fetched, the newest version first. Its folders are called 1.35.0-linux-amd64."""
    store = _home("XDG_DATA_HOME", ".local/share") / "kubebuilder-envtest" / "k8s"
    if not store.is_dir():
        return iter([store])
    return iter(sorted(store.iterdir(), key=_version, reverse=True))


def _version(folder: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", folder.name)]


def _cache() -> Path:
    return Path(os.environ.get("TESTRUN_CACHE") or _home("XDG_CACHE_HOME", ".cache") / "testrun")


def _home(variable: str, usual: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / usual)
