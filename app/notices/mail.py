"""The mail of a notice: it says that something waits and where, and nothing of the case."""

from __future__ import annotations

import hashlib
import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import force_locale

from app.core import clock
from app.core.text import _, datetime_zh
from app.notices.models import KINDS, Notice

PATIENCE = 10  # seconds for each answer of the mail server


class Undeliverable(Exception):
    """The server refuses this address for good: trying again would be a nuisance."""

    final = True


def compose(notice: Notice) -> EmailMessage:
    """The mail. Its Message-ID comes from the notice's key, so that a second copy is known as the same mail (R03)."""
    person, sender = notice.person, current_app.config["MAIL_FROM"]
    message = EmailMessage()
    message["Message-ID"] = (
        f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2] or 'tiequan'}>"
    )
    message["Date"] = format_datetime(clock.local(notice.created_at))
    message["From"] = sender
    message["To"] = person.email
    with force_locale(person.locale):
        message["Subject"] = _("铁拳：%(kind)s", kind=_(KINDS[notice.kind]))
        message["Auto-Submitted"] = "auto-generated"
        text = (
            _("%(name)s，您好：", name=person.name),
            _(
                "%(at)s有一条新消息（%(kind)s），请登录系统查看：",
                at=datetime_zh(notice.created_at),
                kind=_(KINDS[notice.kind]),
            ),
            f"{current_app.config['SERVED_AT']}/notices/{notice.id}/open",
            _("为保守办案秘密，邮件中不写案件内容。请勿转发，勿回复。"),
        )
    message.set_content("\n\n".join(text) + "\n")
    return message


def file_of(notice: Notice) -> Path:
    """Where the embedded default keeps the mail of a notice."""
    folder: Path = current_app.config["MAIL_FOLDER"]
    return folder / f"{notice.id:08d}-{hashlib.sha256(notice.key.encode()).hexdigest()[:8]}.eml"


def write(message: EmailMessage, file: Path) -> None:
    """Write the mail as a file, whole or not at all; written again it is the same file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(bytes(message))
    part.replace(file)


def post(message: EmailMessage, server: str) -> None:
    """Hand the mail to the SMTP server of the settings. Raises Undeliverable, or OSError/SMTPException to try again."""
    parts = urlsplit(server)
    context = ssl.create_default_context()
    host, port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25)
    link: smtplib.SMTP = (
        smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=PATIENCE)
    )
    with link:
        if parts.scheme == "smtp" and link.has_extn("starttls"):
            link.starttls(context=context)
        if parts.username:
            link.login(unquote(parts.username), unquote(parts.password or ""))
        try:
            link.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            if code >= 500:
                raise Undeliverable(f"the mail server refuses the address ({code})") from refused
            raise
