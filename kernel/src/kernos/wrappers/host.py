"""Whether a text can be a host at all, and whether it means this machine alone."""

from __future__ import annotations

import ipaddress
import string

#: RFC 3986, section 3.2.2, without user information; an empty host is a relative URL's.
_NOT_IN_NAMES = frozenset('/?#@\\:[],<>"^`{|}\x7f').union(map(chr, range(0x21)))
_IN_ADDRESSES = frozenset(string.hexdigits + ":.")

#: Hosts found good; a client may send endless different ones, so it is bounded.
known_hosts: set[str] = set()
_GOOD_LIMIT = 256

#: RFC 1035, section 2.3.4: the most characters of one part of a name.
LABEL_LIMIT = 63


def is_host(host: str) -> bool:
    """Tell whether ``host`` is a name or an address with an optional port."""
    if host in known_hosts:
        return True
    if not _is_host(host):
        return False
    if len(known_hosts) < _GOOD_LIMIT:
        known_hosts.add(host)
    return True


def _is_host(host: str) -> bool:
    if len(host) > 255:
        return False
    if host.startswith("["):
        address, bracket, port = host[1:].partition("]")
        has_port = not port or (port[0] == ":" and _is_port(port[1:]))
        return bool(bracket) and has_port and _is_address(address)
    name, _, port = host.partition(":")
    return _is_port(port) and _is_name(name)


def _is_port(port: str) -> bool:
    """Tell whether a text is a port; none is one."""
    if not port:
        return True
    return len(port) <= 5 and port.isascii() and port.isdigit() and int(port) <= 65535


def _is_address(address: str) -> bool:
    if not _IN_ADDRESSES.issuperset(address):
        return False
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True


def _is_name(name: str) -> bool:
    if not _NOT_IN_NAMES.isdisjoint(name):
        return False
    if any(len(label) > LABEL_LIMIT for label in name.split(".")):
        return False
    if name.isascii() and "xn--" not in name.lower():
        return True
    try:
        name.encode("idna") if not name.isascii() else name.encode().decode("idna")
    except UnicodeError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server that listens on ``host``."""
    if host == "localhost" or host.startswith("unix://"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
