"""Reads of campaigns: known to all who handle cases."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.campaigns.models import Campaign, Target
from app.core.errors import NotFound
from app.core.permissions import Viewer, require
from app.extensions import db


def campaigns(viewer: Viewer) -> list[Campaign]:
    """All campaigns, newest year first, with their targets."""
    require(viewer, "campaign.read")
    return list(db.session.scalars(select(Campaign).order_by(Campaign.year.desc(), Campaign.id)))


def running(viewer: Viewer, on: dt.date) -> list[Campaign]:
    """The campaigns that run on that day."""
    require(viewer, "campaign.read")
    return list(
        db.session.scalars(
            select(Campaign).where(Campaign.starts_on <= on, Campaign.ends_on >= on).order_by(Campaign.id)
        )
    )


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
