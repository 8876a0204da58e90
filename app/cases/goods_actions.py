"""Writes of goods lists and lines. Every one of them counts the amounts anew and screens again. Never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.cases import duty, record_actions
from app.cases.actions import settle
from app.cases.goods import CLOCKS, DECIDED, DECISIONS, ENDINGS, HELD, MEASURES, OCCASIONS, GoodsLine, GoodsList
from app.cases.models import Case, next_in_case
from app.core import clock, deadlines, history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_, _, date_zh
from app.extensions import db
from app.law.models import Cause
from app.notices import actions as notices
from app.notices import recipients
from app.notices.recipients import Recipient

MOST = 2000
COLUMNS = (
    "nature", "name", "mark", "mark_source", "spec", "batch", "unit", "quantity_milli", "price_fen", "price_kind", "price_reason", "sold",
    "purchase_fen", "place", "seal_no", "storage", "features", "remarks", "photo_id",
)  # fmt: skip
HEAD = (
    "occasion",
    "measure_kind",
    "goes_with",
    "goes_with_no",
    "place",
    "storage",
    "made_on",
    "refusal",
    "approval_no",
    "approved_on",
)
DAYS = ("made_on", "approved_on")
UNFAIR_COMPETITION = "unfair_competition_law"
# What a release is called and rests on: form 23, form 20.
RELEASES = {
    "measure": (N_("登记解除查封、扣押"), "行政强制法 21、27、28"),
    "registration": (N_("登记解除先行登记保存"), "行政处罚法 56、市场监督管理行政处罚程序规定 35"),
}
# Other ways in which a hold ends, by the occasion of its list, each with its law; the goods stay in the house's hands.
WAYS = {
    "registration": {
        "preserved": "市场监督管理行政处罚程序规定 35(1)",
        "tested": "市场监督管理行政处罚程序规定 35(2)",
        "confiscated": "市场监督管理行政处罚程序规定 35(4)",
        "mistake": "市场监督管理行政处罚程序规定 33、35",
    },
    "measure": {"confiscated": "行政强制法 27", "mistake": "行政强制法 24、25"},
}
ENDED = {
    "preserved": N_("登记取证保全，先行登记保存结束"),
    "tested": N_("登记送检，先行登记保存结束"),
    "confiscated": N_("登记没收"),
    "seized": N_("先行登记保存改为查封、扣押"),
    "mistake": N_("登记清单误登"),
}
BACK_LAW = {"measure": "行政强制法 25、28", "registration": "行政处罚法 56、市场监督管理行政处罚程序规定 35"}
NOT_HELD = N_("这份清单没有正在查封、扣押或者先行登记保存的物品。")
NOT_SOLD = N_(
    "先行登记保存、查封、扣押和提取的清单只登记实际控制的物品，不能登记已售出的物品。请另建“账册、交易记录核算”清单。"
)


class Wrong(Refused):
    """What was typed in one field cannot stand. field: its name in the form."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def needs_approval(case: Case) -> bool:
    """Whether a seizure in this case needs the principal head of a city or higher bureau (反不正当竞争法 16)."""
    cause = db.session.get(Cause, case.cause_id) if case.cause_id else None
    return cause is not None and any(row[0] == UNFAIR_COMPETITION for row in cause.violates)


