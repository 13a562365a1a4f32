"""Which addresses may be gone to, and a network that goes to no others."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore2
from django.conf import settings

from bihuan.base.outbound.addresses import is_public
from bihuan.base.outbound.deadline import TimelyStream, left
from bihuan.kernel.errors import Invalid, gettext_noop

HERE = frozenset({"localhost"})
WEB_PORTS = frozenset({80, 443})
FIRST_FREE_PORT = 1024


class AddressRefused(Invalid):
    code = "base.address_refused"
    says = gettext_noop(
        "“%(host)s” is not an address that may be asked: only https to the public internet is, "
        "and what the administrator of this installation allows."
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks that are gone to though they are none of the public internet."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def __contains__(self, text: str) -> bool:
        """Tell whether an address lies in one of the networks."""
        address = ip_address(text)
        return any(address in net for net in self.networks if net.version == address.version)

    def __or__(self, other: Allowed) -> Allowed:
        return Allowed(self.hosts | other.hosts, self.networks + other.networks)


def allowed_by_settings() -> Allowed:
    """Return what ``OUTBOUND_ALLOWED`` names: networks, addresses, and hosts by name."""
    return allowed_of(settings.OUTBOUND_ALLOWED)


def allowed_of(names: Iterable[str]) -> Allowed:
    """Return networks, addresses and names of hosts, as they are written."""
    hosts, networks = set(), []
    for name in names:
        try:
            networks.append(ip_network(name.strip("[]"), strict=False))
        except ValueError:
            hosts.add(name.lower())
    return Allowed(frozenset(hosts), tuple(networks))


def spelled_in(url: str) -> Allowed:
    """Return what an address in the environment allows by itself.

    Whoever writes a number of the house, or “localhost”, means it. A name does not say
    where it leads, so it allows nothing.
    """
    host = urlsplit(url).hostname or ""
    if host in HERE:
        return Allowed(frozenset(HERE))
    return Allowed(networks=allowed_of([host]).networks)


def require_fit(url: str, allowed: Allowed) -> None:
    """Refuse an address that no name server has to be asked about."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as fault:
        raise AddressRefused(host=url[:200]) from fault
    is_ours = host in allowed.hosts or (_is_number(host) and host in allowed)
    is_bare = not host or parts.username is not None or parts.password is not None
    is_odd = any(each.isspace() or not each.isprintable() for each in url)
    if is_bare or is_odd or parts.scheme not in ("http", "https"):
        raise AddressRefused(host=host or url[:200])
    if not is_ours and (parts.scheme != "https" or not _is_web_port(port)):
        raise AddressRefused(host=host)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_web_port(port: int | None) -> bool:
    """Tell whether nothing but a web server is to be expected: no mail, no shell, no database."""
    return port is None or port in WEB_PORTS or port >= FIRST_FREE_PORT


def addresses_of(host: str, port: int) -> list[str]:
    """Return what a name leads to, as the machine resolves it; raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def addresses_to_reach(host: str, port: int, allowed: Allowed) -> list[str]:
    """Return the addresses behind a host; refused if a single one may not be gone to."""
    found = addresses_of(host, port)
    if host.lower() in allowed.hosts:
        return found
    if not found or not all(is_public(each) or each in allowed for each in found):
        raise AddressRefused(host=host)
    return found


class GuardedNetwork(httpcore2.NetworkBackend):
    """A network whose connections go to addresses that were looked at, and to no others.

    The name is resolved here and only here; encryption still checks the name, for the pool
    above knows nothing of the address.
    """

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed
        self.plain = httpcore2.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        try:
            addresses = addresses_to_reach(host, port, self.allowed)
        except OSError as fault:
            raise httpcore2.ConnectError(str(fault)) from fault
        *others, last = addresses
        for address in others:
            try:
                return self._connected(address, port, timeout, *args, **kwargs)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connected(last, port, timeout, *args, **kwargs)

    def _connected(
        self, address: str, port: int, timeout: Any, *args: Any, **kwargs: Any
    ) -> TimelyStream:
        made = self.plain.connect_tcp(address, port, left(timeout), *args, **kwargs)
        return TimelyStream(made)

    def connect_unix_socket(self, path: str, *args: Any, **kwargs: Any) -> Any:
        raise AddressRefused(host=path)
