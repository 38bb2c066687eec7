"""Papers after a drill, as a team that did its work would have filled them."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hotwash import bootstrap
from hotwash.conductor.record import EVENTS, read_events


@cache
def played(players: str = "slow", scenario: str = "cross-tenant-leak", constraints: tuple[str, ...] = ()):
    """A drill with stand-ins: files and events of its record."""
    done = bootstrap.run(bootstrap.lay_out(bootstrap.content(scenario, None, constraints), 1), players)
    return done.files, read_events(done.files[EVENTS])


def record_in(folder: Path, players: str = "slow") -> Path:
    """The record of that drill, written to a folder."""
    bootstrap.save(played(players)[0], folder)
    return folder


def filled(draft: str) -> dict[str, Any]:
    """A draft on causes with every question answered, every hop and control judged."""
    paper = yaml.safe_load(draft)
    some = next(one["evidence"] for one in paper["chain"] if one["state"] == "broke")
    paper["controls"] = [
        {"id": "filter-test", "title": "Tenant filter proved on every rebuild", "state": "missing", "why": "No suite asks across tenants.", "answers": ["nist-ai-rmf:MANAGE 4.1"]},
        {"id": "alert-pii", "title": "Alert on personal data in outputs", "state": "late", "why": "It needs ten minutes of traffic.", "answers": []},
        {"id": "retrieval-off", "title": "Standing order to cut retrieval", "state": "worked", "why": "It was pulled under the standing order.", "answers": []},
    ]  # fmt: skip
    for hop in paper["chain"]:
        if hop["state"] == "open":
            hop |= {
                "state": "held",
                "what": "The same requests were answered well in other shops.",
                "evidence": some[:1],
            }
        hop |= {"assumed": "Every shard carries its tenant.", "controls": ["filter-test", "alert-pii"]}
        hop["changed"] = hop["changed"].replace("OPEN: what changed here recently?", "")
    paper["whys"] = paper["whys"][:1] + [
        {"because": said, "evidence": some[:2]}
        for said in (
            "The rebuild wrote shards without the tenant attribute, and the filter takes a missing attribute for a match.",
            "The rebuild job was changed by another team, whose tests do not know of tenants.",
            "No check before release asks one tenant's questions as another.",
            "Nobody owns the property that tenants are kept apart; each team owns a part of the way.",
        )
    ]
    paper["factors"] = [one for one in paper["factors"] if not one["factor"].startswith("OPEN")]
    for cause in paper["tree"]:
        cause["controls"] = [] if cause["verdict"] == "ruled-out" else ["filter-test", "retrieval-off"]
    for one in paper["human_factors"]:
        one |= {"answer": "The page was found in two minutes and fitted.", "evidence": some[:1]}
    return paper


def as_yaml(paper: Any) -> str:
    return yaml.safe_dump(paper, sort_keys=False, allow_unicode=True)
