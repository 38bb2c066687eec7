"""Who plays the drills of a rehearsal does not show in what comes out."""

import os
import socket
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from hotwash import bootstrap
from hotwash.adapters.pool_joblib import JoblibPool
from hotwash.adapters.pool_ray import AHEAD, each_on_ray
from hotwash.bootstrap.rehearsals import play_bout
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.rehearsal import RehearsalPlan, Team

PLAN = RehearsalPlan(scenarios=["order-number-alarm"], seeds=3, teams=[Team(id="day")])


@pytest.fixture(scope="module")
def rehearsal():
    return bootstrap.Rehearsal(PLAN)


@pytest.fixture(scope="module")
def alone(rehearsal, tmp_path_factory):
    """The journal's lines and the rows of one process."""
    folder = tmp_path_factory.mktemp("alone")
    rows = rehearsal.run(folder, workers=1)
    return sorted((folder / "journal.jsonl").read_bytes().splitlines()), rows


def played(rehearsal, folder, **how):
    rows = rehearsal.run(folder, **how)
    return sorted((folder / "journal.jsonl").read_bytes().splitlines()), rows


@pytest.mark.slow
def test_two_local_processes_give_the_same_bytes_as_one(rehearsal, alone, tmp_path):
    assert played(rehearsal, tmp_path, workers=2) == alone


@pytest.mark.slow
def test_a_dask_cluster_of_two_workers_gives_the_same_bytes(rehearsal, alone, tmp_path):
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        assert played(rehearsal, tmp_path, backend="dask", scheduler=cluster.scheduler_address) == alone


@pytest.mark.slow
def test_a_ray_cluster_gives_the_same_bytes(rehearsal, alone, tmp_path):
    pytest.importorskip("ray", reason="Ray is an extra that the tests do not install: pip install 'hotwash[ray]'")
    assert played(rehearsal, tmp_path, backend="ray", scheduler="local") == alone


def test_ray_is_asked_not_to_report_and_is_kept_busy_but_not_flooded(monkeypatch):
    ray = Ray(processors=2)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED", raising=False)
    drawn = []
    results = each_on_ray("auto", lambda one: one * one, (drawn.append(one) or one for one in range(9)))
    assert next(results) == 0
    assert (os.environ["RAY_USAGE_STATS_ENABLED"], ray.address, len(drawn)) == ("0", "auto", 2 * AHEAD + 1)
    assert sorted(results) == [one * one for one in range(1, 9)]
    assert ray.closed


def test_a_ray_cluster_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", Ray(answers=False))
    with pytest.raises(NotSupportedError, match=r"no Ray cluster can be used at auto: no head here"):
        list(each_on_ray("auto", str, [1]))


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_port_on_which_nothing_listens_is_said_before_ray_waits_for_it(scheme, monkeypatch):
    ray = Ray()
    monkeypatch.setitem(sys.modules, "ray", ray)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        address = f"{scheme}127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NotSupportedError, match=f"nothing answers at {address}"):
            list(each_on_ray(address, str, [1]))
    assert ray.address == ""


def test_machines_without_hotwash_are_named_and_what_the_work_raised_is_not_taken_for_that(monkeypatch):
    def fails(wrong):
        raise wrong

    monkeypatch.setitem(sys.modules, "ray", Ray())
    absent = Ray.exceptions.RaySystemError(
        "System error\ntraceback:\n  File x\nModuleNotFoundError: No module named 'hotwash'"
    )
    with pytest.raises(
        NotSupportedError, match=r"machines at auto cannot play: .*No module named 'hotwash'; install hotwash\[ray\]"
    ):
        list(each_on_ray("auto", fails, [absent]))
    with pytest.raises(KeyError):
        list(each_on_ray("auto", fails, [KeyError("ours")]))
    wrapped = Ray.exceptions.RayTaskError("a traceback of the worker")
    wrapped.cause = NotSupportedError("ours, in our words")
    with pytest.raises(NotSupportedError, match="^ours, in our words$"):
        list(each_on_ray("auto", fails, [wrapped]))


@pytest.mark.slow
def test_a_worker_of_another_version_refuses_what_it_would_play_otherwise(rehearsal):
    theirs = replace(rehearsal.orders[0], engine="hotwash 0.0.1")
    with pytest.raises(NotSupportedError, match=r"a worker has hotwash .*, the rehearsal is of hotwash 0\.0\.1"):
        list(JoblibPool("loky", workers=2).each(play_bout, [theirs]))


class RayError(Exception):
    """What every error of Ray is one of."""


class Ray:
    """As much of Ray as is used: what was handed in is carried out when it is waited for."""

    exceptions = SimpleNamespace(
        RayError=RayError,
        RaySystemError=type("RaySystemError", (RayError,), {}),
        RayTaskError=type("RayTaskError", (RayError,), {"cause": None}),
    )

    def __init__(self, processors=1, *, answers=True):
        self.processors, self.answers, self.address, self.closed = processors, answers, "", False

    def init(self, address, **_):
        if not self.answers:
            raise ConnectionError("no head here.\nlook there")
        self.address = address

    def remote(self, work):
        return SimpleNamespace(remote=lambda one: (work, one))

    def wait(self, running, num_returns):
        return running[:num_returns], running[num_returns:]

    def get(self, done):
        return [work(one) for work, one in done]

    def cluster_resources(self):
        return {"CPU": float(self.processors)}

    def shutdown(self):
        self.closed = True


@pytest.mark.slow
def test_what_a_folder_holds_is_not_played_again(rehearsal, alone, tmp_path):
    lines, rows = alone
    head = next(line for line in lines if line.startswith(b'{"content"'))
    (tmp_path / "journal.jsonl").write_bytes(b"\n".join([head, *(line for line in lines if line != head)]) + b"\n")
    seen = []
    assert rehearsal.run(tmp_path, workers=1, told=seen.append) == rows
    assert len(seen) == len(rows)
    assert sorted((tmp_path / "journal.jsonl").read_bytes().splitlines()) == lines


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"backend": "dask"}, "needs --scheduler"),
        ({"backend": "loky", "scheduler": "tcp://127.0.0.1:1"}, "have no scheduler"),
    ],
)
def test_a_cluster_and_its_address_come_together(how, said):
    with pytest.raises(NotSupportedError, match=said):
        JoblibPool(**how)


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("hotwash.adapters.pool_joblib.find_spec", lambda _name: None)
    with pytest.raises(NotSupportedError, match=r"install hotwash\[ray\]"):
        JoblibPool("ray", scheduler="auto")
