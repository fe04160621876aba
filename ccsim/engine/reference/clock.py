"""SimPy's environment with events at absolute times, ordered by the contract's key."""

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import NORMAL

from ccsim.engine.contract import key

Story = Generator[simpy.Event, None, None]


class Telling(simpy.Process):
    """A story that begins at an event of its own instead of at once, which spares every need one event."""

    def __init__(self, clock: "Clock", story: Story, begins: simpy.Event) -> None:
        self.env = clock
        self.callbacks = []
        self._generator = story
        self._target = begins
        assert begins.callbacks is not None
        begins.callbacks.append(self._resume)


class Clock(simpy.Environment):
    """The simulation clock, s since the run's start.

    SimPy's own priorities 0 and 1 stay below every key, so waking a waiting story is a consequence within the instant.
    Times are absolute: now + (t - now) differs from t in the last bit often enough to turn a tie into an order.
    """

    def at(self, time: float, rank: int, need: int, attempt: int = 0, leg: int = 0) -> simpy.Event:
        """An event at an absolute time, to be waited for by a story.

        Parameters
        ----------
        time : float, s
        rank : int
            One of the contract's ranks.
        need, attempt, leg : int

        Returns
        -------
        simpy.Event
        """
        event = simpy.Event(self)
        self.put(event, time, rank, need, attempt, leg)
        return event

    def put(self, event: simpy.Event, time: float, rank: int, need: int, attempt: int, leg: int) -> None:
        """Give an event that a story may wait for already its absolute time.

        Parameters
        ----------
        event : simpy.Event
        time : float, s
        rank, need, attempt, leg : int
        """
        event._ok = True
        event._value = None
        heappush(self._queue, (time, key(rank, need, attempt, leg), next(self._eid), event))  # type: ignore[misc]

    def replaced(self, event: simpy.Event) -> simpy.Event:
        """An event that the stories wait for which waited for another.

        Parameters
        ----------
        event : simpy.Event
            The other; nobody waits for it any more.

        Returns
        -------
        simpy.Event
        """
        other = simpy.Event(self)
        other.callbacks, event.callbacks = event.callbacks, []
        return other

    def call_at(
        self, time: float, rank: int, need: int, attempt: int, leg: int, step: Callable[[simpy.Event], Any]
    ) -> None:
        """Have a step done at an absolute time, with no story waiting for it.

        Parameters
        ----------
        time : float, s
        rank, need, attempt, leg : int
        step : callable
            Called with the event.
        """
        callbacks = self.at(time, rank, need, attempt, leg).callbacks
        assert callbacks is not None
        callbacks.append(step)

    def run_to(self, horizon: float) -> None:
        """Run every event before the horizon, in order.

        SimPy's own `run` does the same with a call and three checks more for each event.

        Parameters
        ----------
        horizon : float, s
        """
        queue = self._queue
        while queue and queue[0][0] < horizon:
            self._now, _, _, event = heappop(queue)
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks or ():
                callback(event)
            if not event._ok:
                raise event._value
        self._now = horizon

    def wake(self, event: simpy.Event) -> None:
        """Let the story that waits for an event go on within this instant.

        Parameters
        ----------
        event : simpy.Event
        """
        event._ok = True
        event._value = None
        heappush(self._queue, (self._now, NORMAL, next(self._eid), event))

    def schedule(self, event: simpy.Event, priority: Any = NORMAL, delay: float = 0) -> None:
        """Put an event on the calendar, unless nobody cares for it.

        That a story has ended, and nobody waits for its end, is no event worth the time it takes.

        Parameters
        ----------
        event : simpy.Event
        priority : int
        delay : float, s
        """
        if event.callbacks or not isinstance(event, Telling) or not event._ok:
            super().schedule(event, priority, delay)
