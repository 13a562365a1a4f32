"""A channel that only tests know: it takes messages into a list, or fails as it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bihuan.inbox import channels
from bihuan.inbox.channels import Message, Sent
from bihuan.kernel.errors import DomainError
from bihuan.org.models import Tenant

FAX = "fax"


@dataclass
class Receiver:
    """What was received, in order, and what is to happen at the next attempts."""

    code: str = FAX
    name = _("Mail")
    got: list[Message] = field(default_factory=list)
    faults: list[BaseException | None] = field(default_factory=list)
    unreachable: set[int] = field(default_factory=set)
    is_on: bool = True

    def is_open(self, tenant: Tenant) -> bool:
        return self.is_on

    def addresses(self, tenant: Tenant, people: Collection[int]) -> Mapping[int, str]:
        return {each: f"no. {each}" for each in people if each not in self.unreachable}

    def send(self, message: Message) -> Sent:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.got.append(message)
        return Sent(receipt=f"no. {len(self.got)}")

    @property
    def titles(self) -> list[str]:
        return [message.title for message in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    channels.register(receiver)
    try:
        yield receiver
    finally:
        channels.forget(FAX)


def refusal(kind: type[DomainError] = channels.Later) -> DomainError:
    return kind(reason="out of paper")
