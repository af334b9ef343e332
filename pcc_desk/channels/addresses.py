"""Web addresses people type and servers name: made whole, and refused when they are not safe to talk to."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

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
    if "://" not in words:
        words = f"https://{words}"
    parts = _split(words)
    host = (parts.hostname or "").lower()
    if not host or parts.username is not None or any(mark <= " " or mark in "\\<>\"'" for mark in words):
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
    host = _split(there).hostname or ""
    if is_loopback(_split(here).hostname or ""):
        return True
    try:
        return ip_address(host).is_global
    except ValueError:
        return not is_loopback(host)


def is_public(address: str) -> bool:
    """Tell whether everybody can reach an address, as far as its name tells: not this PC, nor a network of its own."""
    host = (_split(address).hostname or "").lower().rstrip(".")
    try:
        return ip_address(host).is_global
    except ValueError:
        last = host.rpartition(".")[2]
        # No name of the web ends in a part that begins with a digit: that is a number in an odd spelling (127.1).
        return "." in host and not last[:1].isdigit() and last not in _INSIDE


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise Rejected("This is not a web address PCC Desk can use.", _NEXT_STEP) from None
    return parts
