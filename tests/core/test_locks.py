"""R10: somebody holds a row; the others are told so within three seconds, and the house goes on."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from app.extensions import db
from tests.transfers.world import brought_to

AT_ONCE = 12


@pytest.mark.postgres
@pytest.mark.parametrize("template", ["postgres"], indirect=True)
def test_r10_a_held_row_is_a_409_within_three_seconds_and_the_pool_is_not_used_up(
    app: Flask, database_url: str, sign_in
) -> None:
    transfer_id = brought_to("awaiting_decision").id
    db.session.commit()
    url = f"/transfers/{transfer_id}/steps/approve"
    client = sign_in("陈局长")
    data = {**client.hidden(url), "reason": "同意"}
    db.session.remove()
    answers: list[tuple[int, str]] = []

    def press() -> None:
        answer = FlaskClient.open(client, url, method="POST", data=data)
        answers.append((answer.status_code, answer.get_data(as_text=True)))

    holder = create_engine(database_url)
    with holder.begin() as connection:
        connection.execute(text("select id from transfer where id = :id for update"), {"id": transfer_id})
        threads = [threading.Thread(target=press) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # All have been answered while the row is still held: none of them waited for it.
        assert [status for status, _page in answers] == [409] * AT_ONCE
        assert all("他人正在处理" in page for _status, page in answers)
        assert client.get(f"/transfers/{transfer_id}").status_code == 200, "reading waits for nobody"
        assert db.session.scalar(text("show lock_timeout")) == "2s", "the patience of each; the rest is work"
        db.session.rollback()
    holder.dispose()
    assert client.post(url, data=data).status_code == 303
