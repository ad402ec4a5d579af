"""The browser's part of the fast network: a process of its own that clicks, recorded so that it can be killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from engine import processes
from engine.errors import BrowserFailed
from engine.models import Account, BrowserProcess
from engine.ports import Recipient
from tests.proof.kills.wire import Wire


@dataclass(frozen=True)
class WireByHand(Wire):
    """The network as it is reached through the hand: one that was killed delivers nothing any more."""

    hand: Any = None

    def deliver(self, recipient: Recipient, text: str) -> None:
        try:
            self.hand.send((recipient, text))
            self.hand.recv()
        except (BrokenPipeError, EOFError, ConnectionResetError) as error:
            raise BrowserFailed("the browser is gone") from error


@contextmanager
def hand_for(network: Wire, account: Account) -> Iterator[WireByHand]:
    """A hand that clicks until the block ends, this process dies, or somebody kills its group."""
    ours, its = Pipe()
    die_with_us = processes.die_with_parent()
    pid = os.fork()
    if not pid:
        ours.close()
        os.setsid()
        die_with_us()
        _click_until_told_otherwise(network, its)
    its.close()
    until_it_leads_its_group(ours)
    record = processes.record(account, pid, network.clock)
    try:
        yield WireByHand(**{field.name: getattr(network, field.name) for field in fields(Wire)}, hand=ours)
    finally:
        ours.close()
        os.waitpid(pid, 0)
        BrowserProcess.objects.filter(pk=record.pk).update(ended_at=network.clock.now())


def until_it_leads_its_group(ours: Connection) -> None:
    ours.recv()


def _click_until_told_otherwise(network: Wire, orders: Connection) -> None:
    with suppress(EOFError):
        orders.send("ready")
        while True:
            network.deliver(*orders.recv())
            orders.send("clicked")
    os._exit(0)
