"""Every page of a case opens."""

from __future__ import annotations

from tests.cases import world

TABS = ("", "/evidence", "/goods", "/screening", "/papers", "/deadlines", "/history")
FORMS = (
    "/facts",
    "/exclude",
    "/evidence/new",
    "/goods/new",
    "/site-records/new",
    "/interviews/new",
    "/findings",
    "/steps/ask",
    "/steps/report",
)


def test_every_page_of_a_case_opens(app, viewer, sign_in):
    case = world.investigated(viewer)
    one = world.with_lines(
        case, viewer("张执法"), {"quantity": "40", "price": "120", "price_kind": "标价", "price_reason": "未记账"}
    )
    world.proven(case, viewer("张执法"))
    client = sign_in("张执法")
    for path in (
        "/cases/",
        *(f"/cases/{case.id}{tab}" for tab in TABS),
        f"/cases/{case.id}/goods/{one.id}",
        *(f"/cases/{case.id}{p}" for p in FORMS),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True)[-3000:])
        assert "Traceback" not in answer.get_data(as_text=True)
