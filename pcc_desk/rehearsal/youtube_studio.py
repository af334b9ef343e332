"""The rehearsal YouTube's live videos, their camera lines, and what is said during them."""

from pcc_desk.rehearsal.loopback import Reply, Request
from pcc_desk.rehearsal.youtube_house import House, Refusal, listed
from pcc_desk.rehearsal.youtube_records import Broadcast, stamp


class Studio:
    """Every live video."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.pause = 5_000  # milliseconds that readers of what is said are asked to wait
        self.trouble: Refusal | None = None  # what they are told instead of what was said
        self.untold = False  # whether nobody is told yet that a video has ended
        self._broadcasts: dict[str, Broadcast] = {}
        self._streams: dict[str, str] = {}

    @property
    def broadcasts(self) -> tuple[Broadcast, ...]:
        """Every live video."""
        return tuple(self._broadcasts.values())

    def shown(self, known: str) -> Reply | None:
        """Show a live video as a film, or give None when it is none."""
        if known not in self._broadcasts:
            return None
        shown = self._broadcasts[known]
        chat = {} if shown.ended else {"activeLiveChatId": f"chat-{known}"}
        times = {"actualStartTime": shown.began, "actualEndTime": "" if self.untold else shown.ended}
        return listed([{"id": known, "liveStreamingDetails": chat | {name: at for name, at in times.items() if at}}])

    def speak(self, broadcast: str, author: str, name: str, text: str) -> str:
        """Let somebody speak during a live video; give the words' id."""
        known, at = self._house.next("LCC"), stamp(self._house.now())
        self._broadcasts[broadcast].said.append(
            {
                "id": known,
                "snippet": {
                    "type": "textMessageEvent",
                    "displayMessage": text,
                    "publishedAt": at,
                },
                "authorDetails": {"channelId": author, "displayName": name},
            }
        )
        return known

    def plan(self, request: Request) -> Reply:
        """Plan a live video."""
        known = self._house.next("live")
        self._broadcasts[known] = Broadcast(known, request.fields()["snippet"])
        return Reply({"id": known, "snippet": dict(self._broadcasts[known].snippet)})

    def list_broadcasts(self, request: Request) -> Reply:
        """Show live videos."""
        known = request.first("id")
        chosen = [each for each in self._broadcasts.values() if not known or each.id == known]
        return listed(
            [{"id": e.id, "snippet": dict(e.snippet), "status": {"lifeCycleStatus": e.stage}} for e in chosen]
        )

    def new_stream(self, request: Request) -> Reply:
        """Make a camera line."""
        known = self._house.next("stream")
        self._streams[known] = f"key-{known}"
        return Reply({"id": known})

    def list_streams(self, request: Request) -> Reply:
        """Show a camera line."""
        known = request.first("id")
        line = {"rtmpsIngestionAddress": "rtmps://a.rtmps.youtube.com/live2", "streamName": self._streams[known]}
        return listed([{"id": known, "cdn": {"ingestionInfo": line}}])

    def bind(self, request: Request) -> Reply:
        """Give a live video its camera line."""
        broadcast = self._broadcasts[request.first("id")]
        broadcast.stream, broadcast.stage = request.first("streamId"), "ready"
        return Reply({"id": broadcast.id})

    def transition(self, request: Request) -> Reply:
        """Begin or end a live video."""
        broadcast = self._broadcasts[request.first("id")]
        if request.first("broadcastStatus") == "complete":
            self.end(broadcast.id)
        else:
            broadcast.stage, broadcast.began = request.first("broadcastStatus"), stamp(self._house.now())
        return Reply({"id": broadcast.id, "status": {"lifeCycleStatus": broadcast.stage}})

    def end(self, known: str) -> None:
        """End a live video."""
        self._broadcasts[known].stage, self._broadcasts[known].ended = "complete", stamp(self._house.now())

    def talk(self, request: Request) -> Reply:
        """Show what is said."""
        if self.trouble is not None:
            raise self.trouble
        broadcast = self._broadcasts[request.first("liveChatId").removeprefix("chat-")]
        if broadcast.ended:
            told = {"code": 403, "message": "The talk is over.", "errors": [{"reason": "liveChatEnded"}]}
            return Reply({"error": told}, 403)
        token = request.first("pageToken", "0")
        if not token.isdecimal():
            raise Refusal(400, "invalidPageToken", "The page token is not valid.")
        start = int(token)
        page = broadcast.said[start : start + int(request.first("maxResults", "500"))]
        onward = {"nextPageToken": str(start + len(page)), "pollingIntervalMillis": self.pause}
        return Reply({"items": page, **onward})

    def speak_here(self, request: Request) -> Reply:
        """Let the office speak."""
        snippet = request.fields()["snippet"]
        known, name = self._house.channel
        broadcast = str(snippet["liveChatId"]).removeprefix("chat-")
        return Reply({"id": self.speak(broadcast, known, name, str(snippet["textMessageDetails"]["messageText"]))})
