"""Fetching what a message points at: only from where it may come, by hand from hop to hop, and never too much.

Twilio's address of a picture answers with a redirect to a storage whose host changes with the years, so a
list of hosts would one day refuse every photo. Instead: credentials go to Twilio's own address and nowhere
else, every hop is https at an address of the public internet, and the connection goes to the very address
that was looked at, so that a name cannot point elsewhere a moment later (OWASP ASVS 5.0, 1.3.6 and 15.3.2).
"""

import ipaddress
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.util import make_headers

from bots.channel import Later

LARGEST = 10 * 1024 * 1024
HOPS = 2
LONGEST_S = 10
CHUNK = 64 * 1024
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
REDIRECTS = {301, 302, 303, 307, 308}


class Forbidden(Exception):
    """An address that pictures do not come from."""


@dataclass(frozen=True)
class Source:
    """Where an account's pictures are: ``origin`` is Twilio's, or the one that is configured in its place."""

    origin: str
    account: str
    password: str
    is_configured: bool

    def owns(self, url: str) -> bool:
        """Whether this is the address of a picture in our own account."""
        path = rf"/2010-04-01/Accounts/{re.escape(self.account)}/Messages/\w+/Media/\w+"
        return url.startswith(f"{self.origin}/") and bool(re.fullmatch(path, url.removeprefix(self.origin)))


def picture(url: str, source: Source) -> bytes:
    """Fetch one picture, at most a byte more than a picture may have. Raises `Forbidden` or `Later`."""
    if not source.owns(url):
        raise Forbidden(origin_of(url))
    headers = dict(make_headers(basic_auth=f"{source.account}:{source.password}"))
    until = time.monotonic() + LONGEST_S
    try:
        for _ in range(HOPS + 1):
            with answered(url, headers, source) as answer:
                if answer.status not in REDIRECTS:
                    return body_of(answer, until)
                url = joined(url, answer.headers.get("Location", ""))
            headers = {}  # whoever stores it has no business with our password
    except (urllib3.exceptions.HTTPError, OSError) as fault:
        raise Later(5) from fault
    raise Forbidden("one redirect too many")


def joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Forbidden("a redirect to no address") from None


def answered(url: str, headers: Mapping[str, str], source: Source) -> urllib3.BaseHTTPResponse:
    """Ask one hop, without following where it points."""
    parts = urlsplit(url)
    pool = configured_pool(url) if source.is_configured else public_pool(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    named = {**headers, "Host": parts.netloc}
    if source.is_configured and origin_of(url) != source.origin:
        raise Forbidden(origin_of(url))
    return pool.urlopen("GET", target, headers=named, redirect=False, retries=False, preload_content=False)


def configured_pool(url: str) -> urllib3.HTTPConnectionPool:
    """A configured origin is the operator's own word; it may be on loopback."""
    return urllib3.connection_from_url(origin_of(url), timeout=LONGEST_S)


def public_pool(url: str) -> urllib3.HTTPConnectionPool:
    """A connection to exactly the public address that this name has now, still proving the name by its certificate."""
    parts = urlsplit(url)
    try:
        is_usual = parts.port in {None, 443}
    except ValueError:
        is_usual = False
    if parts.scheme != "https" or not parts.hostname or parts.username or not is_usual:
        raise Forbidden(origin_of(url))
    address = public_address(parts.hostname)
    return urllib3.HTTPSConnectionPool(
        address, 443, timeout=LONGEST_S, server_hostname=parts.hostname, assert_hostname=parts.hostname
    )


def public_address(host: str) -> str:
    """A name's address, if every address it has is a public one. Raises `Forbidden`, or OSError for no such name."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)]
    if not found or not all(is_public(address) for address in found):
        raise Forbidden(host)
    return found[0]


def is_public(address: str) -> bool:
    """An address anybody may reach, also when it hides inside an IPv6 one."""
    ip = ipaddress.ip_address(address)
    return ip.is_global and not ip.is_multicast and all(one.is_global for one in hidden_in(ip))


def hidden_in(ip: Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one may lead to: mapped, 6to4, Teredo, NAT64 (RFC 6052), compatible."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    last = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    found += [last] if ip in NAT64 or int(ip) >> 32 == 0 else []
    return [one for one in found if one]


def body_of(answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
    """The bytes, within the size and the time a picture may take."""
    if answer.status != 200:
        raise Later(5)
    body = b""
    while len(body) <= LARGEST and (chunk := answer.read(CHUNK, decode_content=True)):
        body += chunk
        if time.monotonic() > until:
            raise Later(5)
    return body[: LARGEST + 1]


def origin_of(url: str) -> str:
    """Where an address leads, in short. Raises `Forbidden` for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Forbidden("no address") from None
    return f"{parts.scheme}://{parts.netloc}"
