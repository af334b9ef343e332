"""The inbox's left column: which messages the list shows, with how many there are of each."""

from collections.abc import Collection, Hashable, Iterable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.message import MessageCounts, MessageFilter, MessageKind, MessageState
from pcc_desk.ui import theme
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import Scroll
from pcc_desk.ui.widgets.words import Label

STATES: dict[Hashable, str] = {
    MessageState.OPEN: "Open",
    MessageState.WAITING: "Waiting",
    MessageState.DONE: "Done",
    None: "All",
}
KINDS: dict[Hashable, str] = {
    None: "All types",
    MessageKind.REPLY: "Replies",
    MessageKind.MENTION: "Mentions",
    MessageKind.QUOTE: "Quotes",
    MessageKind.COMMENT: "Comments",
    MessageKind.DIRECT: "Private messages",
    MessageKind.EMAIL: "Emails",
    MessageKind.REVIEW: "Reviews",
    MessageKind.HELD: "Held comments",
    MessageKind.LIVE: "Live comments",
    MessageKind.MATCH: "Hashtag posts",
}
ALWAYS = (None, MessageKind.REPLY, MessageKind.MENTION, MessageKind.QUOTE, MessageKind.COMMENT)
ANY_TAG = "All messages"


class Choice(QAbstractButton):
    """One row of the column: words at the left, how many at the right."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count: int | None = None
        self.setText(words)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def set_count(self, count: int | None) -> None:
        """Show how many; None shows nothing."""
        self._count = count
        self.setAccessibleName(self.text() if count is None else f"{self.text()}, {count}")
        self.update()

    def count(self) -> int | None:
        """Give the count shown."""
        return self._count

    def sizeHint(self) -> QSize:
        """Ask for one line with room around it."""
        return QSize(theme.px(150), theme.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        colours, box = theme.tokens(), self.rect().adjusted(1, 1, -1, -1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, lit = self.isChecked(), self.underMouse()
        painter.setBrush(QColor(colours.soft) if chosen or lit else Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(colours.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 6, 6)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colours.accent if chosen else colours.ink))
        self._write(painter, box.adjusted(theme.px(9), 0, -theme.px(9), 0))

    def _write(self, painter: QPainter, box: QRect) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        count = "" if self._count is None else f"{self._count:,}"
        room = painter.fontMetrics().horizontalAdvance(count)
        words = box.adjusted(0, 0, -room - theme.px(6) if count else 0, 0)
        short = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(middle | Qt.AlignmentFlag.AlignLeft), short)
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignRight), count)


class Choices(QWidget):
    """A short list of which exactly one is chosen.

    Signals:
        picked(): the person chose another row.
    """

    picked = Signal()

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: list[Hashable] = []
        self._group = QButtonGroup(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, theme.px(10))
        self._rows.setSpacing(1)
        if heading:
            label = Label(heading, "strong")
            label.setContentsMargins(theme.px(10), 0, 0, theme.px(2))
            self._rows.addWidget(label)
        self._group.buttonClicked.connect(lambda _: self.picked.emit())

    def offer(self, words: dict[Hashable, str]) -> None:
        """Show these rows; the chosen one stays chosen, or the first is."""
        before = self.chosen() if self._keys else next(iter(words))
        if list(words) == self._keys and [button.text() for button in self._group.buttons()] == list(words.values()):
            return
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._keys = list(words)
        for place, text in enumerate(words.values()):
            choice = Choice(text, self)
            self._group.addButton(choice, place)
            self._rows.addWidget(choice)
        self.choose(before if before in words else self._keys[0])

    def chosen(self) -> Hashable:
        """Give the key of the chosen row, None when there are no rows."""
        place = self._group.checkedId()
        return self._keys[place] if 0 <= place < len(self._keys) else None

    def choose(self, key: Hashable) -> None:
        """Choose a row without telling anybody."""
        self._group.button(self._keys.index(key)).setChecked(True)

    def pick(self, key: Hashable) -> None:
        """Choose a row as a person does."""
        self._group.button(self._keys.index(key)).click()

    def count(self, key: Hashable, count: int | None) -> None:
        """Show how many belong to a row."""
        button = self._group.button(self._keys.index(key))
        assert isinstance(button, Choice)
        button.set_count(count)

    def count_of(self, key: Hashable) -> int | None:
        """Give the count a row shows."""
        button = self._group.button(self._keys.index(key))
        assert isinstance(button, Choice)
        return button.count()

    def show_only(self, keys: Collection[Hashable]) -> None:
        """Show these rows and the chosen one; the others stay offered and can be shown again."""
        for place, key in enumerate(self._keys):
            self._group.button(place).setVisible(key in keys or key == self.chosen())

    def shown(self) -> tuple[Hashable, ...]:
        """Give the keys of the rows that are shown, in order."""
        return tuple(key for place, key in enumerate(self._keys) if not self._group.button(place).isHidden())

    def offered(self) -> tuple[Hashable, ...]:
        """Give the keys of the rows in order."""
        return tuple(self._keys)


class FilterColumn(Scroll):
    """State, type and account; each counts what the chosen state holds.

    Signals:
        chosen(): the person chose another filter.
        watch_requested(): watch a hashtag, or stop.
    """

    chosen = Signal()
    watch_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.states, self.kinds, self.accounts = Choices(), Choices("Type"), Choices("Accounts")
        self.hashtags, self.watching = Choices("Hashtags"), LinkButton("Watch a hashtag…")
        self._counts = MessageCounts({}, {}, {})
        self.states.offer(STATES)
        self.kinds.offer(KINDS)
        self.accounts.offer({None: "All accounts"})
        self.hashtags.offer({None: ANY_TAG})
        for part in (self.states, self.kinds, self.hashtags, self.watching, self.accounts):
            self.column.addWidget(part)
            if isinstance(part, Choices):
                part.picked.connect(self._on_picked)
        self.watching.clicked.connect(self.watch_requested)
        self.column.addStretch(1)

    def which(self, words: str = "") -> MessageFilter:
        """Give the filter chosen, with the words searched for."""
        state, kind, account = self.states.chosen(), self.kinds.chosen(), self.accounts.chosen()
        tag = self.hashtags.chosen()
        return MessageFilter(
            state if isinstance(state, MessageState) else None,
            AccountId(account) if isinstance(account, int) else None,
            kind if isinstance(kind, MessageKind) else None,
            f"{tag} {words}" if isinstance(tag, str) else words,
        )

    def show_hashtags(self, tags: Iterable[str]) -> None:
        """Offer the hashtags that are watched."""
        before = self.hashtags.chosen()
        self.hashtags.offer({None: ANY_TAG, **{tag: tag for tag in tags}})
        self.hashtags.setVisible(len(self.hashtags.offered()) > 1)
        if before != self.hashtags.chosen():
            self.chosen.emit()

    def show_accounts(self, presences: Presences) -> None:
        """Offer the accounts in use."""
        used = (each for each in presences.values() if each.account.state is not AccountState.DISCONNECTED)
        names: dict[Hashable, str] = {each.account.id: f"{each.platform.title} {each.account.handle}" for each in used}
        self.accounts.offer({None: "All accounts", **names})
        self._show_counts()

    def show_counts(self, counts: MessageCounts) -> None:
        """Show how many messages each row holds."""
        self._counts = counts
        self._show_counts()

    def _show_counts(self) -> None:
        counts, state = self._counts, self.states.chosen()
        for each in (MessageState.OPEN, MessageState.WAITING, MessageState.DONE):
            self.states.count(each, counts.by_state.get(each, 0))
        within = [each for each in MessageState if state in (None, each)]
        for kind in MessageKind:
            self.kinds.count(kind, sum(counts.by_kind.get((kind, each), 0) for each in within))
        self.kinds.show_only({*ALWAYS, *(kind for (kind, _), number in counts.by_kind.items() if number)})
        for account in self.accounts.offered():
            if isinstance(account, int):
                number = AccountId(account)
                self.accounts.count(account, sum(counts.by_account.get((number, each), 0) for each in within))

    def _on_picked(self) -> None:
        self._show_counts()
        self.chosen.emit()
