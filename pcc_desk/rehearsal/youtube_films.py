"""The rehearsal YouTube's films: uploaded in stretches, unseen until they are shown."""

import re
from typing import Any

from pcc_desk.rehearsal.loopback import Reply, Request
from pcc_desk.rehearsal.youtube_house import House, Refusal, listed
from pcc_desk.rehearsal.youtube_records import Video, stamp


class Films:
    """Every film, whole or on its way; with `audited` False they stay unseen."""

    def __init__(self, house: House, audited: bool) -> None:
        self._house, self._audited = house, audited
        self._videos: dict[str, Video] = {}
        self._uploads: dict[str, Video] = {}
        self._others: dict[str, Video] = {}

    @property
    def videos(self) -> tuple[Video, ...]:
        """Every film of the office that was uploaded whole."""
        return tuple(self._videos.values())

    @property
    def all(self) -> tuple[Video, ...]:
        """Every whole film, those of other channels among them."""
        return (*self._videos.values(), *self._others.values())

    def of_others(self, known: str) -> Video | None:
        """Give another channel's film, or None."""
        return self._others.get(known)

    def add(self, channel: tuple[str, str], title: str, description: str, talk: str = "open") -> Video:
        """Let another channel show a film."""
        known, snippet = self._house.next("vid"), {"title": title, "description": description}
        made = self._others[known] = Video(known, snippet, 0, channel, self._house.now(), "public", talk=talk)
        return made

    def forget(self) -> None:
        """Forget every upload that is not whole."""
        self._uploads.clear()

    def begin(self, request: Request) -> Reply:
        """Begin an upload."""
        given = request.fields()
        known = self._house.next("vid")
        self._uploads[known] = Video(
            known,
            given["snippet"],
            int(request.headers["x-upload-content-length"]),
            self._house.channel,
            self._house.now(),
        )
        return Reply(b"", 200, {"Location": f"{self._house.url}/session/{known}?upload_id={known}"})

    def begin_captions(self, request: Request) -> Reply:
        """Begin an upload of captions."""
        video = request.fields()["snippet"]["videoId"]
        if video in self._videos and self._videos[video].captions:
            raise Refusal(409, "captionExists", "The video has such captions already.")
        return Reply(b"", 200, {"Location": f"{self._house.url}/session/captions-{video}?upload_id={video}"})

    def receive(self, request: Request, known: str) -> Reply:
        """Take a stretch of an upload, or tell how far it came."""
        if known.startswith("captions-"):
            self._videos[known.removeprefix("captions-")].captions = request.content.decode()
            return Reply({"id": self._house.next("cap")})
        video = self._uploads.get(known) or self._videos.get(known)
        if video is None:
            return Reply({"error": {"code": 404, "message": "No such upload"}}, 404)
        told = re.fullmatch(r"bytes (\d+)-(\d+)/\d+", request.headers.get("content-range", ""))
        if told and int(told[1]) == len(video.content):
            video.content += request.content
        if len(video.content) >= video.size:
            self._uploads.pop(known, None)
            self._videos[known] = video
            return Reply(self._video_view(video), 201)
        reached = {"Range": f"bytes=0-{len(video.content) - 1}"} if video.content else {}
        return Reply(b"", 308, reached)

    def _video_view(self, video: Video) -> dict[str, Any]:
        channel, name = video.channel
        told = {"publishedAt": stamp(video.at), "channelId": channel, "channelTitle": name}
        return {"id": video.id, "snippet": {**video.snippet, **told}, "status": {"privacyStatus": video.privacy}}

    def list_videos(self, request: Request) -> Reply:
        """Show films."""
        known = {**self._videos, **self._others}
        return listed([self._video_view(known[each]) for each in request.first("id").split(",") if each in known])

    def update_video(self, request: Request) -> Reply:
        """Change a film."""
        given = request.fields()
        video = self._videos.get(str(given["id"]))
        if video is None:
            raise Refusal(404, "videoNotFound", "The video cannot be found.")
        if "status" in given and self._audited:
            video.privacy = str(given["status"]["privacyStatus"])
        if "snippet" in given:
            video.snippet = given["snippet"]
        return Reply(self._video_view(video))

    def delete_video(self, request: Request) -> Reply:
        """Delete a film."""
        if self._videos.pop(request.first("id"), None) is None:
            raise Refusal(404, "videoNotFound", "The video cannot be found.")
        return Reply(b"", 204)
