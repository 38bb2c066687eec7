"""A drill as an AVID report (data version 0.3.3, taxonomy of avidtools 2026-03-26), for whoever trains on filing one."""

from __future__ import annotations

from typing import Any

from hotwash.aftermath.exchange.account import NOT_REAL, Account

DOMAINS = {"S": "Security", "E": "Ethics", "P": "Performance"}
OPERATION = "L06: Deployment"
"""AVID has no stage of operation; what fails in production is filed under deployment."""


def to_avid(told: Account) -> dict[str, Any]:
    """One report. The id is left empty: AVID gives it."""
    views = told.of_scheme("avid")
    minutes = {
        name: at for name, at in told.minutes.items() if at is not None and name in ("onset", "detected", "contained")
    }
    return {
        "data_type": "AVID",
        "data_version": "0.3.3",
        "metadata": {"report_id": ""},
        "affects": {
            "developer": [],
            "deployer": [],
            "artifacts": [{"type": "System", "name": f"{told.system} (simulated)"}],
        },
        "problemtype": {
            "classof": "Undefined",
            "type": "Issue",
            "description": _said(f"EXERCISE. {told.mode_title} in {told.system}"),
        },
        "metrics": [
            {"scorer": "hotwash drill", "metrics": f"minute of drill time: {name}", "value": at}
            for name, at in sorted(minutes.items())
        ],
        "references": [],
        "description": _said(f"{NOT_REAL} {told.what}"),
        "impact": {
            "avid": {
                "vuln_id": "",
                "risk_domain": sorted({DOMAINS[one.id[0]] for one in views}),
                "sep_view": [f"{one.id}: {one.name}" for one in views],
                "lifecycle_view": [OPERATION],
                "taxonomy_version": "0.2",
            }
        },
        "credit": [],
        "reported_date": told.ended.date().isoformat(),
    }


def _said(text: str) -> dict[str, str]:
    return {"lang": "eng", "value": text}
