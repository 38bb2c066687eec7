"""How well does the check of postmortems read sentences, against labels and against the word search that people do by hand?

    python benchmarks/postmortem_check.py [--sets tuned heldout fresh blind] [--json]

Sentences of `tests/data/postmortem_check`, each labelled with what a careful reviewer would mark: a claim without a citation, a symptom
given as the cause, blame. Printed are precision and recall by mark, all errors, and the same for a plain peer: a sentence with a digit
or one of the usual verbs and no bracket is uncited, and a list of words each for cause and blame. The ratio is that of F1, over all marks. All sets
but `tuned` were measured once before a rule was changed for them; docs/explanation/postmortem.md tells what was measured first. Exit code 1 when the
goal (precision and recall 0.8 for every mark over all sets) is missed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.postmortem_sentences import MARKS, SETS, Tally, judge, labelled, marked

GOAL = 0.8
PEER = {
    "uncited": r"\d|\b(?:was|were|had|went|failed|caused|took|happened)\b",
    "cause": r"human error|user error|operator error|hallucinat|model was wrong|the model|glitch|root cause",
    "blame": r"\bblame|fault|should have|failed to|ignored|forgot|careless|negligen|mistake",
}


def peer(text: str) -> frozenset[str]:
    """Word search."""
    cited = re.search(r"\[(?:e\d|item|fig|key|kit)", text)
    found = {mark for mark, words in PEER.items() if re.search(words, text, re.IGNORECASE)}
    return frozenset(found - ({"uncited"} if cited else set()))


def whole(tallies: dict[str, Tally]) -> Tally:
    return Tally(*(sum(getattr(one, name) for one in tallies.values()) for name in ("hits", "false", "missed")))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sets", nargs="*", default=list(SETS), choices=SETS)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    sentences = [one for name in asked.sets for one in labelled(name)]
    start = time.perf_counter()
    ours, errors = judge(sentences, marked)
    took = time.perf_counter() - start
    theirs, _ = judge(sentences, peer)
    ratio = whole(ours).f1 / max(whole(theirs).f1, 1e-9)
    if asked.json:
        shown = {
            mark: {
                "precision": ours[mark].precision,
                "recall": ours[mark].recall,
                "peer_precision": theirs[mark].precision,
                "peer_recall": theirs[mark].recall,
            }
            for mark in MARKS
        }
        print(json.dumps({"sentences": len(sentences), "marks": shown, "ratio_of_f1": ratio}, indent=1))
    else:
        print(f"{len(sentences)} sentences of {', '.join(asked.sets)}, {1000 * took / len(sentences):.2f} ms each")
        print(f"{'mark':<10}{'labelled':>9}{'precision':>11}{'recall':>8}{'peer: precision':>17}{'recall':>8}")
        for mark in MARKS:
            one, other = ours[mark], theirs[mark]
            print(
                f"{mark:<10}{one.hits + one.missed:>9}{one.precision:>11.3f}{one.recall:>8.3f}{other.precision:>17.3f}{other.recall:>8.3f}"
            )
        print(f"F1 over all marks {whole(ours).f1:.3f}, word search {whole(theirs).f1:.3f}, ratio {ratio:.2f}")
        for mark, kind, text in errors:
            print(f"  {kind} {mark}: {text}")
    return int(any(one.precision < GOAL or one.recall < GOAL for one in ours.values()))


if __name__ == "__main__":
    raise SystemExit(main())
