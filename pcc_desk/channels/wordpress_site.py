"""Finding the WordPress behind what a person typed, and speaking its REST interface as one user."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from pcc_desk.channels import addresses, reading
from pcc_desk.channels.failures import Ask, Query
from pcc_desk.channels.flow import Flow
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import Gone, Rejected, ServiceDown
from pcc_desk.model.channel import Secrets

_INSIDE = ("/wp-admin", "/wp-login.php", "/wp-json", "/index.php", "/wp-content")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 3
_NEXT_STEP = "Check the address: it is the one people use to read your website. PCC Desk needs WordPress 6.1 or later."


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the REST interface: a route such as /wp/v2/posts, and what goes with it."""

    route: str
    query: Query = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    accept: frozenset[int] = frozenset()
    harmless: bool = False
    flow: Flow | None = None

    def ask(self) -> Ask:
        """Give the request; the route goes into the query, which works with every setting of pretty links."""
        return Ask(
            "/",
            {"rest_route": self.route, **self.query},
            self.headers,
            self.body,
            self.content,
            self.accept,
            self.harmless,
            seconds=None if self.flow is None else self.flow.seconds,
            flow=self.flow,
        )


class Site:
    """A WordPress site as one of its users."""

    def __init__(self, wire: Wire, secrets: Secrets) -> None:
        self.wire = wire
        self._secrets = secrets

    def get(self, route: Route) -> object:
        """Read. Raises: ChannelError."""
        return self.wire.get(self._signed(route)).body

    def post(self, route: Route) -> Answer:
        """Write. Raises: ChannelError."""
        return self.wire.post(self._signed(route))

    def listed(self, route: Route) -> list[object]:
        """Read a list. Raises: ChannelError."""
        with self.promised(route):
            return reading.pieces(self.get(route))

    def promised(self, route: Route, method: str = "GET") -> AbstractContextManager[None]:
        """Hold the reading of an answer: a field that is not as promised becomes a ChannelError."""
        return self.wire.sent(method, route.ask()).as_promised()

    def delete(self, route: Route) -> None:
        """Move something to the bin; already there or gone is fine. Raises: ChannelError."""
        try:
            self.wire.delete(self._signed(route))
        except Gone:
            return

    def _signed(self, route: Route) -> Ask:
        user, password = self._secrets.get("user") or "", self._secrets.get("password") or ""
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        ask = route.ask()
        return replace(ask, headers={**ask.headers, "Authorization": f"Basic {token}"})


def name_of(wire: Wire) -> str:
    """Give the name of the site, or "" when there is no WordPress at the wire's address. Raises: ChannelError."""
    body = wire.get(Route("/").ask()).body
    spaces = reading.dig(body, "namespaces")
    if not isinstance(spaces, list) or "wp/v2" not in spaces:
        return ""
    return reading.text_or_none(body, "name") or urlsplit(wire.address).hostname or "WordPress"


def whole_number(value: object, *path: str) -> int:
    """Give the id of something on a site. Raises: Malformed."""
    found = reading.number(value, *path)
    if found < 1:
        raise reading.Malformed(f"no id at {'.'.join(path)}")
    return found


def find_site(wire: Wire, typed: str) -> Wire:
    """Give a wire to the WordPress that answers at or above a typed address, following the site's own redirects.

    Raises:
        Rejected: there is no WordPress there, or the address leads to another website, which is given no password.
        ChannelError: the site could not be asked.
    """
    tried: set[str] = set()
    for candidate in _candidates(addresses.whole(typed)):
        place = wire.at(candidate)
        for _ in range(_MOST_HOPS + 1):
            if place.address in tried:
                break
            tried.add(place.address)
            elsewhere = _redirect(place)
            if elsewhere:
                try:
                    place = wire.at(elsewhere)
                except Rejected:  # an address nobody can follow; there may be a WordPress above it
                    break
                if not addresses.is_same_site(candidate, place.address):
                    raise Rejected(
                        f"This address leads to another website: {addresses.origin(place.address)}.",
                        "If that is your website too, type its address instead. Your password was not sent.",
                    )
            elif _is_wordpress(place):
                return place
    raise Rejected("PCC Desk found no WordPress at this address.", _NEXT_STEP)


def _candidates(address: str) -> Iterator[str]:
    parts = urlsplit(address)
    path = parts.path
    for inside in _INSIDE:
        path = path.partition(inside)[0]
    while True:
        yield urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))
        if not path.strip("/"):
            return
        path = path.rstrip("/").rpartition("/")[0]


def _redirect(place: Wire) -> str:
    try:
        answer = place.get(replace(Route("/").ask(), accept=_REDIRECTS))
    except (Gone, ServiceDown, Rejected):
        return ""
    if answer.code not in _REDIRECTS:
        return ""
    parts = urlsplit(addresses.joined(answer.url, answer.headers.get("location", "")))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _is_wordpress(place: Wire) -> bool:
    try:
        return bool(name_of(place))
    except (Gone, ServiceDown, Rejected):
        return False
