"""Orders carried out by a Ray cluster. Ray speaks for itself here: its backend for joblib hands nothing over before everything is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from hotwash.kernel.errors import NotSupportedError

T = TypeVar("T")
R = TypeVar("R")
AHEAD = 2
"""Orders a processor that wait or are carried out: the next one is there when one is done, and what is killed loses little."""


def each_on_ray(address: str, work: Callable[[T], R], orders: Iterable[T]) -> Iterator[R]:
    """What each order comes to, in the order in which it is there. `address` is that of a cluster, `auto` the one of this machine, `local`
    one that is started for this call. Raises NotSupportedError where no cluster answers."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster that is started here reports to nobody
    import ray

    try:
        ray.init(address=address, log_to_driver=False, logging_level="error")
    except (ConnectionError, ValueError) as wrong:
        raise NotSupportedError(f"no Ray cluster answers at {address}: start it, or mend the address") from wrong
    try:
        yield from _each(ray, ray.remote(work), iter(orders))
    finally:
        ray.shutdown()


def _each(ray: Any, work: Any, orders: Iterator[Any]) -> Iterator[Any]:
    most = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
    running = [work.remote(one) for one in islice(orders, most)]
    while running:
        done, running = ray.wait(running, num_returns=1)
        running += [work.remote(one) for one in islice(orders, len(done))]
        yield from ray.get(done)
