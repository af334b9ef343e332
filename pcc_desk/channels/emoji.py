"""Which characters together are one emoji: the sequences Unicode recommends (emoji 17), for X and for Threads."""

import re
from functools import cache

import regex

_TONE = "[\U0001f3fb-\U0001f3ff]"
# What an emoji can be made of; arrows and technical signs among it are sorted out afterwards, in the few places found.
_PIECES = (
    "\xa9\xae\u200d\u203c\u2049\u20e3\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001fbff\U0001fc00-\U0001fffd\U000e0020-\U000e007f"
)
_RUN, _RUN_OR_KEY = re.compile(f"[{_PIECES}]+"), re.compile(f"[0-9#*]?[{_PIECES}]+")

# The second letters of the flags there are, for each first letter: all of Unicode's region codes that have a flag.
_FLAGS = (
    "A:CDEFGILMOQRSTUWXZ B:ABDEFGHIJLMNOQRSTVWYZ C:ACDFGHIKLMNOPQRUVWXYZ D:EGJKMOZ E:ACEGHRSTU F:IJKMOR "
    "G:ABDEFGHILMNPQRSTUWY H:KMNRTU I:CDELMNOQRST J:EMOP K:EGHIMNPRWYZ L:ABCIKRSTUVY M:ACDEFGHKLMNOPQRSTUVWXYZ "
    "N:ACEFGILOPRUZ O:M P:AEFGHKLMNRSTWY Q:A R:EOSUW S:ABCDEGHIJKLMNORSTVXYZ T:ACDFGHJKLMNORTVWZ U:AGMNSYZ "
    "V:ACEGINU W:FS X:K Y:ET Z:AMW"
)


def _flag(letters: str) -> str:
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in letters)


_FLAG = "|".join(
    f"{_flag(first)}[{_flag(seconds)}]" for first, _, seconds in (each.partition(":") for each in _FLAGS.split())
)
_TAGS = ("gbeng", "gbsct", "gbwls")  # England, Scotland, Wales
_NATION = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in each) for each in _TAGS)

# One line for each way to join emoji; V is the mark "as a picture", J joins, T is a skin tone.
_JOINED = [
    # couples, with both skin tones or none
    "👩(?:TJ❤VJ(?:💋J)?[👨👩]T|J❤VJ(?:💋J)?[👨👩])|👨(?:TJ❤VJ(?:💋J)?👨T|J❤VJ(?:💋J)?👨)|🧑(?P<a>T)J❤VJ(?:💋J)?🧑(?!(?P=a))T",
    # hand in hand, dancing, wrestling
    "🧑J🤝J🧑|🧑TJ🤝J🧑T|👩(?P<b>T)J🤝J[👨👩](?!(?P=b))T|👨(?P<c>T)J🤝J👨(?!(?P=c))T|🫱(?P<d>T)J🫲(?!(?P=d))T",
    "(?P<e>[👨👩🧑])(?P<f>T)J[🐰🫯]J(?P=e)(?!(?P=f))T",
    # families
    "(?:👨(?:J[👨👩])?|👩(?:J👩)?)J(?:👧(?:J[👦👧])?|👦(?:J👦)?)|🧑(?:J🧑)?J🧒(?:J🧒)?",
    # people at work, and on their way
    "[👨👩🧑]T?J(?:[⚕⚖✈]V|[🌾🍳🍼🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰🦱🦲🦳]|[🦯🦼🦽](?:J➡V)?)|🧑T?J[🎄🩰]",
    "[🏃🚶🧎]T?(?:J[♀♂]V)?J➡V",
    "[🏃🏄🏊👮👰👱👳👷💁💂💆💇🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤽🤾🦸🦹🧍🧎🧏🧔🧖🧗🧘🧙🧚🧛🧜🧝]T?J[♀♂]V",
    "[🏋🏌🕵⛹](?:T|V)J[♀♂]V|[👯🤼🧞🧟]J[♀♂]V|[👯🤼]TJ[♀♂]V",
    # the others
    "🏳VJ(?:🌈|⚧V)|🏴J☠V|👁VJ🗨V|🐕J🦺|🐈J⬛|🐻J❄V|🐦J[⬛🔥]|😶J🌫V|😮J💨|😵J💫|❤VJ[🔥🩹]|⛓VJ💥|🍄J🟫|🍋J🟩|🙂J[↔↕]V",
]
_PICTURE = regex.compile(
    r"[0-9#*]\ufe0f?\u20e3|[\p{Extended_Pictographic}\p{RI}]"
    r"[\p{Extended_Pictographic}\p{RI}\p{EMod}\ufe0f\u200d\u20e3\U000e0020-\U000e007f]*"
)


@cache
def _sequence() -> "regex.Pattern[str]":
    # Made for the first text with an emoji in it: it takes longer than all other patterns together.
    joined = "|".join(f"(?:{each})" for each in _JOINED).replace("V", "\ufe0f?").replace("J", "\u200d")
    return regex.compile(
        joined.replace("T", _TONE)
        + rf"|{_FLAG}|🏴(?:{_NATION})\U000e007f|[0-9#*]\ufe0f?\u20e3|[©®]\ufe0f?"
        + rf"|[\p{{Emoji_Modifier_Base}}--👪]{_TONE}|[\p{{Emoji}}--\p{{Emoji_Presentation}}--[0-9#*©®]]\ufe0f",
        regex.V1,
    )


def runs(text: str) -> str:
    """Give the parts of a text where emoji may be, a line each; "" for most texts."""
    if text.isascii():
        return ""
    return "\n".join((_RUN_OR_KEY if "\u20e3" in text else _RUN).findall(text))


def sequences(found: str) -> list[str]:
    """Give the emoji in `runs` that are made of more than one character, and © and ®, which are emoji too."""
    return [each[0] for each in _sequence().finditer(found)] if found else []


def pictures(found: str) -> str:
    """Give every character of `runs` that belongs to an emoji; what may be shown as a picture counts as one."""
    return "".join(_PICTURE.findall(found)) if found else ""
