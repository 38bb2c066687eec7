"""Orders carried out by local processes, or by a Dask or Ray cluster that is there already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from importlib.util import find_spec
from typing import Any, Literal, TypeVar

from hotwash.adapters.pool_ray import each_on_ray
from hotwash.kernel.errors import NotSupportedError

T = TypeVar("T")
R = TypeVar("R")
Backend = Literal["loky", "dask", "ray"]
NEEDS = {"dask": "distributed", "ray": "ray"}
WAIT_S = 30
"""How long a cluster may take to show its first worker."""


class JoblibPool:
    """Implements `conductor.rehearse.Pool`. `scheduler` is the address of the cluster; `workers` local processes, as many as there are
    cores where it is 0. Raises NotSupportedError where the cluster's package is not installed or no cluster answers."""

    def __init__(self, backend: Backend = "loky", workers: int = 0, scheduler: str = "") -> None:
        if backend in NEEDS and find_spec(NEEDS[backend]) is None:
            raise NotSupportedError(f"'{backend}' needs the package '{NEEDS[backend]}': install hotwash[{backend}]")
        if (backend == "loky") == bool(scheduler):
            said = "local processes have no scheduler" if scheduler else f"'{backend}' needs --scheduler ADDRESS"
            example = "ray --scheduler HOST:6379" if backend == "ray" else "dask --scheduler tcp://HOST:8786"
            raise NotSupportedError(f"{said}: write --backend {example}, or neither")
        self.backend, self.workers, self.scheduler = backend, workers, scheduler

    def each(self, work: Callable[[T], R], orders: Iterable[T]) -> Iterator[R]:
        """What each order comes to, in the order in which it is there. `work` is a module's own function. One order at a time a worker,
        so that what is killed loses little."""
        if self.backend == "ray":
            yield from each_on_ray(self.scheduler, work, orders)
            return
        import joblib  # when there is something to play: it takes a moment

        with ExitStack() as open_:
            for context in self._contexts(open_):
                open_.enter_context(context)
            tasks = (joblib.delayed(work)(one) for one in orders)
            yield from joblib.Parallel(return_as="generator_unordered", batch_size=1)(tasks)

    def _contexts(self, open_: ExitStack) -> Iterator[AbstractContextManager[Any]]:
        import joblib

        if self.backend == "dask":
            client = open_.enter_context(_dask(self.scheduler))
            client.wait_for_workers(1, timeout=WAIT_S)
            yield joblib.parallel_config("dask", n_jobs=-1)
        else:
            yield joblib.parallel_config("loky", n_jobs=self.workers or -1)


def _dask(scheduler: str) -> AbstractContextManager[Any]:
    from distributed import Client

    try:
        client: AbstractContextManager[Any] = Client(scheduler, timeout=WAIT_S)
    except (OSError, TimeoutError) as wrong:
        raise NotSupportedError(f"no Dask scheduler answers at {scheduler}: start it, or mend the address") from wrong
    return client
