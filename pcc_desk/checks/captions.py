"""Captions as they come in files, checked and turned into WebVTT (www.w3.org/TR/webvtt1; SubRip has no standard)."""

import re
from dataclasses import dataclass

from pcc_desk.errors import BadFilm

MOST_BYTES = 2_000_000  # a day of speech is smaller
SPARE_SECONDS = 5.0  # how long after the film's end the last caption may stand
_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}(?:\s+(.*))?")
_FONT = re.compile(r"</?font\b[^>]*>|\{\\[^}]*\}", re.IGNORECASE)
_KEPT_TAG = re.compile(r"&lt;(/?[biu])&gt;", re.IGNORECASE)
_BESIDE = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class _Cue:
    """One caption: when it stands, in seconds, and its lines."""

    starts: float
    ends: float
    settings: str
    lines: tuple[str, ...]


def read_captions(content: bytes, name: str, seconds: float) -> str:
    """Give the captions of a .vtt or .srt file as WebVTT, for a film of so many seconds; `name` is the file's.

    Raises:
        BadFilm: they cannot be used; the sentence says why.
    """
    if len(content) > MOST_BYTES:
        raise BadFilm(f"“{name}” is larger than 2 MB, so it is no file of captions.", "Choose a .vtt or .srt file.")
    lines = _decode(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_web = re.match(r"WEBVTT(?:[ \t]|$)", lines[0]) is not None
    cues = _read_cues(lines, name, is_web)
    if not cues:
        raise BadFilm(f"There are no captions in “{name}”.", "Choose a .vtt or .srt file.")
    if max(cue.ends for cue in cues) > seconds + SPARE_SECONDS:
        raise BadFilm(f"The captions in “{name}” last longer than the film.", "Choose the ones that belong to it.")
    return "\n\n".join(["WEBVTT", *map(_written, cues)]) + "\n"


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").replace("\0", "")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as older editors on Windows write
    return text.replace("\0", "")


def _read_cues(lines: list[str], name: str, is_web: bool) -> list[_Cue]:
    cues: list[_Cue] = []
    number = 0
    while number < len(lines):
        number, block = _block(lines, number)
        if not block or (is_web and (block[0].startswith(_BESIDE) or block[0].startswith("WEBVTT"))):
            continue
        place = next((at for at, line in enumerate(block[:2]) if "-->" in line), None)
        times = None if place is None else _TIMES.fullmatch(block[place])
        if place is None or times is None:
            raise _broken(name, number - len(block) + 1)
        words = tuple(block[place + 1 :] if is_web else map(_as_web, block[place + 1 :]))
        cue = _Cue(_seconds(times, 1), _seconds(times, 5), (times[9] or "") if is_web else "", words)
        if cue.ends <= cue.starts or (cues and cue.starts < cues[-1].starts) or any("-->" in line for line in words):
            raise _broken(name, number - len(block) + place + 1)
        if any(line.strip() for line in words):
            cues.append(cue)
    return cues


def _block(lines: list[str], number: int) -> tuple[int, list[str]]:
    """Give the line after the next block, counted from 0, and the block."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    first = number
    while number < len(lines) and lines[number].strip():
        number += 1
    return number, lines[first:number]


def _seconds(times: re.Match[str], first: int) -> float:
    hours, minutes, seconds, part = (times[first + at] or "0" for at in range(4))
    return int(hours) * 3_600 + int(minutes) * 60 + int(seconds) + int(part.ljust(3, "0")) / 1_000


def _as_web(line: str) -> str:
    plain = _FONT.sub("", line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _KEPT_TAG.sub(lambda tag: f"<{tag[1].lower()}>", plain)


def _written(cue: _Cue) -> str:
    head = f"{_clock(cue.starts)} --> {_clock(cue.ends)} {cue.settings}".rstrip()
    return "\n".join([head, *cue.lines])


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1_000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1_000:02}.{rest % 1_000:03}"


def _broken(name: str, line: int) -> BadFilm:
    return BadFilm(
        f"“{name}” has captions that cannot be read, at line {line}.",
        "Correct that line, or save the captions again as .vtt or .srt.",
    )
