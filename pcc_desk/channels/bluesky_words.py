"""The words of a Bluesky post as its record holds them: facets by UTF-8 bytes, and the post it answers."""

import json
from collections.abc import Mapping

from pcc_desk.channels import text
from pcc_desk.errors import Rejected
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Piece

POST = "app.bsky.feed.post"


def record_of(piece: Piece, embed: Mapping[str, object] | None, people: Mapping[str, str]) -> dict[str, object]:
    """Give the record of a piece; `people` are the DIDs of those it names, by handle. Raises: Rejected."""
    record: dict[str, object] = {
        "$type": POST,
        "text": piece.text,
        "createdAt": piece.made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "langs": [piece.language],
    }
    if facets := facets_of(piece.text, people):
        record["facets"] = facets
    if embed is not None:
        record["embed"] = embed
    if piece.answers:
        record["reply"] = _read_token(piece.answers)
    return record


def facets_of(words: str, people: Mapping[str, str]) -> list[dict[str, object]]:
    """Give what is more than plain words in a text: links, hashtags and people, by ranges of UTF-8 bytes."""
    marked: list[tuple[int, int, dict[str, str]]] = []
    for span in text.spans(words):
        if span.kind is SpanKind.LINK:
            marked.append((span.start, span.end, {"$type": "app.bsky.richtext.facet#link", "uri": span.target}))
        else:
            marked.append((span.start, span.end, {"$type": "app.bsky.richtext.facet#tag", "tag": span.target}))
    for start, end, handle in text.mentions(words):
        if did := people.get(handle.lower()):
            marked.append((start, end, {"$type": "app.bsky.richtext.facet#mention", "did": did}))
    facets: list[dict[str, object]] = []
    for start, end, feature in sorted(marked, key=lambda mark: mark[:2]):
        first, last = text.utf8_range(words, start, end)
        facets.append({"index": {"byteStart": first, "byteEnd": last}, "features": [feature]})
    return facets


def write_token(here: Mapping[str, str], root: Mapping[str, str]) -> str:
    """Write down how to answer a post."""
    return json.dumps({"parent": here, "root": root}, sort_keys=True)


def _read_token(token: str) -> object:
    try:
        return {"root": json.loads(token)["root"], "parent": json.loads(token)["parent"]}
    except (ValueError, TypeError, KeyError):
        raise Rejected("PCC Desk does not know which post this answers.", "Answer it on Bluesky instead.") from None
