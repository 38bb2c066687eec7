"""What to test next, from what was found: each test tells hypotheses apart, and names its command where there is one."""

from __future__ import annotations

import math
import re
import shlex
from dataclasses import dataclass

from hotwash.aftermath.triaged.about import About
from hotwash.aftermath.triaged.head import segment_of
from hotwash.kit.schema.columns import SignalColumn
from hotwash.ports.scope import Scope
from hotwash.triage import sql
from hotwash.triage.report import Triage
from hotwash.triage.segments import Segment
from hotwash.triage.words import moment, place, share

MOST = 5
SURE = 0.95
LEAST_SAMPLE, MOST_SAMPLE = 20, 300
RESERVED = frozenset(
    {
        "all", "and", "any", "as", "asc", "at", "between", "by", "case", "cast", "check", "column", "cross", "default", "desc", "distinct", "do",
        "else", "end", "except", "exists", "false", "filter", "for", "from", "full", "group", "having", "in", "inner", "into", "is",
        "join", "left", "like", "limit", "natural", "not", "null", "offset", "on", "only", "or", "order", "outer", "over", "primary", "right",
        "select", "some", "table", "then", "to", "true", "union", "unique", "user", "using", "values", "when", "where", "window", "with",
    }
)  # fmt: skip
"""Words that mean something else to SQL where they are not quoted."""


@dataclass(frozen=True)
class NextTest:
    """Something to do, what comes of it, and a command for it."""

    do: str
    tells: str
    command: str = ""


def next_tests(known: Triage, about: About) -> tuple[NextTest, ...]:
    """At most five, those first that a decision waits for."""
    one, signal = segment_of(known), known.signal
    if one is None or signal is None:
        return tuple(_quiet(known, about))[:MOST]
    tests = [_sample(known, one, signal, about)]
    if known.validity and known.validity.verdict == "suspect detector":
        tests.insert(0, _detector(one, signal))
    elif known.validity and known.validity.verdict == "one source only":
        tests.append(_second(one, signal))
    tests += _of_hypotheses(known, one, about)
    if one.scope.dims:
        tests.append(
            NextTest(
                f"Isolate {place(one.scope)} with the narrowest lever that reaches it, and watch all other traffic",
                f"If '{_said(signal)}' falls to {share(one.usual.share)} there, containment holds; what stays elsewhere is another incident.",
            )
        )
    return tuple(tests[:MOST])


def _said(signal: SignalColumn) -> str:
    return (signal.title or signal.name.replace("_", " ")).lower()


def sample_size(one: Segment) -> int:
    """Requests to look at by hand so that, with 95 %, at least one is among them that would not have happened as usual: the excess's
    part of the cases, by the binomial law. At least 20."""
    part = min(0.99, max(0.01, one.excess.value / max(1, one.excess.found)))
    needed = math.ceil(math.log(1 - SURE) / math.log(1 - part))
    return min(MOST_SAMPLE, max(LEAST_SAMPLE, needed), max(1, one.excess.found))


def _sample(known: Triage, one: Segment, signal: SignalColumn, about: About) -> NextTest:
    n = sample_size(one)
    return NextTest(
        f"Read {n} of the {one.excess.found:,} cases of '{_said(signal)}' in {place(one.scope)}, two people apart",
        "Whether they are what the signal says. The share that is not is the detector's error.",
        drill_down(known, about, one, signal, n),
    )


def _detector(one: Segment, signal: SignalColumn) -> NextTest:
    return NextTest(
        f"Send labelled cases of {place(one.scope)} through the detector of {_said(signal)}",
        "Whether the detector changed, not the service. If it errs here and nowhere else, fix it and close the alert.",
    )


def _second(one: Segment, signal: SignalColumn) -> NextTest:
    return NextTest(
        f"Get a second signal for {place(one.scope)}: complaints, reviewers, another detector",
        f"{_said(signal).capitalize()} has one source. A second one that rose there confirms it; one that could have and did not makes it doubtful.",
    )


def _of_hypotheses(known: Triage, one: Segment, about: About) -> list[NextTest]:
    supported = {each.id for each in known.hypotheses if each.verdict == "supported"}
    made = []
    if "change" in supported:
        near = next((each.change.what for each in known.changes if each.place == "inside the interval"), "")
        made.append(
            NextTest(
                f"Replay the segment's requests on the bundle before {near or 'the change'}",
                "If they fail there too, the change did not do it. If they do not, roll back with everything that depends on it.",
                _compare(known, one, about),
            )
        )
    if "data-shift" in supported:
        made.append(
            NextTest(
                "Send inputs of the segment from before through the service as it is now",
                "If they fail too, the data did not do it.",
            )
        )
    if "retrieval" in supported:
        made.append(
            NextTest(
                "Ask the segment's questions with documents put in by hand",
                "If answers stay wrong, retrieval did not do it.",
            )
        )
    if "attack" in supported:
        made.append(
            NextTest(
                "Count again without the requests that carry a payload, and without the busiest senders",
                "If the rate stays, attackers did not do it.",
            )
        )
    if "labels" in supported:
        made.append(
            NextTest(
                "Count again over rows whose label has arrived at the same age",
                "If it still rose, labels did not do it.",
            )
        )
    return made


