"""A rehearsal Bluesky on this PC: it answers as the real servers do, and nothing leaves the PC."""

import html
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pcc_desk.rehearsal.bluesky_chat import Talks
from pcc_desk.rehearsal.bluesky_records import (
    COLLECTION,
    Member,
    Notice,
    Post,
    Refusal,
    check_record,
    content_id,
    member_id,
    mentions_in,
    post_view,
    reasons,
    record_id,
    reply_to,
    search,
    stamp,
)
from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request


class BlueskyServer(Hosted):
    """One server that is a member's home, the directory and the app at once; a context manager.

    `url` is its address; `arrive` makes a member of the public write; `posts` shows what everyone sees.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take a free port; `now` stamps what arrives."""
        self._now = now
        self._lock = threading.RLock()
        self._members: dict[str, Member] = {}
        self._posts: dict[str, Post] = {}
        self._notices: dict[str, list[Notice]] = {}
        self._blobs: dict[str, int] = {}
        self._gates: dict[str, Mapping[str, Any]] = {}
        self.talks = Talks(now)
        self._access: dict[str, str] = {}
        self._refresh: dict[str, str] = {}
        self._server = Loopback(self._answer, now)
        self.url = self._server.url

    @property
    def accounts(self) -> tuple[Member, ...]:
        """Everyone who has an account, oldest first."""
        with self._lock:
            return tuple(self._members.values())

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post that is up, oldest first."""
        with self._lock:
            return tuple(self._posts.values())

    @property
    def gates(self) -> Mapping[str, Mapping[str, Any]]:
        """What was chosen about answers, by the record's address."""
        with self._lock:
            return dict(self._gates)

    def add_account(self, handle: str, password: str = "", name: str = "", private: bool = True) -> Member:
        """Open an account; without a password nobody can sign in to it, with `private` it may read private messages."""
        with self._lock:
            shown = name or handle.partition(".")[0].title()
            member = Member(member_id(handle), handle, shown, password, private)
            self._members[member.did] = member
            self._notices.setdefault(member.did, [])
            return member

    def arrive(self, handle: str, text: str, answers: str = "", quotes: str = "", at: datetime | None = None) -> str:
        """Let a member of the public write, answering or quoting a post by its uri; give the new post's uri."""
        with self._lock:
            author = self._by_handle(handle) or self.add_account(handle)
            at = at or self._now()
            record: dict[str, Any] = {"$type": COLLECTION, "text": text, "createdAt": stamp(at)}
            if answers:
                record["reply"] = reply_to(self._posts[answers])
            if quotes:
                record["embed"] = {"$type": "app.bsky.embed.record", "record": self._posts[quotes].reference()}
            record["facets"] = mentions_in(text, self._members.values())
            return self._keep(author, f"in{secrets.token_hex(6)}", record, at).uri

    def whisper(self, handle: str, to: str, text: str, at: datetime | None = None) -> str:
        """Let a member write to another in private; give the message's id."""
        with self._lock:
            sender, reader = self._by_handle(handle) or self.add_account(handle), self._by_handle(to)
            assert reader is not None
            return self.talks.say(self.talks.between(sender, reader), sender, text, at).id

    def expire_access(self) -> None:
        """Let every short-lived token run out, as happens after some minutes."""
        with self._lock:
            self._access.clear()

    def expire_all(self) -> None:
        """Let every token run out, as happens after months; the app password still works."""
        with self._lock:
            self._access.clear()
            self._refresh.clear()

    def revoke(self, handle: str) -> None:
        """Take an app password back: nothing of that account works any more."""
        with self._lock:
            member = self._by_handle(handle)
            assert member is not None
            self._members[member.did] = replace(member, password="")
            self.expire_all()

    def _by_handle(self, handle: str) -> Member | None:
        return next((member for member in self._members.values() if member.handle == handle), None)

    def _keep(self, author: Member, key: str, record: Mapping[str, Any], at: datetime) -> Post:
        post = Post(f"at://{author.did}/{COLLECTION}/{key}", record_id(record), author, record, at)
        self._posts[post.uri] = post
        for member in self._members.values():
            told = self._notices[member.did]
            told.extend(Notice(reason, post, len(told)) for reason in reasons(post, member))
        return post

    def _answer(self, request: Request) -> Reply:
        if not request.path.startswith("/xrpc/"):
            return self._page(request.path)
        name = request.path.removeprefix("/xrpc/")
        verb = BlueskyServer._chat if name in Talks.verbs else _VERBS.get((request.method, name))
        if verb is None:
            return Reply({"error": "MethodNotImplemented", "message": "Method Not Implemented"}, 501)
        try:
            with self._lock:
                return Reply(verb(self, request))
        except Refusal as refusal:
            return refusal.reply

    def _page(self, path: str) -> Reply:
        with self._lock:
            if path.removeprefix("/") in self._members:
                return Reply(_document(self.url, self._members[path.removeprefix("/")]))
            for post in self._posts.values():
                if path == f"/profile/{post.author.handle}/post/{post.key}":
                    words = html.escape(post.text).replace("\n", "<br>")
                    page = f"<!doctype html><meta charset=utf-8><h1>{html.escape(post.author.name)}</h1><p>{words}"
                    return Reply(page.encode(), kind="text/html; charset=utf-8")
        return Reply(b"<!doctype html><h1>Not found</h1>", 404, kind="text/html; charset=utf-8")

    def _signed_in(self, request: Request) -> Member:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            raise Refusal(401, "AuthMissing", "Authentication Required")
        if token not in self._access:
            raise Refusal(400, "ExpiredToken", "Token has expired")
        return self._members[self._access[token]]

    def _session(self, member: Member) -> dict[str, object]:
        access, refresh = f"access-{secrets.token_hex(16)}", f"refresh-{secrets.token_hex(16)}"
        self._access[access] = self._refresh[refresh] = member.did
        document = _document(self.url, member)
        return {
            "accessJwt": access,
            "refreshJwt": refresh,
            "did": member.did,
            "handle": member.handle,
            "didDoc": document,
        }

    def _create_session(self, request: Request) -> dict[str, object]:
        given = request.fields()
        member = self._by_handle(str(given.get("identifier", "")))
        if member is None or not member.password or member.password != given.get("password"):
            raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session(member)

    def _refresh_session(self, request: Request) -> dict[str, object]:
        did = self._refresh.pop(request.headers.get("authorization", "").removeprefix("Bearer "), None)
        if did is None:
            raise Refusal(400, "ExpiredToken", "Token has been revoked")
        return self._session(self._members[did])

    def _get_session(self, request: Request) -> dict[str, object]:
        member = self._signed_in(request)
        return {"did": member.did, "handle": member.handle, "active": True}

    def _resolve_handle(self, request: Request) -> dict[str, object]:
        member = self._by_handle(request.first("handle"))
        if member is None:
            raise Refusal(400, "InvalidRequest", "Unable to resolve handle")
        return {"did": member.did}

    def _get_profile(self, request: Request) -> dict[str, object]:
        actor = request.first("actor")
        member = self._members.get(actor) or self._by_handle(actor)
        if member is None:
            raise Refusal(400, "InvalidRequest", "Profile not found")
        return {"did": member.did, "handle": member.handle, "displayName": member.name}

    def _upload_blob(self, request: Request) -> dict[str, object]:
        self._signed_in(request)
        link = content_id(request.content)
        self._blobs[link] = len(request.content)
        mime = request.headers.get("content-type", "application/octet-stream")
        return {"blob": {"$type": "blob", "ref": {"$link": link}, "mimeType": mime, "size": len(request.content)}}

    def _put_record(self, request: Request) -> dict[str, object]:
        member, given = self._signed_in(request), request.fields()
        record = given.get("record") or {}
        if given.get("collection") != COLLECTION:
            return self._put_gate(member, given, record)
        check_record(record, self._blobs)
        present = self._posts.get(f"at://{member.did}/{COLLECTION}/{given.get('rkey')}")
        asked_for_none = "swapRecord" in given  # without it a record that is there is replaced, as on a real server
        if present is None or (present.cid != record_id(record) and not asked_for_none):
            post = self._keep(member, str(given.get("rkey")), record, self._now())
            return {**post.reference(), "commit": {"cid": post.cid, "rev": post.key}}
        if present.cid != record_id(record):
            raise Refusal(400, "InvalidSwap", f"Record was at {present.cid}")
        return dict(present.reference())

    def _put_gate(self, member: Member, given: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, object]:
        uri = f"at://{member.did}/{given.get('collection')}/{given.get('rkey')}"
        present = self._gates.get(uri)
        if given.get("swapRecord") != (None if present is None else record_id(present)):
            raise Refusal(400, "InvalidSwap", "Record was changed")
        self._gates[uri] = record
        return {"uri": uri, "cid": record_id(record)}

    def _get_record(self, request: Request) -> dict[str, object]:
        uri = f"at://{request.first('repo')}/{request.first('collection')}/{request.first('rkey')}"
        post = self._posts.get(uri)
        if uri in self._gates:
            return {"uri": uri, "cid": record_id(self._gates[uri]), "value": dict(self._gates[uri])}
        if post is None:
            raise Refusal(400, "RecordNotFound", f"Could not locate record: {uri}")
        return {**post.reference(), "value": dict(post.record)}

    def _delete_record(self, request: Request) -> dict[str, object]:
        member, given = self._signed_in(request), request.fields()
        self._posts.pop(f"at://{member.did}/{given.get('collection')}/{given.get('rkey')}", None)
        return {}

    def _list_notifications(self, request: Request) -> dict[str, object]:
        member = self._signed_in(request)
        wanted, limit = request.query.get("reasons"), int(request.first("limit", "50"))
        before = request.first("cursor") or "~"
        newest_first = sorted(self._notices[member.did], key=lambda notice: notice.place, reverse=True)
        shown = [
            notice
            for notice in newest_first
            if notice.place < before and (not wanted or notice.reason in wanted) and notice.post.uri in self._posts
        ]
        page = shown[:limit]
        further = {"cursor": page[-1].place} if len(shown) > limit else {}
        return {"notifications": [_notice_view(notice) for notice in page], **further}

    def _search(self, request: Request) -> dict[str, object]:
        self._signed_in(request)
        return search(list(self._posts.values()), request)

    def _chat(self, request: Request) -> dict[str, object]:
        member = self._signed_in(request)
        if not member.private or request.headers.get("atproto-proxy") != "did:web:api.bsky.chat#bsky_chat":
            raise Refusal(400, "InvalidToken", "Bad token method")
        return self.talks.answer(member, request)


