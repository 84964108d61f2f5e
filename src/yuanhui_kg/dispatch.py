"""Who is given what: jobs and the workers that do them, on an event loop, without a thread for each job.

A job has a usual place, for as long as it takes, or, where all of these are taken, an express one, for an instant only:
what is not done by then waits for a usual place. So light jobs are not held up by heavy ones, without anybody having to
guess which is which. And where processors are short: what takes longer than an instant steps back behind everybody else.

Where more jobs wait than places are free, a worker is sent several at once, so that it need not wait for the loop
between them; switching processes costs more than most queries. The worker's part in this is told in :mod:`.frames`:
what is sent behind a job that takes long is handed back. Here it is taken back without waiting for that. Nobody is let
down by what another one's query does to a worker: when that dies, the jobs behind the one that it was at are given to others.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from .errors import OverloadedError, QueryTimeoutError, UnavailableError, YuanhuiError
from .frames import SLICE, WAITED, Answer, HandedBackError, Incoming, job_frame
from .running import Client, Running
from .settings import Settings
from .spawning import Spawner, Worker, WorkerDiedError

_HEARD: Final = 0.5  # seconds between two looks of a waiting thread, in which signals are heard
_AT_ONCE: Final = 16  # jobs that a worker is sent at most
_YOUNG: Final = SLICE  # seconds in which a worker may well be done with what it was given
_RECALLED: Final = 1.25 * WAITED  # seconds without an answer after which the jobs behind one are given to others
#: Seconds that a job may stay in an express place; in a usual one its worker steps back after as many of processor time.
_INSTANT: Final = 0.2
_GLANCE: Final = 0.05  # seconds, at least, between two looks at a worker's processor time
_TRIED_AGAIN: Final = 0.5  # seconds, at least, that a job waits which was sent behind one that took long
_SPARE: Final = 1  # idle workers that are kept however long nobody needs them
_IDLE_SECONDS: Final = 30.0  # after which the others end


class _EndedError(Exception):
    """A job was ended before its time; it knows why."""


@dataclass(eq=False)
class Order:
    """A job to be done, its deadline counted from when this was made.

    :param parameters: as JSON.
    """

    job: str
    parameters: str
    seconds: float
    deadline: float = field(init=False)
    #: What asks another server is not begun in a place where it may have to be begun anew.
    express: bool = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.seconds
        self.express = "SERVICE" not in self.parameters.upper()


@dataclass(eq=False)
class _Task:
    """An order that waits or is under way.

    ``waiting`` tells that it is in the queue, ``until`` when it has waited long enough for a worker to begin it,
    ``behind`` that it was sent behind another one, ``alone`` that it must not be.
    """

    order: Order
    answer: asyncio.Future[Answer]
    express: bool
    waiting: bool = True
    until: float | None = None
    behind: bool = False
    alone: bool = False
    timer: asyncio.TimerHandle | None = None

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

    def stop_waiting(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Dispatcher:
    """The query workers of one process. Belongs to the thread of its loop, but for :meth:`run_in_thread`."""

    def __init__(self, spawner: Spawner, settings: Settings, running: Running, loop: asyncio.AbstractEventLoop) -> None:
        self._spawner = spawner
        self._settings = settings
        self._running = running
        self._loop = loop
        self._queue: deque[_Task] = deque()
        # A remote server would be asked everything twice.
        express = 0 if settings.endpoint else settings.express
        self._free = {False: settings.workers, True: express}  # places, usual and express
        self._most_idle = settings.workers + express
        self._idle: list[tuple[_Lane, float]] = []  # each with when it was last used; the last one is taken first
        self._busy: set[_Lane] = set()
        # More than there are processors would only take turns; what is short is done sooner by a few that are awake.
        self._young = max(1, (os.cpu_count() or 1) // settings.http_processes)
        self._later: asyncio.TimerHandle | None = None
        self._at_once = 1  # jobs that a worker is sent, as many as were not too many
        self._latest = False
        self._making: set[asyncio.Task[None]] = set()
        self._coming = 0  # workers that are being made for a place
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="spawner")  # the loop's own may all wait for us
        self.closed = False

    async def close(self) -> None:
        """End all workers. Whoever waits is told that the service is being stopped."""
        self.closed = True
        if self._later is not None:
            self._later.cancel()
        stopped = UnavailableError("The service is being stopped.")
        for task in self._queue:
            task.fail(stopped)
        await asyncio.gather(*self._making)
        for lane in [*(lane for lane, _ in self._idle), *self._busy]:
            lane.fail(stopped)
            lane.close()
        self._threads.shutdown()

    def run_in_thread(self, order: Order, client: Client | None) -> Answer:
        """As :meth:`run`, from a thread that is not the loop's."""
        answer = asyncio.run_coroutine_threadsafe(self.run(order, client), self._loop)
        # A signal that comes in the moment before a wait is heard after it: Ctrl-C would be at the end of a long query.
        while not wait([answer], _HEARD).done:
            pass
        return answer.result()

    async def run(self, order: Order, client: Client | None) -> Answer:
        """The answer to ``order``, as :meth:`yuanhui_kg.workers.Backend.run` tells it.

        :param client: for whom; when he leaves, it is ended.
        """
        with self._running.job(order.job, order.seconds, client) as under_way:
            for _ in range(2):
                task = _Task(order, self._loop.create_future(), order.express)
                under_way.evaluated_by(partial(self._end_from_anywhere, task))
                self._submit(task)
                try:
                    return await task.answer
                except WorkerDiedError as died:
                    under_way.check()
                    why = await self._loop.run_in_executor(self._threads, self._spawner.why_died, died.worker)
                    if why is not None:
                        raise why from None
                except _EndedError:
                    under_way.check()
                    raise
                except asyncio.CancelledError:
                    self._end(task)
                    raise
                finally:
                    under_way.over()
                    task.stop_waiting()
            raise UnavailableError("The process that evaluated the query was killed, twice.", "Try again in a moment.")

    # --- what waits ---------------------------------------------------------------------------------------------------

    def _submit(self, task: _Task) -> None:
        """Begin ``task`` or have it wait. Raises :class:`OverloadedError`."""
        if self.closed:
            raise UnavailableError("The service is being stopped.")
        if not self._place_for(task) and len(self._queue) >= self._settings.queue:
            raise OverloadedError("Too many queries are waiting (setting queue).", "Try again in a moment.")
        self._queue.append(task)
        self._begin()
        if task.waiting:
            self._let_wait(task)

    def _place_for(self, task: _Task) -> bool:
        return bool(self._free[False] or (task.express and self._free[True]))

    def _let_wait(self, task: _Task) -> None:
        """Let ``task`` wait no longer than a job may."""
        task.stop_waiting()
        now = time.monotonic()
        left = task.order.deadline - now
        if task.until is None:
            task.until = now + self._settings.queue_timeout
        patience = max(_TRIED_AGAIN, task.until - now)
        late = left <= patience
        task.timer = self._loop.call_later(max(0.0, left if late else patience), self._waited, task, late)

    def _waited(self, task: _Task, late: bool) -> None:
        """:param late: whether it is its deadline that has come."""
        with contextlib.suppress(ValueError):
            self._queue.remove(task)
            if late:
                task.fail(_too_late(task.order))
            else:
                task.fail(
                    OverloadedError(
                        f"No worker was free within {self._settings.queue_timeout:g} s (setting queue_timeout).",
                        "Try again in a moment.",
                    )
                )

    def _end_from_anywhere(self, task: _Task) -> None:
        self._loop.call_soon_threadsafe(self._end, task)

    def _end(self, task: _Task) -> None:
        """Nobody wants its answer any more."""
        if task.answer.done() and not task.answer.cancelled():
            return
        with contextlib.suppress(ValueError):
            self._queue.remove(task)
        for lane in list(self._busy):
            lane.end(task)
        task.fail(_EndedError())

    def put_back(self, tasks: Iterable[_Task]) -> None:
        """Have jobs that were given to a worker wait again, in front of all others."""
        waiting = [task for task in tasks if not task.answer.done()]
        self._queue.extendleft(reversed(waiting))
        for task in waiting:
            task.waiting = True
        self._begin()
        for task in waiting:
            if task.waiting:
                self._let_wait(task)

    def _begin(self) -> None:
        """Give what waits to the workers that are free."""
        while len(self._queue) > self._coming and not self.closed:
            if self._may_begin() == 0:
                if self._later is None:
                    self._later = self._loop.call_later(_YOUNG, self._begin_later)
                return
            express = not self._free[False]
            if not self._free[express] or (express and not any(task.express for task in self._queue)):
                return
            self._free[express] -= 1
            lane = self._ready()
            if lane is None:
                self._make(express)
            else:
                self._give(lane, express)

    def _begin_later(self) -> None:
        self._later = None
        self._begin()

    def _may_begin(self) -> int:
        """How many more workers may be given something now; others are about to be done, or show that they take long."""
        since = time.monotonic() - _YOUNG
        return max(0, self._young - sum(lane.since > since for lane in self._busy))

    def _give(self, lane: _Lane, express: bool) -> None:
        tasks = self._share(express)
        if tasks:
            self._busy.add(lane)
            lane.give(tasks, express)
        else:
            self._keep(lane)
            self._free[express] += 1

    def _share(self, express: bool) -> list[_Task]:
        """What a worker is sent now, of all that waits: its part, as others are free or about to be."""
        others = min(self._free[False], self._may_begin() - 1)
        most = max(1, min(self._at_once, len(self._queue) // (max(0, others) + 1)))
        fit: Iterable[_Task] = self._queue
        if express:
            # The latest first, every other time: after a rush of heavy jobs a light one need not wait for them all, nor one
            # that came early for all that come later.
            self._latest = not self._latest
            fit = [task for task in (reversed(self._queue) if self._latest else self._queue) if task.express]
        tasks: list[_Task] = []
        for task in fit:
            if len(tasks) == most or (tasks and (task.alone or tasks[0].alone)):
                break
            tasks.append(task)
        for task in tasks:
            self._queue.remove(task)
            task.waiting = False
            task.stop_waiting()
        return tasks

    def learn(self, *, enough: bool) -> None:
        """Whether a worker was sent more than it can do in a moment."""
        self._at_once = max(1, self._at_once // 2) if enough else min(_AT_ONCE, self._at_once + 1)

    # --- workers ------------------------------------------------------------------------------------------------------

    def done(self, lane: _Lane, *, express: bool, fit: bool) -> None:
        """A worker has no more jobs; whether it can be given others."""
        self._busy.discard(lane)
        self._free[express] += 1
        if fit and not self.closed:
            self._keep(lane)
        else:
            lane.close()
            if not self._idle and not self._making and not self.closed:
                self._make(None)
        self._begin()

    def _keep(self, lane: _Lane) -> None:
        """Have a worker at hand for the next job; those that were not needed for some time end."""
        now = time.monotonic()
        if len(self._idle) < self._most_idle:
            self._idle.append((lane, now))
        else:
            lane.close()
        while len(self._idle) > _SPARE and self._idle[0][1] < now - _IDLE_SECONDS:
            self._idle.pop(0)[0].close()

    def _ready(self) -> _Lane | None:
        while self._idle:
            lane, _ = self._idle.pop()
            if lane.alive and self._spawner.is_current(lane.worker):
                return lane
            lane.close()
        return None

    def _make(self, express: bool | None) -> None:
        """Have a worker made for a place, and give it what waits then; without a place, to have it at hand."""
        self._coming += express is not None
        making = self._loop.create_task(self._made(express))
        self._making.add(making)  # the loop itself keeps no hold of it
        making.add_done_callback(self._making.discard)

    async def _made(self, express: bool | None) -> None:
        lane: _Lane | None = None
        error: YuanhuiError | None = None
        try:
            lane = _Lane(await self._loop.run_in_executor(self._threads, self._spawner.spawn), self._loop, self)
        except YuanhuiError as failed:
            error = failed
        self._coming -= express is not None
        if error is not None:
            self._not_made(express, error)
        elif lane is not None and (express is None or self.closed):
            self._keep(lane)
        elif lane is not None and express is not None:
            self._give(lane, express)
        self._begin()

    def _not_made(self, express: bool | None, error: YuanhuiError) -> None:
        """The job that a worker was to be made for is told why there is none; the next one is tried anew."""
        if express is None:
            return
        self._free[express] += 1
        while self._queue:
            task = self._queue.popleft()
            if not task.answer.done():
                task.fail(error)
                break


class _Lane:
    """A worker, the jobs that it was sent, and the loop's ear at its socket."""

    def __init__(self, worker: Worker, loop: asyncio.AbstractEventLoop, dispatcher: Dispatcher) -> None:
        self.worker = worker
        self.alive = True
        self.since = 0.0  # when it was last given something
        self._loop = loop
        self._dispatcher = dispatcher
        self._incoming = Incoming()
        self._tasks: deque[_Task | None] = deque()  # in the order of their sending; None: given to others by now
        self._deadline = 0.0  # of the job that the worker is at
        self._due = math.inf  # when the next look is to be taken,
        self._look = self._late  # which one,
        self._timer: asyncio.TimerHandle | None = None  # and what wakes us by then, at the latest
        self._woken = math.inf
        self._express = False
        self._fit = True
        self._back = False  # whether the worker has stepped back
        self._spent = 0.0  # seconds of processor time that the worker had used before its job
        loop.add_reader(worker.connection, self._readable)

    def give(self, tasks: list[_Task], express: bool) -> None:
        """Send jobs to the worker, which has none."""
        self._express = express
        self.since = time.monotonic()
        for task in tasks[1:]:
            task.behind = True
        self._tasks.extend(tasks)
        self._watch()
        frames = [
            job_frame(order.job, order.parameters, order.seconds, order.deadline, after=number > 0)
            for number, order in enumerate(task.order for task in tasks)
        ]
        self._send(b"".join(frames))

    def _send(self, data: bytes) -> None:
        connection = self.worker.connection
        try:
            sent = connection.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._lose(WorkerDiedError(self.worker))
            return
        if sent < len(data):
            self._loop.add_writer(connection, self._send_rest, data[sent:])

    def _send_rest(self, data: bytes) -> None:
        self._loop.remove_writer(self.worker.connection)
        self._send(data)

    def _watch(self) -> None:
        """Wait for the end of what the worker is at now, or for the time when the jobs behind it are taken back."""
        if not self._tasks:
            self._due = math.inf
            return
        now = time.monotonic()
        first = self._tasks[0]
        if first is not None:
            self._deadline = min(first.order.deadline, now + _INSTANT) if self._express else first.order.deadline
        if len(self._tasks) > 1 and self._deadline - now > _RECALLED:
            self._wake_for(self._recall, now + _RECALLED)
        else:
            self._await_end(now)

    def _await_end(self, now: float) -> None:
        if self._express:
            self._wake_for(self._late, self._deadline)
        else:
            self._spent = self.worker.seconds()
            self._let_step_back(now + _INSTANT)

    def _let_step_back(self, due: float) -> None:
        self._wake_for(*((self._step_back, due) if due < self._deadline else (self._late, self._deadline)))

    def _wake_for(self, look: Callable[[], None], due: float) -> None:
        """Call ``look`` at ``due``, in place of what was to be called.

        A timer that ends earlier is left to do so: that is rare, and making one for each job is not cheap.
        """
        self._look, self._due = look, due
        if self._timer is None or due < self._woken:
            if self._timer is not None:
                self._timer.cancel()
            self._woken = due
            self._timer = self._loop.call_later(max(0.0, due - time.monotonic()), self._wake)

    def _wake(self) -> None:
        self._timer = None
        if time.monotonic() >= self._due:
            self._look()
        elif self._due < math.inf:
            self._wake_for(self._look, self._due)

    def _recall(self) -> None:
        first, *behind = self._tasks
        self._tasks = deque([first, *(None for _ in behind)])
        self._await_end(time.monotonic())
        self._dispatcher.learn(enough=True)
        self._dispatcher.put_back(task for task in behind if task is not None)

    def _step_back(self) -> None:
        """What takes long lets what may not have the processor first.

        What has had little of it so far is not what takes long: where others have all processors, it would wait for ever.
        """
        left = _INSTANT - (self.worker.seconds() - self._spent)
        if left > 0:
            self._let_step_back(time.monotonic() + max(_GLANCE, left))
            return
        self.worker.step_back()
        self._back = True
        self._wake_for(self._late, self._deadline)

    def _step_forward(self) -> bool:
        """Whether the worker may be given another job: not as one that comes after all others."""
        if self._back:
            self._back = not self.worker.step_forward()
        return not self._back

    def _late(self) -> None:
        first = self._tasks[0]
        if first is not None and time.monotonic() < first.order.deadline:  # it was in an express place
            first.express, first.until = False, None
            self._lose(None)
        else:
            self._lose(_too_late(first.order) if first is not None else None)

    def end(self, task: _Task) -> None:
        """Nobody wants the answer of ``task`` any more."""
        if task not in self._tasks:
            return
        if self._tasks[0] is task:
            self._lose(_EndedError())
        else:
            self._tasks[self._tasks.index(task)] = None

    def _readable(self) -> None:
        try:
            piece = self.worker.piece()
        except BlockingIOError:
            return
        except WorkerDiedError as error:
            self._lose(error)
            return
        answered = False
        handed_back: list[_Task] = []
        for answer in self._incoming.take(piece):
            answered = True
            task = self._tasks.popleft()
            if not isinstance(answer, HandedBackError):
                self._settle(task, answer)
            elif task is not None:
                handed_back.append(task)
        if not answered:
            return
        self._watch()
        if handed_back:
            self._dispatcher.learn(enough=True)
            self._dispatcher.put_back(handed_back)
        if not self._tasks:
            if not handed_back:
                self._dispatcher.learn(enough=False)
            self._dispatcher.done(self, express=self._express, fit=self._fit and self._step_forward())

    def _settle(self, task: _Task | None, answer: Answer | YuanhuiError) -> None:
        if isinstance(answer, Answer) and answer.head.pop("retire", False):
            self._fit = False
        if task is None or task.answer.done():
            if isinstance(answer, Answer):
                answer.close()
        elif isinstance(answer, Answer):
            task.answer.set_result(answer)
        else:
            task.fail(answer)

    def _lose(self, error: Exception | None) -> None:
        """Give the worker up: the job that it was at fails, or is begun anew where nothing is wrong with it, as the others."""
        if not self.alive:
            return
        tasks, self._tasks = self._tasks, deque()
        self.close()
        if not tasks:
            return  # it was idle
        first = tasks[0]
        if first is not None and error is not None:
            if first.behind and isinstance(error, WorkerDiedError):
                # It may not have been begun: the worker may have gone after the one before it.
                first.behind, first.alone = False, True
            else:
                first.fail(error)
        self._dispatcher.put_back(task for task in tasks if task is not None)
        self._dispatcher.done(self, express=self._express, fit=False)

    def fail(self, error: Exception) -> None:
        """Tell all whose jobs are here."""
        for task in self._tasks:
            if task is not None:
                task.fail(error)

    def close(self) -> None:
        """End the worker."""
        if self.alive:
            self.alive = False
            if self._timer is not None:
                self._timer.cancel()
            self._loop.remove_reader(self.worker.connection)
            self._loop.remove_writer(self.worker.connection)
            self._incoming.close()
            self.worker.kill()


def _too_late(order: Order) -> QueryTimeoutError:
    return QueryTimeoutError(
        f"The query did not finish within {order.seconds:g} s.", "Make it more selective, or add a LIMIT."
    )
