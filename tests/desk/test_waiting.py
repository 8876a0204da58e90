"""What waits for whom, read off the procedures: exactly those who must act see it, and see it until they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app import ui, wiring
from app.core import clock
from app.core.permissions import Viewer
from app.core.steps import take
from app.desk import home, waiting
from app.extensions import db
from app.transfers import queries
from app.transfers.models import Transfer
from app.transfers.queries import waiting_for
from tests.cases import world as cases
from tests.conftest import BrowserClient
from tests.transfers.world import ROAD, a_case, a_transfer, brought_to, do, who

WAITS = {
    "suspected": {"王科长"}, "team_designated": {"张执法", "李执法"}, "report_drafting": {"张执法", "李执法"}, "awaiting_endorsement": {"王科长"},
    "awaiting_decision": {"陈局长"}, "correcting": {"张执法", "李执法"}, "approved": {"张执法", "李执法", "孙内勤"}, "not_approved": {"周副局"},
    "handed_over": {"公安刘警官", "检察院孙检"}, "receipt_signed": {"公安刘警官"}, "supplement_requested": {"孙内勤", "张执法", "李执法"},
    "under_police_review": {"公安刘警官"}, "filed": {"孙内勤", "张执法", "李执法"},
}  # fmt: skip
PEOPLE = (
    "张执法",
    "李执法",
    "王科长",
    "赵审核",
    "周副局",
    "陈局长",
    "孙内勤",
    "钱接待",
    "公安刘警官",
    "检察院孙检",
    "外县老周",
    "市局高局长",
    "审计郑",
)


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def kind(name: str) -> waiting.SubjectKind:
    return next(k for k in wiring.SUBJECTS if k.type == name)


def waited(type_: str, pile: str = "todo") -> set[str]:
    """The people on whose desk something of this kind lies."""
    found = set()
    for name in PEOPLE:
        viewer = who(name)
        if kind(type_) in waiting.kinds(viewer) and waiting.pile(viewer, pile, kind(type_)).count:
            found.add(name)
    return found


@pytest.mark.parametrize("state", sorted(WAITS))
def test_a_transfer_waits_for_exactly_those_who_must_act(state: str) -> None:
    brought_to(state)
    found = waited("transfer")
    # The copy to the procuratorate waits for its signature as long as it is not signed.
    assert found - {"检察院孙检"} == WAITS[state] - {"检察院孙检"}, state


def test_a_page_without_a_step_names_only_whom_it_waits_for() -> None:
    transfer = brought_to("under_police_review", a_transfer(a_case(goods=False)))
    assert ui.waits_for(wiring.TRANSFER, transfer) == "现等公安联络员、检察联络员办理。"
    do(transfer, "sign_copy", "检察院孙检")
    assert ui.waits_for(wiring.TRANSFER, transfer) == "现等公安联络员办理。"


@pytest.mark.parametrize("state", sorted(WAITS))
def test_the_list_of_what_waits_for_me_is_that_of_the_desk(state: str) -> None:
    """A row of the desk opens its page as one of that list."""
    transfer = brought_to(state)
    for name in PEOPLE:
        viewer = who(name)
        listed = kind("transfer") in waiting.kinds(viewer) and queries.count(viewer, queries.Filters("mine"))
        assert bool(listed) == (name in waited("transfer")), (name, transfer.status)


def test_what_waits_on_the_desk_is_worked_off_one_by_one(sign_in: Callable[[str], BrowserClient]) -> None:
    ids = [brought_to("awaiting_decision", a_transfer(a_case(party=f"第{n}商行"))).id for n in range(2)]
    db.session.commit()
    client = sign_in("陈局长")
    for url in ("/", "/todo/todo/transfer"):
        shown = client.get(url).get_data(as_text=True)
        assert all(f'href="/transfers/{i}?queue=mine"' in shown for i in ids), url
    decided = client.post_form(f"/transfers/{ids[1]}/steps/approve?queue=mine", {"reason": ""})
    after = client.get(decided.location).get_data(as_text=True)
    assert f'rel="next" href="/transfers/{ids[0]}?queue=mine"' in after


def test_what_is_done_is_gone_from_the_desk() -> None:
    transfer = brought_to("awaiting_decision")
    assert waited("transfer") == {"陈局长"}
    do(transfer, "approve", "陈局长", reason="")
    assert "陈局长" not in waited("transfer")


def test_a_case_waits_for_the_head_only_when_something_is_asked(viewer: Callable[[str], Viewer]) -> None:
    case = cases.investigated(viewer)
    assert waited("case") & {"周副局", "陈局长"} == set()
    take(
        wiring.CASE,
        case,
        "ask",
        viewer("张执法"),
        {"asked": "terminate", "asked_ground": next(iter(_grounds("terminate"))), "asked_reason": "违法事实不能成立。"},
    )
    db.session.flush()
    assert waited("case") >= {"周副局", "陈局长"}


def _grounds(matter: str) -> list[str]:
    from app.cases.words import GROUNDS

    return list(GROUNDS[matter])


def test_a_filed_case_waits_for_the_unit_head(viewer: Callable[[str], Viewer]) -> None:
    cases.filed(viewer)
    assert waited("case") == {"王科长"}


def test_an_officer_sees_what_he_is_in_charge_of_and_others_do_not(viewer: Callable[[str], Viewer]) -> None:
    cases.investigated(viewer)
    assert waited("case", "charge") & {"张执法", "李执法", "外县老周"} == {"张执法", "李执法"}


def test_a_returned_report_lies_on_the_teams_desk_until_it_goes_on() -> None:
    transfer = brought_to("awaiting_endorsement")
    assert waited("transfer", "returned") == set()
    do(transfer, "send_back", "王科长", reason="请补充鉴别意见。")
    db.session.commit()  # history is written with the commit
    assert waited("transfer", "returned") == {"张执法", "李执法"}
    state, step, name, data = ROAD["awaiting_endorsement"]
    assert state == transfer.status
    do(transfer, step, name, **data(transfer))
    db.session.commit()
    assert waited("transfer", "returned") == set()


def test_it_stays_returned_when_the_team_changes_and_nothing_else_counts_as_a_return() -> None:
    transfer = brought_to("awaiting_endorsement")
    do(transfer, "send_back", "王科长", reason="请补充鉴别意见。")
    members = [who(name).user_id for name in ("张执法", "李执法")]
    do(transfer, "change_team", "王科长", members=members, reason="人员变动。")
    db.session.commit()
    assert waited("transfer", "returned") == {"张执法", "李执法"}
    kept = [step.id for workflow in wiring.WORKFLOWS for step in workflow.steps if step.returns]
    assert sorted(kept) == [
        "decline", "record_return_package", "return_for_correction", "return_package", "send_back", "send_back", "send_back_to_unit"
    ]  # fmt: skip


def test_an_owed_legal_opinion_lies_on_the_reviewers_desk_and_on_no_other(app: Flask) -> None:
    app.config["LEGAL_OPINION"] = True
    transfer = brought_to("awaiting_endorsement")
    db.session.commit()
    assert waited("transfer") == {"赵审核"}
    assert [row.id for row in transfers_waiting("赵审核")] == [transfer.id], "list and desk say the same"
    do(transfer, "give_legal_opinion", "赵审核", reason="事实清楚，同意移送。")
    db.session.commit()
    assert waited("transfer") == {"王科长"}


def transfers_waiting(name: str) -> list[Transfer]:
    return list(db.session.scalars(select(Transfer).where(waiting_for(who(name)))))


def test_new_since_yesterday_and_not_the_day_before() -> None:
    a_case()
    db.session.commit()
    assert "王科长" in waited("case", "new")
    assert "外县老周" not in waited("case", "new")
    with clock.standing_at(clock.now() + dt.timedelta(days=3)):
        assert waited("case", "new") == set()


def test_dates_that_end_soon_are_shown_to_those_concerned_and_no_other_county() -> None:
    brought_to("approved")
    soon = clock.now() + waiting.SOON
    terms = {name: {d.term for d in waiting.dates(who(name), soon, 50)} for name in PEOPLE if name not in {"审计郑"}}
    assert "handover_24h" in terms["张执法"]
    assert "handover_24h" in terms["陈局长"]
    assert terms["外县老周"] == set()
    assert terms["公安刘警官"] == set(), "before it is handed over the police see nothing"


def test_a_partner_organ_sees_its_own_limits_only() -> None:
    brought_to("handed_over")
    soon = clock.now() + waiting.SOON
    assert {d.term for d in waiting.dates(who("公安刘警官"), soon, 50)} == {"police_receipt"}


@pytest.mark.parametrize("name", ["张执法", "李执法", "王科长", "外县老周", "罗山马执法"])
def test_a_full_desk_is_asked_another_way_and_told_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    brought_to("approved")
    viewer, soon = who(name), clock.now() + waiting.SOON
    few = [row.id for row in waiting.dates(viewer, soon, 50)]
    monkeypatch.setattr(waiting, "LITTLE", 0)
    assert [row.id for row in waiting.dates(viewer, soon, 50)] == few
    assert bool(few) == (name in {"张执法", "李执法", "王科长"})


def test_an_officer_without_a_part_in_it_sees_no_date_of_it() -> None:
    a_transfer(a_case(officers=("张执法", "李执法")))
    db.session.flush()
    other = who("罗山马执法")
    assert waiting.dates(other, clock.now() + waiting.SOON, 50) == []


def test_nothing_is_counted_further_than_the_cap(
    monkeypatch: pytest.MonkeyPatch, viewer: Callable[[str], Viewer]
) -> None:
    monkeypatch.setattr(waiting, "CAP", 2)
    for n in range(4):
        cases.filed(viewer, party=cases.party(f"商行{n}"))
    pile = waiting.pile(who("王科长"), "todo", kind("case"))
    assert (pile.count, pile.shown) == (3, "2+")


def test_the_most_urgent_stand_first(viewer: Callable[[str], Viewer]) -> None:
    late = cases.filed(viewer, party=cases.party("甲"), at=clock.now() - dt.timedelta(days=80))
    fresh = cases.filed(viewer, party=cases.party("乙"))
    rows = waiting.pile(who("王科长"), "todo", kind("case")).rows
    assert [row.subject.id for row in rows] == [late.id, fresh.id] or rows[0].due.due_at <= rows[1].due.due_at  # type: ignore[union-attr]


@pytest.mark.parametrize("name", PEOPLE)
def test_every_post_has_a_home(name: str) -> None:
    brought_to("handed_over")
    db.session.flush()
    assert isinstance(home.cards(who(name)), list)


def test_main_steps_are_those_marked_and_never_those_of_time_itself() -> None:
    transfer = next(w for w in wiring.WORKFLOWS if w.id == "transfer")
    assert [s.id for s in transfer.main_steps("awaiting_decision")] == ["give_legal_opinion", "approve"]
    assert transfer.main_steps("closed") == ()
    assert all("system" not in s.posts for w in wiring.WORKFLOWS for state in w.states for s in w.main_steps(state))


def test_a_copy_that_was_signed_waits_no_more() -> None:
    transfer = brought_to("handed_over")
    assert "检察院孙检" in waited("transfer")
    do(transfer, "sign_copy", "检察院孙检", copy_received_by="孙检")
    assert "检察院孙检" not in waited("transfer")


@pytest.mark.parametrize("state", ["handed_over", "receipt_signed", "filed", "goods_handed_over"])
def test_conditions_in_sql_say_what_their_guards_say(state: str) -> None:
    transfer = brought_to(state)
    db.session.flush()
    for step in wiring.TRANSFER.steps:
        for guard in step.needs:
            if guard.calls is not None:
                where = guard.calls(type(transfer))
                listed = db.session.scalar(db.select(type(transfer).id).where(where)) is not None
                assert listed == bool(guard.calls(transfer)), guard.id
