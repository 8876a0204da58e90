"""The campaigns that ship with the product. Safe to run again; the caller commits."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from sqlalchemy import select

from app.campaigns.models import Campaign, Target
from app.extensions import db


def load_all() -> None:
    """Make what is missing; a campaign that is there is left as people have it."""
    data = json.loads((Path(__file__).parent / "data" / "campaigns.json").read_text(encoding="utf-8"))
    for raw in data["campaigns"]:
        known = select(Campaign.id).where(Campaign.name == raw["name"], Campaign.year == raw["year"])
        if db.session.scalar(known) is not None:
            continue
        db.session.add(
            Campaign(
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
