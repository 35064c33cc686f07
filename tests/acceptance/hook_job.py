"""The objects of `examples/argocd/hook-job.yaml`, with the images and the tests of this cluster."""

from __future__ import annotations

from typing import Any

import yaml
from acceptance.cluster import REPOSITORY, Body, Namespace


def objects(namespace: Namespace, spec_file: str, **playwright: Any) -> list[Body]:
    """The last of them is the Job."""
    found = list(yaml.safe_load_all((REPOSITORY / "examples/argocd/hook-job.yaml").read_text()))
    config, job = found[-2], found[-1]
    example = yaml.safe_load(config["data"]["testrun.yaml"])
    run = namespace.run("", spec_file, shards=1, **playwright).body
    run["metadata"] = example["metadata"]
    config["data"]["testrun.yaml"] = yaml.safe_dump(run)
    job["spec"]["template"]["spec"]["containers"][0]["image"] = namespace.cluster.images["OPERATOR_IMAGE"]
    return found
