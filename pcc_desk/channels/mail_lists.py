"""Who gets the bulletin: one list address, or the people in a CSV file who have given their consent."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from pcc_desk.errors import Rejected

MOST_PEOPLE = 20_000
_LARGEST_FILE = 5_000_000
_NEXT_STEP = "The first line names the columns: email and consent date. Save it as CSV and choose it again."


def people_in(path: str) -> tuple[str, ...]:
    """Give the addresses in a CSV file that have a consent date, each once. Raises: Rejected."""
    try:
        whole = Path(path.strip().strip('"')).read_bytes()
    except (OSError, ValueError):
        raise Rejected("The list of people cannot be opened.", "Check where it is, then connect again.") from None
    if len(whole) > _LARGEST_FILE:
        raise Rejected("The list of people is too large.", "Use a bulletin service for so many people.")
    words = whole.decode("utf-8-sig", "replace")
    try:
        rows = list(csv.DictReader(io.StringIO(words, newline="")))
    except csv.Error:
        raise Rejected("The list of people cannot be read.", _NEXT_STEP) from None
    found = tuple(dict.fromkeys(_consenting(rows)))
    if not found:
        raise Rejected("Nobody in this list has an email address and a consent date.", _NEXT_STEP)
    if len(found) > MOST_PEOPLE:
        raise Rejected("The list of people is too large.", "Use a bulletin service for so many people.")
    return found


def is_address(written: str) -> bool:
    """Tell whether this can be an email address."""
    name, _, host = written.strip().rpartition("@")
    plain = written.isascii() and all(sign.isprintable() and sign not in ' <>,;"()[]\\' for sign in written.strip())
    return bool(name) and "." in host and plain and len(written) <= 254


def _consenting(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        fields = {_name(key): str(value or "").strip() for key, value in row.items() if isinstance(key, str)}
        address = _first(fields, "email", "email address", "e-mail", "address")
        if is_address(address) and _is_date(_first(fields, "consent date", "consent", "consented", "consent_date")):
            yield address.lower()


def _name(written: str) -> str:
    return " ".join(written.strip().lower().split())


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _is_date(written: str) -> bool:
    try:
        date.fromisoformat(written[:10])
        return True
    except ValueError:
        day, _, rest = written.partition("/")
        month, _, year = rest.partition("/")
        return all(part.isdecimal() for part in (day, month, year)) and _exists(int(day), int(month), int(year[:4]))


def _exists(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
