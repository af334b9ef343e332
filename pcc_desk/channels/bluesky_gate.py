"""Hiding answers on Bluesky: a list beside the post that began the conversation, which only its writer can change."""

from dataclasses import dataclass

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.errors import Rejected, ServiceDown

_GATE = "app.bsky.feed.threadgate"
_MOST_HIDDEN = 300  # app.bsky.feed.threadgate, hiddenReplies
_TRIES = 3  # somebody with the network's own app may change the list at the same moment


@dataclass(frozen=True, slots=True)
class Root:
    """The post that began a conversation, by its address and key, in the office's own collection `repo`."""

    uri: str
    repo: str
    key: str


def root_of(uri: str, repo: str) -> Root:
    """Give the office's own post that began a conversation. Raises: Rejected when somebody else began it."""
    owner, _, key = uri.removeprefix("at://").partition("/app.bsky.feed.post/")
    if owner != repo or not key:
        raise Rejected(
            "Somebody else began this conversation, so Bluesky does not let you hide answers in it.",
            "If it breaks Bluesky's rules, report it on Bluesky itself.",
        )
    return Root(uri, repo, key)


def hide(session: SignedWire, root: Root, uri: str, hidden: bool, created_at: str) -> None:
    """Put an answer on the list of a conversation, or take it off; what else the list says stays. Raises: ChannelError.

    The list is only changed as it was read, so that no change of somebody else is undone.
    """
    place = {"repo": root.repo, "collection": _GATE, "rkey": root.key}
    for _ in range(_TRIES):
        known, gate = _read(session, place)
        listed = gate.get("hiddenReplies")
        names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
        if (uri in names) is hidden:
            return
        names = [*names, uri] if hidden else [name for name in names if name != uri]
        if len(names) > _MOST_HIDDEN:
            raise Rejected(
                f"Bluesky hides {_MOST_HIDDEN} answers in one conversation at most.",
                "Show one of the others again, then hide this one.",
            )
        usual = {"$type": _GATE, "post": root.uri, "createdAt": created_at}
        record = {**usual, **gate, "hiddenReplies": names}
        body = {**place, "record": record, "swapRecord": known or None}
        ask = Ask("/xrpc/com.atproto.repo.putRecord", body=body, accept=frozenset({400}), harmless=True)
        answer = session.post(ask)
        if answer.code != 400:
            return
        if reading.text_or_none(answer.body, "error") != "InvalidSwap":
            raise session.wire.sent("POST", ask).refused(400, answer.body)
    raise ServiceDown("The list of hidden answers on Bluesky was changed at the same moment.", "Try it again.")


def _read(session: SignedWire, place: dict[str, str]) -> tuple[str, dict[str, object]]:
    """Give the list's content id and what it says; "" and nothing where there is none yet."""
    ask = Ask("/xrpc/com.atproto.repo.getRecord", place, accept=frozenset({400}))
    answer, sent = session.get(ask), session.wire.sent("GET", ask)
    if answer.code == 400:
        if reading.text_or_none(answer.body, "error") == "RecordNotFound":
            return "", {}
        raise sent.refused(400, answer.body)
    value = reading.dig(answer.body, "value")
    with sent.as_promised():
        if not isinstance(value, dict) or not isinstance(value.get("hiddenReplies", []), list):
            raise reading.Malformed("no list")  # and none is written in its place, which would show what was hidden
        return reading.name(answer.body, "cid"), dict(value)
