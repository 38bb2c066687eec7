"""A kit with one thing otherwise."""

from hotwash.kit.load import load_kit, load_system
from hotwash.kit.schema.rehearsal import Variation
from hotwash.kit.vary import vary

KIT, SPEC = load_kit(), load_system("support-copilot")


def test_reviewers_come_on_top_and_never_below_none():
    _, more = vary(KIT, SPEC, Variation(id="one", reviewers=1))
    _, none = vary(KIT, SPEC, Variation(id="none", reviewers=-50))
    assert more.review.reviewers_available == SPEC.review.reviewers_available + 1
    assert none.review.reviewers_available == 0


def test_thresholds_of_the_alerts_that_are_meant():
    name = KIT.alerts[0].id
    lower, spec = vary(KIT, SPEC, Variation(id="lower", thresholds=0.5, alerts=[name]))
    before, after = KIT.alerts[0], lower.alerts[0]
    assert (after.z_overall, after.z_segment) == (before.z_overall / 2, before.z_segment / 2)
    assert after.min_count == max(1, -(-before.min_count // 2))
    assert lower.alerts[1:] == KIT.alerts[1:]
    assert spec == SPEC
    every, _ = vary(KIT, SPEC, Variation(id="lower", thresholds=0.5))
    assert all(one.z_segment == was.z_segment / 2 for one, was in zip(every.alerts, KIT.alerts, strict=True))


def test_the_kit_as_it_is_stays_as_it_is():
    assert vary(KIT, SPEC, Variation(id="nothing")) == (KIT, SPEC)
