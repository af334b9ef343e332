"""Words from the public made safe to read: hidden signs become visible and every run stands alone."""

import unicodedata

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
JOINER = "\u200d"
FLAG = "\U0001f3f4"  # the black flag that starts the flags of England, Scotland and Wales
MARKS = {
    "\u00ad": "SHY",
    "\u061c": "ALM",
    "\u180e": "MVS",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    JOINER: "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    FIRST_STRONG_ISOLATE: "FSI",
    POP_ISOLATE: "PDI",
    "\ufeff": "BOM",
}


def show_marks(text: str) -> str:
    """Put a visible mark such as ⟦RLO⟧ for every sign that hides, turns round or controls text; emoji stay whole."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(text, place) for place in range(len(text)))


def isolate(text: str) -> str:
    """Close each line of a shown text in its own first-strong isolate, so it cannot turn round what stands beside it.

    An isolate ends with its paragraph (Unicode Annex 9, rule X8), hence one for each line.
    """
    return "\n".join(f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}" if line else "" for line in text.split("\n"))


def show_run(text: str) -> str:
    """Make one remote text of any number of lines safe to read."""
    return isolate(show_marks(text.replace("\r\n", "\n").replace("\r", "\n")))


def show_line(text: str, length: int = 300) -> str:
    """Make the first `length` characters of a remote text safe to read in one line."""
    words = " ".join(text[: 2 * length].split())
    return isolate(show_marks(words[:length]))


def show_handle(handle: str) -> str:
    """Give a handle with exactly one leading at-sign, safe to read in one line; a name with a space is no handle."""
    if " " in handle.strip():
        return show_line(handle.strip(), 80)
    return show_line("@" + handle.lstrip("@"), 80) if handle.strip("@ ") else ""


def _shown(text: str, place: int) -> str:
    sign = text[place]
    if sign in "\n\t":
        return sign
    if sign == JOINER and _joins_emoji(text, place):
        return sign
    if "\U000e0020" <= sign <= "\U000e007f":
        return sign if _in_a_flag(text, place) else "⟦TAG⟧"
    if sign in MARKS:
        return f"⟦{MARKS[sign]}⟧"
    if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
        return f"⟦U+{ord(sign):04X}⟧"
    return sign


def _joins_emoji(text: str, place: int) -> bool:
    before, after = text[:place].rstrip("\ufe0f")[-1:], text[place + 1 : place + 2]
    return bool(before and after) and _is_emoji(before) and _is_emoji(after)


def _is_emoji(sign: str) -> bool:
    return unicodedata.category(sign) in ("So", "Sk") and ord(sign) > 0x203B


def _in_a_flag(text: str, place: int) -> bool:
    start = text.rfind(FLAG, max(0, place - 7), place)  # a flag's tag is six letters and an end sign
    return start >= 0 and all("\U000e0020" <= sign <= "\U000e007f" for sign in text[start + 1 : place])
