"""The recovery key: the database's 32 bytes, written so that a person can print, read and type them."""

from pcc_desk.errors import InputError

# Crockford's base 32: no I, L, O or U, so that no letter is taken for a digit.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_GROUPS, _KEY_BYTES = 13, 32
_BITS = 20  # four letters of five bits carry the key; the fifth letter checks the group
_FIELD = 0b100101  # x^5 + x^2 + 1


def write_recovery(key: bytes) -> str:
    """Write a 32-byte key as 13 groups of 5 letters; the last letter of each group checks the group."""
    number = int.from_bytes(key, "big")
    words = []
    for place in range(_GROUPS):
        piece = number >> _BITS * (_GROUPS - 1 - place) & (1 << _BITS) - 1
        letters = "".join(_LETTERS[piece >> shift & 31] for shift in (15, 10, 5, 0))
        words.append(letters + _check(letters, place))
    return " ".join(words)


def read_recovery(text: str) -> bytes:
    """Read a recovery key as a person typed it: small letters, other spacing, O for 0 and I or L for 1 are fine.

    Raises:
        InputError: it is incomplete, or a group is mistyped (the sentence says which).
    """
    letters = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_ALIKE)
    groups = [letters[start : start + 5] for start in range(0, len(letters), 5)]
    for place, group in enumerate(groups[:_GROUPS]):
        if len(group) == 5 and (not set(group[:4]) <= set(_LETTERS) or group[4] != _check(group[:4], place)):
            raise InputError(
                f"Group {place + 1} of the recovery key, “{group}”, is not right.",
                "Compare it with the printed key, letter by letter, and type it again.",
            )
    if len(letters) != _GROUPS * 5:
        raise InputError(
            f"A recovery key has {_GROUPS} groups of 5 letters and digits. This one has {len(letters)} in all.",
            "Type every group from the printed key.",
        )
    number = 0  # the letters carry 260 bits, of which the first four are nothing
    for group in groups:
        for letter in group[:4]:
            number = number << 5 | _LETTERS.index(letter)
    return (number & (1 << 8 * _KEY_BYTES) - 1).to_bytes(_KEY_BYTES, "big")


def _check(letters: str, place: int) -> str:
    """Sum letters in the field of 32, so that a wrong letter, two swapped ones or a misplaced group always shows."""
    total = place
    for weight, letter in enumerate(letters, start=2):
        total ^= _times(weight, _LETTERS.index(letter))
    return _LETTERS[total]


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = left << 1 ^ (_FIELD if left & 16 else 0)
        right >>= 1
    return product
