"""The mail of a notice: what it says, that it is the same mail when sent twice, and how a server's refusal ends (R02, R03)."""

from __future__ import annotations

import email
import email.policy
import smtplib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import outbox
from app.core.outbox import Errand
from app.extensions import db
from app.notices import jobs, mail
from app.notices.models import Notice
from app.people.models import Person
from tests.transfers.world import brought_to


@pytest.fixture
def notice(app: Flask) -> Notice:
    brought_to("awaiting_decision")
    db.session.commit()
    found = (
        select(Notice).join(Person, Person.id == Notice.person_id).where(Person.name == "陈局长", Notice.kind == "task")
    )
    return db.session.scalars(found).one()


class Server:
    """A small SMTP server that keeps what it is given. refuse: the answer to RCPT."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.refuse = ""
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link, link.makefile("rwb") as file:
                self._talk(file)

    def _talk(self, file: Any) -> None:
        def say(line: str) -> None:
            file.write(line.encode() + b"\r\n")
            file.flush()

        say("220 test")
        while line := file.readline().decode().strip():
            word = line.split(":")[0].split()[0].upper()
            if word == "DATA":
                say("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += file.readline()
                self.mails.append(text[:-5].decode())
                say("250 kept")
            elif word == "RCPT" and self.refuse:
                say(self.refuse)
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    found = Server()
    app.config["MAIL"] = found.url
    yield found
    found.listener.close()


def errand_of(notice_id: int) -> int:
    found = next(
        e.id
        for e in db.session.scalars(select(Errand).where(Errand.kind == "notices.deliver"))
        if e.args == {"notice_id": notice_id}
    )
    db.session.rollback()
    return found


def again(notice_id: int) -> Notice:
    db.session.rollback()
    return db.session.get_one(Notice, notice_id, populate_existing=True)


def parsed(text: bytes | str) -> Any:
    raw = text if isinstance(text, bytes) else text.encode()
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_the_mail_says_that_something_waits_and_where_and_nothing_of_the_case(notice: Notice, app: Flask) -> None:
    message = mail.compose(notice)
    text = message.as_string() + message.get_content()
    assert message["To"] == "chenjuzhang@rehearsal.invalid"
    assert message["Subject"] == "铁拳：等您办理"
    assert f"/notices/{notice.id}/open" in message.get_content()
    for secret in ("茶业", "移送", "信阳毛尖", "浉市监", notice.title, notice.body):
        assert secret not in text


def test_the_message_id_is_the_key_so_a_copy_is_known_as_one(notice: Notice) -> None:
    first, second = mail.compose(notice), mail.compose(notice)
    assert first["Message-ID"] == second["Message-ID"]
    assert bytes(first) == bytes(second)
    notice.key += "x"
    assert mail.compose(notice)["Message-ID"] != first["Message-ID"]


def test_a_line_break_in_a_name_or_address_adds_no_header(notice: Notice) -> None:
    notice.person.name = "陈局长\r\nBcc: evil@example.com"
    message = mail.compose(notice)
    assert message["Bcc"] is None
    notice.person.email = "a@example.com\r\nBcc: evil@example.com"
    with pytest.raises(ValueError, match=r"[Hh]eader|newline|linefeed"):
        mail.compose(notice)


def test_the_embedded_default_writes_a_file(notice: Notice, app: Flask) -> None:
    file, notice_id = mail.file_of(notice), notice.id
    assert outbox.run(errand_of(notice_id)) == "done"
    assert parsed(file.read_bytes())["Subject"] == "铁拳：等您办理"
    done = again(notice_id)
    assert done.mail_state == "sent"
    assert done.mailed_at is not None


def test_r03_sent_twice_it_is_one_file(notice: Notice, app: Flask) -> None:
    folder, notice_id = Path(app.config["MAIL_FOLDER"]), notice.id
    for _ in range(3):
        again(notice_id).mail_state = "waiting"
        db.session.commit()
        jobs.deliver(notice_id)
        db.session.commit()
    assert len(list(folder.iterdir())) == 1


def test_a_mail_that_was_sent_is_not_sent_again(notice: Notice, server: Server) -> None:
    notice_id = notice.id
    db.session.rollback()
    for _ in range(2):
        jobs.deliver(notice_id)
        db.session.commit()
    assert len(server.mails) == 1
    found = parsed(server.mails[0])
    assert found["Message-ID"].endswith("@localhost>")
    assert found["Auto-Submitted"] == "auto-generated"


def test_a_server_that_is_away_is_tried_again_later(notice: Notice, app: Flask) -> None:
    app.config["MAIL"] = "smtp://127.0.0.1:1"
    notice_id = notice.id
    assert outbox.run(errand_of(notice_id)) == "again"
    assert again(notice_id).mail_state == "waiting"


def test_an_address_refused_for_now_is_tried_again_and_for_good_ends_at_once(notice: Notice, server: Server) -> None:
    notice_id = notice.id
    server.refuse = "451 try later"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        jobs.deliver(notice_id)
    db.session.rollback()
    server.refuse = "550 no such person"
    assert outbox.run(errand_of(notice_id)) == "failed"
    ended = again(notice_id)
    assert ended.mail_state == "failed"
    assert "550" in (ended.mail_error or "")
    alarms = db.session.scalars(select(Notice).where(Notice.kind == "alarm")).all()
    assert [a.mail_state for a in alarms] == ["none"]


def test_no_transaction_is_held_while_the_server_thinks(
    notice: Notice, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite an open write transaction would hold up everybody who saves."""
    seen = []
    monkeypatch.setattr(mail, "post", lambda message, server: seen.append(db.session().in_transaction()))
    app.config["MAIL"] = "smtp://127.0.0.1:1"
    notice_id = notice.id
    jobs.deliver(notice_id)
    assert seen == [False]


def test_a_notice_that_is_gone_is_nothing_to_do(app: Flask) -> None:
    jobs.deliver(999_999)
