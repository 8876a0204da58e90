"""Sample facts for every kind of paper: long names, forty lines of goods, rare characters, HTML in fields."""

from dataclasses import replace
from typing import Any

import app.cases.papers as cases
import app.documents.papers as documents
import app.intake.papers as intake
import app.transfers.papers as transfers
from app.documents.facts import (
    AmountFacts,
    AnswerFacts,
    CheckFacts,
    DayFacts,
    EvidenceFacts,
    GoodsFacts,
    HitFacts,
    MaterialFacts,
    OfficerFacts,
    OpinionFacts,
    PartyFacts,
)

ORGAN = "信阳市浉河区市场监督管理局"
LONG_ORGAN = "信阳市鸡公山风景名胜区管理委员会市场监督管理局综合行政执法大队"
CASE = "信阳浉河喆珺祎堃茶业有限公司涉嫌销售侵犯“信阳毛尖”注册商标专用权的商品案"
CASE_NO = "浉市监立〔2026〕37号"
HTML = '<script>alert(1)</script><img src="file:///etc/passwd"><b>粗体</b> & "引号"'
RARE = "䶮㛃"

OFFICERS = (OfficerFacts("张执法", "豫1503001"), OfficerFacts("李执法", "豫1503002"))

FIRM = PartyFacts(
    name="信阳浉河喆珺祎堃茶业有限公司",
    licence_name="营业执照",
    code="91411502MA9EXAMPL1",
    address="河南省信阳市浉河区浉河港镇龙潭村茶叶市场东区第17排23号至28号商铺（与湖东大道交叉口西南角200米路北）",
    head="赟旻淏",
    phone="0376-6201234",
    other_contact="邮箱 chaye@example.com",
)
PERSON = PartyFacts(
    name="昇玥" + RARE,
    is_person=True,
    code_name="身份证号码",
    code="4130011980********1X",
    address="河南省信阳市平桥区明港镇新集村堉垚组6号",
    sex="女",
    birth="1980年2月3日",
    phone="138****5678",
)
# As `transfers.facts.persons` gives who was interviewed.
INTERVIEWED = replace(
    PERSON,
    name="昇玥" + RARE + "（经营者）",
    code_name="居民身份证号码",
    code="413***********001X",
    phone="138****5678",
)

PARAGRAPH = (
    "2026年11月16日，本局执法人员在对浉河港镇茶叶市场开展“铁拳”行动检查时，发现当事人经营场所内堆放标有“信阳毛尖”地理标志证明商标的包装礼盒，"
    "当事人现场不能提供商标使用许可合同、地理标志专用标志使用核准公告和进货票据。经清点，现场查获成品茶叶1,280盒、空礼盒3,600套、防伪标签12,000枚。"
    "经查询“电商平台”后台数据（订单编号 TB-2026-11-0001 至 TB-2026-11-0486），自2026年3月1日至2026年11月15日，当事人通过网店和实体店共销售上述商品486单，"
    "销售金额合计218,430.00元，尚未销售的货值金额按照标价计算为96,000.00元。"
)


def goods(count: int) -> tuple[GoodsFacts, ...]:
    """Return ``count`` lines of goods; the second has the longest text, the third has HTML in it."""
    lines = []
    for number in range(1, count + 1):
        quantity = 10 + number * 7 % 90
        lines.append(
            GoodsFacts(
                name=(
                    "“信阳毛尖”特级明前茶礼盒装（金色铁罐，内附防伪标签及收藏证书，仿“文新”“蓝天”品牌外观设计）"
                    if number == 2
                    else HTML
                    if number == 3
                    else f"信阳毛尖礼盒{number}号"
                ),
                mark="信阳毛尖" if number % 5 else "XINYANGMAOJIAN信阳毛尖及图",
                spec="250g×2罐／盒",
                batch=f"2026{number:04d}",
                unit="盒",
                quantity=f"{quantity}",
                price_fen=19_900 + number * 1_300,
                price_kind=("标价", "实际销售平均价", "市场中间价格")[number % 3],
                value_fen=quantity * (19_900 + number * 1_300),
                features="包装完好" if number % 4 else "外包装破损，封口处胶带重贴，罐底无生产日期，标签印刷模糊",
                place="一楼东侧货架第3层" if number % 2 else "",
                item_no=f"W{number:03d}",
                measure_no="浉市监强制〔2026〕5号" if number % 6 == 0 else "",
                seal_no=f"F-{number:04d}" if number % 3 == 0 else "",
            )
        )
    return tuple(lines)


