"""Killed workers and a Redis that is away: nothing is lost and nothing is done twice (promises R01-R03, R06, R07)."""

from __future__ import annotations

import hashlib
import time
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.e2e import story
from tests.e2e.house import House, until
from tests.e2e.people import City

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(600)]


def papers_of(house: House, clue: str) -> list[tuple[str, str]]:
    number = int(clue.rsplit("/", 1)[1])
    return [
        tuple(row)
        for row in house.rows(
            "select state, sha256 from paper where subject_type = 'clue' and subject_id = :id", id=number
        )
    ]


def let_the_lease_run_out(house: House, queue: str) -> None:
    """Twenty seconds pass for what the dead worker held."""
    house.change(
        "update errand set leased_until = '2020-01-01 00:00:00.000000', offered_at = null where state = 'running' and queue = :queue",
        queue=queue,
    )


def all_done(house: House) -> bool:
    return house.one("select count(*) from errand where state in ('waiting', 'running')") == 0


def all_whole(house: House) -> None:
    """Every notice has one mail, every mail is another one, every ready paper is its file."""
    mails = [message_from_bytes(file.read_bytes()) for file in (house.folder / "mail").glob("*.eml")]
    assert (
        len({mail["Message-ID"] for mail in mails})
        == len(mails)
        == house.one("select count(*) from notice where mail_state = 'sent'")
    )
    assert house.one("select count(*) - count(distinct key) from notice") == 0
    assert house.rows("select state from errand where state = 'failed'") == []
    for (sha256,) in house.rows("select sha256 from paper where state = 'ready'"):
        file = Path(house.config.BLOB_FOLDER) / sha256[:2] / sha256[2:4] / sha256
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def test_killed_while_printing(city: City) -> None:
    house, officer = city.house, city["张执法"]
    until(lambda: all_done(house), 60, "the work before")
    clue = story.log_clue(officer, "401")
    began = time.monotonic()
    while papers_of(house, clue)[0][0] not in {"rendering", "ready"} and time.monotonic() - began < 30:
        time.sleep(0.005)
    house.kill("papers")
    more = [story.log_clue(officer, str(n)) for n in (402, 403)]
    assert all(papers_of(house, one)[0][0] != "ready" for one in more)
    let_the_lease_run_out(house, "papers")
    house.start("papers")
    until(lambda: all_done(house), 60, "the papers after the restart")
    for one in (clue, *more):
        assert [state for state, _sha in papers_of(house, one)] == ["ready"]
    all_whole(house)


def test_killed_while_sending(city: City) -> None:
    house = city.house
    clue = story.log_clue(city["张执法"], "404")
    story.assign(city, clue)
    house.kill("notices")
    city["张执法"].step("建议立案", story.filing(city), at=clue)
    number = int(clue.rsplit("/", 1)[1])
    waiting = "select count(*) from notice where subject_type = 'clue' and subject_id = :id and mail_state = 'waiting'"
    assert house.one(waiting, id=number) >= 1
    # As if it had been killed between writing the mail and saying so: the errand stands as running, the mail as waiting.
    house.change(
        "update errand set state = 'running', tries = 1, leased_until = '2020-01-01 00:00:00.000000' where state = 'waiting' and queue = 'notices'"
    )
    house.start("notices")
    until(lambda: house.one(waiting, id=number) == 0 and all_done(house), 60, "the mails after the restart")
    told = house.rows(
        "select person_id, title, count(*) from notice where subject_type = 'clue' and subject_id = :id group by person_id, title",
        id=number,
    )
    assert told
    assert all(row[2] == 1 for row in told)
    all_whole(house)


def test_redis_is_away(city: City) -> None:
    house, officer = city.house, city["张执法"]
    until(lambda: all_done(house), 60, "the work before")
    with house.without_redis():
        clue = story.log_clue(officer, "405")
        until(lambda: "消息队列暂时离线" in officer.open(clue), 15, "the banner, whichever process answers")
        story.assign(city, clue)
        assert papers_of(house, clue)[0][0] == "waiting"
    until(lambda: all_done(house), 60, "the errands after Redis is back")
    assert [state for state, _sha in papers_of(house, clue)] == ["ready"]
    all_whole(house)
    until(lambda: "消息队列暂时离线" not in officer.open("/"), 15, "the banner to go")
