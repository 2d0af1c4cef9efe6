"""Offence alerts."""

from __future__ import annotations

from typing import Any

from . import common
from .words import filled


def offence_alert(left: dict[str, Any], dates: dict[str, Any]) -> dict[str, Any]:
    return common.head(left, "medium") | filled(
        observed=dates["observed"],
        location=common.location(left.pop("location")),
        requested_action=left.pop("requested_action"),
        goods=common.goods(left.pop("goods")),
        parties=common.parties(left.pop("parties")),
        conveyances=common.conveyances(left.pop("conveyances", [])),
        route=common.route(left.pop("route")),
        documents=common.documents(left.pop("documents", [])),
        modus_operandi=left.pop("modus_operandi", None),
        risk_indicators=left.pop("risk_indicators", None),
        estimated_revenue_loss=left.pop("estimated_revenue_loss", None),
        links=left.pop("links", None),
    )
