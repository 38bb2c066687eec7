"""Listeners: each gets what is sent, in order; who is too slow, revoked or out of time is let go; nobody holds up the others."""

import asyncio

import pytest

from hotwash.warroom.channel import BEAT, LONGEST_QUEUE, Channel, Listener, message
from tests.support.patience import PATIENCE_S


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