def _quiet(known: Triage, about: About) -> list[NextTest]:
    made = []
    if not about.columns.signals:
        made.append(
            NextTest(
                "Name a signal: which column says that a request went wrong",
                "Without one, nothing can be searched for a rise.",
                _command("hotwash", "traces", "map", *about.source),
            )
        )
    if known.guessed and about.columns.signals:
        made.append(
            NextTest(
                "If an alert named a time, ask again with it",
                "Without a rise, the last quarter of the time was compared with the rest.",
                _command(
                    "hotwash",
                    "triage",
                    "report",
                    *about.source,
                    "--from",
                    moment(known.incident.from_ms if known.incident else known.extent.first_ms),
                ),
            )
        )
    return made


def _command(*words: str) -> str:
    return " ".join(map(_word, words))


def _word(word: str) -> str:
    """One word of a shell. Double quotes read better around SQL, where nothing in it means something to the shell."""
    if "'" in word and not set(word) & set("$`\\!\n"):
        return '"' + word.replace('"', '\\"') + '"'
    return shlex.quote(word)


def _compare(known: Triage, one: Segment, about: About) -> str:
    """The releases in the segment side by side, where the traces tell them apart."""
    seen = known.health.versions if known.health else ()
    told = next(((dim, values[0]) for dim, values in one.scope.dims if dim in about.columns.versions), None)
    column = told[0] if told else about.columns.bundle
    shares = sorted((each for each in seen if each.column == column), key=lambda each: -(each.now or 0.0))
    if len(shares) < 2:
        return ""
    other = told[1] if told else shares[0].version
    before = max((each for each in shares if each.version != other), key=lambda each: each.before or 0.0)
    sides = (f"{column}={before.version}", f"{column}={other}")
    return _command("hotwash", "triage", "compare", *about.source, "--one", sides[0], "--other", sides[1])


def drill_down(known: Triage, about: About, one: Segment, signal: SignalColumn, limit: int) -> str:
    """A question that shows the segment's cases: id, time and the signal, no text."""
    columns = about.columns
    shown = [name for name in (columns.id, columns.time, signal.column) if name]
    conditions = [*_inside(one.scope, about), sql.holds(READ, signal)]
    if about.types.get(columns.time) == "time":
        zone = "" if columns.time in known.provenance.zoneless else "Z"  # a session's zone is not to have a say
        conditions += [
            f"{READ.name(columns.time)} >= {READ.text(moment(one.window.from_ms) + zone)}",
            f"{READ.name(columns.time)} < {READ.text(moment(one.window.to_ms) + zone)}",
        ]
    chosen = ", ".join(READ.name(name) for name in dict.fromkeys(shown))
    asked = (
        f"SELECT {chosen} FROM traces WHERE {' AND '.join(conditions)} ORDER BY {READ.name(columns.time)} LIMIT {limit}"  # noqa: S608 - shown to a person, every name and value quoted
    )
    return _command("hotwash", "triage", "query", *about.source, asked)


class _Read:
    """Names and texts as a person reads them: quoted where they must be. Implements `ports.relation.Quoting`."""

    def name(self, column: str) -> str:
        if re.fullmatch(r"[a-z_][a-z0-9_]*", column) and column not in RESERVED:
            return column
        return '"' + column.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def as_text(self, expression: str) -> str:
        return f"CAST({expression} AS VARCHAR(1000))"  # every engine's word for a text, of which Spark wants to know the length


READ = _Read()


def _inside(scope: Scope, about: About) -> list[str]:
    made = []
    for dim, values in scope.dims:
        parts = [f"{READ.name(dim)} IS NULL"] if sql.NONE in values else []
        listed = ", ".join(READ.text(value) for value in values if value != sql.NONE)
        text = READ.name(dim) if about.types.get(dim) == "text" else READ.as_text(READ.name(dim))
        parts += [f"{text} IN ({listed})" if ", " in listed else f"{text} = {listed}"] if listed else []
        made.append(f"({' OR '.join(parts)})" if len(parts) > 1 else parts[0])
    return made
