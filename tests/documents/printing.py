"""Prints the sample papers for the tests, each once."""

from functools import cache

import app.cases.papers
import app.documents.papers
import app.intake.papers
import app.transfers.papers  # noqa: F401
from app.documents.kinds import KINDS, freeze, title_of
from app.documents.render import Head, Printed, print_paper
from tests.documents.samples import NUMBERS, SAMPLES

EVERY = [(kind, number) for kind, samples in SAMPLES.items() for number in range(len(samples))]


def head(kind: str, number: int = 0) -> Head:
    """Return the head of a sample paper."""
    facts = freeze(SAMPLES[kind][number])
    return Head(title_of(kind, facts), NUMBERS.get(kind, ""), "7K2M-9QXP-4TBD", 1, "", "2026-11-23T09:30:00+08:00")


def print_again(kind: str, number: int = 0) -> Printed:
    """Print a sample paper now."""
    return print_paper(KINDS[kind].template, head(kind, number), freeze(SAMPLES[kind][number]))


@cache
def printed(kind: str, number: int = 0) -> Printed:
    """Return a sample paper, printed once in this test run."""
    return print_again(kind, number)
