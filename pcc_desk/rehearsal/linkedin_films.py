"""The rehearsal LinkedIn's films: taken in stretches, and prepared for a while before they may be shown."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pcc_desk.rehearsal.forms import read_form
from pcc_desk.rehearsal.loopback import Reply, Request

STRETCH = 4_194_304  # bytes, as LinkedIn's own pages say
_DAY = 86_400_000
_GONE = Reply({"status": 404, "code": "RESOURCE_NOT_FOUND", "message": "No such video"}, 404)


@dataclass
class Film:
    """One film; `looks` is how often it was asked for while it was prepared."""

    urn: str
    owner: str
    size: int
    wants_captions: bool
    parts: dict[int, bytes] = field(default_factory=dict)
    captions: str = ""
    locale: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    looks: int = 0

    @property
    def content(self) -> bytes:
        """The bytes that came."""
        return b"".join(self.parts[number] for number in sorted(self.parts))


class Films:
    """Every film; each is ready the second time somebody looks."""

    def __init__(self, url: Callable[[], str], number: Callable[[], int]) -> None:
        self._url, self._number = url, number
        self._films: dict[str, Film] = {}

    @property
    def all(self) -> tuple[Film, ...]:
        """Every film, whole or on its way."""
        return tuple(self._films.values())

    def forget(self) -> None:
        """Forget every film that is not whole."""
        self._films = {urn: film for urn, film in self._films.items() if film.whole}

    def is_ready(self, urn: str) -> bool:
        """Tell whether a film may be shown."""
        return urn in self._films and self._films[urn].looks > 1

    def act(self, request: Request) -> Reply:
        """Begin a film or end it."""
        if request.first("action") == "initializeUpload":
            return self._begin(request.fields()["initializeUploadRequest"])
        given = request.fields()["finalizeUploadRequest"]
        film = self._films.get(str(given["video"]))
        if film is None:
            return _GONE
        wanted = [_etag(film.urn, number) for number in sorted(film.parts)]
        unready = film.wants_captions and not film.captions
        if given["uploadedPartIds"] != wanted or len(film.content) != film.size or unready:
            return Reply({"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "The video is not whole"}, 400)
        film.whole = True
        return Reply(b"", 200)

    def take(self, request: Request, known: str, number: str) -> Reply:
        """Take a stretch."""
        film = self._films.get(f"urn:li:video:{known}")
        if film is None:
            return _GONE
        film.parts[int(number)] = request.content
        return Reply(b"", 200, {"ETag": f'"{_etag(film.urn, int(number))}"'})

    def take_captions(self, request: Request, known: str) -> Reply:
        """Take captions, with what they are."""
        fields, files = read_form(request)
        about = json.loads(fields["metadata"])
        if about["format"] != "SRT" or about["transcriptType"] != "CLOSED_CAPTION":
            return Reply({"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "Unknown captions"}, 400)
        film = self._films[f"urn:li:video:{known}"]
        film.captions, film.locale = files["file"].content.decode(), about["locale"]
        return Reply(b"", 201)

    def show(self, urn: str) -> Reply:
        """Tell how far a film is."""
        film = self._films.get(urn)
        if film is None:
            return _GONE
        film.looks += film.whole
        state = "WAITING_UPLOAD" if not film.whole else "AVAILABLE" if film.looks > 1 else "PROCESSING"
        return Reply({"id": urn, "owner": film.owner, "status": state})

    def _begin(self, wanted: dict[str, object]) -> Reply:
        known, size = f"C{self._number()}", int(str(wanted["fileSizeBytes"]))
        urn, captions = f"urn:li:video:{known}", wanted["uploadCaptions"] is True
        self._films[urn] = Film(urn, str(wanted["owner"]), size, captions)
        stretches = [
            {
                "uploadUrl": f"{self._url()}/film-uploads/{known}/{number}?sau=a",
                "firstByte": start,
                "lastByte": min(start + STRETCH, size) - 1,
            }
            for number, start in enumerate(range(0, size, STRETCH))
        ]
        told: dict[str, object] = {"video": urn, "uploadInstructions": stretches, "uploadToken": ""}
        told["uploadUrlsExpireAt"] = round(time.time() * 1_000) + _DAY
        if captions:
            told["captionsUploadUrl"] = f"{self._url()}/film-captions/{known}?sau=a"
        return Reply({"value": told})


def _etag(urn: str, number: int) -> str:
    return f"/ambry-video/signedId/{urn.rpartition(':')[2]}-{number}.bin"
