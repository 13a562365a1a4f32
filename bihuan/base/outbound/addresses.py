"""Which addresses lie in the public internet.

Python's ``is_global`` says yes to forms that carry a private IPv4 address inside an IPv6 one
(NAT64, 6to4, Teredo), and to multicast. Here only global unicast counts, and whatever carries an
address of the other family does not.

>>> [is_public(each) for each in ("93.184.215.14", "10.0.0.1", "169.254.169.254", "127.0.0.1")]
[True, False, False, False]
>>> [is_public(each) for each in ("2606:2800:21f::1", "::1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::")]
[True, False, False, False]
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

UNICAST = ip_network("2000::/3")
"""All that is handed out of IPv6."""
NOT_THE_INTERNET = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # Protocols among routers; a cloud keeps its metadata there.
        "192.88.99.0/24",  # Relays of 6to4.
        "168.63.129.16/32",  # The host of a machine in Azure: public by number, local by nature.
        "2001::/23",  # Teredo, ORCHID and other special purposes.
        "2002::/16",  # 6to4: an IPv4 address inside.
        "2001:db8::/32",
        "3fff::/20",  # Both for documents only.
    )
)
ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""The middle of an IPv6 address whose end is an IPv4 address inside an organisation."""


def is_public(text: str) -> bool:
    """Tell whether an address is one of the public internet."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return _is_public_v6(address)
    return _is_public_v4(address)


def _is_public_v4(address: IPv4Address) -> bool:
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in net for net in NOT_THE_INTERNET if net.version == address.version)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in UNICAST or not address.is_global:
        return False
    if (int(address) >> 32) & 0xFFFF_FFFF in ISATAP:
        return False
    return not any(address in net for net in NOT_THE_INTERNET if net.version == address.version)