GOODS = goods(40)
OPEN_PRICE = GoodsFacts(
    name="热缩封口机", unit="台", quantity="1", features="成色较旧", place="二楼作坊", item_no="1-41"
)  # 单价未查明
TOTAL = sum(line.value_fen or 0 for line in GOODS)

EVIDENCE = (
    EvidenceFacts("现场笔录", "现场笔录", "现场查获涉案商品的种类、数量和位置", "2026年11月16日制作，共3页"),
    EvidenceFacts(
        "网店后台销售明细（电子数据）",
        "电子数据",
        "销售单数486单、销售金额218,430.00元",
        "经当事人确认，附SHA-256校验值",
    ),
    EvidenceFacts("商标注册证、地理标志证明商标使用管理规则", "书证", "注册商标专用权和权利人信息"),
    EvidenceFacts(HTML, "当事人的陈述", "当事人自认知道所售商品不是信阳毛尖原产地产品"),
)
# As `cases.papers.amounts_sheet` and `measures_text` give them.
AMOUNTS = (
    AmountFacts("已销售金额", "已销售12行，数量×单价之和", 21_843_000),
    AmountFacts("未销售货值金额", "未销售40行，数量×单价之和；另有1行单价未查明，未计入", 9_600_000),
    AmountFacts(
        "非法经营额",
        "已销售＋未销售。其中：实际销售价格计218,430.00元；标价计90,000.00元；被侵权产品市场中间价格计6,000.00元。"
        "计价理由：尚未销售；没有标价，向权利人核实市场中间价；另有1行单价未查明，未计入",
        31_443_000,
    ),
    AmountFacts("违法所得（刑事口径）", "已销售收入减去进货价款（法释〔2025〕5号第二十八条第四款）", 8_120_050),
)
HOLDS = (
    "2026年11月16日，对一楼东侧货架的物品先行登记保存（先行登记保存证据通知书浉市监登〔2026〕2号，清单1，共12项），"
    "2026年11月17日改为查封、扣押（实施行政强制措施决定书浉市监强制〔2026〕5号）。",
    "2026年11月17日，对一楼东侧货架的物品扣押（实施行政强制措施决定书浉市监强制〔2026〕5号，清单2，共40项），期限至2026年12月17日。",
    "2026年11月17日，对二楼作坊的物品查封（实施行政强制措施决定书浉市监强制〔2026〕6号，清单3，共2项），"
    "2026年11月20日解除（解除行政强制措施决定书浉市监解强〔2026〕1号）。",
)
FREE = "现场检查登记涉案物品3项，共120盒，未查封、扣押或者先行登记保存。"
HITS = (
    HitFacts(
        "214.serious.sales",
        "销售假冒注册商标的商品罪",
        "法释〔2025〕5号第五条第一项",
        "218,430.00元",
        "销售金额五万元以上",
    ),
    HitFacts(
        "214.serious.unsold.goods_value",
        "销售假冒注册商标的商品罪",
        "法释〔2025〕5号第五条第二款",
        "96,000.00元",
        "货值金额十五万元以上的，按未遂处理；与已销售金额合计判断",
    ),
)
COURSE = (  # as `cases.papers.course` tells it
    DayFacts("2026年11月16日", "发现线索（群众举报，线索编号信浉市监线〔2026〕8号）。"),
    DayFacts("2026年11月17日", "线索（编号信浉市监线〔2026〕8号）核查完毕，办案人员建议立案。"),
    DayFacts("2026年11月17日", "经批准立案（浉市监立〔2026〕37号）。"),
    DayFacts("2026年11月17日", "在一楼东侧货架进行现场检查，制作现场笔录。"),
    DayFacts("2026年11月20日", "询问昇玥" + RARE + "，制作询问笔录（第1次）。"),
)
CONDITIONS = tuple(
    CheckFacts(text, True)
    for text in (
        "有证据初步证明存在违反市场监督管理法律、法规、规章的行为",
        "依据市场监督管理法律、法规、规章应当给予行政处罚",
        "属于本部门管辖",
        "在给予行政处罚的法定期限内",
    )
)
OPINIONS = (
    OpinionFacts(
        "承办人意见",
        "经核查，当事人的行为涉嫌违反《中华人民共和国商标法》第五十七条第三项，建议立案。\n" + PARAGRAPH,
        "张执法、李执法",
        "2026年11月16日",
    ),
    OpinionFacts("办案机构\n负责人意见", "同意立案，指定张执法、李执法办理。", "王科长", "2026年11月16日"),
    OpinionFacts("负责人意见", "同意。", "周副局", "2026年11月17日"),
)

