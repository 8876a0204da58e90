"""The campaigns that ship with the product. Safe to run again; the caller commits."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from sqlalchemy import func, select, update

from app.campaigns.models import Campaign, Target
from app.extensions import db
from app.people.models import Organ


def load_all() -> None:
    """Make what is missing, as the city bureau's; a campaign that is there is left as people have it.

    Before the city bureau is there it belongs to nobody yet, and nobody writes it; the next run gives it to the bureau.
    """
    city = db.session.scalar(select(func.min(Organ.id)).where(Organ.kind == "bureau", Organ.level == "city"))
    data = json.loads((Path(__file__).parent / "data" / "campaigns.json").read_text(encoding="utf-8"))
    for raw in data["campaigns"]:
        known = select(Campaign.id).where(Campaign.name == raw["name"], Campaign.year == raw["year"])
        if db.session.scalar(known) is not None:
            continue
        db.session.add(
            Campaign(
                organ_id=city,
                name=raw["name"],
                short=raw["short"],
                year=raw["year"],
                plan=raw["plan"],
                starts_on=dt.date.fromisoformat(raw["starts_on"]),
                ends_on=dt.date.fromisoformat(raw["ends_on"]),
                targets=[Target(number=n, text=text) for n, text in enumerate(raw["targets"], 1)],
            )
        )
    db.session.flush()
    if city is not None:
        db.session.execute(update(Campaign).where(Campaign.organ_id.is_(None)).values(organ_id=city))
