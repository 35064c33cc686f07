"""Every scanner finds what it is for, and little else: measured on snippets that say what is in them."""

from __future__ import annotations

import pytest
from audit import corpus

from testrun.audit import scanners

LEAST = 30
"""So many snippets with, and as many without."""


@pytest.mark.parametrize(("scanner", "language"), corpus.pairs())
def test_precision_and_recall(scanner: str, language: str):
    score = corpus.score(scanner, language)
    print(f"{scanner} {language}: precision {score.precision:.2f}, recall {score.recall:.2f}")
    assert (score.precision >= 0.9, score.recall >= 0.9) == (True, True), (score.missed, score.false)


@pytest.mark.parametrize(("scanner", "language"), corpus.pairs())
def test_there_are_enough_snippets(scanner: str, language: str):
    score = corpus.score(scanner, language)
    assert min(score.positives, score.negatives) >= LEAST, (score.positives, score.negatives)


def test_every_scanner_is_measured_in_every_language():
    assert corpus.pairs() == sorted((each.name, language) for each in scanners.ALL for language in ("go", "python", "typescript"))


@pytest.mark.parametrize(("scanner", "language"), corpus.pairs())
def test_no_two_snippets_have_one_name(scanner: str, language: str):
    names = [each.name for each in corpus.snippets(scanner, language)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("scanner", [each.name for each in scanners.ALL])
def test_every_rule_has_snippets(scanner: str):
    expected = {each.rule for of, language in corpus.pairs() if of == scanner for each in corpus.snippets(of, language)} - {""}
    assert expected == {rule.name for each in scanners.ALL if each.name == scanner for rule in each.rules}
