"""Tables for a spreadsheet: CSV that holds words and figures, and nothing a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")  # what a spreadsheet may run (OWASP, CSV injection)


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as CSV that a spreadsheet cannot take for formulas; UTF-8 with the mark Excel needs."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def safe_cell(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
