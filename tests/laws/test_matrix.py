"""S02, the whole matrix: every address × every post × own county, another county, nothing there — GET and POST.

What is expected is read off the declared grants (`may`) and procedures (`why_not`), never typed in here: a new address
comes in by itself, and one whose arguments are not known here fails the build. Routes do not differ between databases
(tests/laws/test_grants.py holds the grants on both), so the matrix runs on SQLite.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.core import clock, subjects
from app.core.permissions import Viewer, may
from app.documents.kinds import KINDS
from app.extensions import db
from app.people import queries as people
from tests.conftest import BrowserClient
from tests.laws.test_routes import PUBLIC, assert_headers
from tests.support.counties import SECRET, WORD, County, build
from tests.transfers.world import who

POSTS = (
    "张执法", "王科长", "赵审核", "陈局长", "周副局", "孙内勤", "钱接待", "公安刘警官", "检察院孙检", "外县老周", "罗山公安郭警官",
    "市局高局长", "市局郑执法", "审计郑", "冯管理",
)  # fmt: skip
NOWHERE = 999_983
PAGES = {"clue": "/clues", "case": "/cases", "transfer": "/transfers"}
SHUT = {401, 403, 404}
READS = {"clue_id": "clue.read", "case_id": "case.read", "transfer_id": "transfer.read", "party_id": "party.read",
         "right_id": "right.read"}  # fmt: skip
PARTS = ("item_id", "list_id", "line_id", "post_id", "letter_id")  # named beside their whole, which decides
# Signed out, the rest of the row would be asked as nobody; and the post to switch to is named by the form, not by the
# address: tests/people/test_sessions.py holds both.
NOT_POSTED = {"people.sign_out", "people.switch_post"}
sqlite = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


@pytest.fixture
def counties(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, County]:
    """Both counties. Afterwards nothing a request does is kept, so that every cell is asked of the same world."""
    found = {"own": build("浉河区"), "other": build("罗山县")}
    for county in found.values():
        county.rows["campaign_id"] = _campaign(county)
    monkeypatch.setattr(db.session, "commit", db.session.flush)
    return found


def _campaign(county: County) -> Any:
    """A campaign that the county set up itself: only its own people write it."""
    from app.campaigns.models import Campaign

    made = Campaign(
        organ_id=county.rows["case_id"].organ_id, name=f"{county.area}专项行动", short="专项", year=2026,
        starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31),
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def cells(app: Flask) -> Iterator[tuple[Any, str, str]]:
    """(rule, method, target) of every address."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        if rule.endpoint == "static" or rule.endpoint in PUBLIC:
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            for target in _targets(rule, method):
                if not (method == "POST" and rule.endpoint in NOT_POSTED):
                    yield rule, method, target


def _targets(rule: Any, method: str) -> tuple[str, ...]:
    if not rule.arguments:
        return ("own",)
    once = method == "GET" or "GET" not in rule.methods  # what is not there is looked for by GET, where there is one
    return ("own", "other", "nowhere") if once else ("own", "other")


def values(rule: Any, county: County | None) -> dict[str, Any]:
    """What to fill in the address with."""
    found: dict[str, Any] = {}
    for name in rule.arguments:
        if name in {"type", "subject_type"}:
            found[name] = "case" if rule.endpoint.startswith("desk") else "clue"
        elif name == "subject_id":
            owner = "case_id" if rule.endpoint.startswith("desk") else "clue_id"
            found[name] = county.number(owner) if county else NOWHERE
        elif name == "step_id":
            found[name] = {"intake": "assign", "cases": "report", "transfers": "approve"}[rule.endpoint.split(".")[0]]
        elif name == "id":
            found[name] = "todo"
        elif name == "act":
            found[name] = "disable"
        elif name == "kind":
            found[name] = "credit_code"
        else:
            found[name] = county.number(name) if county else NOWHERE
    return found


def expected(viewer: Viewer, view: Any, rule: Any, target: str, county: County | None) -> str:
    """forbidden | missing | open, from the grants alone."""
    if not may(viewer, view.needs):
        return "forbidden"
    if "type" in rule.arguments and "subject_id" not in rule.arguments:
        return "open" if may(viewer, "case.read") else "missing"
    if not rule.arguments - {"kind"}:
        return "open"
    if county is None:
        return "missing"
    seen, asked = _seen(viewer, rule, county)
    if not seen:
        return "missing"
    return "open" if asked is None or may(viewer, view.needs, asked) else "forbidden"