def _check_power(case: Case, data: Mapping[str, Any]) -> None:
    """Refused (422) where no law gives the power to seize (行政强制法 17; 专利法 69), or the approval that it asks for is not named."""
    cause = db.session.get(Cause, case.cause_id) if case.cause_id else None
    if cause is not None and not cause.seizable:
        if cause.right_kind == "patent":
            raise Wrong(
                "occasion",
                N_(
                    "专利法只对涉嫌假冒专利的产品规定了查封、扣押，本案案由不能查封、扣押（专利法 69、行政强制法 17）。需要保全证据的，请改用先行登记保存（行政处罚法 56）。"
                ),
            )
        raise Wrong(
            "occasion",
            N_(
                "没有法律、法规对本案案由规定查封、扣押，不能登记查封、扣押清单（行政强制法 17）。需要保全证据的，请改用先行登记保存（行政处罚法 56）。"
            ),
        )
    if not needs_approval(case):
        return
    approved = data.get("approved_on")
    if not str(data.get("approval_no") or "").strip():
        raise Wrong(
            "approval_no",
            N_(
                "涉嫌不正当竞争的查封、扣押，须书面报告并经设区的市级以上机关主要负责人批准。请填写批准文书的名称、文号（反不正当竞争法 16）。"
            ),
        )
    if approved is None:
        raise Wrong("approved_on", N_("请填写设区的市级以上机关主要负责人批准的日期（反不正当竞争法 16）。"))
    # 行政强制法 19: in an emergency the approval follows within twenty-four hours.
    if data.get("made_on") is not None and approved > data["made_on"] + dt.timedelta(days=1):
        raise Wrong(
            "approved_on",
            N_(
                "批准日期晚于查封、扣押日期，请核对。情况紧急当场实施的，须在二十四小时内补办批准手续（行政强制法 19）。"
            ),
        )


def make_list(case: Case, viewer: Viewer, data: Mapping[str, Any], continues: GoodsList | None = None) -> GoodsList:
    """Begin a list of goods, empty. data["officer_ids"]: who made it; without it all who were in charge that day.

    continues: the registration whose goods are now sealed or seized (程序规定 35(3)); its lines go along and its hold ends.
    Refused (422) for a seizure that no law allows (`_check_power`), a measure or a registration whose decision is not
    named (`_check_decision`), and for makers who may not be (`duty.shown`).
    """
    occasion = data.get("occasion") or "found"
    if continues is not None:
        _check_continued(continues, occasion, data["made_on"])
    if occasion == "measure":
        _check_power(case, data)
    kind = _check_decision(occasion, data)
    made = GoodsList(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, GoodsList.n, case.id), occasion=occasion, measure_kind=kind,
        goes_with=data.get("goes_with") or DECISIONS.get(occasion, ""), goes_with_no=data.get("goes_with_no") or "", place=data.get("place") or "",
        storage=data.get("storage") or "", made_on=data["made_on"], refusal=data.get("refusal") or "", created_by_id=viewer.user_id,
        approval_no=data.get("approval_no") or "", approved_on=data.get("approved_on"),
        makers=_makers(case, data.get("officer_ids") or (), data["made_on"]), continues=continues,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    history.record(case, "make_goods_list", viewer, name=N_("登记物品清单"), law="市场监督管理行政处罚程序规定 33、37",
                   facts={"list": made.n, "occasion": OCCASIONS.get(made.occasion, made.occasion)})  # fmt: skip
    if continues is None:
        hold(case, viewer)
        return made
    _take_along(continues, made, case, viewer)
    return made


def _check_continued(before: GoodsList, occasion: str, on: dt.date) -> None:
    """Refused (422) where there is no registration that could become a seizure on that day."""
    if before.occasion != "registration" or not before.unsettled:
        raise Refused(NOT_HELD, 422)
    if occasion != "measure":
        raise Wrong("occasion", N_("先行登记保存的物品改为查封、扣押的，清单来由请选择“查封、扣押”。"))
    if on < before.made_on:
        raise Wrong("made_on", N_("查封、扣押日期不得早于先行登记保存的日期，请核对。"))


def _take_along(before: GoodsList, made: GoodsList, case: Case, viewer: Viewer) -> None:
    """The goods of a registration stand on the list of the measure from now on, and count there alone."""
    for line in before.lines:
        made.lines.append(GoodsLine(case_id=case.id, n=line.n, **{name: getattr(line, name) for name in COLUMNS}))
    before.ended_way, before.ended_on, before.ended_by = "seized", made.made_on, f"{made.goes_with}{made.goes_with_no}"
    history.record(case, "end_hold", viewer, name=ENDED["seized"], law="市场监督管理行政处罚程序规定 35(3)", reason=before.ended_by,
                   facts={"list": before.n, "on": made.made_on.isoformat(), "new_list": made.n})  # fmt: skip
    hold(case, viewer, _over(made.made_on), before.occasion)
    settle(case, viewer, f"清单{before.n}的物品改为查封、扣押，列入清单{made.n}")


