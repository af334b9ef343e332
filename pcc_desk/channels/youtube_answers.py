"""Comments of ours under other channels' videos, which nobody promises to show: the channel may look at them first."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pcc_desk.channels import bounds, reading
from pcc_desk.channels.failures import Query
from pcc_desk.channels.likeness import same_words
from pcc_desk.channels.walk import NEVER
from pcc_desk.channels.youtube_comments import PAGE
from pcc_desk.channels.youtube_site import Site
from pcc_desk.model.channel import Piece

CLOCK_SLACK = timedelta(minutes=2)
_MOST_PAGES = 10
_PATH = "/commentThreads"


def say_under(site: Site, token: Mapping[str, str], words: str) -> str:
    """Comment on the video of a reply token, and give the comment's id. Raises: ChannelError."""
    snippet = {
        "channelId": token.get("channel", ""),
        "videoId": token["film"],
        "topLevelComment": {"snippet": {"textOriginal": words}},
    }
    made = site.post(_PATH, {"part": "snippet"}, {"snippet": snippet})
    with site.promised("POST", _PATH):
        return reading.name(made, "snippet", "topLevelComment", "id")


def find_under(site: Site, us: str, piece: Piece, film: str) -> str:
    """Give the id of our comment on a video where it can be seen, or "". Raises: ChannelError."""
    since, token = piece.made_at - CLOCK_SLACK, ""
    for _ in range(_MOST_PAGES):
        query: Query = {
            "part": "snippet",
            "videoId": film,
            "order": "time",
            "maxResults": PAGE,
            "textFormat": "plainText",
            **({"pageToken": token} if token else {}),
        }
        listed, body = site.listed(_PATH, query)
        times = list[datetime]()
        with site.promised("GET", _PATH):
            for thread in listed:
                top = reading.dig(thread, "snippet", "topLevelComment")
                times.append(reading.moment(top, "snippet", "publishedAt"))
                # Others' words as they were typed are told to nobody but them.
                ours = reading.text_or_none(top, "snippet", "authorChannelId", "value") == us
                if ours and times[-1] >= since and same_words(reading.text(top, "snippet", "textOriginal"), piece.text):
                    return reading.name(top, "id")
        token = reading.text_or_none(body, "nextPageToken")
        if not token or bounds.oldest(times, NEVER) < since:
            break
    return ""
