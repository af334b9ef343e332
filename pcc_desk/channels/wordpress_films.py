"""Films in a website's media library: sent as a form with one file, read a stretch at a time while they go up.

A form, because WordPress would hold a bare body in memory; what a site takes is its own, and told only by refusing.
"""

from pcc_desk.channels import reading
from pcc_desk.channels.flow import as_form
from pcc_desk.channels.wordpress_site import Route, Site
from pcc_desk.errors import Rejected
from pcc_desk.model.film import PieceVideo

_REFUSES = frozenset({400, 413, 500})
# What WordPress says when PHP's `upload_max_filesize` or a network's own limit is passed, and when `post_max_size` is:
# then PHP drops the whole form, and WordPress misses the header of a bare body.
_TOO_LARGE = frozenset(
    {
        "rest_upload_unknown_error",
        "rest_upload_file_too_big",
        "rest_upload_no_data",
        "rest_upload_no_content_disposition",
    }
)


def upload(site: Site, name: str, film: PieceVideo) -> object:
    """Put a film into the library under a name of ours, and give what the site says of it. Raises: ChannelError."""
    flow, kind = as_form(film, {}, f"{name}.mp4")
    route = Route("/wp/v2/media", headers={"Content-Type": kind}, accept=_REFUSES, harmless=True, flow=flow)
    answer = site.post(route)
    if answer.code not in _REFUSES:
        return answer.body
    if reading.text_or_none(answer.body, "code") in _TOO_LARGE or answer.code == 413:
        size = f"{max(1, round(film.size / 1_000_000)):,} MB"
        raise Rejected(
            f"It takes no file as large as this film of {size}.",
            "Ask the website's administrator to allow larger uploads, or make the film smaller.",
            site.wire.sent("POST", route.ask()).redact(reading.text_or_none(answer.body, "message")),
        )
    raise site.wire.sent("POST", route.ask()).refused(answer.code, answer.body)