def _document(url: str, member: Member) -> dict[str, object]:
    home = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": url}
    return {"id": member.did, "alsoKnownAs": [f"at://{member.handle}"], "service": [home]}


def _notice_view(notice: Notice) -> dict[str, object]:
    return {**post_view(notice.post), "reason": notice.reason, "isRead": False}


_VERBS: Mapping[tuple[str, str], Callable[[BlueskyServer, Request], dict[str, object]]] = {
    ("POST", "com.atproto.server.createSession"): BlueskyServer._create_session,
    ("POST", "com.atproto.server.refreshSession"): BlueskyServer._refresh_session,
    ("GET", "com.atproto.server.getSession"): BlueskyServer._get_session,
    ("GET", "com.atproto.identity.resolveHandle"): BlueskyServer._resolve_handle,
    ("GET", "app.bsky.actor.getProfile"): BlueskyServer._get_profile,
    ("POST", "com.atproto.repo.uploadBlob"): BlueskyServer._upload_blob,
    ("POST", "com.atproto.repo.putRecord"): BlueskyServer._put_record,
    ("GET", "com.atproto.repo.getRecord"): BlueskyServer._get_record,
    ("POST", "com.atproto.repo.deleteRecord"): BlueskyServer._delete_record,
    ("GET", "app.bsky.feed.searchPosts"): BlueskyServer._search,
    ("GET", "app.bsky.notification.listNotifications"): BlueskyServer._list_notifications,
}
