"""What in a suite cannot work, or cannot show what it promises, before anybody is asked anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotwash.gates.evidence import clean_pairs_needed
from hotwash.gates.graded import segments_of
from hotwash.gates.graders import ABSENCE
from hotwash.gates.planned import CANARY, Planned, cases_of
from hotwash.kernel.errors import Problem
from hotwash.kernel.twice import twice
from hotwash.kit.mistakes import in_order
from hotwash.kit.names import instead
from hotwash.kit.schema.suite import WHOLE, Limit, Pair, Suite
from hotwash.kit.sources import Findings, Place
from hotwash.kit.suites import LoadedSuite
from hotwash.triage.stats import clean_needed, promise


def lint_suite(loaded: LoadedSuite) -> list[Problem]:
    """Every mistake, each with its place and what to write."""
    found = Findings(loaded.sources)
    suite = loaded.suite
    _kind(suite, found)
    _names(loaded, found)
    for number, pair in enumerate(suite.pairs):
        _pair(pair, number, found)
    if not found.problems:
        _sources(loaded, found)
        _canaries(suite, found)
        _limits(suite, found)
        _notices_silence(suite, found)
    return in_order(found.problems)


def _kind(suite: Suite, found: Findings) -> None:
    if suite.kind == "bias":
        if suite.cases or not suite.pairs:
            found.add(("suite", "kind"), "a bias suite is made of pairs", "Write 'pairs:', and no 'cases:'.")
    elif suite.pairs or not suite.cases:
        found.add(("suite", "kind"), f"a {suite.kind} suite is made of cases", "Write 'cases:' or 'cases_from:', and no 'pairs:'.")  # fmt: skip
    checks = [check for case in cases_of(suite) for check in case.checks]
    if any(one.no_canary for one in checks) and not suite.canaries:
        found.add(("suite", "kind"), "a check looks for planted secrets, and none is planted", "Write 'canaries:' with what was planted.")  # fmt: skip
    elif suite.kind == "leak" and not (suite.canaries and any(one.no_canary for one in checks)):
        found.add(("suite", "kind"), "a leak suite looks for planted secrets", "Write 'canaries:' and a check {no_canary: true}.")  # fmt: skip


def _sources(loaded: LoadedSuite, found: Findings) -> None:
    """Grounding without sources cannot be known, however often it is asked."""
    suite = loaded.suite
    for case, where in zip(suite.cases, loaded.lines, strict=True):
        if not case.sources and any(one.grounded is not None for one in case.checks):
            said = f"case '{case.id}' is checked for grounding and has no sources"
            found.problems.append(Problem(where, said, "Give it 'sources:', or leave that check out."))


def _names(loaded: LoadedSuite, found: Findings) -> None:
    suite = loaded.suite
    ids = [one.id for one in suite.cases]
    for name in twice(ids):
        last = len(ids) - 1 - ids[::-1].index(name)
        found.problems.append(Problem(loaded.lines[last], f"there is a case '{name}' already", "Give each case an id of its own."))  # fmt: skip
    for part, names in (("pairs", [one.id for one in suite.pairs]), ("canaries", [one.id for one in suite.canaries])):
        for name in twice(names):
            last = len(names) - 1 - names[::-1].index(name)
            found.add(("suite", part, last, "id"), f"'{name}' is there already", "Give each an id of its own.")


def _pair(pair: Pair, number: int, found: Findings) -> None:
    for name, groups in pair.vary.items():
        place = ("suite", "pairs", number, "vary", name)
        if f"{{{name}}}" not in pair.user:
            found.add(place, f"'{{{name}}}' does not stand in user", f"Write {{{name}}} where it is to vary.", key=True)
        if len(groups) < 2:
            found.add(place, "there is one group", "Write the reference first, then the groups held against it.")
        if len({len(texts) for texts in groups.values()}) > 1:
            found.add(place, "the groups have different numbers of texts", "Write as many texts for every group: they are held against each other place by place.")  # fmt: skip
    known = set(pair.vary)
    for name in re.findall(r"\{([a-z0-9_-]+)\}", pair.user):
        if name not in known:
            found.add(("suite", "pairs", number, "user"), f"'{{{name}}}' is nothing that varies", instead(name, known))


def _canaries(suite: Suite, found: Findings) -> None:
    known = {one.id for one in suite.canaries}
    texts: list[tuple[Place, str]] = [(("suite", "system"), suite.system)]
    texts += [(("suite", "cases", n, "sources", m), text) for n, case in enumerate(suite.cases) for m, text in enumerate(case.sources)]  # fmt: skip
    for place, text in texts:
        for name in CANARY.findall(text):
            if name not in known:
                found.add(place, f"there is no canary '{name}'", instead(name, known))
    for n, case in enumerate(suite.cases):
        said = " ".join((case.user or "", *(turn.content for turn in case.turns if turn.role == "user")))
        if CANARY.search(said) or any(one.value in said for one in suite.canaries):
            found.add(("suite", "cases", n), f"case '{case.id}' tells the secret itself: an echo would count as a leak", "Plant it in system or sources.")  # fmt: skip


def _limits(suite: Suite, found: Findings) -> None:
    cases = cases_of(suite)
    outcomes = {check.counts_as for one in cases for check in one.checks}
    for name in sorted(outcomes - set(suite.limits)):
        found.add(
            ("suite", "limits"), f"the outcome '{name}' has checks and no limit", f"Add '{name}:' with what may fail."
        )
    for name, limit in suite.limits.items():
        place = ("suite", "limits", name)
        if name not in outcomes:
            found.add(place, f"no check counts as '{name}'", instead(name, outcomes), key=True)
            continue
        if (limit.gap_at_most is not None) != (suite.kind == "bias"):
            found.add(place, "gap_at_most belongs to bias suites, and every limit of theirs has one", "Write at_most in other kinds, gap_at_most here.")  # fmt: skip
        if suite.kind == "smoke" and limit.by:
            found.add((*place, "by"), "a smoke suite is judged case by case already", "Leave 'by' out.")
        planned = [one for one in cases if any(check.counts_as == name for check in one.checks)]
        for dim in limit.by:
            without = [one.case for one in planned if dim not in one.segment]
            if without:
                found.add(
                    (*place, "by"), f"case '{without[0]}' has no '{dim}' in its segment", "Say it for every case."
                )
        _reach(suite, name, limit, planned, found)


def _reach(suite: Suite, name: str, limit: Limit, planned: Sequence[Planned], found: Findings) -> None:
    """A faultless run must be able to pass; one that cannot wastes everybody's money and says nothing."""
    place, sure = ("suite", "limits", name), suite.confidence
    if suite.kind == "smoke":
        parts = {"each case": suite.trials}
    else:
        held = [one for one in planned if one.twin] if suite.kind == "bias" else list(planned)
        groups = _by_group(held) if suite.kind == "bias" else {WHOLE: held}
        parts = {
            part if group == WHOLE else group if part == WHOLE else f"{group}, {part}": len(inside)
            for group, members in groups.items()
            for part, inside in {WHOLE: members, **segments_of(members, limit.by)}.items()
        }
    needs = [("at_most", clean_needed(limit.at_most, sure))] if limit.at_most is not None else []
    needs += [(one, clean_pairs_needed(most, sure)) for one in ("gap_at_most", "worse_by_at_most") if (most := getattr(limit, one)) is not None]  # fmt: skip
    what = "trials" if suite.kind == "smoke" else "pairs" if suite.kind == "bias" else "cases"
    short, has = min(parts.items(), key=lambda one: one[1], default=(WHOLE, 0))
    for key, need in needs:
        if has < need:
            can = f", or {key} {promise(0, has, sure):.2g} or more" if key == "at_most" and has > 0 else ""
            found.add((*place, key), f"even without a failure this cannot be shown: {short} has {has} {what}, {need} are needed", f"Write {need} {what}{can}.")  # fmt: skip
    if has < limit.least:
        found.add((*place, "least"), f"{short} has {has} {what}, fewer than agreed", f"Write {limit.least} {what}, or agree on fewer.")  # fmt: skip


def _by_group(planned: Sequence[Planned]) -> dict[str, list[Planned]]:
    found: dict[str, list[Planned]] = {}
    for one in planned:
        found.setdefault("=".join(one.case.rsplit(".", 3)[1:3]), []).append(one)
    return found


def _notices_silence(suite: Suite, found: Findings) -> None:
    """A service that answers nothing must not pass: somewhere an answer has to be right and not only without wrong."""
    cases = cases_of(suite)
    blind = [one for one in cases if all(check.test in ABSENCE or check.refuses is False for check in one.checks)]
    bad = blind if suite.kind == "smoke" else blind if len(blind) == len(cases) else []
    if bad:
        place = ("suite", "checks") if suite.checks else ("suite",)
        found.add(place, f"an empty answer would pass case '{bad[0].case}'", "Add a check of what the answer is to hold, such as {contains: [...]}.")  # fmt: skip
