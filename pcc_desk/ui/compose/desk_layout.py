"""How the compose panel is laid out: shelf, editor with its foot, and previews; in a narrow window one at a time."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.ui import theme
from pcc_desk.ui.compose.editor import Editor, Fitting
from pcc_desk.ui.compose.footer import Footer, say_schedule
from pcc_desk.ui.compose.previews import Previews
from pcc_desk.ui.compose.reads import Opened
from pcc_desk.ui.compose.sent_view import SentView
from pcc_desk.ui.compose.shelf import ShelfPane
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.compose.wording import say_count
from pcc_desk.ui.correcting.afterwards import Afterwards
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import LinkButton, QuietButton
from pcc_desk.ui.widgets.frames import EmptyState, Pane, Rule, column, row

SHELF, NARROW_SHELF, PREVIEWS, WIDE = 236, 176, 318, 1000  # pixels at 100 % text size


class Desk(QWidget):
    """Holds the parts of the panel and the notices that belong to it.

    Signals:
        new_requested(): begin an announcement.
        outbox_requested(): show how it goes out.
        return_requested(AnnouncementId): bring a discarded draft back.
    """

    new_requested = Signal()
    outbox_requested = Signal()
    return_requested = Signal(object)

    def __init__(self, fit: Fitting, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.shelf, self.editor, self.footer = ShelfPane(), Editor(fit, thumbnails), Footer()
        self.previews, self._sent = Previews(thumbnails), SentView()
        self._head, self._banner = QWidget(), Banner()
        self._outbox, self._return = LinkButton("Show the outbox"), LinkButton("Bring it back")
        self._flip = QuietButton("Show the &preview")
        self._middle, self._nothing = (
            Pane(),
            EmptyState(
                "compose", "Nothing is open", "Choose an announcement at the left, or begin one.", "New announcement"
            ),
        )
        self._stack = QStackedWidget()
        self._flipped = False
        self._discarded: AnnouncementId | None = None
        self._build()

    def show_editor(self) -> None:
        """Show the editor."""
        self._stack.setCurrentIndex(1)
        self._arrange()

    def show_sent(self, opened: Opened) -> None:
        """Show what became of an announcement."""
        self._sent.show_sent(opened)
        self._stack.setCurrentIndex(2)
        self._arrange()

    def follow(self, afterwards: Afterwards) -> None:
        """Let what is asked about a sent announcement be done, and say what came of it."""
        self._sent.correct_requested.connect(afterwards.correct)
        self._sent.take_down_requested.connect(afterwards.take_down)
        afterwards.told.connect(self.say)

    def show_nothing(self) -> None:
        """Show that nothing is open."""
        self._stack.setCurrentIndex(0)
        self._arrange()

    def say(self, sentence: str) -> None:
        """Show a passing sentence; "" takes it away."""
        self._offer(None)
        if sentence:
            self._banner.say(sentence, "accent")
        else:
            self._banner.hide()
        self._arrange()

    def clear_sentence(self) -> None:
        """Take the sentence about another announcement away, but keep the offer to bring a discarded one back."""
        if not self._return.isVisibleTo(self._banner):
            self.say("")

    def tell(self, error: DeskError) -> None:
        """Show a failure."""
        self._offer(None)
        self._banner.say("", "red")
        self._banner.tell(error)
        self._arrange()

    def tell_approved(self, announcement: Announcement) -> None:
        """Say that it goes out, and when."""
        channels = say_count(len(announcement.accounts), "channel")
        when = announcement.schedule
        self._offer(self._outbox)
        self._banner.say(
            f"In the outbox for {channels}." if when is None else f"It goes out {say_schedule(when)} to {channels}.",
            "green",
        )
        self._arrange()

    def tell_discarded(self, announcement_id: AnnouncementId) -> None:
        """Say that a draft was discarded, and offer it back."""
        self._discarded = announcement_id
        self.show_nothing()
        self._offer(self._return)
        self._banner.say("The draft was discarded. It is kept for 30 days.", "amber")
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the previews beside the editor when there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        self.previews.setFixedWidth(theme.px(PREVIEWS))
        inside = column(self._middle, gap=0)
        for widget in (self.editor, Rule(), self.footer):
            inside.addWidget(widget, int(widget is self.editor))
        for page in (self._nothing, self._middle, self._sent):
            self._stack.addWidget(page)
        centre = column(gap=0)
        head = row(self._head, margin=8)
        head.addWidget(self._banner, 1)
        head.addStretch()
        head.addWidget(self._flip)
        centre.addWidget(self._head)
        centre.addWidget(self._stack, 1)
        across = row(self, gap=0)
        across.addWidget(self.shelf)
        across.addWidget(Rule(upright=True))
        across.addLayout(centre, 1)
        across.addWidget(Rule(upright=True))
        across.addWidget(self.previews)
        for button in (self._outbox, self._return):
            self._banner.add_button(button)
        self._outbox.clicked.connect(self.outbox_requested)
        self._return.clicked.connect(self._on_return_clicked)
        self._flip.clicked.connect(self._on_flip_clicked)
        self._banner.dismissed.connect(self._arrange)
        assert self._nothing.button is not None
        self._nothing.button.clicked.connect(self.new_requested)
        self.shelf.new_requested.connect(self.new_requested)
        self.setFocusProxy(self.editor)

    def _offer(self, button: QWidget | None) -> None:
        for each in (self._outbox, self._return):
            each.setVisible(each is button)

    def _arrange(self) -> None:
        editing = self._stack.currentIndex() == 1
        wide = self.width() >= theme.px(WIDE)
        self.shelf.setFixedWidth(theme.px(SHELF if wide else NARROW_SHELF))
        self._flip.setVisible(editing and not wide)
        flipped = self._flipped and editing and not wide
        self.previews.setVisible(editing and (wide or flipped))
        self._stack.setVisible(not flipped)
        self._head.setVisible(self._flip.isVisibleTo(self._head) or self._banner.isVisibleTo(self._head))
        self._flip.setText("Back to the &text" if flipped else "Show the &preview")

    def _on_flip_clicked(self) -> None:
        self._flipped = not self._flipped
        self._arrange()

    def _on_return_clicked(self) -> None:
        self._banner.hide()
        self._arrange()
        self.return_requested.emit(self._discarded)
