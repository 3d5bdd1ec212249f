"""Whether a text can be a host at all, and whether it means this machine alone."""

from __future__ import annotations

import ipaddress
import re

#: RFC 3986, section 3.2.2, without user information; an empty host is a relative URL's.
_HOST = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\x00-\x20\x7f/?#@\\:\[\],<>\"^`{|}]*))"
    r"(?::(?P<port>[0-9]{0,5}))?"
)

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
    parts = _HOST.fullmatch(host)
    if parts is None or len(host) > 255:
        return False
    if parts["port"] and int(parts["port"]) > 65535:
        return False
    if parts["six"]:
        try:
            ipaddress.IPv6Address(parts["six"])
        except ValueError:
            return False
        return True
    name = parts["name"]
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
