"""Made-up cases, always the same for the same seed: the first k of many are the k of few.

``cases(n)`` yields dictionaries of one shape; ``read(path)`` yields the same shape from a file of JSON lines, so that
a foreign generator's file can be loaded instead. Every name is invented; the words are those that officers write.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

SEED = 20260101
FIRST_DAY = dt.date(2026, 1, 1)
AREAS = {
    "浉河区": 22, "平桥区": 16, "罗山县": 9, "光山县": 8, "新县": 5, "商城县": 8, "固始县": 14, "潢川县": 8, "淮滨县": 4, "息县": 6,
}  # fmt: skip
STATES = {
    "线索": 8,
    "立案": 10,
    "调查取证": 16,
    "待审批": 6,
    "行政处罚告知": 7,
    "已处罚": 13,
    "移送司法": 4,
    "结案": 36,
}
SOURCES = {"投诉举报": 30, "日常检查": 22, "铁拳行动专项": 24, "上级交办": 8, "部门移送": 8, "权利人维权": 8}
RIGHTS = {"商标": 58, "专利": 14, "地理标志": 16, "著作权": 7, "商业秘密": 3, "特殊标志": 2}
PRIORITIES = {"一般": 80, "较急": 15, "紧急": 5}
MARKS = {
    "信阳毛尖": 16, "信阳红": 4, "固始皇姑山茶": 2, "固始鸡": 3, "光山十宝": 2, "潢川贡面": 2, "息半夏": 1, "商城桥沟茶": 1, "罗山灵青": 1,
    "新县板栗": 1, "淮滨金豫南": 1, "九华山": 1, "鸡公山": 1, "大别山野": 1, "南湾鱼": 2, "车云山": 1, "海川电缆": 1, "川流轴承": 1,
    "北辰童装": 1, "云帆球鞋": 2, "素雅洗护": 2, "岭上酱香": 3, "红谷老窖": 3, "晨光暖业": 1, "飞驰润滑": 1, "安途轮胎": 1,
}  # fmt: skip
TRADES = ["茶行", "茶业有限公司", "商行", "超市", "便利店", "烟酒店", "副食批发部", "百货店", "服饰店", "鞋业店", "汽配部", "日化经营部", "农资店",
          "电器行", "商贸有限公司", "电子商务有限公司", "食品有限公司", "工艺品店"]  # fmt: skip
HEADS = "福瑞祥泰鑫盛和顺昌隆裕丰茂源宏康恒德信达永兴华美佳悦嘉宝诚汇通广聚金玉天元立新东方正大同庆安宁春晖"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史陶贺毛郝顾龚邵万覃武钱严莫孔向汤温浉祎喆"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红鹏辉建文志国海峰晓东宇浩然子轩欣怡雨泽思远俊熙梓涵诗琪嘉懿若曦奕辰"
ROADS = [
    "东方红大道",
    "新华路",
    "中山路",
    "民权路",
    "申城大道",
    "解放路",
    "工区路",
    "茶韵路",
    "新五大道",
    "行政路",
    "京广街",
    "南京路",
]
ACTS = {
    "商标": [
        "销售侵犯“{m}”注册商标专用权商品案",
        "生产侵犯“{m}”注册商标专用权商品案",
        "伪造“{m}”注册商标标识案",
        "网店销售假冒“{m}”商品案",
    ],
    "专利": ["假冒“{m}”外观设计专利案", "销售假冒“{m}”专利产品案"],
    "地理标志": ["擅自使用“{m}”地理标志专用标志案", "销售冒用“{m}”地理标志产品案", "伪造“{m}”产地案"],
    "著作权": ["复制发行“{m}”美术作品案"],
    "商业秘密": ["侵犯“{m}”配方商业秘密案"],
    "特殊标志": ["擅自使用“{m}”特殊标志案"],
}
SENTENCES = [
    "执法人员到{a}{p}检查，货架上摆有标注“{m}”字样的商品{q}件，当事人当场不能提供进货凭证和授权材料。",
    "权利人到场辨认，出具书面意见：上述商品的包装、防伪标识和生产批号均与正品不符，不是其生产或者许可生产的商品。",
    "当事人称该批商品于{y}年{mo}月由上门推销人员送货，进价每件{b}元，售价每件{u}元，没有索要对方证照。",
    "至检查时已售出{s}件，未售出{k}件，按实际销售价格计算违法经营额约{v}元。",
    "执法人员制作现场笔录和询问笔录，提取收款记录、进货单据和聊天记录，并全程录音录像。",
    "当事人此前曾因同类行为被责令改正，本次涉嫌再次违法。",
    "线索来源为{o}，核查认为符合立案条件，建议由{f}、{g}承办。",
    "抽取样品委托检验，感官指标合格，标注的产地与溯源结果不一致。",
    "违法数额接近刑事追诉标准，拟商请公安机关就是否移送提出意见。",
    "维权援助分中心协助权利人固定网页证据，并提供侵权比对意见。",
    "当事人配合调查，说明了供货人的联系方式，承诺停止销售并召回已售商品。",
    "经查，“{m}”核定使用的商品与涉案商品属于同一种商品，注册商标在有效期内。",
    "平台数据显示，当事人的店铺累计成交{s}单，商品页面使用了与权利人近似的图样。",
    "案件涉及邻近县区的供货渠道，已发出协助调查函。",
    "茶叶外包装印有地理标志专用标志，当事人未被核准使用。",
    "合议认为事实清楚、证据确凿，拟责令停止侵权，没收侵权商品并处罚款。",
]
EVENTS = [
    ("线索登记", "登记线索，来源：{o}。", "线索"),
    ("立案审批", "立案审批表经负责人批准。", "立案"),
    ("现场检查", "对{p}经营场所现场检查，清点涉案商品{q}件。", "调查取证"),
    ("询问当事人", "询问当事人负责人，制作询问笔录一份。", "调查取证"),
    ("权利人辨认", "权利人出具辨认意见，认定为侵权商品。", "待审批"),
    ("办理进展", "案件进入“{st}”环节。", None),
]


def person(random: Random) -> str:
    """A made-up name of two or three characters."""
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


OFFICERS = [person(Random(f"officer {n}")) for n in range(60)]


def _pick(random: Random, weighted: dict[str, int]) -> str:
    names, bounds = _ladder(id(weighted))
    return names[bisect(bounds, random.random() * bounds[-1])]


@cache
def _ladder(which: int) -> tuple[list[str], list[int]]:
    """The names of one of the tables above, and where each ends."""
    weighted = next(table for table in (AREAS, STATES, SOURCES, RIGHTS, PRIORITIES, MARKS) if id(table) == which)
    return list(weighted), list(accumulate(weighted.values()))


def _below(random: Random, *bounds: int) -> int:
    """A whole number from the first bound (0 if there is one only) to the last, that excluded; cheaper than randrange."""
    first = bounds[0] if len(bounds) == 2 else 0
    return first + int(random.random() * (bounds[-1] - first))


def case(number: int, seed: int = SEED, *, story: bool = True) -> dict[str, Any]:
    """The case with this running number (1 is the first). story: with its whole timeline, not only how it began."""
    random = Random(f"{seed} {number}")
    area, right, status = _pick(random, AREAS), _pick(random, RIGHTS), _pick(random, STATES)
    mark, source = _pick(random, MARKS), _pick(random, SOURCES)
    party = area + "".join(random.sample(HEADS, 2)) + random.choice(TRADES)
    opened = FIRST_DAY + dt.timedelta(days=_below(random, 320))
    officer, second = random.sample(OFFICERS, 2)
    sold, stock, price = _below(random, 1, 400), _below(random, 3, 600), _below(random, 5, 900)
    value = round(random.lognormvariate(9.2, 1.3), 2)
    words = {
        "a": area, "p": party.removeprefix(area), "m": mark, "q": sold + stock, "s": sold, "k": stock, "u": price, "b": max(1, price * 6 // 10),
        "v": value, "o": source, "f": officer, "g": second, "y": random.choice((2024, 2025)), "mo": _below(random, 1, 13), "st": status,
    }  # fmt: skip
    made = {
        "id": number,
        "number": f"信市监案〔2026〕{number}",
        "title": party + random.choice(ACTS[right]).format(m=mark),
        "party": party,
        "party_code": f"91411{_below(random, 500, 530)}MA{_below(random, 10**8):08d}",
        "county": area,
        "ip_type": right,
        "mark": mark,
        "status": status,
        "source": source,
        "priority": _pick(random, PRIORITIES),
        "campaign": "铁拳2026" if source == "铁拳行动专项" else "",
        "value": value,
        "quantity": sold + stock,
        "opened_on": opened.isoformat(),
        "clue_deadline": (opened + dt.timedelta(days=15)).isoformat(),
        "decision_deadline": (opened + dt.timedelta(days=90)).isoformat(),
        "officer": officer,
        "co_officer": second,
        "address": f"信阳市{area}{random.choice(ROADS)}{_below(random, 1, 400)}号",
        "phone": f"13{_below(random, 10**9):09d}",
        "description": _description(random, words),
    }
    day, timeline = opened, list[dict[str, Any]]()
    for step, (kind, text, state) in enumerate(EVENTS if story else EVENTS[:1]):
        at = dt.datetime.combine(day, dt.time(_below(random, 8, 18), _below(random, 60), _below(random, 60)))
        timeline.append(
            {
                "at": at.isoformat(),
                "kind": kind,
                "officer": (officer, second)[step % 2],
                "status": state or status,
                "text": text.format(**words),
            }
        )
        day += dt.timedelta(days=_below(random, 1, 16))
    return made | {"updated_at": timeline[-1]["at"], "timeline": timeline}


def _description(random: Random, words: dict[str, Any]) -> str:
    want, text = _below(random, 200, 560), ""
    while len(text) < want:
        for sentence in random.sample(SENTENCES, len(SENTENCES)):
            text += sentence.format(**words)
            if len(text) >= want:
                break
    return text[:600]


def cases(count: int, seed: int = SEED, *, story: bool = True) -> Iterator[dict[str, Any]]:
    """The first ``count`` cases."""
    return (case(number, seed, story=story) for number in range(1, count + 1))


def read(path: Path, count: int | None = None) -> Iterator[dict[str, Any]]:
    """The first ``count`` (default: all) cases of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if count is not None and number >= count:
                return
            yield json.loads(line)
