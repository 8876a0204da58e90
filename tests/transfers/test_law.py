"""The transfer against the text of the law: what the review of an administrative lawyer found, article by article."""

from __future__ import annotations

from flask import Flask

from app.core import clock, deadlines
from app.law.queries import cite
from app.ui import fuse_of
from tests.transfers.world import a_transfer


def test_order310_5_1_a_number_that_no_text_gives_says_so_on_the_page(app: Flask, sign_in) -> None:
    transfer = a_transfer()
    row = deadlines.running(transfer, "team_designation")
    assert row is not None
    assert "无天数" in fuse_of(row)["doubt"]
    from app.extensions import db

    db.session.commit()
    page = sign_in("王科长").get(f"/transfers/{transfer.id}").get_data(as_text=True)
    visible = page.split("fuse-doubt", 1)[1].split("</p>", 1)[0]
    assert "无天数" in visible


def test_the_copy_to_the_procuratorate_names_opinions_without_inventing_articles(app: Flask) -> None:
    printed = str(cite("copy_procuratorate", clock.today()))
    assert "关于在行政执法中及时移送涉嫌犯罪案件的意见》" in printed
    assert "条" not in printed.replace("《", "").split("意见》")[-1]
    assert "第一条" not in printed
    assert "第四条" not in printed
