"""The page of the campaigns and their targets."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.campaigns import queries
from app.core import clock
from app.core.permissions import needs, viewer

bp = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@bp.get("/")
@needs("campaign.read")
def index() -> str:
    """All campaigns, newest year first, with their ordered targets."""
    return render_template("campaigns/index.html", campaigns=queries.campaigns(viewer()), on=clock.today())
