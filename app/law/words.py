"""Words of the criminal screen: crimes, measures, tiers, units, as pages and papers name them. Pure."""

from __future__ import annotations

from app.core.text import N_

CRIMES: dict[str, str] = {
    "counterfeit_registered_mark": N_("假冒注册商标罪"),
    "sell_counterfeit_mark_goods": N_("销售假冒注册商标的商品罪"),
    "illegal_mark_labels": N_("非法制造、销售非法制造的注册商标标识罪"),
    "counterfeit_patent": N_("假冒专利罪"),
    "copyright_infringement": N_("侵犯著作权罪"),
    "sell_infringing_copies": N_("销售侵权复制品罪"),
    "trade_secret": N_("侵犯商业秘密罪"),
    "trade_secret_foreign": N_("为境外窃取、刺探、收买、非法提供商业秘密罪"),
}
# Article of the Criminal Law for each crime: an earlier punishment is matched by it.
CRIME_ARTICLES: dict[str, str] = {
    "counterfeit_registered_mark": "213",
    "sell_counterfeit_mark_goods": "214",
    "illegal_mark_labels": "215",
    "counterfeit_patent": "216",
    "copyright_infringement": "217",
    "sell_infringing_copies": "218",
    "trade_secret": "219",
    "trade_secret_foreign": "219-1",
}
TIERS: dict[str, str] = {
    "base": N_("行为犯"),
    "serious": N_("立案标准"),
    "especially_serious": N_("情节特别严重"),
}
MEASURES: dict[str, str] = {
    "illegal_gains": N_("违法所得数额"),
    "illegal_gains.goods": N_("违法所得数额（商品）"),
    "illegal_gains.services": N_("违法所得数额（服务）"),
    "illegal_business_amount": N_("非法经营数额"),
    "goods_value_unsold": N_("货值金额（尚未销售）"),
    "sales_amount": N_("销售金额"),
    "sales_amount_plus_goods_value": N_("销售金额与货值金额合计"),
    "illegal_gains_goods_plus_services": N_("商品与服务违法所得合计"),
    "label_count": N_("标识数量"),
    "label_count_unsold": N_("尚未销售的标识数量"),
    "label_count_sold": N_("已销售的标识数量"),
    "label_count_sold_plus_unsold": N_("已售与未售标识合计"),
    "patentee_direct_economic_loss": N_("给专利权人造成的直接经济损失"),
    "copy_count": N_("复制品数量"),
    "copy_count_unsold": N_("尚未销售的侵权复制品数量"),
    "copy_count_sold": N_("已销售的侵权复制品数量"),
    "copy_count_sold_plus_unsold": N_("已售与未售复制品合计"),
    "work_count_network": N_("传播作品数量"),
    "download_count": N_("下载数量"),
    "click_count": N_("被点击数量"),
    "registered_member_count": N_("注册会员数量"),
    "composite_half": N_("达到半数标准的项目数"),
    "right_holder_loss": N_("给权利人造成的损失数额"),
    "illegal_gains_trade_secret": N_("侵犯商业秘密违法所得数额"),
    "right_holder_bankrupt_or_closed": N_("权利人破产、倒闭"),
    "act_for_foreign_entity": N_("为境外实施"),
    "officer_assessment": N_("其他情节"),
}
MONEY_MEASURES = frozenset(
    {
        "illegal_gains",
        "illegal_gains.goods",
        "illegal_gains.services",
        "illegal_business_amount",
        "goods_value_unsold",
        "sales_amount",
        "sales_amount_plus_goods_value",
        "illegal_gains_goods_plus_services",
        "patentee_direct_economic_loss",
        "right_holder_loss",
        "illegal_gains_trade_secret",
    }
)
UNITS: dict[str, str] = {
    "fen": N_("元"),
    "label_pieces": N_("件"),
    "copies": N_("份（张）"),
    "works": N_("件（部）"),
    "downloads": N_("次"),
    "clicks": N_("次"),
    "members": N_("人"),
    "distinct_items": N_("项"),
    "boolean": "",
    "text": "",
}
# 明知 of art. 214: the presumptions of Interp. art. 4, all rebuttable.
KNOWLEDGE_GROUNDS: dict[str, str] = {
    "altered_mark": N_("知道自己销售的商品上的注册商标被涂改、调换或者覆盖"),
    "forged_licence": N_("伪造、涂改商标注册人授权文件或者知道该文件被伪造、涂改"),
    "punished_before": N_("因销售假冒注册商标的商品受过刑事处罚或者行政处罚，又销售同一种假冒注册商标的商品"),
    "abnormal_price": N_("无正当理由以明显低于市场价格进货或者销售"),
    "evidence_moved": N_("被发现后转移、销毁侵权商品、会计凭证等证据或者提供虚假证明"),
    "other": N_("其他能够认定为明知的情形"),
}


STANDINGS: dict[str, str] = {
    "below": N_("未达数额标准（有合理怀疑的仍应移送）"),
    "suspicion": N_("涉嫌犯罪，需人工判断"),
    "over": N_("已达刑事立案追诉标准"),
}