SAMPLES: dict[str, tuple[Any, ...]] = {
    "clue_registration": (
        intake.ClueRegistration(
            organ=ORGAN,
            clue_no="浉市监线〔2026〕112号",
            source_kind="其他部门移送",
            received_at="2026年11月16日9时05分",
            channel="全国12315平台",
            work_order_no="411502202611160001234",
            informer_note="实名举报，身份信息已依法保密",
            party=FIRM,
            act_place="浉河港镇茶叶市场东区第17排；网店“毛尖世家㛃”",
            act_time="2026年3月1日至2026年11月15日",
            description=PARAGRAPH + "\n" + HTML,
            campaign="2026年“守护消费”铁拳行动 第10项 违法销售假冒“信阳毛尖”",
            place_tags=("专业市场", "商品流通环节", "互联网"),
            object_tags=("地理标志",),
            right_kind="地理标志证明商标",
            right_no="第1388993号",
            right_holder="信阳市茶叶协会",
            evidence=EVIDENCE,
            verify_due="2026年12月7日",
            verify_law="《市场监督管理行政处罚程序规定》第十八条",
            linked=("浉市监线〔2026〕98号（同一当事人）",),
            registrar="钱接待",
            registered_at="2026年11月16日9时06分",
            opinions=(
                OpinionFacts("办案机构负责人意见"),
                OpinionFacts("负责人意见"),
            ),
            right_name="信阳毛尖XINYANGMAOJIAN及图",
            sender="信阳市浉河区烟草专卖局",
            letter_no="浉烟移〔2026〕3号",
            letter_on="2026年11月13日",
            report_back_on="2026年12月31日",
            platform="“电商平台”网店“毛尖世家㛃”",
            shop_url="https://shop.example.com/maojian?id=4115021200034567890&from=search",
        ),
    ),
    "filing_approval": (
        intake.FilingApproval(
            organ=LONG_ORGAN,
            title="立案审批表",
            filed=True,
            case_name=CASE,
            clue_no="浉市监线〔2026〕112号",
            source_kind="举报",
            found_on="2026年11月16日",
            party=FIRM,
            facts=PARAGRAPH,
            conditions=CONDITIONS,
            articles=(
                "涉嫌违反《中华人民共和国商标法》第五十七条第三项",
                "拟依据《中华人民共和国商标法》第六十条第二款处罚",
            ),
            ground="",
            ground_law="",
            tell_informer="",
            officers=OFFICERS,
            opinions=OPINIONS,
            case_no=CASE_NO,
            right="“信阳毛尖”（第1388993号注册商标），权利人：信阳市茶叶协会",
        ),
        intake.FilingApproval(
            organ=ORGAN,
            title="不予立案审批表",
            filed=False,
            case_name="昇玥" + RARE + "涉嫌销售侵犯注册商标专用权的商品案",
            clue_no="浉市监线〔2026〕113号",
            source_kind="监督检查",
            found_on="2026年11月18日",
            party=PERSON,
            facts="现场仅有茶叶2盒，系自用。",
            conditions=(CheckFacts(CONDITIONS[0].text, False, "无证据证明对外销售"), *CONDITIONS[1:]),
            articles=(),
            ground="违法行为轻微并及时改正，没有造成危害后果。",
            ground_law="《市场监督管理行政处罚程序规定》第二十条第（一）项",
            tell_informer="无须告知（无法律、法规、规章要求）",
            officers=(),
            opinions=OPINIONS[1:],
            remarks=HTML,
        ),
        intake.FilingApproval(
            organ=ORGAN,
            title="不予立案审批表",
            filed=False,
            case_name="浉河区老茶坊茶叶店涉嫌销售侵犯注册商标专用权的商品案",
            clue_no="浉市监线〔2026〕114号",
            source_kind="监督检查",
            found_on="2026年11月18日",
            party=FIRM,
            facts="货架上有茶叶2盒，已当场下架并退货，没有卖出。",
            conditions=(),
            articles=(),
            ground="违法行为轻微并及时改正，没有造成危害后果。\n首次发现，当场改正。",
            ground_law="《市场监督管理行政处罚程序规定》第二十条第（一）项",
            tell_informer="无须告知（无法律、法规、规章要求）",
            officers=(),
            opinions=(
                OpinionFacts("承办人意见", "建议不予立案。", "张执法", "2026年11月18日"),
                OpinionFacts("办案机构负责人意见", "同意。", "王科长", "2026年11月18日"),
                OpinionFacts("负责人意见", "同意不予立案。", "周副局", "2026年11月19日"),
            ),
            right="“信阳毛尖”（第1388993号注册商标），权利人：信阳市茶叶协会",
        ),
    ),
    "site_record": (
        cases.SiteRecord(
            organ=ORGAN,
            case_name=CASE,
            started_at="2026年11月17日9时30分",
            ended_at="2026年11月17日16时45分",
            place=FIRM.address,
            party=FIRM,
            on_site="店长昇玥" + RARE + "、仓库管理员刘某；信阳市茶叶协会工作人员陈堃到场协助辨认",
            party_absent="",
            officers=OFFICERS,
            recorder="李执法",
            rights_told="执法人员向当事人出示执法证件，告知其依法享有陈述、申辩的权利和申请回避的权利，以及配合检查的义务。当事人表示听清，不申请回避。",
            seen=(PARAGRAPH, PARAGRAPH, HTML),
            goods_found=GOODS[:12],
            photos="照片58张（编号IMG_0001至IMG_0058）、执法记录仪录像3段（编号20261117-01至03）",
            measures=(
                "经负责人批准，对上述成品茶叶、空礼盒、防伪标签实施扣押，出具《实施行政强制措施决定书》（浉市监强制〔2026〕5号）和《财物清单》。",
            ),
            party_words="以上是事实，没有补充。\n希望从轻处理。",
            witness="",
        ),
        # The party is a natural person who was not there.
        cases.SiteRecord(
            organ=ORGAN,
            case_name=CASE,
            started_at="2026年11月17日9时30分",
            ended_at="2026年11月17日10时15分",
            place="信阳市浉河区茶都二楼",
            party=PERSON,
            on_site="店员陈某",
            party_absent="当事人外出，电话通知后未到场",
            officers=OFFICERS,
            recorder="李执法",
            rights_told="当事人未到场。执法人员已向在场人员（店员陈某）、见证人（社区工作人员赵某）出示执法证件，说明检查事由。当事人的权利未能当场告知。",
            seen=("货架上摆放标有“信阳毛尖”的茶叶二十四盒。",),
            goods_found=(),
            photos="照片12张",
            measures=(),
            party_words="",
            witness="社区工作人员赵某",
            video_no="20261117-01",
        ),
    ),
    "interview_record": (
        cases.InterviewRecord(
            organ=ORGAN,
            case_name=CASE,
            times="第1次询问",
            started_at="2026年11月18日14时00分",
            ended_at="2026年11月18日17时20分",
            place="信阳市浉河区市场监督管理局询问室",
            officers=OFFICERS,
            recorder="李执法",
            person=PERSON,
            person_nation="汉族",
            person_employer=FIRM.name,
            person_post="店长",
            relation="当事人的工作人员",
            notice=(
                AnswerFacts("我们是信阳市浉河区市场监督管理局的执法人员，这是我们的执法证件，请你确认。", "看清楚了。"),
                AnswerFacts(
                    "你有权进行陈述、申辩，认为执法人员与本案有直接利害关系的可以申请回避。你应当如实回答询问，不得作虚假陈述。你听清楚了吗？",
                    "听清楚了，不申请回避。",
                ),
            ),
            answers=tuple(
                AnswerFacts(
                    f"第{number}个问题：这批货物是什么时候、从哪里、以什么价格购进的，有没有票据和合同？",
                    "是从浙江一家茶厂买的，每斤八十元，没有发票。\n货到以后换上印有“信阳毛尖”的礼盒再卖。"
                    if number % 3
                    else HTML + "——这是我在网店页面上写的宣传语。",
                )
                for number in range(1, 19)
            ),
            changes="第3个问题中“八十元”更正为“八十五元”。",
        ),
    ),
    "goods_list": (
        cases.GoodsList(
            organ=ORGAN,
            list_no="浉市监强制〔2026〕5号清单1",
            goes_with="《实施行政强制措施决定书》",
            goes_with_no="浉市监强制〔2026〕5号",
            party=FIRM,
            place=FIRM.address,
            lines=(*GOODS, OPEN_PRICE),
            total_quantity="侵权商品2,204盒；工具、设备、原材料1台",
            total_fen=TOTAL,
            officers=OFFICERS,
            refusal="",
            made_on="2026年11月16日",
            storage="浉河区市场监督管理局罚没物资仓库，保管人赵" + RARE,
        ),
    ),
    "investigation_report": (
        cases.InvestigationReport(
            organ=ORGAN,
            case_name=CASE,
            case_no=CASE_NO,
            party=FIRM,
            source="2026年11月16日，本局接到全国12315平台转来的举报工单（编号411502202611160001234）。",
            course=COURSE,
            measures=HOLDS,
            facts=(PARAGRAPH, HTML),
            evidence=EVIDENCE,
            amounts=AMOUNTS,
            nature=(
                "当事人销售未经商标注册人许可在同一种商品上使用与其注册商标相同的商标的商品，属于侵犯注册商标专用权的行为。",
            ),
            articles=(
                "违反《中华人民共和国商标法》第五十七条第三项。",
                "处罚依据为《中华人民共和国商标法》第六十条第二款。",
            ),
            discretion="违法经营额五万元以上，适用较重裁量阶次。",
            defence="",
            repeat_check="经查询，当事人五年内没有因同类违法行为受到行政处罚。",
            transfer_check="销售金额218,430.00元，超过法释〔2025〕5号第五条规定的数额，涉嫌销售假冒注册商标的商品罪，应当移送公安机关。",
            goods_handling="扣押物品随案移送。",
            proposal=("建议依照《中华人民共和国行政处罚法》第五十七条第一款第四项，将本案移送公安机关。",),
            unsettled="",
            officers=OFFICERS,
            made_on="2026年11月21日",
            unit_head_opinion="同意。",
            unit_head="王科长",
            unit_head_on="2026年11月21日",
        ),
        # As it is handed in: parts that nobody answered, and nobody has signed.
        cases.InvestigationReport(
            organ=ORGAN,
            case_name=CASE,
            case_no=CASE_NO,
            party=FIRM,
            source="群众举报（线索编号信浉市监线〔2026〕8号）",
            course=COURSE,
            measures=(),
            facts=(PARAGRAPH,),
            evidence=EVIDENCE,
            amounts=AMOUNTS,
            nature=("销售侵犯注册商标专用权的商品。",),
            articles=(),
            discretion="",
            defence="",
            repeat_check="",
            transfer_check="",
            goods_handling="",
            proposal=("建议给予行政处罚。",),
            unsettled="",
            officers=OFFICERS,
            made_on="2026年11月21日",
        ),
    ),
    "transfer_approval": (
        transfers.TransferApproval(
            organ=ORGAN,
            case_name=CASE,
            case_no=CASE_NO,
            cause="涉嫌销售侵犯注册商标专用权的商品",
            filed_on="2026年11月17日",
            party=FIRM,
            ground="数额、情节达到刑事追诉标准",
            ground_law="《行政执法机关移送涉嫌犯罪案件的规定》第三条第一款",
            hits=HITS,
            suspicion_facts="现场电脑显示存在下线批发群，买家聊天记录反映有至少三个分销仓库。",
            police_measures_needed="需要公安机关调取资金流水、对昇玥" + RARE + "等人的通信记录依法勘验。",
            crime="销售假冒注册商标的商品罪",
            crime_article="《中华人民共和国刑法》第二百一十四条",
            facts=(PARAGRAPH, HTML),
            evidence_summary="现场笔录、询问笔录、电子数据、权利人鉴别意见等共17份。",
            goods_summary="\n".join((*HOLDS, FREE)),
            penalties="无",
            team=OFFICERS,
            opinions=(
                OpinionFacts("专案组意见", "建议移送公安机关。", "张执法、李执法", "2026年11月21日"),
                OpinionFacts("办案机构\n负责人意见", "同意移送。", "王科长", "2026年11月21日"),
                OpinionFacts("法制机构意见", "事实清楚，依据正确，同意移送。", "赵审核", "2026年11月22日"),
            ),
            decision="批准移送",
            decision_reasons="事实和证据表明涉嫌犯罪，应当移送。",
            decided_by="陈局长",
            decided_by_post="局长",
            decided_at="2026年11月23日9时30分",
        ),
    ),
    "crime_report": (
        transfers.CrimeReport(
            organ=ORGAN,
            case_name=CASE,
            case_no=CASE_NO,
            source="2026年11月16日，本局接到全国12315平台转来的举报工单。",
            course=(*COURSE, DayFacts("2026年11月21日", "办案人员发现涉嫌犯罪，提出移送。")),
            party=FIRM,
            persons=(INTERVIEWED,),
            facts=(PARAGRAPH, HTML),
            crime="销售假冒注册商标的商品罪",
            crime_article="《中华人民共和国刑法》第二百一十四条",
            ground="数额、情节达到刑事追诉标准",
            ground_law="《行政执法机关移送涉嫌犯罪案件的规定》第三条第一款",
            evidence=EVIDENCE,
            articles=(
                "《中华人民共和国刑法》第二百一十四条",
                "《中华人民共和国商标法》第六十一条",
                "法释〔2025〕5号第五条",
            ),
            hits=HITS,
            suspicion_facts="",
            police_measures_needed="",
            measures=(*HOLDS, FREE, "已约谈网店平台，平台下架侵权链接12条。"),
            right_holder_opinion="信阳市茶叶协会于2026年11月20日出具鉴别意见：送检样品不是其许可的企业生产，商标标识系假冒。",
            amounts=AMOUNTS,
            proposal="建议将本案移送公安机关立案侦查。",
            team=OFFICERS,
            made_on="2026年11月21日",
            evidence_text="现场笔录、询问笔录和网店后台销售明细相互印证。\n权利人的鉴别意见另见第六部分。",
        ),
    ),
    "transfer_letter": (
        transfers.TransferLetter(
            organ=ORGAN,
            addressee="信阳市公安局浉河分局",
            case_name=CASE,
            party=FIRM.name,
            crime="销售假冒注册商标的商品罪",
            crime_article="《中华人民共和国刑法》第二百一十四条",
            basis=(
                "《中华人民共和国行政处罚法》第二十七条第一款",
                "《中华人民共和国商标法》第六十一条",
                "《行政执法机关移送涉嫌犯罪案件的规定》第三条第一款",
            ),
            handler="张执法、李执法",
            contact="吴登记",
            phone="0376-6201234",
            address="信阳市浉河区民权路街道中山路18号",
            annexes=(
                "涉嫌犯罪案件情况的调查报告",
                "移送材料清单",
                "涉案物品移送清单",
                "权利人鉴别意见书及其资质材料",
                "其他有关涉嫌犯罪的材料",
            ),
            copy_to="信阳市浉河区人民检察院",
            issued_on="2026年11月23日",
        ),
        transfers.TransferLetter(
            organ=LONG_ORGAN,
            addressee="信阳市公安局",
            case_name=CASE,
            party=HTML,
            crime="销售假冒注册商标的商品罪",
            crime_article="《中华人民共和国刑法》第二百一十四条",
            basis=(
                "《中华人民共和国行政处罚法》第二十七条第一款",
                "《中华人民共和国商标法》第七十五条第二款",
                "《行政执法机关移送涉嫌犯罪案件的规定》第三条第二款",
            ),
            handler="张执法、李执法",
            contact="吴登记",
            phone="",
            address="",
            annexes=(),
            copy_to="信阳市人民检察院",
            issued_on="2027年1月2日",
            receiving_body="信阳市公安局食品药品环境和知识产权犯罪侦查支队",
            receiver="公安刘警官",
            received_at="2027年1月2日15时20分",
        ),
    ),
    "materials_list": (
        transfers.MaterialsList(
            organ=ORGAN,
            transfer_no="浉市监涉罪移〔2026〕4号",
            case_name=CASE,
            lines=tuple(
                MaterialFacts(
                    title="涉嫌犯罪案件情况的调查报告"
                    if number == 1
                    else HTML
                    if number == 2
                    else f"证据材料第{number}号：网店后台销售明细截屏",
                    number=CASE_NO if number % 4 == 1 else "",
                    pages=str(number),
                    form="原件" if number % 2 else "复印件",
                    medium="光盘" if number % 3 == 0 else "纸质",
                    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                    if number % 3 == 0
                    else "",
                )
                for number in range(1, 25)
            ),
            total="共24项，其中纸质16项、电子8项，合计300页",
        ),
    ),
    "transfer_goods_list": (
        transfers.TransferGoodsList(
            organ=ORGAN,
            list_no="浉市监涉罪移〔2026〕4号清单2",
            transfer_no="浉市监涉罪移〔2026〕4号",
            case_name=CASE,
            party=FIRM,
            lines=GOODS,
            total_quantity="2,204盒",
            total_fen=TOTAL,
            officers=OFFICERS,
            giver="吴登记",
            receiver="公安刘警官",
            witnesses=("陈堃", "周" + RARE),
            handed_at="2026年11月26日10时15分",
        ),
    ),
    "copy_to_procuratorate": (
        transfers.CopyToProcuratorate(
            organ=ORGAN,
            addressee="信阳市浉河区人民检察院",
            case_name=CASE,
            party=FIRM.name,
            transfer_no="浉市监涉罪移〔2026〕4号",
            transferred_on="2026年11月23日",
            police="信阳市公安局浉河分局",
            crime="销售假冒注册商标的商品罪",
            crime_article="《中华人民共和国刑法》第二百一十四条",
            basis=(
                "《最高人民检察院、全国整顿和规范市场经济秩序领导小组办公室、公安部、监察部关于在行政执法中及时移送涉嫌犯罪案件的意见》第一条",
            ),
            annexes=("涉嫌犯罪案件移送书副本", "移送材料清单副本"),
            contact="吴登记",
            phone="0376-6201234",
            issued_on="2026年11月23日",
        ),
    ),
    "goods_moved_notice": (
        transfers.GoodsMovedNotice(
            organ=ORGAN,
            addressee=FIRM.name,
            measure_no="浉市监强制〔2026〕5号",
            measure_on="2026年11月17日",
            measure_name="扣押",
            basis=("《中华人民共和国行政强制法》第二十一条", "《市场监督管理行政处罚程序规定》第十七条第二款"),
            receiving_body="信阳市公安局浉河分局",
            list_no="浉市监涉罪移〔2026〕4号清单2",
            moved_on="2026年11月26日",
            contact="吴登记",
            phone="0376-6201234",
            issued_on="2026年11月26日",
        ),
    ),
    "proof_of_service": (
        documents.ProofOfService(
            organ=ORGAN,
            case_name=CASE,
            papers=(
                documents.ServedFacts("涉嫌犯罪案件移送书", "浉市监涉罪移〔2026〕4号"),
                documents.ServedFacts(HTML, "", "2份"),
            ),
            addressee="信阳市公安局浉河分局",
            place="信阳市公安局浉河分局经侦大队",
            manner="直接送达",
            servers=("张执法", "吴登记"),
        ),
        # With what was recorded of the service: left behind, filmed; the consent stands where one was needed.
        documents.ProofOfService(
            organ=ORGAN,
            case_name=CASE,
            papers=(documents.ServedFacts("涉案物品移送告知书", "浉市监物移〔2026〕3号"),),
            addressee=FIRM.name,
            place=FIRM.address,
            manner="留置送达",
            time="2026年11月24日10时20分",
            servers=("张执法", "李执法"),
            refusal="法定代表人拒绝签收",
            video_no="执法记录仪03-20261124-02",
            consent="浉市监址〔2026〕7号，2026年11月20日",
        ),
    ),
}

NUMBERS = {
    "transfer_letter": "浉市监涉罪移〔2026〕4号",
    "copy_to_procuratorate": "浉市监函〔2026〕12号",
    "goods_moved_notice": "浉市监物移〔2026〕3号",
    "proof_of_service": "浉市监送〔2026〕81号",
}
