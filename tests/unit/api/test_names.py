import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.api import names
from testrun.core import model

UID = "6f1c0a52-6f0e-4b8e-9f55-5b1f0f8f3f10"
RUN = model.RunRef(namespace="shop", name="shop", uid=UID)

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
subdomains = st.lists(st.from_regex(DNS_LABEL, fullmatch=True), min_size=1, max_size=3).map(".".join)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shop", "shop-9a00869e63"),
        ("shop.example.com", "shop-example-com-9a00869e63"),
        ("a" * 60, "a" * 41 + "-9a00869e63"),
        ("a" * 40 + ".b", "a" * 40 + "-9a00869e63"),
    ],
    ids=["short", "dots become dashes", "cut", "cut before a dash"],
)
def test_a_job_is_named_after_its_run_and_its_uid(name: str, expected: str) -> None:
    assert names.job_name(name, UID) == expected


def test_a_new_run_of_an_old_name_has_another_job() -> None:
    assert names.job_name("shop", UID) != names.job_name("shop", UID.replace("6", "7"))


def test_the_secret_is_named_like_the_job() -> None:
    assert names.secret_name("shop", UID) == names.job_name("shop", UID)


@given(name=subdomains, uid=st.uuids().map(str), index=st.integers(0, 99))
def test_whatever_the_run_is_called_its_children_have_valid_names(name: str, uid: str, index: int) -> None:
    job = names.job_name(name, uid)
    pod = f"{job}-{index}-abcde"

    assert len(job) <= names.JOB_NAME_LENGTH
    assert DNS_LABEL.fullmatch(job)
    assert DNS_LABEL.fullmatch(pod)


@given(name=subdomains)
def test_whatever_the_run_is_called_its_labels_have_valid_values(name: str) -> None:
    labels = names.labels(model.RunRef(namespace="shop", name=name, uid=UID))

    assert all(LABEL_VALUE.fullmatch(value) for value in labels.values())


def test_labels_of_a_run() -> None:
    assert names.labels(RUN) == {
        "app.kubernetes.io/managed-by": "testrun-operator",
        "testing.ameide.io/run": "shop",
        "testing.ameide.io/run-uid": UID,
    }


def test_children_are_selected_by_uid() -> None:
    assert names.selector(RUN) == f"testing.ameide.io/run-uid={UID}"
