"""The tokens of one account: kept before they are used, renewed by one thread at a time, never made weaker."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels.failures import Ask, as_written, nothing_public_yet
from pcc_desk.channels.grants import Grant, is_weaker, keep, keep_app, kept, kept_app, pasted, signed_out
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import ChannelError, Unauthorized
from pcc_desk.model.channel import Secrets

__all__ = ["SignedWire", "Tokens", "is_weaker", "keep", "keep_app", "kept", "kept_app", "pasted"]
AHEAD = timedelta(minutes=2)  # a token is renewed this long before it ends, so that no upload outlives it
_LOOKS = (0.0, 0.2, 0.8)  # s: what another desk was given may be kept a moment later than ours was refused
_REST = timedelta(minutes=1)  # between two tries to renew a token that still works


@dataclass(frozen=True, slots=True)
class _Flight:
    """How the last renewal ended, for the threads that waited for it."""

    number: int = 0
    failure: ChannelError | None = None


class Tokens:
    """Gives the access token of one account; safe to use from many threads."""

    def __init__(
        self,
        secrets: Secrets,
        renew: Callable[[Grant], Grant] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        ahead: timedelta = AHEAD,
    ) -> None:
        """Use what is kept in `secrets`; `renew` makes a new grant of the old one, None where a platform cannot."""
        self._secrets = secrets
        self._renew = renew
        self._now = now
        self._ahead = ahead
        self._renewing = threading.Lock()
        self._last = _Flight()
        self._rests_until: datetime | None = None

    def current(self) -> str:
        """Give the token for the next request, renewed a little before it ends. Raises: ChannelError."""
        grant = self._kept()
        now = self._now()
        if self._renew is None or grant.expires_at is None or now < grant.expires_at - self._ahead:
            return grant.access
        if now >= grant.expires_at:
            return self.after(grant.access)
        if self._rests_until is not None and now < self._rests_until:
            return grant.access
        try:
            return self.after(grant.access)
        except Unauthorized:
            raise
        except ChannelError:  # it still works for a little while, and is renewed then
            self._rests_until = now + _REST
            return grant.access

    def after(self, stale: str) -> str:
        """Give another token than one that was refused; many threads at once renew it once. Raises: ChannelError."""
        seen = self._last.number
        with self._renewing:
            grant = self._kept()
            if grant.access != stale:
                return grant.access
            if self._last.number != seen and self._last.failure is not None:
                raise _again(self._last.failure)  # it failed while we waited for it: asking once is enough
            try:
                token = self._renewed(grant)
            except ChannelError as error:
                self._last = _Flight(self._last.number + 1, error)
                raise
            self._last = _Flight(self._last.number + 1)
            return token

    def _renewed(self, old: Grant) -> str:
        if self._renew is None:
            raise signed_out("this account", "no way to renew")
        try:
            new = self._renew(old)
        except Unauthorized:
            # Another desk may have used up the same refresh token a moment before, and kept what it was given.
            if (theirs := self._another_than(old)) is None:
                raise
            return theirs.access
        now_kept = self._kept()
        if now_kept != old:  # somebody signed in again meanwhile; that sign-in is the one to use
            return now_kept.access
        last = new.renewing_ends_at or (None if new.refresh else old.renewing_ends_at)
        refresh, scopes = new.refresh or old.refresh, new.scopes or old.scopes
        carried = replace(new, refresh=refresh, scopes=scopes, renewing_ends_at=last)
        if is_weaker(carried, old):
            raise Unauthorized(
                "The platform gave PCC Desk fewer rights than before.",
                "Sign in again in Settings and allow everything it asks for.",
                f"missing: {' '.join(sorted(set(old.scopes) - set(carried.scopes))) or 'nothing, but it ends earlier'}",
            )
        keep(carried, self._secrets)
        return carried.access

    def _another_than(self, old: Grant) -> Grant | None:
        for seconds in _LOOKS:
            time.sleep(seconds)
            if (now_kept := self._kept()).access != old.access:  # which is kept last
                return now_kept
        return None

    def _kept(self) -> Grant:
        grant = kept(self._secrets)
        if grant is None:
            raise signed_out("this account", "no token is kept")
        return grant


class SignedWire:
    """The wire of an account signed in with a token; one that is refused is renewed once and the request repeated."""

    def __init__(
        self, wire: Wire, tokens: Tokens, is_stale: Callable[[Answer], bool] = lambda answer: answer.code == 401
    ) -> None:
        """`is_stale` tells an answer that refuses the token, before anything was done; 401 and 400 are shown to it."""
        self.wire = wire
        self._tokens = tokens
        self._is_stale = is_stale

    def get(self, ask: Ask) -> Answer:
        """Read as the account. Raises: ChannelError."""
        return self._signed("GET", self.wire.get, ask)

    def post(self, ask: Ask) -> Answer:
        """Write as the account. Raises: ChannelError."""
        return self._signed("POST", self.wire.post, ask)

    def put(self, ask: Ask) -> Answer:
        """Write as the account. Raises: ChannelError."""
        return self._signed("PUT", self.wire.put, ask)

    def delete(self, ask: Ask) -> Answer:
        """Delete as the account. Raises: ChannelError."""
        return self._signed("DELETE", self.wire.delete, ask)

    def _signed(self, method: str, send: Callable[[Ask], Answer], ask: Ask) -> Answer:
        with nothing_public_yet():
            token = self._tokens.current()
        answer = send(_with_token(ask, token))
        if self._is_stale(answer):  # refused before anything was done, so asking again is safe
            try:
                with nothing_public_yet():
                    token = self._tokens.after(token)
            except Unauthorized as over:
                sent = self.wire.sent(method, _with_token(ask, token))
                over.detail = sent.with_answer(
                    f"{sent.about(str(answer.code))}, {over.detail}", as_written(answer.body)
                )
                raise
            answer = send(_with_token(ask, token))
        if answer.code in _MAY_BE_STALE and answer.code not in ask.accept:
            raise self.wire.sent(method, _with_token(ask, token)).refused(answer.code, answer.body)
        return answer


_MAY_BE_STALE = frozenset({400, 401})


def _with_token(ask: Ask, token: str) -> Ask:
    headers = {**ask.headers, "Authorization": f"Bearer {token}"}
    return replace(ask, headers=headers, accept=ask.accept | _MAY_BE_STALE)


def _again(error: ChannelError) -> ChannelError:
    """Give a failure once more, for another thread: an exception raised in two threads would mix their traces."""
    again = type(error).__new__(type(error), *error.args)
    again.__dict__.update(error.__dict__)
    return again
