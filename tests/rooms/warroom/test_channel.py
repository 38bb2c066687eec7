"""Listeners: each gets what is sent, in order; who is too slow, revoked or out of time is let go; nobody holds up the others."""

import asyncio
import http.client

import pytest

from hotwash.warroom.channel import BEAT, LONGEST_QUEUE, Channel, Listener, message
from tests.support.patience import PATIENCE_S, until
from tests.support.serving import listening


def played(work):
    return asyncio.run(work())


async def heard(listener):
    found = []
    while (piece := await asyncio.wait_for(listener.next(), PATIENCE_S)) is not None:
        found.append(piece)
    return b"".join(found)


def test_each_hears_what_is_said_to_it_in_order_and_then_the_end():
    async def work():
        channel, one, other = Channel(), Listener("ic", "a"), Listener("tech", "b")
        channel.add(one)
        channel.add(other)
        for who, said in (("ic", b"1"), ("tech", b"x"), ("ic", b"2")):
            channel.tell(who, said)
        channel.end()
        return await heard(one), await heard(other)

    assert played(work) == (b"12", b"x")


def test_who_does_not_read_is_let_go_and_holds_nobody_up():
    async def work():
        channel, slow, quick = Channel(), Listener("ic", "a"), Listener("ic", "b")
        channel.add(slow)
        channel.add(quick)
        got = 0
        for number in range(LONGEST_QUEUE + 5):
            channel.tell("ic", str(number).encode())
            got += await quick.next() is not None
        return got, slow.ended, quick.ended, await heard(slow)

    got, slow, quick, rest = played(work)
    assert got == LONGEST_QUEUE + 5
    assert (slow, quick) == (True, False)
    wanted = b"".join(str(number).encode() for number in range(LONGEST_QUEUE))
    assert rest == wanted, "what was queued, and no more: it comes back with its own position and gets what it missed"


def test_what_comes_while_nobody_reads_goes_out_at_once():
    async def work():
        one = Listener("ic", "a")
        reading = asyncio.create_task(one.next())
        await asyncio.sleep(0)
        one.send(b"1")
        one.send(b"2")
        first = await reading
        one.send(b"3")
        one.end()
        one.send(b"too late")
        return first, await heard(one)

    assert played(work) == (b"12", b"3")


class Socket:
    """Takes bytes at once until it is full; then whoever writes waits, as uvicorn does, before it writes."""

    def __init__(self):
        self.took, self.free, self.broken = [], asyncio.Event(), False
        self.free.set()

    async def write(self, piece):
        await self.free.wait()
        if self.broken:
            raise RuntimeError("gone")
        self.took.append(piece)


async def reading(listener, socket):
    while (piece := await listener.next()) is not None:
        await socket.write(piece)


def test_what_the_socket_takes_at_once_wakes_no_reader_and_what_it_does_not_is_sent_once_and_in_order():
    async def work():
        socket = Socket()
        one = Listener("ic", "a", write=socket.write)
        one.send(b"0")
        early = list(socket.took)
        reader = asyncio.create_task(reading(one, socket))
        await asyncio.sleep(0)
        one.send(b"1")
        at_once = list(socket.took)
        socket.free.clear()
        for piece in (b"2", b"3"):
            one.send(piece)
        await asyncio.sleep(0)
        one.send(b"4")
        socket.free.set()
        one.send(b"5")
        one.end()
        await asyncio.wait_for(reader, PATIENCE_S)
        return early, at_once, b"".join(socket.took)

    assert played(work) == ([], [b"0", b"1"], b"012345")


def test_a_broken_socket_ends_its_own_reader_and_nobody_else():
    async def work():
        channel, broken, whole = Channel(), Socket(), Socket()
        one, other = Listener("ic", "a", write=broken.write), Listener("ic", "b", write=whole.write)
        readers = [asyncio.create_task(reading(one, broken)), asyncio.create_task(reading(other, whole))]
        channel.add(one)
        channel.add(other)
        await asyncio.sleep(0)
        broken.broken = True
        channel.tell("ic", b"1")
        other.end()
        return await asyncio.gather(*readers, return_exceptions=True), whole.took

    (first, second), took = played(work)
    assert (str(first), second, took) == ("gone", None, [b"1"])


def test_over_a_real_socket_that_fills_up_each_message_comes_once_and_in_order():
    """What `Listener` relies on: the server waits before it writes, or not at all."""
    sent = [f"{number:06}".encode() * 4_000 for number in range(400)]
    listeners = []

    async def app(scope, _receive, send):
        if scope["type"] != "http":
            return

        async def write(piece):
            await send({"type": "http.response.body", "body": piece, "more_body": True})

        one = Listener("ic", "a", write=write)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        listeners.append((asyncio.get_running_loop(), one))
        while (piece := await one.next()) is not None:
            await write(piece)
        await send({"type": "http.response.body", "body": b""})

    with listening(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        connection.request("GET", "/")
        answer = connection.getresponse()
        until(lambda: listeners, what="somebody listening")
        loop, one = listeners[0]
        for piece in sent:
            loop.call_soon_threadsafe(one.send, piece)
        loop.call_soon_threadsafe(one.end)
        until(lambda: one.ended, what="the end")
        heard = answer.read()
        connection.close()
    assert heard == b"".join(sent)


def test_a_revoked_link_ends_its_own_listeners():
    async def work():
        channel, one, other = Channel(), Listener("ic", "a"), Listener("ic", "b")
        channel.add(one)
        channel.add(other)
        channel.end("a")
        return one.ended, other.ended

    assert played(work) == (True, False)


def test_a_link_that_runs_out_ends_its_stream_at_the_next_beat():
    async def work():
        channel, one, other = Channel(), Listener("ic", "a", 1_000), Listener("ic", "b", 9_000)
        channel.add(one)
        channel.add(other)
        channel.beat(999)
        channel.beat(1_000)
        channel.end()
        return await heard(one), await heard(other)

    assert played(work) == (BEAT, BEAT + BEAT)


def test_presence_counts_windows():
    channel, one = Channel(), Listener("ic", "a")
    channel.add(one)
    channel.add(Listener("ic", "a"))
    assert channel.present() == {"ic": 2}
    channel.remove(one)
    channel.remove(one)
    assert channel.present() == {"ic": 1}


@pytest.mark.parametrize(
    ("data", "settings", "sent"),
    [
        ("a\nb", {"position": 7}, b"id: 7\ndata: a\ndata: b\n\n"),
        ("", {"event": "clock"}, b"event: clock\ndata: \n\n"),
        ("one\r\ntwo\u2028three", {}, b"data: one\ndata: two\ndata: three\n\n"),
    ],
)
def test_a_message_is_framed_whatever_it_holds(data, settings, sent):
    assert message(data, **settings) == sent