def _seen(viewer: Viewer, rule: Any, county: County) -> tuple[bool, Any]:
    """Whether the viewer may read what the address names, and the row that the view's own permission is about."""
    rows, names = county.rows, rule.arguments - set(PARTS)
    if "paper_id" in names:
        return _reads_paper(viewer, rows["paper_id"], rows["clue_id"]), rows["paper_id"]
    if "file_id" in names and "clue_id" not in names:
        return may(viewer, "clue.read", rows["clue_id"]), None
    if "service_id" in names:
        return viewer.organ_kind == "bureau" and may(viewer, "clue.read", rows["clue_id"]), rows["service_id"]
    if "subject_id" in names:
        desk = rule.endpoint.startswith("desk")
        return may(viewer, "case.read" if desk else "clue.read", rows["case_id" if desk else "clue_id"]), None
    if "notice_id" in names:
        own = rows["notice_id"].person_id == viewer.user_id
        return own or (rule.endpoint == "notices.mail_file" and may(viewer, "mail.read")), None
    if "session_id" in names:
        return rows["session_id"].person_id == viewer.user_id, None
    if "person_id" in names:
        organs = {organ.id for organ in people.organs(viewer)}
        return bool({post.organ_id for post in rows["person_id"].posts} & organs), None
    name = next(name for name in READS if name in names) if names & set(READS) else ""
    if name:
        return may(viewer, READS[name], rows[name]), rows[name]
    if "campaign_id" in names:
        return may(viewer, "campaign.read"), rows["campaign_id"]
    assert names <= {"errand_id"}, f"the matrix does not know what {rule.rule} names"
    return True, None


def _reads_paper(viewer: Viewer, paper: Any, clue: Any) -> bool:
    return (viewer.organ_kind == "bureau" or viewer.organ_kind in KINDS[paper.kind].readers) and may(
        viewer, "clue.read", clue
    )


def fits(wanted: str, method: str, status: int, endpoint: str) -> bool:
    """Whether an answer is one of those that the expectation allows."""
    if wanted == "forbidden":
        return status == 403
    if wanted == "missing":
        return status == 404
    if endpoint in {"documents.thumbnail", "notices.mail_file", "desk.retry"} and status == 404:
        return True  # not made yet, or not failed
    if "step" in endpoint.split(".")[1]:
        return status in {200, 303, 403, 409, 422}  # which: test_every_step_of_every_procedure
    if endpoint == "cases.take_clue_files" or endpoint.startswith(("documents.", "desk.retry")):
        return status in {200, 303, 409, 422}
    return status in ({200, 302, 409} if method == "GET" else {200, 302, 303, 409, 422})


@sqlite
@pytest.mark.parametrize("name", POSTS)
def test_s02_every_address_answers_as_the_grants_say(
    app: Flask, counties: dict[str, County], sign_in: Callable[[str], BrowserClient], name: str
) -> None:
    client, viewer, wrong, leaks = sign_in(name), who(name), [], []
    token = client.hidden("/account")["csrf_token"]
    blind = not viewer.scope_ids & {counties["other"].rows["case_id"].organ_id} and "罗山" not in name
    for rule, method, target in cells(app):
        county = counties.get(target)
        url = rule.build(values(rule, county), append_unknown=False)[1]
        wanted = expected(viewer, app.view_functions[rule.endpoint], rule, target, county)
        answer = client.get(url) if method == "GET" else client.post(url, data={"csrf_token": token, "version": "0"})
        if not fits(wanted, method, answer.status_code, rule.endpoint):
            wrong.append(f"{method} {rule.rule} ({target}): {wanted} was expected, {answer.status_code} came")
        if answer.status_code == 200:
            assert_headers_of(answer, url)
        if blind and answer.status_code == 200 and f"罗山县{WORD}{SECRET}".encode() in answer.get_data():
            leaks.append(f"{method} {url}")
    assert wrong + leaks == [], "\n".join(wrong + leaks)


def assert_headers_of(answer: Any, url: str) -> None:
    """S15 on what really opens: guarded and kept by no cache. A file that leaves is sandboxed besides."""
    assert "no-store" in answer.headers.get("Cache-Control", ""), url
    if "attachment" in answer.headers.get("Content-Disposition", ""):
        assert answer.headers["X-Content-Type-Options"] == "nosniff", url
        return
    assert_headers(answer, url)


@sqlite
def test_s02_nobody_gets_nothing(app: Flask, counties: dict[str, County]) -> None:
    client, wrong = BrowserClient(app), []
    token = client.hidden("/sign-in")["csrf_token"]
    for rule, method, target in cells(app):
        url = rule.build(values(rule, counties.get(target)), append_unknown=False)[1]
        if method == "GET":
            answer = client.get(url)
            fine = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
            part = client.get(url, headers={"HX-Request": "true"}).status_code
            wrong += [f"part of {url}: {part}"] if part != 401 else []
        else:
            answer = client.post(url, data={"csrf_token": token})
            fine = answer.status_code == 401
        if not fine:
            wrong.append(f"{method} {url}: {answer.status_code}")
    assert wrong == [], "\n".join(wrong)


