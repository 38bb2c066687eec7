"""A pool of people in the long run: what chance adds to a queue that could just be worked off."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 200_000
"""States of the queue that are looked at; far above any that has weight."""
LEAST = 1e-15


@dataclass(frozen=True)
class Steady:
    """`waits` is the share that finds everybody busy, `gives_up` the share that goes before it is served, `wait` the mean wait of all, in
    the unit of time of the rates, `waiting` the mean number that waits, `busy` the share of people's time that is used."""

    waits: float
    gives_up: float
    wait: float
    waiting: float
    busy: float


def erlang_a(arriving: float, served: float, people: int, patience: float) -> Steady:
    """Erlang A, M/M/n+M: arrivals by chance at a mean rate, service and patience exponential (Palm 1957; Garnett, Mandelbaum and Reiman
    2002, "Designing a call center with impatient customers").

    `arriving` and `served` are rates, the second for one person; `patience` is the mean time after which somebody gives up. Solved as a
    birth and death process: from k to k + 1 at `arriving`, back at min(k, n) `served` + max(0, k - n) / `patience`. Raises ValueError for
    rates or a patience that are not above 0, or nobody at work.
    """
    if min(arriving, served, patience) <= 0 or people < 1:
        raise ValueError("rates, patience and people must be above 0")
    weight = largest = 1.0
    weights = [weight]
    for state in range(1, MOST):
        leaving = min(state, people) * served + max(0, state - people) / patience
        weight *= arriving / leaving
        weights.append(weight)
        largest = max(largest, weight)
        if largest > 1e200:  # only ratios count: nothing is lost but what is too small to see
            weights, weight, largest = [one / largest for one in weights], weight / largest, 1.0
        if state > people and weight < LEAST * largest:
            break
    total = sum(weights)
    waiting = sum(max(0, state - people) * one for state, one in enumerate(weights)) / total
    busy = sum(min(state, people) * one for state, one in enumerate(weights)) / total / people
    waits = sum(weights[people:]) / total
    return Steady(waits, waiting / patience / arriving, waiting / arriving, waiting, busy)
