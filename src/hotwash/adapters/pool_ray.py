"""Orders carried out by a Ray cluster. Ray speaks for itself here: its backend for joblib hands nothing over before everything is done."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from hotwash.kernel.errors import HotwashError, NotSupportedError

T = TypeVar("T")
R = TypeVar("R")
AHEAD = 2
"""Orders a processor that wait or are carried out: the next one is there when one is done, and what is killed loses little."""
WAIT_S = 10
"""How long a port may take to answer. Ray itself tries for minutes, and says nothing that helps."""


def each_on_ray(address: str, work: Callable[[T], R], orders: Iterable[T]) -> Iterator[R]:
    """What each order comes to, in the order in which it is there. `address` is `HOST:PORT` of a cluster that this machine is part of,
    `ray://HOST:PORT` of any other, `auto` for the one of this machine, `local` for one that is started for this call. Raises
    NotSupportedError where no cluster answers, and where its machines cannot do the work."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster that is started here reports to nobody
    import ray

    _reach(address)
    try:
        ray.init(address=address, log_to_driver=False, logging_level="error")
    except (ConnectionError, ValueError, RuntimeError, ray.exceptions.RayError) as wrong:
        said = f"no Ray cluster can be used at {address}: {_line(wrong, 0)}"
        raise NotSupportedError(
            f"{said}; start it, mend the address, or say RAY_AUTH_MODE=token where it asks for one"
        ) from wrong
    try:
        yield from _each(ray, ray.remote(work), iter(orders))
    except ray.exceptions.RaySystemError as wrong:  # not what the work itself raised
        said = f"the machines at {address} cannot play: {_line(wrong, -1)}"
        raise NotSupportedError(f"{said}; install hotwash[ray] on each of them, in the version that is here") from wrong
    except ray.exceptions.RayTaskError as wrong:
        if isinstance(wrong.cause, HotwashError):
            raise wrong.cause from None  # Ray's own words are a traceback of the worker
        raise
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    """Whether anything listens, before Ray waits for it."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=WAIT_S).close()
    except (OSError, OverflowError) as wrong:
        said = f"nothing answers at {address} ({wrong}): start the cluster, or mend the address"
        raise NotSupportedError(said) from wrong


def _line(wrong: BaseException, which: int) -> str:
    """One line of an error: the first says what was tried, the last of a worker's what went wrong there."""
    lines = [one.strip() for one in str(wrong).splitlines() if one.strip()]
    return lines[which].rstrip(".") if lines else type(wrong).__name__


def _each(ray: Any, work: Any, orders: Iterator[Any]) -> Iterator[Any]:
    most = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
    running = [work.remote(one) for one in islice(orders, most)]
    while running:
        done, running = ray.wait(running, num_returns=1)
        running += [work.remote(one) for one in islice(orders, len(done))]
        yield from ray.get(done)
