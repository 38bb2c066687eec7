"""The simulator computes nothing that could differ between machines."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import SOURCE, files, shown

# Results of these depend on the C library, the processor's vector units or the order of addition.
FUNCTIONS = {
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "power", "sqrt", "cbrt", "hypot"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "mean", "std", "var", "average"),
    *(
        "normal",
        "standard_normal",
        "lognormal",
        "exponential",
        "standard_exponential",
        "gamma",
        "standard_gamma",
        "beta",
    ),
    *(
        "poisson",
        "binomial",
        "negative_binomial",
        "multinomial",
        "geometric",
        "dirichlet",
        "uniform",
        "random",
        "choice",
    ),
}
FLOAT_TYPES = {"float16", "float32", "float64", "floating", "longdouble", "double", "single"}

# Files of the simulator that look at an outcome and never decide one: they may hold floats. Each with its reason.
AFTER_THE_FACT: dict[str, str] = {}


def machine_dependent(source: str) -> Iterator[tuple[int, str]]:
    """Lines that call one of the functions or make a float array, and what they name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS:
            yield node.lineno, f".{node.func.attr}()"
        elif isinstance(node, ast.Attribute) and node.attr in FLOAT_TYPES:
            yield node.lineno, f".{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in {"math", "cmath", "statistics"}:
            names = FUNCTIONS & {name.name for name in node.names}
            if names:
                yield node.lineno, f"{node.module}.{', '.join(sorted(names))}"
        elif (
            isinstance(node, ast.AnnAssign) and isinstance(node.annotation, ast.Name) and node.annotation.id == "float"
        ):
            yield node.lineno, "a field or variable of type float"


def deciding_files() -> list[Path]:
    return [path for path in files(".py", under=SOURCE / "simulator") if shown(path) not in AFTER_THE_FACT]


def test_the_simulator_computes_no_float_that_differs_between_machines():
    found = [
        f"{shown(path)}:{line}: {what}"
        for path in deciding_files()
        for line, what in sorted(machine_dependent(path.read_text()))
    ]
    assert not found, "outcomes are decided in whole numbers (docs/adr/0004):\n  " + "\n  ".join(found)


def test_every_exception_exists_and_has_a_reason():
    assert all((SOURCE.parents[1] / name).is_file() and reason for name, reason in AFTER_THE_FACT.items())


@pytest.mark.parametrize(
    "line",
    [
        "np.exp(x)",
        "rng.standard_normal(3)",
        "np.zeros(3, np.float32)",
        "from math import log",
        "rate: float = 0",
        "a.mean()",
    ],
)
def test_a_float_that_decides_would_be_seen(line: str):
    assert list(machine_dependent(line))


@pytest.mark.parametrize(
    "line", ["np.cumsum(x)", "rng.integers(0, 5)", "x // 3", "np.zeros(3, np.int64)", "n: int = 0"]
)
def test_whole_numbers_are_fine(line: str):
    assert not list(machine_dependent(line))
