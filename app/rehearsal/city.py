"""The rehearsal city: organs, partner organs and a named account for every post. Synthetic; refused in production."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.extensions import db
from app.people.models import Organ, Person, Post
from app.people.signin import HASHER

COUNTIES = {
    "浉河区": "浉", "平桥区": "平", "罗山县": "罗", "光山县": "光", "新县": "新", "商城县": "商", "固始县": "固", "潢川县": "潢",
    "淮滨县": "淮", "息县": "息",
}  # fmt: skip
# Zones and the district whose police and procuratorate serve them (from memory: confirm with the bureau).
ZONES = {
    "羊山新区": ("羊", "平桥区"), "高新区": ("高", "平桥区"), "上天梯管理区": ("上", "平桥区"), "南湾湖风景区": ("南", "浉河区"),
    "鸡公山管理区": ("鸡", "浉河区"),
}  # fmt: skip
SINCE = dt.date(2015, 1, 1)


@dataclass(frozen=True)
class Who:
    """A person of the rehearsal city: account, name, kind of post, area of the organ, kind of the organ."""

    account: str
    name: str
    post: str
    area: str
    organ: str = "bureau"


PEOPLE = (
    Who("zhangzhifa", "张执法", "officer", "浉河区"),
    Who("lizhifa", "李执法", "officer", "浉河区"),
    Who("wangkezhang", "王科长", "unit_head", "浉河区"),
    Who("zhaoshenhe", "赵审核", "reviewer", "浉河区"),
    Who("chenjuzhang", "陈局长", "principal", "浉河区"),
    Who("zhoufuju", "周副局", "head", "浉河区"),
    Who("sunneiqin", "孙内勤", "registrar", "浉河区"),
    Who("qianjiedai", "钱接待", "desk", "浉河区"),
    Who("liujingguan", "公安刘警官", "police_liaison", "浉河区", "police"),
    Who("sunjian", "检察院孙检", "procuratorate_liaison", "浉河区", "procuratorate"),
    Who("laozhou", "外县老周", "officer", "罗山县"),
    Who("luoshanma", "罗山马执法", "officer", "罗山县"),
    Who("luoshankezhang", "罗山何科长", "unit_head", "罗山县"),
    Who("luoshanfuju", "罗山吴副局", "head", "罗山县"),
    Who("luoshanjuzhang", "罗山许局长", "principal", "罗山县"),
    Who("luoshanjing", "罗山公安郭警官", "police_liaison", "罗山县", "police"),
    Who("luoshanjian", "罗山检察院丁检", "procuratorate_liaison", "罗山县", "procuratorate"),
    Who("shijuzhang", "市局高局长", "principal", "信阳市"),
    Who("shifuju", "市局沈副局", "head", "信阳市"),
    Who("shikezhang", "市局林科长", "unit_head", "信阳市"),
    Who("shijuyi", "市局郑执法", "officer", "信阳市"),
    Who("shijuer", "市局梁执法", "officer", "信阳市"),
    Who("shijing", "市公安局唐警官", "police_liaison", "信阳市", "police"),
    Who("shijian", "市检察院韩检", "procuratorate_liaison", "信阳市", "procuratorate"),
    Who("zhengshenji", "审计郑", "auditor", "信阳市"),
    Who("fengguanli", "冯管理", "admin", "信阳市"),
)


def passphrase(account: str) -> str:
    """The printed pass phrase of a rehearsal account."""
    return f"Tiequan-{account}-2026"


def build(certificate_until: dt.date = dt.date(2029, 12, 31)) -> None:
    """Make what is missing of the city. Safe to run again; the caller commits. RuntimeError in production."""
    if not current_app.config["REHEARSAL_ACCOUNTS"]:
        raise RuntimeError("the rehearsal city is refused here: TQ_REHEARSAL_ACCOUNTS is off")
    city = _organ("信阳市市场监督管理局", "信市监", "bureau", "city", "信阳市")
    city.police = _organ("信阳市公安局", "信公", "police", "city", "信阳市")
    city.procuratorate = _organ("信阳市人民检察院", "信检", "procuratorate", "city", "信阳市")
    for area, letter in COUNTIES.items():
        name = f"{area}市场监督管理局" if area.endswith("县") else f"信阳市{area}市场监督管理局"
        bureau = _organ(name, f"{letter}市监", "bureau", "county", area)
        bureau.parent = city
        name = f"{area}公安局" if area.endswith("县") else f"信阳市公安局{area.removesuffix('区')}分局"
        bureau.police = _organ(name, f"{letter}公", "police", "county", area)
        name = f"{area}人民检察院" if area.endswith("县") else f"信阳市{area}人民检察院"
        bureau.procuratorate = _organ(name, f"{letter}检", "procuratorate", "county", area)
    db.session.flush()
    for area, (letter, district) in ZONES.items():
        bureau = _organ(f"信阳市市场监督管理局{area}分局", f"信市监{letter}", "bureau", "zone", area)
        served = _found("bureau", district)
        bureau.parent, bureau.police_id, bureau.procuratorate_id = city, served.police_id, served.procuratorate_id
    db.session.flush()
    for number, who in enumerate(PEOPLE, 1):
        if db.session.scalar(select(Person.id).where(Person.account == who.account)) is None:
            _person(number, who, certificate_until)
    db.session.flush()


def _organ(name: str, short: str, kind: str, level: str, area: str) -> Organ:
    organ = db.session.scalar(select(Organ).where(Organ.name == name))
    if organ is None:
        seat = area if area != "信阳市" else "羊山新区"
        organ = Organ(
            name=name, short=short, kind=kind, level=level, area=area, address=f"信阳市{seat}", phone="0376-0000000"
        )
        db.session.add(organ)
    return organ


def _found(kind: str, area: str) -> Organ:
    return db.session.scalars(select(Organ).where(Organ.kind == kind, Organ.area == area)).one()


def _person(number: int, who: Who, until: dt.date) -> None:
    certified = who.organ == "bureau" and who.post not in {"auditor", "admin", "desk"}
    person = Person(
        account=who.account, name=who.name, email=f"{who.account}@rehearsal.invalid", rehearsal=True,
        password_hash=HASHER.hash(passphrase(who.account)),
        certificate_no=f"豫S{number:06d}" if certified else None, certificate_until=until if certified else None,
    )  # fmt: skip
    person.posts.append(Post(organ=_found(who.organ, who.area), kind=who.post, since=SINCE, basis="演练任命"))
    db.session.add(person)
