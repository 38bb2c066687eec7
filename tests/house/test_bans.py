"""The banned calls are really banned, by any spelling, and free where they belong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT

RUFF = Path(sys.executable).parent / "ruff"
BANNED = [
    "import datetime as d\nd.datetime.now()",
    "from datetime import datetime as dt\ndt.now()",
    "from datetime import datetime\ndatetime.utcnow()",
    "from datetime import date\ndate.today()",
    "import time\ntime.time()",
    "from time import monotonic",
    "import time as t\nt.sleep(1)",
    "import random",
    "from random import choice",
    "import uuid\nuuid.uuid4()",
    "import numpy as np\nnp.random.default_rng(1)",
    "from numpy.random import randn",
    "import numpy as np\nnp.random.rand(3)",
    "import secrets",
]


def banned(code: str, path: str) -> list[str]:
    command = [str(RUFF), "check", "--output-format", "json", "--select", "TID251", "--stdin-filename", path, "-"]
    run = subprocess.run(command, input=code, cwd=ROOT, capture_output=True, text=True, check=False)
    return [item["message"] for item in json.loads(run.stdout)]


@pytest.mark.parametrize("code", BANNED)
def test_clocks_and_chance_are_banned_in_rooms_and_free_in_adapters(code: str):
    found = banned(code + "\n", "src/hotwash/drill/example.py")
    assert found
    assert any(word in found[0] for word in ("ports.clock", "kernel.seeds", "named streams", "adapter"))
    assert not banned(code + "\n", "src/hotwash/adapters/example.py")
