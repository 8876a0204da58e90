"""Pages of the campaigns and their targets."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.campaigns import actions, queries
from app.campaigns.forms import CampaignForm
from app.campaigns.models import Campaign
from app.core import clock
from app.core.errors import Refused, Stale
from app.core.forms import once
from app.core.permissions import needs, require, viewer
from app.core.text import _
from app.extensions import db

bp = Blueprint("campaigns", __name__, url_prefix="/campaigns")
Answer = str | AnyResponse | tuple[str, int]


@bp.get("/")
@needs("campaign.read")
def index() -> str:
    """All campaigns, newest year first, with their ordered targets."""
    return render_template("campaigns/index.html", campaigns=queries.campaigns(viewer()), on=clock.today())


@bp.route("/new", methods=["GET", "POST"])
@needs("campaign.write")
def new() -> Answer:
    """Set up a campaign."""
    form = CampaignForm(year=clock.today().year)
    if not form.validate_on_submit():
        return _page(form, None)
    try:
        return once(form, lambda: _url(actions.add(viewer(), form.data, form.lines)), lambda: _("已设立专项行动。"))
    except Refused as refused:
        return _page(form, None, refused)


@bp.route("/<int:campaign_id>/edit", methods=["GET", "POST"])
@needs("campaign.write")
def edit(campaign_id: int) -> Answer:
    """Correct a campaign."""
    campaign = queries.get(viewer(), campaign_id)
    require(viewer(), "campaign.write", campaign)
    typed = "\n".join(target.text for target in campaign.targets)
    form = CampaignForm(
        data={**{key: getattr(campaign, key) for key in actions.FIELDS}, "targets": typed, "seen": typed}
    )
    if not form.validate_on_submit():
        return _page(form, campaign)
    if (form.seen.data or "").replace("\r\n", "\n") != typed:
        raise Stale()
    try:
        actions.change(viewer(), campaign, form.data, form.lines)
    except Refused as refused:
        return _page(form, campaign, refused)
    db.session.commit()
    flash(_("专项行动已更正。"), "ok")
    return redirect(_url(campaign), 303)


def _url(campaign: Campaign) -> str:
    return url_for("campaigns.index", _anchor=f"campaign-{campaign.id}")


def _page(form: CampaignForm, campaign: Campaign | None, refusal: Refused | None = None) -> tuple[str, int]:
    extra = [_(refusal.sentence)] if refusal else []
    page = render_template("campaigns/form.html", form=form, campaign=campaign, extra=extra)
    return page, 422 if request.method == "POST" else 200
