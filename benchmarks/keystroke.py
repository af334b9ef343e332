"""What a key press costs in the editor with ten channels counting, beside the same box without any (C1, C2)."""

import gc
import random
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from benchmarks.figure import Figure, compare
from benchmarks.long_rows import NOW, application
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.announcement import Announcement, AnnouncementId, Fit
from pcc_desk.services.fitting import Fitter
from pcc_desk.ui.background import Background
from pcc_desk.ui.compose.editor import Editor
from pcc_desk.ui.compose.text_box import TextBox
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.reading.presence import Presence
from pcc_desk.ui.tidying import Tidying

METRICS = ("keystroke", "keystroke_long")
KEYS, ROUNDS = 30, 15
COUNTED = "x bluesky mastodon threads facebook instagram linkedin youtube email wordpress"
LENGTHS = (300, 3_000)
MIXED = "{}. Cyllideb 🎉 éè 👩‍👩‍👧 gov.uk/budget #Budget 中文 plain words and more of them.\n"


def measure() -> Iterator[Figure]:
    """Press keys at the end of a mixed text, in each box in turn; from the key to the painted window."""
    tidying = Tidying(application())  # garbage is collected as in the program: by a clock, and never what was loaded
    gc.freeze()
    for metric, length in zip(METRICS, LENGTHS, strict=True):
        text = mixed(length)
        editor, plain = _open_editor(text), _open_plain(text)
        box = editor.findChildren(TextBox)[0]
        plain.resize(box.size())
        letters = _letters()
        value, ratio = compare(partial(_press, letters, plain), partial(_press, letters, box), ROUNDS)
        unit = f"ms of processor a key, {length} characters"
        yield Figure(metric, value * 1000, unit, ratio, "the box without counters", ROUNDS)
        for each in (editor, plain):
            each.close()
    tidying.stop()


def mixed(length: int) -> str:
    """Give a text of so many characters with accents, emoji, links, hashtags and Chinese; no line of it comes twice."""
    return "".join(MIXED.format(number) for number in range(1 + length // len(MIXED)))[:length]


def _letters() -> Iterator[Qt.Key]:
    """Give letters without end, such that no text is typed twice, and none is remembered."""
    pick = random.Random(20261122)
    while True:
        yield Qt.Key(Qt.Key.Key_A + pick.randrange(26))


def _press(letters: Iterator[Qt.Key], box: QPlainTextEdit) -> float:
    """Type letters at the end, and take them away again unmeasured; give the processor seconds of one key."""
    app = application()
    box.window().activateWindow()
    box.setFocus()
    app.processEvents()
    started = time.process_time()
    for _ in range(KEYS):
        QTest.keyClick(box, next(letters))
        app.processEvents()
    spent = (time.process_time() - started) / KEYS
    for _ in range(KEYS):
        box.textCursor().deletePreviousChar()
    app.processEvents()
    return spent


def _open_plain(text: str) -> QPlainTextEdit:
    application()
    box = QPlainTextEdit()
    box.setPlainText(text)
    box.moveCursor(box.textCursor().MoveOperation.End)
    box.show()
    return box


def _open_editor(text: str) -> Editor:
    application()
    presences = _presences()
    fitter = Fitter()

    def fit(announcement: Announcement, account: Account) -> Fit:
        return fitter.fit(announcement, account, presences[account.id].platform)

    nobody: Any = None  # no picture is shown, so nothing is asked of the services
    background = Background()
    editor = Editor(fit, Thumbnails(nobody, background, background))
    background.setParent(editor)
    editor.resize(700, 700)
    editor.show_announcement(Announcement(AnnouncementId(1), "Title", text, tuple(presences)), presences)
    editor.show()
    return editor


def _presences() -> dict[AccountId, Presence]:
    """Make ten accounts, one on each of the platforms that are counted most."""
    made = {}
    for number, name in enumerate(COUNTED.split(), start=1):
        platform = ADAPTERS[name].platform
        account = Account(AccountId(number), platform.name, "", "", "pcc.test", "PCC", AccountState.CONNECTED, NOW)
        made[account.id] = Presence(account, platform)
    return made