@sqlite
@pytest.mark.parametrize("name", POSTS)
def test_s02_every_step_of_every_procedure(
    app: Flask, counties: dict[str, County], sign_in: Callable[[str], BrowserClient], name: str
) -> None:
    """A POST of a step: 403 for a wrong post and for separated duties, 409 and 422 for the rest, 404 out of scope."""
    client, viewer, wrong = sign_in(name), who(name), []
    token = client.hidden("/account")["csrf_token"]
    for workflow in app.extensions["tiequan.workflows"].values():
        kind = subjects.kinds()[workflow.id]
        subject = counties["own"].rows[f"{workflow.id}_id"]
        for step in workflow.steps:
            url = f"{PAGES[workflow.id]}/{subject.id}/steps/{step.id}"
            shut = workflow.why_not(step, subject, viewer)
            answer = client.post(url, data={"csrf_token": token, "version": str(subject.version)})
            if not may(viewer, kind.permission):
                fine = answer.status_code == 403
            elif not may(viewer, kind.permission, subject):
                fine = answer.status_code == 404
            elif shut is not None and shut.kind in {"post", "separation"}:
                fine = answer.status_code == 403
            elif shut is not None:
                fine = answer.status_code in {409, 422}
            else:
                fine = answer.status_code in {303, 409, 422}
            if not fine:
                wrong.append(f"{workflow.id}.{step.id}: {answer.status_code}, {shut}")
    assert wrong == [], "\n".join(wrong)


# --- second doors: what is not an address of its own -------------------------------------------------------------------

LISTS = (
    "/", "/dates", "/stats", "/stats?type=clue", "/stats?type=transfer", "/stats/rows", "/stats/rows?type=clue", "/stats/rows?type=transfer",
    "/clues", "/clues?state=open&sort=due", "/clues?q={word}", "/cases/", "/cases/?q={word}", "/cases/?sort=-amount", "/cases/?due=week",
    "/transfers/", "/transfers/?show=all", "/search?q={word}", "/search?q={word}&type=case", "/notices/", "/notices/unread",
    "/todo/todo/case", "/todo/charge/case", "/todo/new/clue", "/todo/todo/transfer", "/people/",
)  # fmt: skip


def plain(text: str) -> str:
    """A page without what differs from one answer to the next: tokens, and the number of an error."""
    text = re.sub(r'class="code">[0-9A-F]{8}<', "", text)
    return re.sub(r'(name="(csrf_token|form_token)" (type="hidden" )?value|content)="[^"]*"', "", text)


@sqlite
@pytest.mark.parametrize("name", ["张执法", "陈局长", "孙内勤", "钱接待", "公安刘警官", "检察院孙检"])
def test_az22_no_list_count_or_hit_differs_by_what_another_county_holds(
    app: Flask, sign_in: Callable[[str], BrowserClient], name: str
) -> None:
    """Every list, count and search before and after another county gets its rows, about the very same party."""
    with clock.standing_at(clock.now()):
        own = build("浉河区")
        party = own.rows["party_id"]
        client, pages = sign_in(name), {}
        urls = [url.format(word=WORD) for url in LISTS] + [
            f"/cases/{own.number('case_id')}",  # other cases of the same party stand there
            f"/clues/{own.number('clue_id')}",
            f"/transfers/{own.number('transfer_id')}",
        ]
        for url in urls:
            pages[url] = client.get(url)
        build("罗山县", party)
        for url, before in pages.items():
            after = client.get(url)
            assert after.status_code == before.status_code, url
            assert plain(after.get_data(as_text=True)) == plain(before.get_data(as_text=True)), url


@sqlite
def test_az22_asking_for_another_county_by_argument_gives_nothing(
    app: Flask, counties: dict[str, County], sign_in: Callable[[str], BrowserClient]
) -> None:
    other, client = counties["other"].rows["case_id"].organ_id, sign_in("陈局长")
    for url in (f"/cases/?organ={other}", f"/stats?organ_id={other}", f"/stats/rows?organ_id={other}",
                f"/stats/rows?type=clue&organ_id={other}", f"/history?organ_id={other}", f"/history?organ={other}", f"/people/?organ={other}"):  # fmt: skip
        answer = client.get(url)
        assert answer.status_code in {200, 404}, url
        assert SECRET not in answer.get_data(as_text=True).replace(f"浉河区{WORD}{SECRET}", ""), url
        assert "外县老周" not in answer.get_data(as_text=True), url


