"""Runs Argo CD's health scripts as Argo CD does: `obj` is the object, and of the libraries there are only base and table."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Mapping
from typing import Any

import yaml

CHART = pathlib.Path(__file__).parents[3] / "charts/testrun-operator/argocd"
SCRIPT = CHART / "health.lua"
RUN = """
local allowed = {table = table}
for _, name in ipairs({"assert", "error", "ipairs", "next", "pairs", "select", "tonumber", "tostring", "type", "unpack"}) do
  allowed[name] = _G[name]
end
getmetatable("").__index = nil  -- ("x"):sub needs the string library too
allowed.obj = OBJECT
local script = assert(loadfile(arg[1]))
setfenv(script, allowed)
local found = script()
io.write(found.status, "\\n", found.message)
"""


def health(body: Mapping[str, Any]) -> tuple[str, str]:
    """Status and message. Fails when the script does."""
    program = RUN.replace("OBJECT", literal(body))
    done = subprocess.run(["lua5.1", "-", str(SCRIPT)], input=program, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    status, _, message = done.stdout.partition("\n")
    return status, message


def literal(value: Any) -> str:
    """A value of JSON as Lua would write it; null is absent."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return '"' + "".join(f"\\{byte:03d}" for byte in value.encode()) + '"'
        case list():
            return "{" + ", ".join(literal(each) for each in value) + "}"
        case _:
            return "{" + ", ".join(f"[{literal(name)}] = {literal(each)}" for name, each in value.items()) + "}"


def recorded(name: str) -> dict[str, Any]:
    """A TestRun of the folder testdata."""
    body: dict[str, Any] = yaml.load((CHART / name).read_text(), Loader=Strings)
    return body


class Strings(yaml.SafeLoader):
    """Times stay text, as in JSON."""


Strings.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
