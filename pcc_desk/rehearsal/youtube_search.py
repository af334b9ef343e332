"""The rehearsal YouTube's search: loose, late, cut short, written as for a web page, and rationed apart by the day."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pcc_desk.rehearsal.loopback import Reply, Request
from pcc_desk.rehearsal.youtube_films import Films
from pcc_desk.rehearsal.youtube_house import House, Refusal, paged
from pcc_desk.rehearsal.youtube_records import Video, stamp

_MOST, _SHOWN = 50, 160  # results on a page; signs of a description
_RATION = (
    "Quota exceeded for quota metric 'Search Queries' and limit 'Search Queries per day' of service "
    "'youtube.googleapis.com' for consumer 'project_number:1'."
)


@dataclass
class Search:
    """Who searches is given every film that can be seen, `daily` times a day; one of `lags`, by its id, later."""

    house: House
    films: Films
    daily: int = 100
    lags: dict[str, timedelta] = field(default_factory=dict)
    _used: dict[date, int] = field(default_factory=dict)

    def list(self, request: Request) -> Reply:
        """Search for videos."""
        self._ration()
        if request.first("type") != "video" or request.first("order") != "date":
            raise Refusal(400, "invalidSearchFilter", "This rehearsal searches for videos by their date only.")
        if not 0 <= int(request.first("maxResults", "5")) <= _MOST:
            raise Refusal(400, "invalidValue", "Invalid value for maxResults.")
        if not request.first("pageToken", "0").isdecimal():
            raise Refusal(400, "invalidPageToken", "The request specifies an invalid page token.")
        try:
            after = datetime.fromisoformat(request.first("publishedAfter"))
        except ValueError:
            raise Refusal(400, "invalidSearchFilter", "Invalid value for publishedAfter.") from None
        found = sorted(self._found(request.first("q"), after), key=lambda film: (film.at, film.id), reverse=True)
        return paged(request, [_shown(film) for film in found])

    def _ration(self) -> None:
        today = self.house.now().astimezone(ZoneInfo("America/Los_Angeles")).date()
        if self._used.get(today, 0) >= self.daily:
            raise Refusal(429, "rateLimitExceeded", _RATION)
        self._used[today] = self._used.get(today, 0) + 1

    def _found(self, words: str, after: datetime) -> Iterator[Video]:
        now = self.house.now()
        wanted = words.casefold().removeprefix("#")
        for film in self.films.all:
            said = re.findall(r"\w+", f"{film.snippet['title']} {film.snippet['description']}".casefold())
            is_known = film.at + self.lags.get(film.id, timedelta(0)) <= now
            if film.privacy == "public" and after < film.at and is_known and wanted in said:
                yield film


def _shown(film: Video) -> dict[str, Any]:
    words = str(film.snippet["description"])
    short = words if len(words) <= _SHOWN else f"{words[:_SHOWN]} ..."
    snippet = {
        "publishedAt": stamp(film.at),
        "channelId": film.channel[0],
        "title": html.escape(str(film.snippet["title"])),
        "description": html.escape(short),
        "channelTitle": html.escape(film.channel[1]),
        "liveBroadcastContent": "none",
    }
    return {
        "kind": "youtube#searchResult",
        "id": {"kind": "youtube#video", "videoId": film.id},
        "snippet": snippet,
    }
