"""Ends at which a search for causes stops too early, by sentences that people labelled."""

import pytest

from hotwash.aftermath.causes.endings import stops_at

SYMPTOMS = (
    "The model was wrong.", "The model was simply wrong about the policy.", "The AI hallucinated.", "The assistant made a mistake.",
    "It was a hallucination.", "Because the LLM got confused.", "Model error.", "The classifier was biased.", "The chatbot made it up.",
    "The model misunderstood the question.", "LLMs are inherently unpredictable.", "The agent went rogue.", "These things just happen.",
    "The bot invented a refund policy.", "The model is often incorrect.", "The algorithm failed.", "AI failure", "It was bad luck.",
)  # fmt: skip
PERSONS = (
    "Human error.", "The operator should have known.", "The engineer forgot to run the suite.", "The reviewer overlooked the warning.",
    "The on-call ignored the page.", "Somebody failed to check the diff.", "It was operator error.", "The commander panicked.",
    "Carelessness in the release.", "The developer was careless.", "The intern messed up.", "Users should have read the notice.",
    "The admin got it wrong.", "She did not pay attention.", "Lack of discipline in the team.", "The moderator neglected the queue.",
)  # fmt: skip
CAUSES = (
    "The rebuild wrote shards without a tenant attribute.", "The filter takes a missing attribute for a match.",
    "No suite asks one tenant's questions as another.", "The model was replaced at T+19 without a replay.",
    "The model was given documents of another tenant.", "Review of prompts is asked for and not enforced by the pipeline.",
    "The pager had no rota over the holiday.", "Nobody owns the dashboard.", "The threshold needs ten minutes of traffic.",
    "The cache kept answers for 75 minutes after the rollback.", "The commander had no right to pull the lever alone.",
    "The model card named the limit, and no check used it.", "Retrieved text was passed to tools as instructions.",
    "The runbook named a lever that was renamed in October.", "Training labels came from the old policy.",
    "The reviewers' queue was longer than their shift.", "The prompt template dropped the refusal rule when it was split.",
    "The severity definition does not speak of promises to customers.", "The model answers from memory where retrieval is empty.",
    "The on-call engineer could see counts, and not which tenant they came from.", "Feature values were joined on a key that is not unique.",
)  # fmt: skip


@pytest.mark.parametrize("said", SYMPTOMS)
def test_a_symptom_is_no_cause(said):
    assert stops_at(said) == "symptom"


@pytest.mark.parametrize("said", PERSONS)
def test_a_person_is_no_cause(said):
    assert stops_at(said) == "person"


@pytest.mark.parametrize("said", CAUSES)
def test_a_condition_of_the_system_is_one(said):
    assert stops_at(said) == ""


def test_a_named_person_is_found_as_a_whole_name():
    assert stops_at("The release by dana reyes carried it.", ["Dana Reyes"]) == "person"
    assert stops_at("The reyestore index was stale.", ["Reyes"]) == ""
    assert stops_at("The index was stale.", ["x"]) == ""
