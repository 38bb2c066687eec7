"""The form of a file: what is refused, where, and in which words."""

from pathlib import Path

import pytest

from hotwash.kernel.errors import ContentError
from hotwash.kit.text import MOST_BYTES, parse_yaml, read_front_matter, read_yaml

FILE = Path("kit.yaml")


def refusal(text: str) -> str:
    with pytest.raises(ContentError) as wrong:
        parse_yaml(text, FILE)
    return str(wrong.value)


@pytest.mark.parametrize(
    "text, message",
    [
        ("a: 1\nb: 2\na: 3\n", "kit.yaml:3:1: the key 'a' stands here twice. Remove one of the two, or merge them."),
        (
            "a:\n  b: [1\n",
            "kit.yaml:3:1: while parsing a flow sequence, did not find expected ',' or ']'. Mend the YAML here or in the line above.",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "kit.yaml:2:1: expected a single document in the stream, but found another document. Mend the YAML here or in the line above.",
        ),
        ("? [a, b]\n: 1\n", "kit.yaml:1:3: a key is a list or a mapping. Write a word as the key."),
        (
            "a: !!python/object/apply:os.system ['true']\n",
            (
                "kit.yaml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed. "
                "Write a plain value, a list or a mapping."
            ),
        ),
        (
            "a: !!set {b}\n",
            "kit.yaml:1:4: the tag 'tag:yaml.org,2002:set' is not allowed. Write a plain value, a list or a mapping.",
        ),
        (
            "a: &x [*x]\n",
            (
                "kit.yaml:1:4: the file has more than 40 levels, with its aliases written out. "
                "Write it out, with fewer aliases and levels."
            ),
        ),
    ],
)
def test_a_mistake_of_form_is_named_with_its_place(text: str, message: str):
    assert refusal(text) == message


def test_ten_lines_do_not_become_a_billion_values():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "more than 100000 values, with its aliases written out" in refusal("\n".join(rows))


def test_deep_brackets_are_an_error_and_not_a_crash():
    assert "kit.yaml" in refusal("[" * 20_000)


def test_control_signs_are_refused():
    assert "control characters are not allowed" in refusal("a: \x00")


def test_all_mistakes_of_a_file_come_together():
    assert len(refusal("a: 1\na: 2\nb: !x 1\n").splitlines()) == 2


def test_a_file_may_be_missing_too_large_or_not_text(tmp_path: Path):
    large, latin = tmp_path / "large.yaml", tmp_path / "latin.yaml"
    large.write_text("#" * (MOST_BYTES + 1))
    latin.write_bytes(b"a: 1\nb: \xe9\n")
    with pytest.raises(ContentError, match=r"missing\.yaml: the file cannot be read"):
        read_yaml(tmp_path / "missing.yaml")
    with pytest.raises(ContentError, match=f"the file has {MOST_BYTES + 1} bytes"):
        read_yaml(large)
    with pytest.raises(ContentError, match=r"latin\.yaml:2:1: a byte is not UTF-8"):
        read_yaml(latin)


def test_places_lead_to_values_and_keys():
    found = parse_yaml("top:\n  - name: a\n    deep: {x: 1}\n", FILE)
    assert str(found.where(("top", 0, "deep", "x"))) == "kit.yaml:3:15"
    assert str(found.where(("top", 0, "deep", "x"), key=True)) == "kit.yaml:3:12"
    assert str(found.where(("top", 0, "missing"))) == "kit.yaml:2:5"


def test_front_matter_keeps_its_lines(tmp_path: Path):
    file = tmp_path / "m.md"
    file.write_text("---\nid: a\nid: b\n---\nText\n")
    with pytest.raises(ContentError, match=r"m\.md:3:1: the key 'id' stands here twice"):
        read_front_matter(file)
    file.write_text("---\nid: a\n---\nText\n")
    assert read_front_matter(file).body == "Text\n"
    file.write_text("Text\n")
    with pytest.raises(ContentError, match=r"m\.md:1:1: the file has no front matter"):
        read_front_matter(file)
