"""YouTube: films shown exactly once, comments and their answers, live videos with their talk."""

from collections.abc import Mapping

from pcc_desk.channels import reading, reply_tokens, youtube_answers, youtube_films, youtube_live
from pcc_desk.channels.failures import Query, nothing_public_yet
from pcc_desk.channels.likeness import same_words
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.youtube_comments import answers_to
from pcc_desk.channels.youtube_site import Site, enter, open_site
from pcc_desk.channels.youtube_streams import Streams
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.account import Account
from pcc_desk.model.channel import Batch, Channel, Piece, Standing, Steps
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.live import LivePlan, LiveReceipt


class YouTubeChannel:
    """One channel on YouTube."""

    def __init__(self, site: Site, account: Account, steps: Steps) -> None:
        self._site, self._account, self._steps = site, account, steps
        self._streams = Streams(site, account.remote_id, steps)

    def publish(self, piece: Piece) -> Receipt:
        """Show the piece's film, or answer a comment; a film is shown once however often it is asked.

        Raises:
            ChannelError: it was not shown, or no clear answer came.
        """
        if piece.answers:
            return self._answer(piece, _read_token(piece.answers))
        if piece.video is None:
            raise Rejected("YouTube takes films only.", "Add a film, or leave YouTube out.")
        with nothing_public_yet():
            known = youtube_films.upload(self._site, self._steps, piece)
        youtube_films.show(self._site, known)
        return _receipt(piece, known)

    def find(self, piece: Piece) -> Receipt | None:
        """Look whether the piece's film can be seen, or its answer stands in the thread. Raises: ChannelError."""
        if piece.answers:
            token = _read_token(piece.answers)
            there = self._find_answer(piece, token)
            if there is None and token.get("film"):  # it may be there all the same, so it must not go again by itself
                raise Rejected(
                    "PCC Desk does not see the comment. The video's channel may have to allow it first.",
                    "Look there, then say what you found.",
                )
            return there
        known = youtube_films.find(self._site, self._steps, piece)
        return _receipt(piece, known) if known else None

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give comments, live talk or videos with a hashtag, newer than the cursor. Raises: ChannelError."""
        return self._streams.fetch(stream, cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the film or the answer; one already gone is fine. Raises: ChannelError."""
        token = reply_tokens.read(receipt.reply_token)
        if token.get("own") != receipt.remote_id:  # a person's word for where it is, which names no film
            raise Rejected("PCC Desk does not know which film this is.", "Delete it on YouTube itself.")
        place = "/comments" if token.get("thread") else "/videos"
        self._site.delete(place, {"id": receipt.remote_id})

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put another title and description beside a film, or other words into an answer. Raises: ChannelError."""
        token = reply_tokens.read(receipt.reply_token)
        if token.get("own") != receipt.remote_id:
            raise Rejected("PCC Desk does not know which film this is.", "Correct it on YouTube itself.")
        if token.get("thread"):
            body: Mapping[str, object] = {"id": receipt.remote_id, "snippet": {"textOriginal": piece.text}}
            self._site.put("/comments", {"part": "snippet"}, body)
        else:
            body = {"id": receipt.remote_id, "snippet": youtube_films.description(piece)}
            self._site.put("/videos", {"part": "snippet"}, body)
        return receipt

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hold a comment back from everybody, or let it be seen. Raises: ChannelError."""
        wanted = "heldForReview" if hidden else "published"
        query: Query = {"id": remote_id, "moderationStatus": wanted}
        self._site.post("/comments/setModerationStatus", query, harmless=True)

    def remove(self, remote_id: str, token: str) -> None:
        """Refuse a comment for good; one already gone is fine. Raises: ChannelError."""
        try:
            query: Query = {"id": remote_id, "moderationStatus": "rejected"}
            self._site.post("/comments/setModerationStatus", query, harmless=True)
        except Gone:
            return

    def plan_live(self, plan: LivePlan) -> LiveReceipt:
        """Plan a live video; the same plan again gives the same one. Raises: ChannelError."""
        return youtube_live.plan(self._site, self._steps, plan)

    def go_live(self, remote_id: str) -> None:
        """Show it to everybody. Raises: ChannelError."""
        youtube_live.begin(self._site, remote_id)

    def end_live(self, remote_id: str) -> None:
        """End it; already ended is fine. Raises: ChannelError."""
        youtube_live.end(self._site, remote_id)

    def check(self) -> Standing:
        """Ask YouTube whose channel it is. Raises: ChannelError."""
        return self._site.check()

    def _answer(self, piece: Piece, token: Mapping[str, str]) -> Receipt:
        if token.get("chat"):
            message = {
                "liveChatId": token["chat"],
                "type": "textMessageEvent",
                "textMessageDetails": {"messageText": piece.text},
            }
            made = self._site.post("/liveChat/messages", {"part": "snippet"}, {"snippet": message})
            with self._site.promised("POST", "/liveChat/messages"):
                known = f"chat:{reading.name(made, 'id')}"
            return Receipt(known, f"https://www.youtube.com/watch?v={token['video']}", piece.made_at)
        there = self._find_answer(piece, token)
        if there is not None:
            return there
        if token.get("film"):
            known = youtube_answers.say_under(self._site, token, piece.text)
            return _answer_receipt(piece, known, known, token["film"])
        body = {"snippet": {"parentId": token["thread"], "textOriginal": piece.text}}
        made = self._site.post("/comments", {"part": "snippet"}, body)
        with self._site.promised("POST", "/comments"):
            return _answer_receipt(piece, reading.name(made, "id"), token["thread"], token.get("video", ""))

    def _find_answer(self, piece: Piece, token: Mapping[str, str]) -> Receipt | None:
        if token.get("chat"):
            raise Rejected("PCC Desk cannot look into what was said live.", "Look there, then say what you found.")
        if token.get("film"):
            known = youtube_answers.find_under(self._site, self._account.remote_id, piece, token["film"])
            return _answer_receipt(piece, known, known, token["film"]) if known else None
        since = piece.made_at - youtube_answers.CLOCK_SLACK
        for page in answers_to(self._site, token["thread"], all_of_them=True):
            with self._site.promised("GET", "/comments"):
                for one in page:
                    ours = reading.text_or_none(one, "snippet", "authorChannelId", "value") == self._account.remote_id
                    recent = reading.moment(one, "snippet", "publishedAt") >= since
                    if ours and recent and same_words(reading.text(one, "snippet", "textOriginal"), piece.text):
                        known = reading.name(one, "id")
                        return _answer_receipt(piece, known, token["thread"], token.get("video", ""))
        return None


def sign_in(entering: Entering) -> Standing:
    """Sign in with the web browser and the office's own app. Raises: ChannelError."""
    return enter(entering)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return YouTubeChannel(open_site(opening), opening.account, opening.steps)


def _receipt(piece: Piece, known: str) -> Receipt:
    token = reply_tokens.write({"own": known})
    return Receipt(known, f"https://www.youtube.com/watch?v={known}", piece.made_at, token)


def _answer_receipt(piece: Piece, known: str, thread: str, video: str) -> Receipt:
    kept = reply_tokens.write({"own": known, "thread": thread, "video": video})
    return Receipt(known, f"https://www.youtube.com/watch?v={video}&lc={known}", piece.made_at, kept)


def _read_token(token: str) -> Mapping[str, str]:
    fields = reply_tokens.read(token)
    if not fields.get("thread") and not fields.get("chat") and not fields.get("film"):
        raise Rejected("PCC Desk does not know what this answers.", "Answer it on YouTube instead.")
    return fields