@sqlite
def test_s02_the_export_of_history_holds_ones_own_organ_only(
    app: Flask, sign_in: Callable[[str], BrowserClient]
) -> None:
    build("浉河区"), build("罗山县")
    own = sign_in("陈局长").post_form("/history/export", {}, page="/history").get_data(as_text=True)
    assert "张执法" in own
    assert "外县老周" not in own
    assert "外县老周" in sign_in("审计郑").post_form("/history/export", {}, page="/history").get_data(as_text=True)


@sqlite
def test_az20_an_id_that_the_form_did_not_offer_is_refused(
    app: Flask, counties: dict[str, County], sign_in: Callable[[str], BrowserClient]
) -> None:
    """Officers of another county, another county's goods list, a clue that is not ours, a court instead of police."""
    own, other = counties["own"], counties["other"]
    stranger, zhang = who("外县老周").user_id, who("张执法").user_id
    clue, case, transfer = (own.rows[k] for k in ("clue_id", "case_id", "transfer_id"))
    procuratorate = who("检察院孙检").organ_id
    tries = (
        ("王科长", f"/clues/{clue.id}/steps/reassign", {"officer_ids": [zhang, stranger]}),
        ("王科长", f"/clues/{clue.id}/steps/merge", {"merged_into_id": other.rows["clue_id"].number, "reason": "同一事"}),
        ("王科长", f"/cases/{case.id}/steps/change_officers", {"officer_ids": [zhang, stranger], "no_recusal": "y", "reason": "调整"}),
        ("张执法", f"/cases/{case.id}/evidence/new", {
            "kind": "documentary", "title": "x", "taken_at": "2026-11-20T09:00", "officer_a_id": zhang, "officer_b_id": stranger, "form": "original", "party_signed": "y"}),
        ("张执法", f"/cases/{case.id}/site-records/new", {
            "goods_list_id": other.number("list_id"), "started_at": "2026-11-20T09:00", "ended_at": "2026-11-20T10:00", "place": "x", "seen": "x",
            "recorder": "x", "officer_ids": [zhang, who("李执法").user_id], "certificates_shown": "y"}),
        ("公安刘警官", f"/transfers/{transfer.id}/steps/forward", {"forwarded_to_id": procuratorate, "reason": "x"}),
        ("王科长", f"/transfers/{transfer.id}/steps/change_team", {"members": [zhang, stranger], "reason": "调整人员"}),
    )  # fmt: skip
    for name, url, data in tries:
        client = sign_in(name)
        token = client.hidden("/account")["csrf_token"]
        subject = next(row for row in (clue, case, transfer) if url.startswith(PAGES[row.__tablename__]))
        db.session.expire_all()
        answer = client.post(
            url, data={"csrf_token": token, "form_token": "t" * 20, "version": str(subject.version), **data}
        )
        # A wrong state is asked before a wrong choice: then the step is not even open, and nothing was taken over.
        assert answer.status_code in {409, 422}, (url, answer.status_code, answer.headers.get("Location"))
        assert "外县老周" not in answer.get_data(as_text=True), url


@sqlite
def test_az16_a_part_of_another_case_is_not_found_under_ones_own(
    app: Flask, counties: dict[str, County], sign_in: Callable[[str], BrowserClient]
) -> None:
    own, other, client = counties["own"], counties["other"], sign_in("张执法")
    case = own.number("case_id")
    for path in (f"evidence/{other.number('item_id')}", f"evidence/{other.number('item_id')}/version", f"goods/{other.number('list_id')}",
                 f"goods/{other.number('list_id')}/head", f"goods/lines/{other.number('line_id')}"):  # fmt: skip
        answer = client.get(f"/cases/{case}/{path}")
        # The transfer has begun, so that changing pages are shut by the state: still nothing of the other case.
        assert answer.status_code in {404, 409}, path
        assert SECRET not in answer.get_data(as_text=True), path
    person, post = own.number("person_id"), other.number("post_id")
    assert sign_in("冯管理").get(f"/people/{person}/posts/{post}/end").status_code == 404


@sqlite
def test_az20_duplicates_passed_over_are_only_ones_own(app: Flask, counties: dict[str, County]) -> None:
    """The hidden field of duplicates shown comes back from the browser; form 1 prints their numbers."""
    from app.intake import actions

    own, other = counties["own"].number("clue_id"), counties["other"].number("clue_id")
    facts = {"source_kind": "inspection", "facts": "x", "found_at": clock.now()}
    made = actions.log(who("张执法"), facts, None, [own, other, NOWHERE, 10**15])
    assert made.seen_similar_ids == [own]
