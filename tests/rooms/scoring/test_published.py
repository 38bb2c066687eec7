"""What was published and should have been stopped costs marks, and a false word on data caps the total."""

import pytest

from hotwash.drill import events as e
from hotwash.scoring.fail_fast import false_no_data_statement
from hotwash.scoring.measures.people import no_prohibited
from tests.rooms.scoring.cases import LEAK, case

FALSE = ("no-data-affected", "No data was affected")
LACKS = ("next-update", "")


def update(*problems, draft="d", text="t"):
    return e.UpdatePublished.model_validate({
        "draft": draft, "template": "customer-notice", "variant": "customer", "text": text, "external": True,
        "approved_by": (), "problems": problems, "next_due_ms": None,
    })  # fmt: skip


def corrected(draft="d"):
    return e.UpdateCorrected.model_validate({"update": draft, "text": "t", "reason": "r"})


@pytest.mark.parametrize(
    ("events", "value"),
    [
        ((update(),), 1.0),
        ((update(FALSE),), 0.5),
        ((update(FALSE, LACKS),), 0.5),
        ((update(LACKS),), 0.75),
        ((update(FALSE), corrected()), 0.75),
        ((update(LACKS), corrected()), 0.875),
        ((update(FALSE), update(FALSE, draft="d2"), update(FALSE, draft="d3")), 0.0),
    ],
)
def test_a_false_word_costs_half_a_lack_a_quarter_and_a_correction_gives_half_back(events, value):
    mark = no_prohibited(case(LEAK, *((10.0 + i, "comms", one) for i, one in enumerate(events))), {})
    assert mark.value == value


def test_the_mark_names_the_rules():
    mark = no_prohibited(case(LEAK, (10.0, "comms", update(FALSE, LACKS))), {})
    assert mark.why == "1 of 1 published texts should have been stopped: next-update, no-data-affected"


def test_only_a_claim_that_no_data_was_affected_caps_the_total():
    claim = case(LEAK, (10.0, "comms", update(FALSE)))
    assert false_no_data_statement(claim) == (1,)
    denied = case(LEAK, (10.0, "comms", update(text="We cannot say that no customer data was affected.")))
    assert false_no_data_statement(denied) is None
    assert false_no_data_statement(case(LEAK, (10.0, "comms", update(FALSE)), (12.0, "comms", corrected()))) is None