def _check_decision(occasion: str, data: Mapping[str, Any]) -> str:
    """查封 or 扣押 for a measure, as chosen or as the name of its decision says; "" for any other list.

    Refused (422) where that stays open, or the decision behind a measure or a registration has no number
    (行政强制法 24; 程序规定 33、37): the party is told of it, and the police, by that number.
    """
    if occasion in DECIDED and not str(data.get("goes_with_no") or "").strip():
        raise Wrong(
            "goes_with_no",
            N_("请填写查封、扣押决定书或者先行登记保存证据通知书的文号（行政强制法 24，程序规定 33、37）。"),
        )
    if occasion != "measure":
        return ""
    kind = str(data.get("measure_kind") or "")
    named = [code for code, words in MEASURES.items() if words in str(data.get("goes_with") or "")]
    if kind not in MEASURES and len(named) != 1:
        raise Wrong("measure_kind", N_("请选择是查封还是扣押；两种都有的，分别制作清单（行政强制法 9、24）。"))
    return kind if kind in MEASURES else named[0]


def _makers(case: Case, person_ids: Sequence[int], on: dt.date) -> list[dict[str, Any]]:
    return _there(case, person_ids, on, "officer_ids") if person_ids else duty.frozen(case.officers_on(on))


def _there(case: Case, person_ids: Sequence[int], on: dt.date, field: str) -> list[dict[str, Any]]:
    """`duty.shown`, its refusal put to the field of the form."""
    try:
        return duty.shown(case, person_ids, on)
    except Refused as refused:
        raise Wrong(field, refused.sentence) from None


def hold(case: Case, viewer: Viewer, ended: dt.datetime | None = None, of: str = "") -> None:
    """Let the clocks of the earliest seizure and of the earliest registration whose goods are still held run, and end
    when there are none: thirty days (行政强制法 25), seven working days (行政处罚法 56; 程序规定 35).

    One clock of each for a case: it is the earliest that becomes unlawful first. What was extended or left out belongs
    to that measure; the next one begins with its own day. ended: when goods ceased to be held, which may lie before the
    day on which that is entered; None where the lists were only put right. of: the occasion whose goods these were.
    """
    db.session.flush()
    for occasion, (term, event) in CLOCKS.items():
        first, row = _first_day(case, term), deadlines.running(case, term)
        same = row is not None and clock.local(row.start_at).date() == first
        if first is None or (ended is not None and of in {"", occasion} and not same):
            deadlines.end(case, term, ended or clock.now())
        if first is not None and not same:
            deadlines.begin(case, term, viewer, clock.now(), event)


def _over(day: dt.date) -> dt.datetime:
    """When a hold that ended on that day was over: with the day, or now while it lasts."""
    return min(clock.day_end(day), clock.now())


def _first_day(case: Case, term: str) -> dt.date | None:
    first: dt.date | None = getattr(case, deadlines.terms()[term].starts or "")
    return first


def release(goods: GoodsList, case: Case, viewer: Viewer, on: dt.date, paper: str) -> None:
    """The goods are held no more: given back (form 23; form 20 for registered ones).

    Refused (422) for a list that holds nothing, goods that are with the police, no paper, or an impossible day. Registered
    goods whose hold had ended in another way are given back by this too.
    """
    _check_end(goods, on, paper)
    _released(goods, case, viewer, on, paper.strip())
    hold(case, viewer, _over(on), goods.occasion)


def _check_end(goods: GoodsList, on: dt.date, paper: str) -> None:
    if goods.occasion in DECIDED and goods.handed_with_id is not None:
        raise Refused(N_("这份清单的物品已移交公安机关，退回或者处理情况请在移送中登记。"), 422)
    if not goods.unsettled:
        raise Refused(NOT_HELD, 422)
    if not paper.strip():
        raise Refused(N_("请填写解除决定书（通知书）、检测委托书、处罚决定书等文书的名称和文号；误登的写明情况。"), 422)
    if not max(goods.made_on, goods.ended_on or goods.made_on) <= on <= clock.today():
        raise Refused(N_("解除、处理日期不得早于清单的制作日期和已登记的处理日期，也不得晚于今天，请核对。"), 422)


