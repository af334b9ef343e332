"""Pictures and films that nothing refers to are let go after a month, a few at a time."""

from datetime import datetime, timedelta

from pcc_desk.model.changes import Changes
from pcc_desk.services.films import LONGEST
from pcc_desk.store import media
from pcc_desk.store.engine import Store

MONTH = timedelta(days=30)  # whoever took a picture out may want it back, and a draft may wait to be saved
LOOKED_AT = 8  # pictures and films in one call: each is looked for in everything that was written down
STRETCHES = 16  # of a film dropped in one write of about 16 MB, so that nothing else waits for long


class Purging:
    """Lets go what is not used; safe to use from many threads, and beside another desk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = ""  # looked at; "" begins again

    def run(self, now: datetime) -> Changes:
        """Do one short piece of the work: look at the next few, let one go, or drop some stretches. Raises: StoreError.

        What a draft, an earlier version of one or a delivery names is never let go: what was sent is kept with it for
        as long as the delivery is.
        """
        self._look(now)
        if not self._let_go(now):
            with self._store.write() as conn:
                media.drop_stretches(conn, now - LONGEST, STRETCHES)
        return Changes.NONE

    def _look(self, now: datetime) -> None:
        with self._store.read() as conn:
            ids = media.after(conn, self._last, LOOKED_AT)
            used = {media_id for media_id in ids if media.is_used(conn, media_id)}
        self._last = ids[-1] if len(ids) == LOOKED_AT else ""
        if ids:
            with self._store.write() as conn:
                media.note_unused(conn, (media_id for media_id in ids if media_id not in used), now)
                media.note_used(conn, used)

    def _let_go(self, now: datetime) -> bool:
        with self._store.read() as conn:
            over = media.unused_since(conn, now - MONTH, 1)
        for media_id in over:
            with self._store.write() as conn:  # nobody else writes meanwhile, so what is not used now is not used
                if media.is_used(conn, media_id):
                    media.note_used(conn, [media_id])
                elif media_id in media.unused_since(conn, now - MONTH, 1):  # nobody has taken it up since
                    media.let_go(conn, media_id)
        return bool(over)
