"""How long does it take to check an organisation's whole library: a kit and many scenarios, some five hundred files?

    python benchmarks/kit_check.py [--files 500] [--json]

The library is made of copies of what ships, so it is as long and as full of references as real content. The limit beside it
is reading and parsing the same files with the same parser and nothing else. Goal: 500 files within 2 s. Exit code 1 when it
is missed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hotwash.kit.lint import lint_library
from hotwash.kit.load import base_kit_folder, list_scenarios, scenario_path
from hotwash.kit.text import read_front_matter, read_text, read_yaml

GOAL_S, GOAL_FILES = 2.0, 500


def build(folder: Path, files: int) -> tuple[Path, list[Path]]:
    """A kit and as many scenarios as make the number of files."""
    kit = Path(shutil.copytree(base_kit_folder(), folder / "kit"))
    scenarios: list[Path] = []
    slugs = list_scenarios()
    count = sum(1 for one in kit.rglob("*") if one.is_file())
    while count < files:
        slug = slugs[len(scenarios) % len(slugs)]
        target = folder / f"n{len(scenarios)}" / slug
        shutil.copytree(scenario_path(slug), target)
        scenarios.append(target)
        count += sum(1 for one in target.iterdir())
    return kit, scenarios


def parse(folder: Path) -> int:
    """Read and parse every file, and do nothing with it."""
    read = 0
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".yaml":
            read_yaml(file)
        elif file.parent.name in ("messages", "guides"):
            read_front_matter(file)
        elif file.is_file():
            read_text(file)
        read += file.is_file()
    return read


def check(kit: Path, scenarios: list[Path]) -> int:
    """Load the kit and lint every scenario against it; the number of problems."""
    return sum(len(said) for _, said in lint_library([f"{one}/" for one in scenarios], kit))


def best(run: Callable[[], int], repeats: int = 3) -> tuple[float, int]:
    """Seconds of the fastest of several runs, and what it returned."""
    seconds, value = float("inf"), 0
    for _ in range(repeats):
        begun = time.perf_counter()
        value = run()
        seconds = min(seconds, time.perf_counter() - begun)
    return seconds, value


def main() -> int:
    """Measure, print, and say by the exit code whether the goal was met."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=GOAL_FILES)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kit, scenarios = build(folder, given.files)
        bare, files = best(lambda: parse(folder))
        whole, problems = best(lambda: check(kit, scenarios))
    report = {
        "files": files, "scenarios": len(scenarios), "parse_s": bare, "check_s": whole, "ratio": whole / bare,
        "problems": problems, "met": whole <= GOAL_S * files / GOAL_FILES and problems == 0,
    }  # fmt: skip
    if given.json:
        print(json.dumps(report, indent=1))
    else:
        print(f"{files} files, {len(scenarios)} scenarios: parsed in {bare:.2f} s, checked in {whole:.2f} s")
        print(f"a check costs {whole / bare:.1f} times the parsing; {problems} problems found in what ships")
        print(f"goal {GOAL_FILES} files within {GOAL_S:g} s: {'met' if report['met'] else 'MISSED'}")
    return 0 if report["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
