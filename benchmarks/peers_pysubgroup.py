"""pysubgroup: in which segment is the rate of ungrounded answers high? All dimensions, up to three attributes, on what was asked in
the incident's window. Apriori, on categories: of its algorithms the one that ends soonest here (beam search, depth-first search and
GP-growth took more than ten times as long on 50,000 rows)."""

import peers_common
import pysubgroup as ps


def segments(frame, dims: list[str], target: str, bad: object, *, results: int = 5) -> list[list[list[str]]]:
    """The best descriptions, each a sorted list of [dimension, value]."""
    frame = frame.astype(dict.fromkeys(dims, "category"))
    space = ps.create_nominal_selectors(frame[dims])
    task = ps.SubgroupDiscoveryTask(
        frame, ps.BinaryTarget(target, bad), space, result_set_size=results, depth=3, qf=ps.StandardQF(0.5)
    )
    found = ps.Apriori().execute(task).to_descriptions()
    return [sorted([one.attribute_name, str(one.attribute_value)] for one in rule.selectors) for _, rule, *_ in found]


def question(case: peers_common.Case) -> dict:
    dims = [*peers_common.DIMS]
    frame = case.read(["at", "groundedness", *dims])
    total = len(frame)
    frame = frame[(frame["at"] >= case.onset) & frame["groundedness"].notna()].drop(columns="at").reset_index(drop=True)
    best = segments(frame, dims, "groundedness", "fail")
    return {"rows": total, "said": peers_common.described(best[0]), "right": best[0] == case.slice}


if __name__ == "__main__":
    peers_common.main(question)
