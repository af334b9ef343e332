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
    'Haf\\2026"!',
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
    "with a sign nobody sees": lambda secret: f"{secret[:5]}\u200b{secret[5:]}",
    "with a soft hyphen": lambda secret: f"{secret[:6]}&shy;{secret[6:]}",
    "in hexadecimal": lambda secret: secret.encode().hex(),
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
    assert STRUCK not in strike(("E" * 15 + " " * 500 + "x") * 40, [*SECRETS, "E" * 2_000])


@pytest.mark.parametrize(
    "said", ["token" * 4_000, "token:" * 4_000, "-" * 20_000, 'token"' + " " * 20_000, "-eyJ" * 5_000]
)
def test_an_answer_made_to_be_slow_is_told_at_once(said: str) -> None:
    told = sent_with(SECRETS[0], "Bearer").with_answer("400", said.encode())
    assert len(told) < 600  # and here it is, which takes minutes where a search grows with the square


UPLOAD = "/upload/videos?uploadType=resumable&upload_id=ABPtcPqVx93kdLmZ0aW"


def test_the_address_of_an_upload_is_told_to_nobody() -> None:
    ask = Ask(UPLOAD)
    page = f"<html><p>The requested URL {html.escape(UPLOAD)} was not found.</p></html>"
    told = Sent("YouTube", "PUT", "host.test", ask).with_answer("404", page.encode())
    assert "ABPtcPqVx93" not in told + repr(ask) and "was not found" in told


@pytest.mark.parametrize("secret", SECRETS)
def test_what_was_cut_out_of_the_middle_of_an_answer_gives_no_secret_away(secret: str) -> None:
    length = 20_000
    for kept in range(8, len(secret)):
        page = "x " * ((length - kept) // 2) + secret
        told = strike(page[: len(page) - len(secret) + kept], [secret])
        assert secret[:8] not in told and told.endswith(STRUCK)


@pytest.mark.parametrize("cut", [16, 20, -1])
def test_the_first_half_of_a_long_secret_is_struck_out_as_well(cut: int) -> None:
    secret = SECRETS[-1]
    assert strike(f"It is {secret[:cut]}, they say", [secret]) == f"It is {STRUCK}, they say"


@pytest.mark.parametrize("said", [
    '{"jwt": "AbCdEfGhIjKlMnOp"}',
        '{"access_token": "ab\\"AbCdEfGhIjKlMnOp"}',
    '{"refreshJwt": "AbCdEfGhIjKlMnOp"}',
    '{"token": {"value": "AbCdEfGhIjKlMnOp"}}',
    '{"tokens": ["AbCdEfGhIjKlMnOp"]}',
    "access_token=AbCdEfGhIjKlMnOp&expires=9",
    "token: AbCdEfGhIjKlMnOp",
    "{'client_secret': 'AbCdEfGhIjKlMnOp'}",
    '{\\"access_token\\":\\"AbCdEfGhIjKlMnOp\\"}',
])  # fmt: skip
def test_a_secret_that_is_new_to_us_is_known_by_what_stands_before_it(said: str) -> None:
    told = sent_with(SECRETS[0], "Bearer").with_answer("400", said.encode())
    assert "AbCdEfGh" not in told and STRUCK in told


@pytest.mark.parametrize("said", [
    "Invalid token: this application is not allowed; the password must be changed.",
    "You must use Basic authentication for this request.",
    "You are on the Basic plan; upgrade.",
    "Bearer token is missing.",
    "The text must have less than 500 signs.",
    "Your post must have some text.",
    "invalid_token: insufficient_permissions",
    '"key": "rest_forbidden", "keyword": "minLength"',
    "Content-Type application/json is not supported.",
])  # fmt: skip
def test_a_message_without_a_secret_stays_readable(said: str) -> None:
    assert said in sent_with(SECRETS[0], "Bearer").with_answer("400", said.encode())


def test_a_reason_of_megabytes_is_searched_at_its_beginning_only() -> None:
    told = sent_with(SECRETS[0], "Bearer").refused(400, {"message": "-eyJ" * 500_000})
    assert len(told.sentence) < 400 and len(told.detail) < 1_200


@pytest.mark.parametrize("cut", ["abcd efgh ijkl…", "abcd efgh ijkl...", "abcd efgh ijkl"])
def test_an_app_password_that_a_server_cuts_short_itself_is_struck_out(cut: str) -> None:
    assert "efgh" not in strike(f"Wrong password {cut}", ["abcd efgh ijkl mnop qrst uvwx"])


def test_an_app_password_without_its_hyphens_is_struck_out() -> None:
    assert strike("Wrong: xqz7k2fd9w3mp8ta!", ["xqz7-k2fd-9w3m-p8ta"]) == f"Wrong: {STRUCK}!"
