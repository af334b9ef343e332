"""Web addresses people type and servers name: made whole, and refused when they are not safe to talk to."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

from pcc_desk.errors import Rejected

_INSIDE = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "test"})
_NEXT_STEP = "Check the address. It begins with https:// and is the one you use in a web browser."


def is_loopback(host: str) -> bool:
    """Tell whether a host name means this PC."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_here(address: str) -> bool:
    """Tell whether an address leads to this PC. Raises: Rejected."""
    return is_loopback(_split(address).hostname or "")


def whole(typed: str) -> str:
    """Make a base address without trailing slash, query and fragment of what was typed; https unless on this PC.

    Raises:
        Rejected: it cannot be an address, or it is not secure.
    """
    words = typed.strip()
    if "://" not in words and not words.lower().startswith(("https:", "http:")):
        words = f"https://{words}"
    parts = _split(words)
    host = (parts.hostname or "").lower()
    named = all(host.removesuffix(".").split(".")) and parts.port != 0 and parts.username is None
    if not named or not words.isprintable() or any(mark in " \\<>\"'" for mark in words):
        raise Rejected("This is not a web address PCC Desk can use.", _NEXT_STEP)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise Rejected("This address is not secure: anyone on the way could read the password.", _NEXT_STEP)
    return f"{origin(words)}{parts.path.rstrip('/')}"


def origin(address: str) -> str:
    """Give scheme, host and port of an address in one spelling. Raises: Rejected."""
    parts = _split(address)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    port = parts.port or {"https": 443, "http": 80}.get(scheme)
    usual = port == {"https": 443, "http": 80}.get(scheme)
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if usual else f"{scheme}://{shown}:{port}"


def may_lead_to(here: str, there: str) -> bool:
    """Tell whether a server at `here` may send us to `there`: never from the outside into this PC or its network."""
    if is_loopback(_split(here).hostname or "") or _host(here) == _host(there) or is_public(there):
        return True
    return not is_public(here) and not _is_this_pc(_host(there))


def is_same_origin(one: str, other: str) -> bool:
    """Tell whether two addresses are of one origin, in whatever letters its name is written. Raises: Rejected."""
    schemes = {_split(each).scheme.lower() for each in (one, other)}
    return len(schemes) == 1 and _host(one) == _host(other) and _split(origin(one)).port == _split(origin(other)).port


def is_same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are of one host and port; "www." in front makes no other host. Raises: Rejected."""
    return _site(one) == _site(other)


def parted(address: str) -> tuple[str, str]:
    """Give the origin of a whole address, and its path with its query. Raises: Rejected."""
    parts = _split(address)
    path = parts.path or "/"
    return origin(address), f"{path}?{parts.query}" if parts.query else path


def joined(here: str, there: str) -> str:
    """Give the address that a server at `here` means by `there`, or "" where that is none."""
    try:
        address = urljoin(here, there)
        _split(address)
    except (ValueError, Rejected):
        return ""
    return address


def is_public(address: str) -> bool:
    """Tell whether everybody can reach an address, as far as its name tells: not this PC, nor a network of its own."""
    host = (_split(address).hostname or "").lower().rstrip(".")
    try:
        return ip_address(host).is_global
    except ValueError:
        last = host.rpartition(".")[2]
        # No name of the web ends in a part that begins with a digit: that is a number in an odd spelling (127.1).
        return "." in host and not last[:1].isdigit() and last not in _INSIDE


def _site(address: str) -> tuple[str, int | None]:
    return _host(address).removeprefix("www."), _split(origin(address)).port


def _host(address: str) -> str:
    """Give the host in the letters by which it is looked up: tŷ.cymru is xn--t-foa.cymru."""
    host = (_split(address).hostname or "").rstrip(".").lower()
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _is_this_pc(host: str) -> bool:
    """Tell whether a host inside a network can mean this PC, also in an odd spelling (127.1)."""
    try:
        place = ip_address(host)
        return place.is_loopback or place.is_unspecified or place.is_link_local
    except ValueError:
        last = host.rpartition(".")[2]
        return last[:1].isdigit() or last == "localhost"


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise Rejected("This is not a web address PCC Desk can use.", _NEXT_STEP) from None
    return parts
