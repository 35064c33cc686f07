"""The JavaScript that runs inside a shard's pod, as texts for the Secret that carries it there.

Nothing here knows Kubernetes, and nothing else of the in-pod part is Python: it runs on the user's node.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping


def shard_files() -> Mapping[str, str]:
    """File name -> text of the shim, the reporter and the modules they import. All of them are mounted into one folder."""
    folder = importlib.resources.files(__package__)
    scripts = sorted((entry for entry in folder.iterdir() if entry.name.endswith((".mjs", ".cjs"))), key=lambda entry: entry.name)
    return {script.name: script.read_text(encoding="utf-8") for script in scripts}
