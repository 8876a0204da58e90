"""Reads of campaigns: known to all who handle cases."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select

from app.campaigns.models import Campaign, Target
from app.core.errors import NotFound
from app.core.permissions import Viewer, require
from app.extensions import db
from app.people.models import Organ


def campaigns(viewer: Viewer) -> list[Campaign]:
    """All campaigns, newest year first, with their targets."""
    require(viewer, "campaign.read")
    return list(db.session.scalars(select(Campaign).order_by(Campaign.year.desc(), Campaign.id)))


def running(viewer: Viewer, on: dt.date) -> list[Campaign]:
    """The campaigns that run on that day for the viewer's organ: its own and those of the organ above it."""
    require(viewer, "campaign.read")
    above = select(Organ.parent_id).where(Organ.id == viewer.organ_id, Organ.parent_id.is_not(None))
    theirs = or_(Campaign.organ_id.is_(None), Campaign.organ_id == viewer.organ_id, Campaign.organ_id.in_(above))
    found = select(Campaign).where(Campaign.starts_on <= on, Campaign.ends_on >= on, theirs)
    return list(db.session.scalars(found.order_by(Campaign.id)))


def get(viewer: Viewer, campaign_id: int) -> Campaign:
    """A campaign by id, or NotFound."""
    require(viewer, "campaign.read")
    found = db.session.get(Campaign, campaign_id)
    if found is None:
        raise NotFound()
    return found


def target(viewer: Viewer, target_id: int) -> Target:
    """A target by id, or NotFound."""
    require(viewer, "campaign.read")
    found = db.session.get(Target, target_id)
    if found is None:
        raise NotFound()
    return found
