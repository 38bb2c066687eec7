"""The thread of a drill: in order, one crossing for each piece of work, and no answer before what it led to."""

import asyncio
import threading

import pytest

from hotwash.warroom.worker import Worker
from tests.support.patience import PATIENCE_S


def played(work):
    async def inside():
        worker = Worker("test")
        try:
            return await asyncio.wait_for(work(worker), 10)
        finally:
            worker.stop()

    return asyncio.run(inside())


def test_work_is_done_in_order_on_one_thread_beside_the_loop():
    async def work(worker):
        done = []
        threads = await asyncio.gather(
            *(worker.do(lambda n=n: done.append(n) or threading.get_ident()) for n in range(50))
        )
        return done, set(threads)

    done, threads = played(work)
    assert done == list(range(50))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_what_work_leads_to_is_called_on_the_loop_before_its_answer_is_given():
    async def work(worker):
        said = []

        def first():
            worker.then(said.append, "news")
            worker.then(lambda: said.append(threading.get_ident()))
            return "answer"

        said.append(await worker.do(first))
        return said

    assert played(work) == ["news", threading.get_ident(), "answer"]


def test_what_fails_reaches_who_waits_with_the_news_and_the_next_work_is_done():
    async def work(worker):
        said = []

        def fails():
            worker.then(said.append, "news")
            raise ValueError("not so")

        with pytest.raises(ValueError, match="not so"):
            await worker.do(fails)
        return said, await worker.do(lambda: "next")

    assert played(work) == (["news"], "next")


def test_posted_work_brings_its_news_without_anybody_waiting():
    async def work(worker):
        heard = asyncio.get_running_loop().create_future()
        worker.post(lambda: worker.then(heard.set_result, "news"))
        return await heard

    assert played(work) == "news"


def test_work_that_nobody_waits_for_any_more_is_done_all_the_same():
    async def work(worker):
        held, done = threading.Event(), []
        waiting = asyncio.ensure_future(worker.do(lambda: held.wait(PATIENCE_S) and done.append("done")))
        await asyncio.sleep(0)
        waiting.cancel()
        held.set()
        await worker.do(lambda: None)
        return waiting.cancelled(), done

    assert played(work) == (True, ["done"])


def test_stopping_waits_for_what_is_being_done_and_drops_the_rest():
    async def inside():
        worker = Worker("test")
        begun, held, done = threading.Event(), threading.Event(), []

        def first():
            begun.set()
            held.wait(PATIENCE_S)
            done.append("first")

        one, two = (asyncio.ensure_future(worker.do(work)) for work in (first, lambda: done.append("second")))
        await asyncio.sleep(0)
        await asyncio.to_thread(begun.wait, PATIENCE_S)
        join = worker._thread.join

        def let_go_and_join():
            held.set()
            join()

        worker._thread.join = let_go_and_join  # what waits was dropped by now
        worker.stop()
        await asyncio.gather(one, two, return_exceptions=True)
        return one.cancelled(), two.cancelled(), done

    assert asyncio.run(inside()) == (False, True, ["first"])
