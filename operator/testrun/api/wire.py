"""JSON of the records that the server and the operator exchange: the fields of ``core.model``, in camelCase as in Kubernetes.

Both directions are derived from the dataclasses, so a field is named once.
"""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, TypeVar

import pydantic
from pydantic.alias_generators import to_camel

from testrun.core import model

T = TypeVar("T")

_CONFIG = pydantic.ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="ignore")
for _, _record in inspect.getmembers(model, dataclasses.is_dataclass):
    setattr(_record, "__pydantic_config__", _CONFIG)  # noqa: B010  # pydantic's own door for dataclasses that are not its own; core must not import it

_adapters: dict[type, pydantic.TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> pydantic.TypeAdapter[T]:
    if kind not in _adapters:
        _adapters[kind] = pydantic.TypeAdapter(kind)
    return _adapters[kind]


def dump(record: object) -> dict[str, Any]:
    """A record of ``core.model`` as a JSON-ready dict with camelCase keys; times in RFC 3339."""
    dumped: dict[str, Any] = _adapter(type(record)).dump_python(record, mode="json", by_alias=True)
    return dumped


def dumps(record: object) -> bytes:
    """The same as compact JSON bytes."""
    return _adapter(type(record)).dump_json(record, by_alias=True)


def load(kind: type[T], data: object) -> T:
    """The record of a dict. Raises ``ValueError`` (pydantic's own) that names the field when it does not fit."""
    return _adapter(kind).validate_python(data)


def loads(kind: type[T], data: bytes) -> T:
    """The record of JSON bytes. Raises ``ValueError`` as `load` does."""
    return _adapter(kind).validate_json(data)
