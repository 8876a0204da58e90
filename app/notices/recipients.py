"""Whom a step or a deadline tells: the words of `Step.tells` and `Term.tells` as people.

A word names a post of the organ that owns the subject, or people whom the subject itself knows. An unknown word is a
KeyError; a law test walks every declared word through `known`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.core import clock
from app.extensions import db
from app.people import queries
from app.people.models import POSTS, Person, Post


@dataclass(frozen=True)
class Recipient:
    """A person in the post for which he is told; enough of an actor to ask a workflow what waits for him."""

    user_id: int
    name: str
    email: str
    locale: str
    post: str
    organ_id: int
    acting: bool = False


def _of_post(post: Post) -> Recipient:
    person = post.person
    return Recipient(person.id, person.name, person.email, person.locale, post.kind, post.organ_id, post.acting)


def _of_persons(ids: Iterable[int | None], organ_id: int, post: str = "officer") -> list[Recipient]:
    found = [db.session.get(Person, person_id) for person_id in dict.fromkeys(i for i in ids if i)]
    return [
        Recipient(p.id, p.name, p.email, p.locale, post, organ_id)
        for p in found if p is not None and p.disabled_at is None
    ]  # fmt: skip


def _members(rows: Iterable[Any], on: dt.date) -> list[int]:
    """Person ids of assignments (rows with person_id and, if they have them, since/until) that hold today."""
    found = []
    for row in rows:
        until, since = getattr(row, "until", None), getattr(row, "since", None)
        if (since is None or _day(since) <= on) and (until is None or _day(until) >= on):
            found.append(row.person_id)
    return found


def _day(value: dt.date | dt.datetime) -> dt.date:
    return clock.local(value).date() if isinstance(value, dt.datetime) else value


def _officers(subject: Any) -> list[Recipient]:
    """Those who handle it: its officers, else its case's, else who was given or made it."""
    for holder in (subject, getattr(subject, "case", None)):
        rows = getattr(holder, "officers", None)
        if rows:
            found = _of_persons(_members(rows, clock.today()), subject.organ_id)
            if found:
                return found
    return _of_persons([getattr(subject, "officer_id", None) or subject.created_by_id], subject.organ_id)


def _team(subject: Any) -> list[Recipient]:
    """The special team of a transfer (国务院令310号 5(1)); before it is named, the officers of the case."""
    rows = getattr(subject, "team", None)
    return (_of_persons(_members(rows, clock.today()), subject.organ_id) if rows else []) or _officers(subject)


def _proposer(subject: Any) -> list[Recipient]:
    return _of_persons([getattr(subject, "proposed_by_id", None) or subject.created_by_id], subject.organ_id)


def _creator(subject: Any) -> list[Recipient]:
    return _of_persons([subject.created_by_id], subject.organ_id)


def _principal(subject: Any) -> list[Recipient]:
    """The principal head, and whoever stands in for him (主持工作的负责人, 国务院令310号 5(2))."""
    return [_of_post(post) for post in queries.deciders(subject.organ_id)]


def _endorser(subject: Any) -> list[Recipient]:
    """Who examines the report of a special team; the transfer knows (E.2)."""
    return [_of_post(post) for post in subject.examiners()]


def _partner(attribute: str, kind: str) -> Callable[[Any], list[Recipient]]:
    def find(subject: Any) -> list[Recipient]:
        organ_id = getattr(subject, attribute, None)
        return [_of_post(post) for post in queries.posts(organ_id, kind)] if organ_id else []

    return find


def _supervisor(subject: Any) -> list[Recipient]:
    """The principal of the organ above: the supervising level hears of it (国务院令310号 14)."""
    parent = queries.organ(subject.organ_id).parent_id
    return [_of_post(post) for post in queries.deciders(parent)] if parent else []


WORDS: dict[str, Callable[[Any], list[Recipient]]] = {
    "officers": _officers,
    "officer": _officers,
    "team": _team,
    "proposer": _proposer,
    "creator": _creator,
    "endorser": _endorser,
    "principal": _principal,
    "supervisor": _supervisor,
    "police": _partner("police_id", "police_liaison"),
    "police_liaison": _partner("police_id", "police_liaison"),
    "procuratorate": _partner("procuratorate_id", "procuratorate_liaison"),
    "procuratorate_liaison": _partner("procuratorate_id", "procuratorate_liaison"),
}


def known(word: str) -> bool:
    """Whether `word` names somebody."""
    return word in WORDS or word in POSTS


def of(subject: Any, words: Iterable[str]) -> list[Recipient]:
    """The people behind `words`, each once, in the post first named. KeyError for an unknown word."""
    found: dict[int, Recipient] = {}
    for word in words:
        if word in WORDS:
            people = WORDS[word](subject)
        elif word in POSTS:
            people = [_of_post(post) for post in queries.posts(subject.organ_id, word)]
        else:
            raise KeyError(f"nobody is called {word}")
        for one in people:
            found.setdefault(one.user_id, one)
    return list(found.values())


def administrators() -> list[Recipient]:
    """All administrators in office."""
    return [_of_post(post) for post in queries.posts(None, "admin")]
