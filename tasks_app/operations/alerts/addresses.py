"""Where webhooks may go: public hosts by HTTPS, and hosts that the settings name.

A name is resolved once, what it stands for is judged, and the connection goes to that
very address: a name that changes its mind in between gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tasks_app.conf import setting

from .trouble import SendError

PORTS: Final = {"https": 443, "http": 80}
PRIVATE: Final = (
    "This address is not public, and messages go to public hosts only. Hosts of an"
    " inner network are named in the setting ALERT_PRIVATE_HOSTS."
)
NO_URL: Final = "Enter a whole address, such as https://hooks.example.com/alerts."
# What `is_global` lets pass although nobody of the outside is there.
GAPS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays to 6to4
        "2001::/23",  # protocol assignments, Teredo
        "2002::/16",  # 6to4 holds any IPv4 address
        "3fff::/20",  # documentation
    )
)
UNICAST: Final = ipaddress.ip_network("2000::/3")  # all that is handed out of IPv6
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  # holds an IPv4 address
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in parts; `authority` is what the header Host says."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def is_allowed(self) -> bool:
        """Whether the settings name the host, with this port or with any."""
        named = {each.lower() for each in setting("ALERT_PRIVATE_HOSTS")}
        return not named.isdisjoint({self.host, f"{self.host}:{self.port}"})


def target_of(url: str) -> Target:
    """Return the parts of a URL that may be told; raises SendError in words."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:  # such as a port that is no number
        raise SendError(NO_URL, is_final=True) from error
    if not host or not port or parts.scheme not in PORTS or _is_odd(url):
        raise SendError(NO_URL, is_final=True)
    if parts.username is not None or parts.password is not None:
        text = "The address may not hold a user name or password."
        raise SendError(text, is_final=True)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port, path)
    if target.scheme != "https" and not target.is_allowed:
        text = "The address has to begin with https://, so that nobody listens in."
        raise SendError(text, is_final=True)
    if not target.is_allowed and _is_private(host):
        raise SendError(PRIVATE, is_final=True)
    return target


def resolve(target: Target) -> list[str]:
    """Return the addresses to connect to; raises SendError unless all may be told."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        text = "The name of the receiver is not known just now."
        raise SendError(text) from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not target.is_allowed and any(_is_private(each) for each in addresses):
        raise SendError(PRIVATE, is_final=True)
    return addresses


def is_public(address: Address) -> bool:
    """Whether the address belongs to one host of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in UNICAST or address.scope_id is not None:
            return False
    if any(address in gap for gap in GAPS if gap.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_private(text: str) -> bool:
    """Whether a text is an address that is not public; a name is not."""
    try:
        return not is_public(ipaddress.ip_address(text))
    except ValueError:
        return False


def _is_odd(url: str) -> bool:
    """Whether it has characters that no URL has, such as blanks and ends of lines."""
    return not all("!" <= each <= "~" for each in url)
