"""Captions as SubRip, for the platforms that take no WebVTT."""

import html
import re

_TIMES = re.compile(r"([0-9:]+)\.(\d{3}) --> ([0-9:]+)\.(\d{3}).*")
_TAG = re.compile(r"</?([^>\s.]*)[^>]*>")
_KEPT = frozenset({"b", "i", "u"})


def as_subrip(captions: str) -> str:
    """Write WebVTT captions, as the desk keeps them, as SubRip; what only WebVTT can say is left out."""
    cues = list[str]()
    for block in captions.split("\n\n")[1:]:
        times, *lines = block.strip().split("\n")
        if found := _TIMES.fullmatch(times):
            words = "\n".join(_plain(line) for line in lines)
            cues.append(f"{len(cues) + 1}\n{found[1]},{found[2]} --> {found[3]},{found[4]}\n{words}\n")
    return "\n".join(cues)


def _plain(line: str) -> str:
    return html.unescape(_TAG.sub(lambda tag: tag[0] if tag[1].lower() in _KEPT else "", line))
