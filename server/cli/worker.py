"""`transect worker`, and the worker that `transect run` has beside it."""

import gc
import os
import signal
import time
from collections.abc import Callable

import click

from server.cli.opened import opened
from server.job_handlers import new_worker

# Phones come first: whoever waits for an export can wait a little longer.
_NICENESS = 10
# So that a worker which cannot start does not keep a processor busy.
_RESTART_SECONDS = 5


@click.command()
def worker() -> None:
    """Run background jobs, such as long exports. Several may run at once; SIGTERM ends one and gives its job back."""
    _work(lambda: True)


def start_beside() -> None:
    """Fork a worker that ends with this process, and that is started anew when it dies."""
    parent = os.getpid()
    # What is there now stays shared: the collector would write to every object, and so copy it.
    gc.freeze()
    if os.fork():
        return
    # Ctrl-C goes to the whole group, and the server is waited for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while os.getppid() == parent:
        _wait_for(_forked(os.getpid()), while_true=lambda: os.getppid() == parent)
    os._exit(0)


def _forked(guard: int) -> int:
    """A worker in a process of its own, for as long as the one that waits for it is there; gives its id."""
    child = os.fork()
    if child:
        return child
    try:
        _work(lambda: os.getppid() == guard)
    finally:
        # Never back into the code of the process that this one was forked from.
        os._exit(0)


def _wait_for(child: int, *, while_true: Callable[[], bool]) -> None:
    """Until the worker has died, and a while longer; it is told to stop when the server is gone."""
    while not os.waitpid(child, os.WNOHANG)[0]:
        if not while_true():
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            return
        time.sleep(1)
    time.sleep(_RESTART_SECONDS)


def _work(may_go_on: Callable[[], bool]) -> None:
    os.nice(_NICENESS)
    with opened() as services:
        running = new_worker(services)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: running.stop.set())
        running.run(may_go_on)


COMMANDS = (worker,)
