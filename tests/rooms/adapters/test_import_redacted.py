"""Imports hide personal data and secrets unless a reason is given, and the file says which."""

import json

import duckdb
import pytest

from hotwash.adapters.import_traces import import_traces

LINES = [
    {"id": f"a-{n}", "timestamp": f"2025-05-05T10:0{n}:00Z", "user": user, "tenant": "acme", "input": text, "output": "Thanks, Omar Lowe <omar@lowe.io>",
     "tool_calls": [{"name": "find", "arguments": {"mail": "omar@lowe.io", "n": 3}}]}
    for n, (user, text) in enumerate([("jane.doe@corp.com", "my card is 4539 1488 0343 6467"), ("jane.doe@corp.com", "what's your name"),
                                      ("u-17", "key sk-abcdefghijkLMNOP0123456789xyzQRS")])
]  # fmt: skip


@pytest.fixture
def made(tmp_path):
    source = tmp_path / "export.jsonl"
    source.write_text("".join(json.dumps(one) + "\n" for one in LINES))

    def read(**how):
        done = import_traces(source, tmp_path / "made.parquet", overwrite=True, **how)
        with duckdb.connect() as database:
            found = database.execute(f"SELECT * FROM '{done.file}' ORDER BY id")
            names = [one[0] for one in found.description]
            rows = [dict(zip(names, one, strict=True)) for one in found.fetchall()]
            about = database.execute(
                f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{done.file}')"
            ).fetchall()
        return done, rows, dict(about)

    return read


def test_texts_are_redacted_by_default(made):
    done, rows, about = made()
    told = json.dumps(rows, default=str)
    for word in ("omar@lowe.io", "Omar", "4539", "6467", "jane.doe", "sk-abc"):
        assert word not in told
    assert rows[1]["input"] == "what's your name"
    assert (done.texts, about["hotwash.texts"]) == ("redacted", "redacted")
    assert "hotwash.raw_reason" not in about
    assert done.redacted["email"] >= 3
    assert json.loads(about["hotwash.redacted"]) == dict(done.redacted)


def test_a_user_that_is_an_address_becomes_one_pseudonym(made):
    done, rows, _ = made()
    assert rows[0]["user"] == rows[1]["user"] != rows[2]["user"] == "u-17"
    assert rows[0]["user"].startswith("[REDACTED ")
    assert done.redacted["pseudonym in 'user'"] == 2
    again = made()[1]
    assert again[0]["user"] != rows[0]["user"], "a pseudonym is of one file alone: nobody can join two by it"


def test_raw_texts_need_a_reason_that_the_file_carries(made):
    done, rows, about = made(raw="ticket 12: 'the judge's' order")
    assert rows[0]["input"] == LINES[0]["input"]
    assert rows[0]["user"] == "jane.doe@corp.com"
    assert (done.texts, done.redacted) == ("raw", {})
    assert about["hotwash.raw_reason"] == "ticket 12: 'the judge's' order"


def test_without_text_there_is_nothing_to_hide_or_to_give_a_reason_for(made):
    done, rows, about = made(text=False)
    assert "input" not in rows[0]
    assert (done.texts, about["hotwash.texts"]) == ("left out", "left out")


def test_the_same_value_keeps_its_number_in_a_row(made):
    _, rows, _ = made()
    mail = json.loads(rows[0]["tool_calls"])[0]["arguments"]["mail"]
    assert mail in rows[0]["output"], "the address in the answer is the one that the tool was given"


def test_real_conversations_without_personal_data_keep_their_words(shared, tmp_path):
    source = shared / "data" / "trace-fixtures" / "langfuse-trace-whats-your-name.json.gz"
    done = import_traces(source, tmp_path / "made.parquet")
    with duckdb.connect() as database:
        [(asked, said)] = database.execute(f"SELECT input, output FROM '{done.file}'").fetchall()
    assert asked == "what's your name"
    assert "REDACTED" not in said
    assert said.startswith("I’m the Langfuse Support Assistant.")
