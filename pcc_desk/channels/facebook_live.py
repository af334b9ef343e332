"""Live videos of a Facebook Page: announced once, begun, ended; its talk is the stream "live:…"."""

from pcc_desk.channels import reading
from pcc_desk.channels.facebook_page import TITLE, Page
from pcc_desk.channels.graph import Call, is_node, node, onward, paged, written
from pcc_desk.errors import ChannelError, Gone, Rejected
from pcc_desk.model.live import LivePlan, LiveReceipt

_FIELDS = "id,title,status,planned_start_time,permalink_url,secure_stream_url"
_PAGE, _MOST_PAGES = 50, 4
_PLANNED = frozenset({"SCHEDULED_UNPUBLISHED", "SCHEDULED_LIVE", "UNPUBLISHED"})
_OVER = frozenset({"VOD", "LIVE_STOPPED", "PROCESSING", "SCHEDULED_CANCELED", "SCHEDULED_EXPIRED"})


def plan(page: Page, wanted: LivePlan) -> LiveReceipt:
    """Announce a live video, at most 7 days ahead; one announced before under this key is given again.

    Raises:
        ChannelError: it was not announced, or no clear answer came.
    """
    known = page.steps.get(wanted.key, "live") or _announced(page, wanted)
    path = f"{page.id}/live_videos"
    if not known:
        form = {
            "status": "SCHEDULED_UNPUBLISHED",
            "title": wanted.title,
            "description": wanted.text,
            "event_params": written({"start_time": int(wanted.starts_at.timestamp())}),
        }
        body = page.graph.post(Call(path, form=form))
        with page.graph.promised("POST", path):
            known = node(body)
    page.steps.put(wanted.key, "live", known)
    return _receipt(page, known)


def begin(page: Page, remote_id: str) -> None:
    """Show a live video to everybody; one that is live already stays so. Raises: ChannelError."""
    _turn(page, remote_id, {"status": "LIVE_NOW"}, frozenset({"LIVE"}))


def end(page: Page, remote_id: str) -> None:
    """End a live video, or call off one that never began; already over is fine. Raises: ChannelError."""
    try:
        standing = _standing(page, remote_id, urgent=True)
    except Gone:
        return
    if standing in _OVER:
        return
    form = {"status": "SCHEDULED_CANCELED"} if standing in _PLANNED else {"end_live_video": "true"}
    _turn(page, remote_id, form, _OVER, urgent=True)


def _turn(page: Page, remote_id: str, form: dict[str, str], there: frozenset[str], urgent: bool = False) -> None:
    """Change where a live video stands; a refusal is none where it stands there already."""
    _refuse_unknown(remote_id)
    try:
        page.graph.post(Call(remote_id, form=form, harmless=True, urgent=urgent))
    except Rejected:
        if _standing(page, remote_id, urgent) not in there:
            raise


def _announced(page: Page, wanted: LivePlan) -> str:
    """Look for the same announcement, whose answer may have been lost."""
    path, where = f"{page.id}/live_videos", ""
    for _ in range(_MOST_PAGES):
        body = page.graph.get(Call(path, paged({"fields": _FIELDS, "limit": _PAGE}, where)))
        with page.graph.promised("GET", path):
            for video in reading.pieces(body, "data"):
                planned = reading.text_or_none(video, "status") in _PLANNED
                same = reading.text_or_none(video, "title") == wanted.title
                if planned and same and reading.text_or_none(video, "planned_start_time"):
                    at = reading.moment(video, "planned_start_time")
                    if int(at.timestamp()) == int(wanted.starts_at.timestamp()):
                        return reading.text(video, "id")
        where = onward(body)
        if not where:
            break
    return ""


def _receipt(page: Page, video: str) -> LiveReceipt:
    body = page.graph.get(Call(video, {"fields": _FIELDS}))
    with page.graph.promised("GET", video):
        address, seen = reading.text(body, "secure_stream_url"), reading.text_or_none(body, "permalink_url")
    server, _, key = address.rpartition("/")
    url = f"{page.site}{seen}" if seen.startswith("/") else seen or page.url(video)
    return LiveReceipt(video, url, f"{server}/", key)


def _standing(page: Page, remote_id: str, urgent: bool = False) -> str:
    _refuse_unknown(remote_id)
    body = page.graph.get(Call(remote_id, {"fields": "id,status"}, urgent=urgent))
    return reading.text_or_none(body, "status")


def _refuse_unknown(remote_id: str) -> None:
    if not is_node(remote_id):
        raise _unknown()


def _unknown() -> ChannelError:
    return Rejected("PCC Desk does not know which live video this is.", f"Open it on {TITLE} itself.")
