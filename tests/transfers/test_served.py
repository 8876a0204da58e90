"""Form 50 of a transfer says what was entered, by whom and how (程序规定 82; 行政处罚法 42; 行政强制法 21)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.errors import Refused
from app.documents.models import Paper, Service
from app.extensions import db
from app.transfers.models import Transfer
from tests.cases.world import typed
from tests.transfers.world import HANDED, TOLD, brought_to, do, printed


def served(transfer: Transfer, kind: str) -> tuple[Service, dict[str, Any]]:
    """The service of a paper of this kind, and what its form 50 in force prints."""
    found = (
        select(Service)
        .join(Paper, Paper.id == Service.paper_id)
        .where(Service.subject_id == transfer.id, Paper.kind == kind)
    )
    service = db.session.scalars(found.where(Paper.superseded_by_id.is_(None))).one()
    assert service.proof is not None
    return service, service.proof.facts


def test_apl_42_who_handed_over_stands_on_form_50(app: Flask) -> None:
    transfer = brought_to("approved")
    with pytest.raises(Refused, match="两人以上送达"):
        do(transfer, "hand_over", "孙内勤", **HANDED | {"handed_by_names": ["孙内勤"]})
    do(transfer, "hand_over", "孙内勤", **HANDED)
    do(transfer, "sign_receipt", "公安刘警官", receipt_by="刘警官")
    assert served(transfer, "transfer_letter")[1]["servers"] == ["孙内勤", "张执法"], "and not the team at large"
    do(transfer, "record_copy", "孙内勤", copy_received_by="孙检", doc_no="无", copied_by=["张执法", "李执法"])
    assert served(transfer, "copy_to_procuratorate")[1]["servers"] == ["张执法", "李执法"]


def test_proc_82_what_was_handed_over_before_names_were_asked_leaves_its_service_open(app: Flask) -> None:
    transfer = brought_to("handed_over")
    transfer.handed_by_names = []
    do(transfer, "sign_receipt", "公安刘警官", receipt_by="刘警官")
    assert served(transfer, "transfer_letter")[0].state == "open"


def test_proc_82_compulsion_law_21_the_notice_is_served_as_entered_and_not_otherwise(app: Flask) -> None:
    transfer = brought_to("goods_handed_over")
    for missing, sentence in (
        ({"manner": ""}, "请选择送达方式"), ({"receiver": ""}, "请填写签收人"), ({"servers": ["孙内勤"]}, "送达人不得少于两人"),
        ({"manner": "post"}, "邮寄单号"), ({"manner": "left"}, "拒收事由"), ({"manner": "electronic"}, "须经当事人同意"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence), db.session.begin_nested():
            do(transfer, "tell_party", "孙内勤", **{**TOLD, **missing})
        db.session.refresh(transfer)
    do(transfer, "tell_party", "孙内勤", manner="post", mail_no="EMS 1234", receiver="", servers=[])
    service, proof = served(transfer, "goods_moved_notice")
    assert (service.manner, proof["manner"], proof["mail_no"]) == ("post", "邮寄送达", "EMS 1234")
    assert (proof["receiver"], proof["servers"]) == ("", []), "nobody signed and nobody went"


def test_compulsion_law_21_the_form_asks_how_and_keeps_what_was_typed(app: Flask, sign_in) -> None:
    transfer = brought_to("goods_handed_over")
    printed(transfer)
    db.session.commit()
    url = f"/transfers/{transfer.id}/steps/tell_party"
    page = sign_in("孙内勤").get(url).get_data(as_text=True)
    for name in ("manner", "receiver", "servers", "refusal", "mail_no", "consent"):
        assert f'name="{name}"' in page
    assert page.index('name="party_told_at"') < page.index('name="manner"')
    given = {"party_told_at": typed(clock.now()), "manner": "left", "receiver": "", "refusal": "拒收", "place": "店内"}
    refused = sign_in("孙内勤").post_form(url, given)
    assert refused.status_code == 422
    assert "留置送达须写明拒收事由" in refused.get_data(as_text=True)
    assert 'value="店内"' in refused.get_data(as_text=True)
    done = sign_in("孙内勤").post_form(url, given | {"witness": "居委会钱某", "servers": ["孙内勤", "李执法"]})
    assert done.status_code == 303
    assert served(transfer, "goods_moved_notice")[1]["refusal"] == "拒收"


def test_apl_42_the_form_of_the_handing_over_presumes_nobody_but_who_fills_it_in(app: Flask, sign_in) -> None:
    transfer = brought_to("approved")
    printed(transfer)
    db.session.commit()
    page = sign_in("孙内勤").get(f"/transfers/{transfer.id}/steps/hand_over").get_data(as_text=True)
    assert 'name="handed_by_names" value="孙内勤" checked' in page
    assert 'name="handed_by_names" value="张执法">' in page
    assert "逾期原因" not in page
