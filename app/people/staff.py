"""Acts on accounts and posts: for the administrator. Each ends the sessions it touches and is noted in history."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import select

from app.core import clock, history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_
from app.extensions import db
from app.people import sessions, signin
from app.people.models import Organ, Person, Post, SignedIn

LAW = "内部规则: 账号与岗位管理"
# No letter or figure that is mistaken for another when it is read from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def random_phrase() -> str:
    """A pass phrase that nobody chose: five groups of four, 115 bits. It must be changed at the first sign-in."""
    while True:
        groups = ["".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5)]
        phrase = "-".join(groups)
        if any(c.islower() for c in phrase) and any(c.isupper() for c in phrase) and any(c.isdigit() for c in phrase):
            return phrase


def create(viewer: Viewer, *, account: str, name: str, email: str, phone: str) -> tuple[Person, str]:
    """A new account and its first pass phrase, which is stored nowhere and shown once. Refused for a taken account."""
    if db.session.scalar(select(Person.id).where(Person.account == account)) is not None:
        raise Refused(N_("这个账号已有人使用，请换一个。"), 422)
    phrase = random_phrase()
    person = Person(
        account=account, name=name, email=email, phone=phone, password_hash=signin.HASHER.hash(phrase), must_change=True
    )
    db.session.add(person)
    db.session.flush()
    history.record(
        person, "person.create", viewer, name=N_("开立账号"), law=LAW, facts={"account": account, "name": name}
    )
    return person, phrase


def reset(person: Person, viewer: Viewer, reason: str) -> str:
    """Replace the pass phrase by a random one, shown once. Ends all sessions; the person must choose a new one."""
    _not_oneself(person, viewer, N_("自己的口令请在“我的账号”修改。"))
    phrase = random_phrase()
    signin.set_password(person, phrase)
    person.must_change = True
    sessions.end_in_transaction(SignedIn.person_id == person.id)
    history.record(person, "person.reset", viewer, name=N_("重置口令"), law=LAW, reason=reason)
    return phrase


def drop_second_factor(person: Person, viewer: Viewer, reason: str) -> None:
    """Take away a lost second factor; the person enrols a new one. Ends all sessions."""
    _not_oneself(person, viewer, N_("自己的动态验证码请在“我的账号”重新启用。"))
    person.totp_secret, person.totp_last_step = None, 0
    sessions.end_in_transaction(SignedIn.person_id == person.id)
    history.record(person, "person.second_factor_dropped", viewer, name=N_("解除动态验证码"), law=LAW, reason=reason)


def disable(person: Person, viewer: Viewer, reason: str) -> None:
    """Shut the account at once: nobody signs in, and whoever is signed in is out (promise S07)."""
    _not_oneself(person, viewer, N_("不能停用自己的账号，请由另一名系统管理员办理。"))
    if person.disabled_at is not None:
        raise Refused(N_("该账号已经停用。"))
    person.disabled_at = clock.now()
    sessions.end_in_transaction(SignedIn.person_id == person.id)
    history.record(person, "person.disable", viewer, name=N_("停用账号"), law=LAW, reason=reason)


def enable(person: Person, viewer: Viewer, reason: str) -> None:
    """Open a shut account again."""
    if person.disabled_at is None:
        raise Refused(N_("该账号未停用。"))
    person.disabled_at = None
    history.record(person, "person.enable", viewer, name=N_("恢复账号"), law=LAW, reason=reason)


def appoint(
    person: Person,
    organ: Organ,
    viewer: Viewer,
    *,
    kind: str,
    since: dt.date,
    until: dt.date | None,
    basis: str,
    acting: bool,
) -> Post:
    """Give a post by an appointing paper. Ends the person's sessions: powers change only with a new sign-in.

    acting: 主持工作, only for a head (国务院令310号 5(2)).
    """
    _not_oneself(person, viewer, N_("不能任命自己的岗位，请由另一名系统管理员办理。"))
    if until is not None and until < since:
        raise Refused(N_("任期的结束日期早于开始日期，请更正。"), 422)
    if acting and kind != "head":
        raise Refused(N_("只有负责人可以标明“主持工作”。"), 422)
    if kind != "principal" and acting and any(p.kind == "principal" and p.held(since) for p in _posts_of(organ)):
        raise Refused(N_("该机关此时有在任的主要负责人；请先写明其离任日期，再任命主持工作的负责人。"), 422)
    post = Post(person=person, organ=organ, kind=kind, since=since, until=until, basis=basis, acting=acting)
    db.session.add(post)
    db.session.flush()
    sessions.end_in_transaction(SignedIn.person_id == person.id, SignedIn.id != (viewer.session_id or 0))
    facts = {
        "post": kind,
        "organ": organ.name,
        "since": since.isoformat(),
        "until": until.isoformat() if until else None,
        "acting": acting,
    }
    history.record(person, "person.appoint", viewer, name=N_("任命岗位"), law=LAW, reason=basis, facts=facts)
    return post


def end_post(post: Post, viewer: Viewer, *, until: dt.date, basis: str) -> None:
    """Let a post end with the day `until` (that day included) and end its sessions."""
    if until < post.since:
        raise Refused(N_("离任日期早于任职日期，请更正。"), 422)
    if post.until is not None and post.until <= until:
        raise Refused(N_("该岗位已在此日或更早离任。"))
    if post.person_id == viewer.user_id and post.id == viewer.post_id:
        raise Refused(N_("不能结束自己正在使用的岗位，请由另一名系统管理员办理。"))
    post.until = until
    sessions.end_in_transaction(SignedIn.person_id == post.person_id)
    facts = {"post": post.kind, "organ": post.organ.name, "until": until.isoformat()}
    history.record(post.person, "person.end_post", viewer, name=N_("岗位离任"), law=LAW, reason=basis, facts=facts)


def update_card(
    person: Person,
    viewer: Viewer,
    *,
    name: str,
    email: str,
    phone: str,
    certificate_no: str | None,
    certificate_until: dt.date | None,
) -> None:
    """Change the data of a person; the certificate's number and last day open and shut the person's work (R-05)."""
    if bool(certificate_no) != (certificate_until is not None):
        raise Refused(N_("执法证号和有效期须同时填写，或同时留空。"), 422)
    person.name, person.email, person.phone = name, email, phone
    person.certificate_no, person.certificate_until = certificate_no or None, certificate_until
    facts = {
        "certificate_no": certificate_no,
        "certificate_until": certificate_until.isoformat() if certificate_until else None,
    }
    history.record(
        person, "person.update", viewer, name=N_("变更人员信息"), law="市场监督管理行政处罚程序规定 19", facts=facts
    )


def _posts_of(organ: Organ) -> list[Post]:
    return list(db.session.scalars(select(Post).where(Post.organ_id == organ.id)))


def _not_oneself(person: Person, viewer: Viewer, sentence: str) -> None:
    if person.id == viewer.user_id:
        raise Refused(sentence)
