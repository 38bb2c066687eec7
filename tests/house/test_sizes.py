"""Files and functions stay small enough to read in one sitting."""

import ast
from collections.abc import Iterator
from statistics import median

from tests.support.project import SOURCE, files, shown

FILE_MEDIAN, FILE_MOST = 150, 600
FUNCTION_SHARE, FUNCTION_MOST = 0.9, 40


def sources() -> list[tuple[int, str]]:
    return sorted(
        ((len(path.read_text().splitlines()), shown(path)) for path in files(".py", under=SOURCE)), reverse=True
    )


def functions() -> Iterator[tuple[int, str]]:
    for path in files(".py", under=SOURCE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{shown(path)}:{node.lineno} {node.name}"


def worst(measured: list[tuple[int, str]]) -> str:
    return "\n  the five longest:\n" + "\n".join(f"  {length:5} {where}" for length, where in measured[:5])


def test_files_are_small():
    measured = sources()
    assert median(length for length, _ in measured) <= FILE_MEDIAN, worst(measured)
    assert measured[0][0] <= FILE_MOST, worst(measured)


def test_functions_are_small():
    measured = sorted(functions(), reverse=True)
    if not measured:
        return
    short = sum(length <= FUNCTION_MOST for length, _ in measured)
    assert short >= FUNCTION_SHARE * len(measured), worst(measured)
