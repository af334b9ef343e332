"""Live videos on YouTube: planned once under a key, shown, ended; the talk is the stream "live:…"."""

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Query
from pcc_desk.channels.youtube_site import Site
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Steps
from pcc_desk.model.live import LivePlan, LiveReceipt

_OVER = frozenset({"complete", "revoked"})


def plan(site: Site, steps: Steps, wanted: LivePlan) -> LiveReceipt:
    """Plan a live video with a camera line of its own; the same plan again gives the same. Raises: ChannelError."""
    known = steps.get(wanted.key, "broadcast") or _broadcast(site, steps, wanted)
    line = steps.get(wanted.key, "stream") or _line(site, steps, wanted)
    site.post("/liveBroadcasts/bind", {"id": known, "part": "id", "streamId": line}, harmless=True)
    listed, _ = site.listed("/liveStreams", {"part": "cdn", "id": line})
    with site.promised("GET", "/liveStreams"):
        if not listed:
            raise Gone("The camera line is not there any more.")
        server = reading.text(listed[0], "cdn", "ingestionInfo", "rtmpsIngestionAddress")
        key = reading.text(listed[0], "cdn", "ingestionInfo", "streamName")
    return LiveReceipt(known, f"https://www.youtube.com/watch?v={known}", server, key)


def begin(site: Site, known: str) -> None:
    """Show a live video to everybody; one that is live already stays so. Raises: ChannelError."""
    if stage(site, known) != "live":
        _turn(site, known, "live")


def end(site: Site, known: str) -> None:
    """End a live video, however busy YouTube is; one that is over already is fine. Raises: ChannelError."""
    if stage(site, known, urgent=True) not in _OVER | {""}:
        _turn(site, known, "complete", urgent=True)


def stage(site: Site, known: str, urgent: bool = False) -> str:
    """Tell where a live video stands: "ready", "testing", "live", "complete", or "" when gone. Raises: ChannelError."""
    listed, _ = site.listed("/liveBroadcasts", {"part": "status", "id": known}, urgent=urgent)
    return reading.text_or_none(listed[0], "status", "lifeCycleStatus") if listed else ""


def _turn(site: Site, known: str, wanted: str, urgent: bool = False) -> None:
    query = {"broadcastStatus": wanted, "id": known, "part": "status"}
    try:
        site.post("/liveBroadcasts/transition", query, harmless=True, urgent=urgent)
    except Rejected as error:
        if wanted == "live":
            error.next_step = "Start the camera program first, wait until YouTube shows a picture, then try again."
        raise


def _broadcast(site: Site, steps: Steps, wanted: LivePlan) -> str:
    known = _planned(site, wanted)
    if not known:
        body = {
            "snippet": {
                "title": wanted.title[:100],
                "description": wanted.text,
                "scheduledStartTime": wanted.starts_at.isoformat().replace("+00:00", "Z"),
            },
            "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False},
            "contentDetails": {"enableAutoStart": False, "enableAutoStop": False},
        }
        made = site.post("/liveBroadcasts", {"part": "snippet,status,contentDetails"}, body)
        with site.promised("POST", "/liveBroadcasts"):
            known = reading.name(made, "id")
    steps.put(wanted.key, "broadcast", known)
    return known


def _planned(site: Site, wanted: LivePlan) -> str:
    """Look for the same plan, whose answer may have been lost."""
    query: Query = {"part": "snippet", "broadcastStatus": "upcoming", "maxResults": 50}
    listed, _ = site.listed("/liveBroadcasts", query)
    with site.promised("GET", "/liveBroadcasts"):
        for one in listed:
            same_time = reading.moment(one, "snippet", "scheduledStartTime") == wanted.starts_at
            if same_time and reading.text(one, "snippet", "title") == wanted.title[:100]:
                return reading.name(one, "id")
    return ""


def _line(site: Site, steps: Steps, wanted: LivePlan) -> str:
    body = {
        "snippet": {"title": wanted.title[:100]},
        "cdn": {"ingestionType": "rtmp", "resolution": "variable", "frameRate": "variable"},
    }
    made = site.post("/liveStreams", {"part": "snippet,cdn"}, body, harmless=True)
    with site.promised("GET", "/liveStreams"):
        known = reading.name(made, "id")
    steps.put(wanted.key, "stream", known)
    return known
