"""The pages of docs/ that are made from the code say what the code says; `./run docs` makes them anew."""

from __future__ import annotations

from flask import Flask

from app import manual


def test_generated_pages_are_true(app: Flask) -> None:
    assert manual.stale() == []
