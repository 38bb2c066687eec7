"""Papers after a drill, as a team that did its work would have filled them."""

from typing import Any

import yaml


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
    for one in paper["consequences"]:
        one |= {"verdict": "lessened", "controls": ["retrieval-off"]}
    for one in paper["human_factors"]:
        one |= {"answer": "The page was found in two minutes and fitted.", "evidence": some[:1]}
    return paper


def as_yaml(paper: Any) -> str:
    return yaml.safe_dump(paper, sort_keys=False, allow_unicode=True)


def held(draft: str) -> dict[str, Any]:
    """Minutes of a meeting that was held."""
    paper = yaml.safe_load(draft)
    paper |= {"held_on": "2026-12-03", "chair": "Noor Haddad", "attended": [{"role": "ic", "name": "Noor Haddad"}]}
    for item in paper["agenda"]:
        item["minutes"] = [
            {"text": "Nothing more was said.", "evidence": one["evidence"]} if one["text"].startswith("OPEN") else one
            for one in item["minutes"]
        ]
        item["decided"] = ["Taken as read."]
    return paper


def rated(draft: str) -> dict[str, Any]:
    """A register in which every risk is judged."""
    paper = yaml.safe_load(draft)
    for one in paper["risks"]:
        one |= {
            "likelihood": "possible", "why_likely": "It happened once in a year of rebuilds.", "owner": "Head of retrieval",
            "treatment": "reduce", "plan": "The rebuild is gated on a cross-tenant suite by 15 January.", "review_on": "2027-03-03",
        }  # fmt: skip
    return paper


def operated(draft: str) -> dict[str, Any]:
    """Controls with their instructions, and access that was judged."""
    paper = yaml.safe_load(draft)
    for one in paper["controls"]:
        one |= {
            "kind": "prevents",
            "operating": {
                "owner": "Head of retrieval", "how": "It runs in the pipeline after each rebuild and before the switch.",
                "works_when": "A planted foreign record turns the suite red within one run.",
                "step_down": "Never without the commander's word, and then for a day.",
                "side_effects": "A rebuild goes live twenty minutes later.", "tell": "Nothing: customers do not notice it.",
            },
        }  # fmt: skip
    review = paper["access_review"]
    review |= {"reviewed_on": "2026-12-05", "reviewed_by": "Security lead", "next_on": "2027-03-05"}
    for one in review["access"]:
        one |= {
            "holders": [{"role": "Platform engineer", "why": "Releases are theirs.", "keep": "keep"}],
            "approved_by": ["Product owner"], "logged": "yes",
        }  # fmt: skip
    return paper
