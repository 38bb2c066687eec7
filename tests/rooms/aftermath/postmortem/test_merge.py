"""Three ways: built before, edited, built now."""

from hotwash.aftermath.postmortem.layout import chunks
from hotwash.aftermath.postmortem.merge import merge

BEFORE = """# Postmortem

## Summary

<!-- built: summary -->
One [e1].
Two [e2].
Three [e3].
<!-- /built: summary -->

## Impact

<!-- built: impact -->
| a | b |
|---|---|
| 1 | [e1] |
| 2 | [e2] |
<!-- /built: impact -->
"""


def test_chunks_joined_are_the_text_again():
    assert "\n".join(line for one in chunks(BEFORE) for line in one.lines) == BEFORE
    assert [one.name for one in chunks(BEFORE) if one.name] == ["summary", "impact"]


def test_a_mark_in_a_code_block_is_text():
    text = "~~~text\n<!-- built: summary -->\n~~~\n"
    assert [one.name for one in chunks(text)] == [""]


def test_what_nobody_edited_is_built_anew():
    now = BEFORE.replace("Two", "Zwei")
    assert merge(BEFORE, BEFORE, now).text == now


def test_an_edited_sentence_and_a_new_finding_both_stand():
    edited = BEFORE.replace("One [e1].", "One, as the log has it [e1].")
    now = BEFORE.replace("Three [e3].", "Three [e3].\nFour [e4].")
    merged = merge(BEFORE, edited, now)
    assert merged.conflicts == 0
    assert "One, as the log has it [e1].\nTwo [e2].\nThree [e3].\nFour [e4].\n" in merged.text


def test_where_both_changed_the_same_line_the_persons_stays_and_the_other_is_noted_below_the_part():
    edited = BEFORE.replace("| 2 | [e2] |", "| two | [e2] |")
    merged = merge(BEFORE, edited, BEFORE.replace("| 2 | [e2] |", "| 3 | [e2] |"))
    assert merged.conflicts == 1
    table, note = merged.text.split("<!-- /built: impact -->")
    assert table.endswith("| 1 | [e1] |\n| two | [e2] |\n")
    assert "<!-- to decide: impact -->" in note
    assert "| 3 | [e2] |" in note


def test_text_between_parts_is_the_persons():
    edited = BEFORE.replace("## Impact\n", "We owe this paragraph to support.\n\n## Impact\n")
    merged = merge(BEFORE, edited, BEFORE.replace("One", "Eins"))
    assert "We owe this paragraph to support.\n\n## Impact" in merged.text
    assert "Eins [e1]." in merged.text


def test_a_part_that_was_moved_stays_where_it_was_put_and_is_built_anew_there():
    summary = BEFORE[BEFORE.index("<!-- built: summary") : BEFORE.index("## Impact")]
    edited = BEFORE.replace(summary, "") + "\n" + summary
    merged = merge(BEFORE, edited, BEFORE.replace("Two", "Zwei"))
    assert merged.text.index("built: impact") < merged.text.index("Zwei [e2].")
    assert merged.text.count("<!-- built: summary -->") == 1


def test_a_part_that_was_taken_out_stays_out_and_a_new_part_comes_in():
    edited = BEFORE[: BEFORE.index("<!-- built: impact")]
    now = BEFORE + "\n<!-- built: luck -->\nLucky [e9].\n<!-- /built: luck -->\n"
    text = merge(BEFORE, edited, now).text
    assert "| 1 | [e1] |" not in text
    assert "Lucky [e9]." in text


def test_an_edited_part_that_is_no_longer_built_is_kept_with_a_note():
    edited = BEFORE.replace("| 2 | [e2] |", "| two people | [e2] |")
    now = BEFORE[: BEFORE.index("<!-- built: impact")]
    merged = merge(BEFORE, edited, now)
    assert merged.conflicts == 1
    assert "| two people | [e2] |" in merged.text
    assert merge(now, merged.text, now).text == merged.text


def test_without_what_was_built_before_nothing_of_the_person_is_lost():
    edited = BEFORE.replace("Two [e2].", "Two, by hand [e2].")
    merged = merge(None, edited, BEFORE.replace("Three", "Drei"))
    assert "Two, by hand [e2]." in merged.text
    assert "Drei [e3]." in merged.text


def test_line_ends_of_another_system_are_no_edit():
    assert merge(BEFORE, BEFORE.replace("\n", "\r\n"), BEFORE).text == BEFORE