def end_hold(goods: GoodsList, case: Case, viewer: Viewer, way: str, on: dt.date, paper: str) -> None:
    """The hold ends on that day, in one of the ways of the law (程序规定 35; 行政强制法 27).

    way: "released" (`release`: the goods are given back), or one of `WAYS`, after which they are still in our hands: what
    was copied or sent to the laboratory is given back, seized or confiscated by a second entry. "mistake": the list tells
    of a hold that never was; its lines count no more, its time is void, and the unit head is told.
    Refused (422) like `release`, and for a way that the list does not know or that was entered before.
    """
    if way == "released":
        release(goods, case, viewer, on, paper)
        return
    if way not in WAYS.get(goods.occasion, {}) or way == goods.ended_way:
        raise Wrong("way", N_("请选择处理方式；已经登记过的方式不必再登记。"))
    _check_end(goods, on, paper)
    running, counted = goods.held, goods.held_from
    goods.ended_way, goods.ended_on, goods.ended_by = way, on, paper.strip()
    history.record(case, "end_hold", viewer, name=ENDED[way], law=WAYS[goods.occasion][way], reason=paper.strip(),
                   facts={"list": goods.n, "way": ENDINGS[way], "on": on.isoformat()})  # fmt: skip
    if way != "mistake":
        hold(case, viewer, _over(on), goods.occasion)
        return
    db.session.flush()
    term = CLOCKS[goods.occasion][0]
    row = deadlines.running(case, term)
    if running and row is not None and clock.local(row.start_at).date() == counted != _first_day(case, term):
        deadlines.end(case, term, clock.now(), void=True)
    hold(case, viewer)
    settle(case, viewer, f"清单{goods.n}误登，不再计入金额")
    _tell_unit_head(goods, case, viewer, lambda: _("误登：%(title)s", title=notices.title_of("case", case)), lambda: _(
        "%(who)s登记清单%(n)s（%(what)s，%(day)s）为误登，该清单不再计入金额和期限，请核对。说明：%(reason)s。",
        who=viewer.name, n=goods.n, what=_(OCCASIONS[goods.occasion]), day=date_zh(goods.made_on), reason=paper.strip().rstrip("。"),
    ))  # fmt: skip


def _released(goods: GoodsList, case: Case, viewer: Viewer, on: dt.date, paper: str) -> None:
    goods.released_on, goods.released_by = on, paper
    name, law = RELEASES[goods.occasion]
    act = "release_measure" if goods.occasion == "measure" else "release_registration"
    history.record(case, act, viewer, name=name, law=law, reason=paper, facts={"list": goods.n, "on": on.isoformat()})


def handed_to_police(case: Case, viewer: Viewer, at: dt.datetime, paper: str, transfer_id: int) -> None:
    """Everything held went to the police (行政强制法 21; 国务院令310号 12): what was seized is held no more.

    Goods that were registered or taken as evidence go too, so that nothing is handed over twice. All lists are marked
    before the clock is looked at: it ends with its extension, and no clock begins for a list that goes along.
    """
    _alone(case)
    held = select(GoodsList).where(GoodsList.case_id == case.id, GoodsList.holds())
    on = clock.local(at).date()
    for goods in db.session.scalars(held.order_by(GoodsList.n)).all():
        goods.handed_with_id, goods.handed_at = transfer_id, at
        if goods.occasion == "measure":
            _released(goods, case, viewer, max(on, goods.made_on), paper)
        elif goods.occasion == "registration" and not goods.ended_way:
            goods.ended_way, goods.ended_on, goods.ended_by = "handed", max(on, goods.made_on), paper
    hold(case, viewer, at)


def _alone(case: Case) -> None:
    """Wait for whoever writes to the case's lists just now: the step of a transfer has locked only the transfer."""
    db.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())


