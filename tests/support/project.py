"""Where the project's files are, and which of them belong to it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "hotwash"
DOCS = ROOT / "docs"
NOT_OURS = {".git", ".venv", "build", "dist", "out", "__pycache__"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or would be, in the repository: what git tracks or would add; without git, what lies there."""
    listing = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")
        found = [ROOT / name for name in names if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not hidden(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file()))


def hidden(path: Path) -> bool:
    """Whether a path (relative to the root) is a cache, a build result or an environment."""
    return any(part in NOT_OURS or part.endswith(("_cache", ".egg-info", ".hypothesis")) for part in path.parts)


def files(*suffixes: str, under: Path = ROOT) -> list[Path]:
    """The project's files below a folder, with one of these suffixes."""
    return [path for path in project_files() if path.suffix in suffixes and path.is_relative_to(under)]


def shown(path: Path) -> str:
    """A path as a reader would type it."""
    return path.relative_to(ROOT).as_posix()
