"""The errand of a notice: its mail."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import update

from app.core import clock
from app.extensions import db
from app.notices import mail
from app.notices.models import Notice


def deliver(notice_id: int) -> None:
    """Send the mail of a notice. May run twice: a mail that was sent is not sent again, a file is the same file."""
    notice = db.session.get(Notice, notice_id, populate_existing=True)
    if notice is None or notice.mail_state not in {"waiting", "failed"}:
        return
    message, file, server = mail.compose(notice), mail.file_of(notice), current_app.config["MAIL"]
    # No transaction is kept open while a mail server thinks: on SQLite it would hold up everybody who writes.
    db.session.rollback()
    if server == "folder":
        mail.write(message, file)
    else:
        mail.post(message, server)
    done = update(Notice).where(Notice.id == notice_id)
    db.session.execute(done.values(mail_state="sent", mail_error=None, mailed_at=clock.recorded_now()))