def _away(case: Case, transfer_id: int) -> list[GoodsList]:
    """The lists of the case that are with the police by this transfer, locked; those of another one stay where they are."""
    _alone(case)
    found = select(GoodsList).where(GoodsList.case_id == case.id, GoodsList.handed_with_id == transfer_id)
    return list(db.session.scalars(found.order_by(GoodsList.n)))


def disposed_by_police(case: Case, viewer: Viewer, on: dt.date, paper: str, transfer_id: int) -> None:
    """The police deal with the goods themselves: they come back no more, and no clock of ours runs for them."""
    for goods in _away(case, transfer_id):
        goods.released_on, goods.released_by = goods.released_on or on, paper
        goods.handed_with_id = goods.handed_at = None
        history.record(case, "goods_disposed", viewer, name=N_("登记公安机关处理涉案物品"), law="国务院令第310号 12", reason=paper,
                       facts={"list": goods.n, "on": on.isoformat()})  # fmt: skip


def back_from_police(case: Case, viewer: Viewer, on: dt.date, transfer_id: int) -> None:
    """What had gone to the police is held by us again: its clock runs on from the day of the seizure (行政强制法 25, 28).

    No text leaves out the days at the police, nor gives new ones; an extension that was approved still counts. For what
    was registered the handing over was the decision that its seven days ask for (行政处罚法 56): that time stays met, and
    what came back is given back or seized at once.
    """
    for goods in _away(case, transfer_id):
        goods.released_on, goods.released_by = None, ""
        goods.handed_with_id = goods.handed_at = None
        history.record(case, "goods_back", viewer, name=N_("登记公安机关退回涉案物品"), law=BACK_LAW.get(goods.occasion, "国务院令第310号 12"),
                       facts={"list": goods.n, "on": on.isoformat()})  # fmt: skip
    db.session.flush()
    ended = [row for row in deadlines.of(case) if row.state in {"met", "met_late"}]
    for term, _event in CLOCKS.values():
        first = _first_day(case, term)
        same = (row for row in ended if row.term == term and clock.local(row.start_at).date() == first)
        before = next(same, None)
        if before is not None:
            deadlines.end(case, term, clock.now(), void=True)  # of what was seized in the meantime, and later
            deadlines.revive(before)
    hold(case, viewer)


