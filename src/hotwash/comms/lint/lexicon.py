"""Small lexicons of English: what turns a statement into something else. Each list has its reason; none is long on purpose.

The method is that of NegEx (Chapman et al., J Biomed Inform 34:301-310, 2001) and ConText (Harkema et al., J Biomed Inform
42:839-851, 2009): trigger terms open a scope forward or backward, pseudo-triggers look like them and open none, termination
terms close it. The contexts are those that matter in an update: is it denied, guessed, still to come, made conditional, or said
by somebody else. The lists are ours.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Context = Literal["denied", "guessed", "to-come", "conditional", "unsaid", "none"]


class Trigger(NamedTuple):
    """Words that open a context; `back` looks at what stands before them, `both` at both sides."""

    words: tuple[str, ...]
    context: Context
    way: Literal["forward", "back", "both"] = "forward"


def _triggers(context: Context, way: Literal["forward", "back", "both"], phrases: str) -> list[Trigger]:
    return [Trigger(tuple(one.split()), context, way) for one in phrases.split("; ")]


TRIGGERS: tuple[Trigger, ...] = tuple(
    sorted(
        [
            # Look like a negation and are none: what follows stays said.
            *_triggers(
                "none",
                "forward",
                "not only; not just; no doubt; without a doubt; without doubt; without any doubt; no later than; no more than; "
                "not more than; no fewer than; no less than; no matter; not least; no sooner than; no longer than; not to mention; "
                "no wonder; it is clear that; certain; certainly; to the best of our knowledge; next update; by mistake",
            ),
            *_triggers(
                "denied",
                "forward",
                "no; not; never; without; nobody; nothing; neither; nor; cannot; no one; not a single; at no time; in no way; "
                "by no means; free of; free from; far from; anything but; rule out; ruled out; rules out; excluded; exclude; denies; "
                "denied; lack of; absence of; hardly any",
            ),
            # After what they deny: "Data affected: none", "exposure has been ruled out".
            *_triggers("denied", "both", "none; nil"),
            *_triggers(
                "denied",
                "back",
                "been ruled out; is ruled out; was ruled out; been excluded; is excluded; did not happen",
            ),
            # Refusing to say so is neither saying nor denying it.
            *_triggers(
                "unsaid",
                "forward",
                "whether; words to avoid; not to be said; too early to; wrong to say; wrong to claim; cannot rule out; can't rule out; could not rule out; "
                "not ruled out; not excluded; according to; contrary to; do not know; don't know; not know; not known; not clear; unclear; "
                "how few; investigating; finding out; find out; looking into; before we say; before we call; before anybody says",
            ),
            *_triggers(
                "unsaid",
                "back",
                "unknown; not known; is unclear; not clear; being established; being confirmed; being investigated; being looked into; under review; "
                "under investigation; being assessed; being determined; yet to be confirmed; to be confirmed; still open",
            ),
            *_triggers(
                "unsaid",
                "both",
                "not confirmed; not established; not been confirmed; not been established; not yet known",
            ),
            # A guess that is marked as one. Before or after: "may be the index", "the index, we suspect".
            *_triggers(
                "guessed",
                "both",
                "may; might; could; possibly; possible; perhaps; maybe; probably; likely; suspect; suspects; suspected; suspicion; hypothesis; hypotheses; "
                "theory; conceivable; potentially; potential; assumption; presumably; we think; we believe; we assume; one explanation; an explanation; "
                "being tested; is tested; are testing; we test; unconfirmed; unproven; candidate; seem to; seems to; seemed to; seems that; seemingly; "
                "appear to; appears to; appeared to; appears that; apparently; under test; to be tested; guess; our guess; hunch; looks as if; looks like; our reading; not proven; not certain; not settled",
            ),
            *_triggers(
                "to-come",
                "forward",
                "will; shall; going to; expect to; expects to; plan to; hope to; aim to; working to; want to; needs to be; has to be; have to be; yet to be; remains to be; still to be; to have",
            ),
            *_triggers(
                "conditional",
                "forward",
                "if; unless; until; once; as soon as; when; before; would; should; must; in case; provided that; needs to; need to",
            ),
        ],
        key=lambda one: -len(one.words),
    )
)
FIRST: dict[str, tuple[Trigger, ...]] = {
    word: tuple(one for one in TRIGGERS if one.words[0] == word) for word in {one.words[0] for one in TRIGGERS}
}
"""Triggers by their first word, the longest first."""
STOPS = frozenset(
    {"but", "however", "although", "though", "whereas", "while", "except", "instead", ";", "(", ")", "–", "—"}
)
"""Words and signs that end a scope."""
CLAUSE_STARTS = frozenset({
    "we", "it", "they", "you", "i", "he", "she", "this", "that", "these", "those", "the", "our", "your", "its", "their", "there", "which", "who",
    "please", "everything", "all", "do",
})  # fmt: skip
"""What begins a clause of its own after a comma or an `and`: the scope ends there."""
JOINS = frozenset({"and", "so", "yet", "or", "because", "then"})
SPEECH = frozenset({
    "say", "says", "said", "saying", "claim", "claims", "claimed", "state", "states", "stated", "write", "writes", "wrote", "written", "promise", "promises",
    "promised", "tell", "tells", "told", "assert", "asserts", "conclude", "concluded", "announce", "announced", "post", "posted", "ask", "asks", "asked",
    "printed", "reported", "tweeted", "wonder", "wonders", "read", "reads", "confirm", "confirmed", "establish", "established", "guarantee", "prove", "proved", "know", "known", "call", "case",
    "mean",
})  # fmt: skip
"""Verbs whose complement is said by their subject, and not said where they are denied: "we cannot say that ..."."""
FOREIGN_SPEECH = frozenset({
    "say", "says", "said", "claim", "claims", "claimed", "write", "writes", "wrote", "posted", "asks", "asked", "ask", "wonders", "reads", "announced", "states", "printed", "reported", "tweeted",
    "stated",
})  # fmt: skip
"""Of these, the ones that hand a statement to somebody else when their subject is not us. "Samples show" is not among them."""
OURSELVES = frozenset({"we", "i", "us", "you"})
