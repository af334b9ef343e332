"""What a server repeats of a secret is struck out, in whatever way it is written."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest

from pcc_desk.channels.failures import Ask, Sent
from pcc_desk.channels.secrecy import STRUCK, strike

SECRETS = [
    "EAAGm0PX4ZCpsBAKl8|q/9+Z==",
    "Sommer2026!",
    "xqz7-k2fd-9w3m-p8ta",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
]
WRITTEN: dict[str, Callable[[str], str]] = {
    "bare": str,
    "in capitals": str.upper,
    "on several lines": lambda secret: "\n ".join(secret[at : at + 5] for at in range(0, len(secret), 5)),
    "for an address": lambda secret: quote(secret, safe=""),
    "for an address twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "for a page": lambda secret: "".join(f"&#{ord(sign)};" for sign in secret),
    "for a page as hexadecimal": lambda secret: "".join(f"&#x{ord(sign):x};" for sign in secret),
    "for JSON": lambda secret: "".join(f"\\u{ord(sign):04x}" for sign in secret),
    "with escaped strokes": lambda secret: secret.replace("/", "\\/"),
    "in base 64": lambda secret: b64encode(secret.encode()).decode(),
    "in base 64 for addresses": lambda secret: urlsafe_b64encode(secret.encode()).decode().rstrip("="),
}
WRAPPED: dict[str, Callable[[str], str]] = {
    "words": "It is {} they say".format,
    "JSON": lambda written: json.dumps({"error": f"It is {written} they say"}),
    "a page": "<html><p>It is {} they say</p></html>".format,
}


def sent_with(secret: str, way: str) -> Sent:
    """Give a request that carries a secret."""
    if way == "form":
        return Sent("X", "POST", "x.test", Ask("/token", form={"refresh_token": secret}))
    basic = b64encode(f"office:{secret}".encode()).decode()
    return Sent(
        "X", "POST", "x.test", Ask("/2", headers={"Authorization": f"{way} {basic if way == 'Basic' else secret}"})
    )


@pytest.mark.parametrize("way", ["Bearer", "Basic", "form"])
@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_struck_out_however_a_server_writes_it(
    secret: str, written: Callable[[str], str], wrapped: Callable[[str], str], way: str
) -> None:
    told = sent_with(secret, way).with_answer("400", wrapped(written(secret)).encode())
    assert STRUCK in told and "they say" in told
    flat = "".join(html.unescape(told).split()).casefold()
    assert not any(form(secret).casefold() in flat for form in (str, WRITTEN["in base 64"]))


@pytest.mark.parametrize("said", ["100%25 of us", r"caf\u00e9 &amp; bar", "C:\\Temp", "EAAG is no secret"])
def test_words_without_a_secret_stay_as_they_are(said: str) -> None:
    assert strike(said, SECRETS) == said


def test_a_text_made_to_be_slow_is_searched_at_once() -> None:
    assert STRUCK not in strike(("E" + " " * 500) * 40, [*SECRETS, "E" * 2_000])
