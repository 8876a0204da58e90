"""Official numbers: no gap, none twice, whatever happens at once (R04); 〔〕 and no leading zeros (GB/T 9704-2012)."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from app.core import numbering
from app.core.db import writing
from app.core.numbering import IssuedNumber, Series, holder, issue
from app.extensions import db
from app.people.models import Organ

SERIES = Series("test", "试验", "{short}试〔{year}〕{n}号")
AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
THING = SimpleNamespace(__tablename__="thing", id=1)


@pytest.fixture
def organ(app: Flask) -> Organ:
    return db.session.scalars(db.select(Organ).where(Organ.short == "信市监")).one()


def test_the_printed_form(organ: Organ) -> None:
    assert [issue(SERIES, organ, THING, AT) for _ in range(3)] == [
        "信市监试〔2026〕1号",
        "信市监试〔2026〕2号",
        "信市监试〔2026〕3号",
    ]


def test_each_year_series_and_organ_counts_for_itself(organ: Organ) -> None:
    other = db.session.scalars(db.select(Organ).where(Organ.short == "罗市监")).one()
    issue(SERIES, organ, THING, AT)
    assert issue(SERIES, other, THING, AT) == "罗市监试〔2026〕1号"
    assert issue(Series("other", "别", "{short}别〔{year}〕{n}号"), organ, THING, AT) == "信市监别〔2026〕1号"
    assert issue(SERIES, organ, THING, AT.replace(year=2027)) == "信市监试〔2027〕1号"


def test_the_year_is_the_year_in_shanghai(organ: Organ) -> None:
    eve = dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC)  # 1 January 00:30 in Shanghai
    assert issue(SERIES, organ, THING, eve) == "信市监试〔2027〕1号"


def test_a_number_rolled_back_was_never_taken(organ: Organ) -> None:
    issue(SERIES, organ, THING, AT)
    db.session.commit()
    issue(SERIES, organ, THING, AT)
    db.session.rollback()
    assert issue(SERIES, organ, THING, AT) == "信市监试〔2026〕2号"


def test_a_number_leads_to_its_holder_also_with_the_brackets_of_old_papers(organ: Organ) -> None:
    issue(SERIES, organ, SimpleNamespace(__tablename__="thing", id=42), AT)
    db.session.commit()
    for typed in ("信市监试〔2026〕1号", " 信市监试[2026]1号", "信市监试﹝2026﹞1号", "信市监试［2026］1号"):
        found = holder(typed)
        assert found is not None, typed
        assert (found.subject_type, found.subject_id) == ("thing", 42)
    assert holder("信市监试〔2026〕2号") is None


def test_r04_sixteen_writers_of_fifty_with_a_tenth_rolled_back_leave_no_gap_and_no_double(
    app: Flask, organ: Organ, person: Callable[[str], object]
) -> None:
    organ_id, short = organ.id, organ.short
    db.session.commit()
    kept: list[str] = []
    errors: list[BaseException] = []
    lock = threading.Lock()

    def clerk(k: int) -> None:
        random_ = random.Random(k)
        try:
            with app.app_context(), writing():
                for n in range(50):
                    text = issue(
                        SERIES,
                        SimpleNamespace(id=organ_id, short=short),
                        SimpleNamespace(__tablename__="thing", id=k * 100 + n),
                        AT,
                    )
                    if random_.random() < 0.1:
                        db.session.rollback()
                        continue
                    db.session.commit()
                    with lock:
                        kept.append(text)
                db.session.remove()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=clerk, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    numbers = sorted(db.session.scalars(db.select(IssuedNumber.n).where(IssuedNumber.series == "test")))
    assert numbers == list(range(1, len(kept) + 1))
    assert len(set(kept)) == len(kept)
    assert 600 < len(kept) < 800
    assert db.session.scalar(db.select(numbering.Counter.n).where(numbering.Counter.series == "test")) == len(kept)
