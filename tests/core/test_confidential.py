"""Secret columns: bound to their column, readable after a change of keys, matched without being opened."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import text

from app.core import history
from app.core.confidential import Encrypted, blind, install, mask, opened
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.extensions import db
from app.people.models import Person

NAME, ID = Encrypted("informer.name"), Encrypted("party.id_number")


def seal(column: Encrypted, value: str) -> str:
    sealed = column.process_bind_param(value, db.engine.dialect)
    assert sealed is not None
    return sealed


def unseal(column: Encrypted, value: str) -> str | None:
    return column.process_result_value(value, db.engine.dialect)


def test_a_value_comes_back_and_its_text_is_nowhere_in_the_cipher(app: Flask) -> None:
    sealed = seal(NAME, "张举报")
    assert sealed.startswith("intl1:")
    assert "张举报" not in sealed
    assert unseal(NAME, sealed) == "张举报"
    assert NAME.process_bind_param(None, db.engine.dialect) is None
    assert NAME.process_result_value(None, db.engine.dialect) is None


def test_the_same_value_never_looks_the_same(app: Flask) -> None:
    assert len({seal(NAME, "张举报") for _ in range(20)}) == 20


def test_a_value_copied_into_another_column_does_not_open(app: Flask) -> None:
    with pytest.raises(InvalidTag):
        unseal(ID, seal(NAME, "张举报"))


def test_a_changed_cipher_does_not_open(app: Flask) -> None:
    sealed = seal(NAME, "张举报")
    broken = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(InvalidTag):
        unseal(NAME, broken)


def test_old_values_open_after_a_new_key_and_new_ones_use_it(app: Flask) -> None:
    first, second = os.urandom(32), os.urandom(32)
    install(app, {"k1": first}, "x" * 32)
    old = seal(NAME, "张举报")
    install(app, {"k2": second, "k1": first}, "x" * 32)
    assert unseal(NAME, old) == "张举报"
    assert seal(NAME, "张举报").startswith("intl1:k2:")
    install(app, {"k2": second}, "x" * 32)
    with pytest.raises(KeyError):
        unseal(NAME, old)


def test_keys_must_be_whole(app: Flask) -> None:
    for keys in ({}, {"k": b"short"}):
        with pytest.raises(ValueError, match="32 bytes"):
            install(app, keys, "x" * 32)


def test_an_unknown_suite_is_refused_not_guessed(app: Flask) -> None:
    with pytest.raises(ValueError, match="suite"):
        unseal(NAME, "rot13:k:abc")


def test_blind_matches_the_same_value_and_nothing_else(app: Flask) -> None:
    one = blind("41150219900101001x", "party.id_number")
    assert one == blind(" 41150219900101001X ", "party.id_number"), "case and blanks do not matter"
    assert one != blind("41150219900101001X", "informer.phone"), "not across columns"
    assert one != blind("411502199001010012", "party.id_number")
    assert one is not None
    assert len(one) == 64
    assert blind("", "party.id_number") is None
    assert blind(None, "party.id_number") is None
    install(app, app.extensions["tiequan.data_keys"], "y" * 32)
    assert blind("41150219900101001X", "party.id_number") != one, "without the key nobody can try all numbers"


def test_the_database_holds_only_the_cipher(app: Flask, person: Callable[[str], Person]) -> None:
    who = person("张执法")
    who.totp_secret = "JBSWY3DPEHPK3PXP"
    db.session.commit()
    raw = db.session.execute(text("SELECT totp_secret FROM person WHERE id = :i"), {"i": who.id}).scalar_one()
    assert raw.startswith("intl1:")
    assert "JBSWY3DP" not in raw
    db.session.expire_all()
    assert who.totp_secret == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("411502199001010012", "411***********0012"),
        ("1234567", "*******"),
        ("", ""),
        (None, ""),
        ("12345678", "123*5678"),
    ],
)
def test_a_mask_shows_the_ends_of_long_values_only(value: str | None, shown: str) -> None:
    assert mask(value) == shown


def test_r43_opening_a_secret_needs_a_reason_and_is_history(
    app: Flask, viewer: Callable[[str], Viewer], person: Callable[[str], Person]
) -> None:
    subject = person("张执法")
    for reason in ("", "  查看  "[:4], "看看"):
        with pytest.raises(Refused) as refused:
            opened(subject, "informer", viewer("张执法"), reason)
        assert refused.value.status == 422
    opened(subject, "informer", viewer("张执法"), "联系举报人核实地址")
    db.session.commit()
    entry = history.of(subject)[-1]
    assert (entry.act, entry.reason) == ("open_secret.informer", "联系举报人核实地址")
