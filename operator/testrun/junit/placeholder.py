"""The JUnit of a phase that left none that can be used: one errored case that says why. Pure."""

from __future__ import annotations

from testrun.core import cases, model
from testrun.junit import writer


def document(run: model.RunRef, phase: model.RecordedPhase, *, revision: str, kind: str, message: str) -> bytes:
    """The file. ``kind`` is one word, ``message`` a sentence."""
    case = model.Case(
        shard=0,
        file="",
        project="",
        title=(f"phase {phase}",),
        status=model.CaseStatus.ERRORED,
        message=f"{phase}: {message}",
        kind=kind,
    )
    heading = writer.Heading(
        name=run.name, counts=cases.count([case]), duration=0.0, properties=(("phase", phase), ("revision", revision))
    )
    return writer.document(heading, [case])
