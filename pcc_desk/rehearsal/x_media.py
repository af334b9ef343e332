"""The rehearsal X's pictures and films: brought up, described, captioned."""

from collections.abc import Callable
from typing import Any

from pcc_desk.rehearsal.forms import read_form
from pcc_desk.rehearsal.loopback import Reply, Request
from pcc_desk.rehearsal.x_records import Refusal


class Media:
    """Everything that was brought up, by its id."""

    def __init__(self, number: Callable[[], str]) -> None:
        self._next = number
        self.kept: dict[str, dict[str, Any]] = {}

    def forget(self) -> None:
        """Forget everything, as happens after a day."""
        self.kept.clear()

    def upload(self, request: Request) -> Reply:
        """Take a picture or captions in one go."""
        fields, files = read_form(request)
        known = self._next()
        self.kept[known] = {"category": fields.get("media_category"), "content": files["media"].content, "alt": ""}
        return Reply({"data": {"id": known, "media_key": f"3_{known}", "expires_after_secs": 86_400}})

    def begin(self, request: Request) -> Reply:
        """Begin a film."""
        known, given = self._next(), request.fields()
        self.kept[known] = {"category": given.get("media_category"), "segments": {}, "total": given.get("total_bytes")}
        return Reply({"data": {"id": known, "media_key": f"7_{known}", "expires_after_secs": 86_400}})

    def append(self, request: Request, known: str) -> Reply:
        """Take a segment of a film."""
        fields, files = read_form(request)
        self._found(known)["segments"][int(fields["segment_index"])] = files["media"].content
        return Reply(b"", 200)

    def finalize(self, request: Request, known: str) -> Reply:
        """End a film, which is prepared from then on."""
        film = self._found(known)
        film["content"] = b"".join(film["segments"][number] for number in sorted(film["segments"]))
        if len(film["content"]) != film["total"]:
            raise Refusal(400, "The media is not whole.")
        return Reply({"data": {"id": known, "processing_info": {"state": "pending", "check_after_secs": 1}}})

    def state(self, request: Request) -> Reply:
        """Tell how far a film is."""
        known = request.first("media_id")
        self._found(known)
        return Reply({"data": {"id": known, "processing_info": {"state": "succeeded", "progress_percent": 100}}})

    def describe(self, request: Request) -> Reply:
        """Take a description."""
        given = request.fields()
        self._found(str(given["id"]))["alt"] = given["metadata"]["alt_text"]["text"]
        return Reply({"data": {"id": given["id"]}})

    def subtitle(self, request: Request) -> Reply:
        """Put captions to a film."""
        given = request.fields()
        self._found(str(given["id"]))["subtitles"] = given["subtitles"]
        return Reply({"data": {"id": given["id"]}})

    def _found(self, known: str) -> dict[str, Any]:
        if known not in self.kept:
            raise Refusal(404, "media not found")
        return self.kept[known]