def change_list(goods: GoodsList, case: Case, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Change the head of a list; history keeps what stood there before.

    Refused (422) where a decision stands behind the list and its occasion or its day would change: the day has a step of
    its own (`correct_day`), so that no clock of the law moves by an edit (行政强制法 25).
    """
    wanted = {name: data.get(name) if name in DAYS else data.get(name) or "" for name in HEAD if name in data}
    before = {name: getattr(goods, name) for name, value in wanted.items() if getattr(goods, name) != value}
    if goods.occasion in DECIDED and "occasion" in before:
        raise Wrong(
            "occasion",
            N_(
                "查封、扣押和先行登记保存清单的来由不能修改。物品已处理的，请登记处理情况；误登的，在清单页登记误登并写明情况，再另建清单。"
            ),
        )
    if goods.occasion in DECIDED and "made_on" in before:
        raise Wrong("made_on", N_("查封、扣押和先行登记保存的日期不能直接修改。请在清单页用“更正日期”，写明理由。"))
    occasion = str(wanted.get("occasion") or goods.occasion)
    if "occasion" in before and wanted["occasion"] in HELD and any(line.sold for line in goods.lines):
        raise Wrong("occasion", NOT_SOLD)
    if occasion == "measure" and {"occasion", "approval_no", "approved_on"} & set(before):
        _check_power(case, {name: wanted.get(name, getattr(goods, name)) for name in HEAD})
    if {"occasion", "measure_kind", "goes_with", "goes_with_no"} & set(before):
        kind = _check_decision(occasion, {name: wanted.get(name, getattr(goods, name)) for name in HEAD})
        if kind != goods.measure_kind:
            wanted["measure_kind"], before["measure_kind"] = kind, goods.measure_kind
        else:
            before.pop("measure_kind", None)
    asked, kept = set(data.get("officer_ids") or ()), goods.makers or duty.frozen(case.officers_on(goods.made_on))
    if asked and asked != {one["person_id"] for one in kept}:
        wanted["makers"] = _makers(case, data["officer_ids"], data.get("made_on") or goods.made_on)
        before["makers"] = goods.makers
    elif "made_on" in before:
        _check_new_day(goods, case, data["made_on"], "made_on")
    if not before:
        return
    for name in before:
        setattr(goods, name, wanted[name])
    history.record(
        case, "change_goods_list", viewer, name=N_("修改物品清单"),
        facts={"list": goods.n, "before": _plain(before), "after": _plain({name: wanted[name] for name in before})},
    )  # fmt: skip
    hold(case, viewer)


def _check_new_day(goods: GoodsList, case: Case, on: dt.date, field: str) -> None:
    """Refused (422) for a day before the clue was found, or on which its makers were not in charge (行政处罚法 42; 程序规定 22)."""
    found = duty.found_on(case)
    if found is not None and on < found:
        raise Wrong(field, N_("清单日期不得早于线索的发现日期，请核对（行政处罚法 54，程序规定 18）。"))
    if goods.makers:
        _there(case, [one["person_id"] for one in goods.makers], on, field)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def correct_day(goods: GoodsList, case: Case, viewer: Viewer, on: dt.date, reason: str) -> None:
    """The day of a seizure or a registration was entered wrongly (行政强制法 25; 程序规定 33、35).

    History keeps both days and the reason, the unit head is told, a form 24 that was printed gets its next version. The
    clock goes on counting from the earlier of the two days; only the unit head lets them count from the later one.
    Refused (422) for a list without a decision, no reason, an impossible day, or when nothing changes.
    """
    if goods.occasion not in DECIDED:
        raise Refused(N_("只有查封、扣押和先行登记保存清单需要更正日期，其他清单请直接修改。"), 422)
    if len(reason.strip()) < 4:
        raise Wrong("reason", N_("请写明更正日期的理由（至少四个字），例如以哪份决定书为准。"))
    if on > (goods.released_on or clock.today()):
        raise Wrong("on", N_("更正后的日期不得晚于今天，也不得晚于解除日期，请核对。"))
    _check_new_day(goods, case, on, "on")
    counted, made, leads = goods.held_from, goods.made_on, viewer.post == "unit_head"
    clock_from = counted if counted < on and not leads else None
    if on == made and clock_from == goods.clock_from:
        raise Wrong("on", N_("日期没有变化，无需更正。"))
    goods.made_on, goods.clock_from = on, clock_from
    db.session.flush()
    term, event = CLOCKS[goods.occasion][0], N_("更正查封、扣押或者登记保存日期")
    row = deadlines.running(case, term)
    moved = counted != goods.held_from == _first_day(case, term)
    if moved and row is not None and clock.local(row.start_at).date() == counted:
        # The same hold: what was extended or left out stays, and the row of the wrong day stays on record.
        deadlines.correct_start(row, case, viewer, clock.now(), event)
    else:
        if goods.handed_with_id is not None and counted != goods.held_from:
            # With the police: its time has ended, and runs on from the right day if the goods come back.
            for ended in deadlines.of(case):
                if ended.term == term and not ended.open and clock.local(ended.start_at).date() == counted:
                    deadlines.correct_ended(ended, goods.held_from, viewer)
        hold(case, viewer)
    law = "行政强制法 25" if goods.occasion == "measure" else "市场监督管理行政处罚程序规定 33、35"
    days = {"made_on": made, "counted_from": counted}
    history.record(
        case, "correct_goods_day", viewer, name=N_("更正查封、扣押或者登记保存日期"), law=law, reason=reason.strip(),
        facts={"list": goods.n, "before": _plain(days), "after": _plain({"made_on": on, "counted_from": goods.held_from})},
    )  # fmt: skip
    record_actions.reprint_goods_list(goods, case, viewer, f"更正制作日期：{reason.strip()}"[:300])
    _tell_unit_head(
        goods, case, viewer, lambda: _("更正日期：%(title)s", title=notices.title_of("case", case)),
        lambda: _day_words(goods, viewer, made, reason.strip()),
    )  # fmt: skip


def _day_words(goods: GoodsList, viewer: Viewer, before: dt.date, reason: str) -> str:
    body = _("%(who)s将清单%(n)s（%(what)s）的日期由%(before)s更正为%(after)s。理由：%(reason)s。", who=viewer.name, n=goods.n,
             what=_(OCCASIONS[goods.occasion]), before=date_zh(before), after=date_zh(goods.made_on), reason=reason.rstrip("。"))  # fmt: skip
    if goods.clock_from is not None:
        body += _(
            "%(what)s期限仍从%(day)s起算；确应从更正后的日期起算的，请您在清单页更正。",
            what=_(OCCASIONS[goods.occasion]),
            day=date_zh(goods.clock_from),
        )
    return body


def _tell_unit_head(
    goods: GoodsList, case: Case, viewer: Viewer, title: Callable[[], str], body: Callable[[], str]
) -> None:
    """title, body: asked once for each recipient, in the language of the recipient."""

    def write(_one: Recipient) -> notices.Message:
        key = f"case:{case.id}:goods_day:{goods.id}:{clock.now():%Y%m%d%H%M%S%f}"
        return notices.Message(key, "news", "case", case.id, title(), body())

    notices.send_each(recipients.of(case, ("unit_head",)), write, but=viewer.user_id)


def add_lines(goods: GoodsList, case: Case, viewer: Viewer, rows: Sequence[Mapping[str, Any]]) -> list[GoodsLine]:
    """Add cleaned lines (`goods_lines.clean`) at the end of a list."""
    if len(goods.lines) + len(rows) > MOST:
        raise Refused(N_("一份清单最多2000行，请另建清单。"), 422)
    if goods.occasion in HELD and any(values.get("sold") for values in rows):
        raise Wrong("sold", NOT_SOLD)
    last = max((line.n for line in goods.lines), default=0)
    made = []
    for n, values in enumerate(rows, last + 1):
        line = GoodsLine(case_id=case.id, n=n, **{name: values[name] for name in COLUMNS if name in values})
        goods.lines.append(line)
        made.append(line)
    db.session.flush()
    history.record(
        case,
        "add_goods",
        viewer,
        name=N_("登记涉案物品"),
        facts={"list": goods.n, "lines": len(made), "first": last + 1},
    )
    settle(case, viewer, f"登记涉案物品：清单{goods.n}增加{len(made)}行")
    return made


def change_line(line: GoodsLine, case: Case, viewer: Viewer, values: Mapping[str, Any]) -> None:
    """Change a line; history keeps what stood there before."""
    before = {name: getattr(line, name) for name in COLUMNS if name in values and getattr(line, name) != values[name]}
    if not before:
        return
    if line.list.occasion in HELD and values.get("sold"):
        raise Wrong("sold", NOT_SOLD)
    for name in before:
        setattr(line, name, values[name])
    db.session.flush()
    history.record(
        case, "change_goods", viewer, name=N_("修改涉案物品"),
        facts={"list": line.list.n, "line": line.n, "before": before, "after": {name: values[name] for name in before}},
    )  # fmt: skip
    settle(case, viewer, f"修改涉案物品：清单{line.list.n}第{line.n}行")


def remove_line(line: GoodsLine, case: Case, viewer: Viewer, reason: str) -> None:
    """Take a line out that was entered by mistake; history keeps what it said."""
    if len(reason.strip()) < 2:
        raise Refused(N_("请写明删除这一行的原因。"), 422)
    goods, n = line.list, line.n
    was = {name: getattr(line, name) for name in COLUMNS}
    goods.lines.remove(line)
    db.session.flush()
    history.record(
        case,
        "remove_goods",
        viewer,
        name=N_("删除误登物品"),
        reason=reason.strip(),
        facts={"list": goods.n, "line": n, "was": was},
    )
    settle(case, viewer, f"删除误登物品：清单{goods.n}第{n}行")
