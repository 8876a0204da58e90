"""Writing campaigns: each organ its own, so that no county changes what the city counts by. A target that clues point to keeps its row; only its words and number may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.campaigns.models import Campaign, Target
from app.core import history
from app.core.errors import Refused
from app.core.permissions import Viewer, require
from app.core.text import N_
from app.extensions import db

FIELDS = ("name", "short", "year", "starts_on", "ends_on", "plan")


def add(viewer: Viewer, values: Mapping[str, Any], targets: Sequence[str]) -> Campaign:
    """A new campaign of the viewer's organ, its targets in order. Refused (422) when that one of that year is there already."""
    require(viewer, "campaign.write")
    _unique(viewer.organ_id, values, None)
    campaign = Campaign(organ_id=viewer.organ_id, **{key: values[key] for key in FIELDS})
    campaign.targets = [Target(number=n, text=text) for n, text in enumerate(targets, 1)]
    db.session.add(campaign)
    db.session.flush()
    history.record(
        campaign, "add", viewer, name=N_("设立专项行动"), law="内部规则: 专项行动", facts={"targets": len(targets)}
    )
    return campaign


def change(viewer: Viewer, campaign: Campaign, values: Mapping[str, Any], targets: Sequence[str]) -> None:
    """Correct a campaign. Targets keep their numbers: they may be reworded and added to, but not fewer than before."""
    require(viewer, "campaign.write", campaign)
    _unique(campaign.organ_id, values, campaign)
    if len(targets) < len(campaign.targets):
        raise Refused(N_("重点项不能减少：已有线索按编号标记。可以改写文字，或者在末尾增加。"), 422)
    for key in FIELDS:
        setattr(campaign, key, values[key])
    for target, text in zip(campaign.targets, targets, strict=False):
        target.text = text
    for n in range(len(campaign.targets), len(targets)):
        campaign.targets.append(Target(number=n + 1, text=targets[n]))
    db.session.flush()
    history.record(
        campaign, "change", viewer, name=N_("更正专项行动"), law="内部规则: 专项行动", facts={"targets": len(targets)}
    )


def _unique(organ_id: int | None, values: Mapping[str, Any], but: Campaign | None) -> None:
    same = db.session.scalar(
        select(Campaign.id).where(
            Campaign.organ_id == organ_id, Campaign.name == values["name"], Campaign.year == values["year"]
        )
    )
    if same is not None and (but is None or same != but.id):
        raise Refused(N_("该年度的同名行动已经设立，请在列表中更正。"), 422)
