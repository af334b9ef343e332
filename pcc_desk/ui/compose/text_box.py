"""The box an announcement is written in: plain words, with links and hashtags coloured."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QEvent, QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageWriter,
    QPainter,
    QPaintEvent,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QWidget

from pcc_desk.model.announcement import Span
from pcc_desk.ui import theme
from pcc_desk.ui.compose.line_colours import colour_lines
from pcc_desk.ui.widgets.spanned_text import units
from pcc_desk.ui.widgets.words import is_new_look

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp")
FILM_ENDINGS = (".mp4", ".m4v")
COLOURED = 10_000  # characters; a longer text is not coloured while it is typed


class TextBox(QPlainTextEdit):
    """Shows one page of text at a time; each page keeps its own undo history.

    Signals:
        written(str): a person changed the text.
        pictures_offered(list): paths or bytes of pictures dropped or pasted.
        film_offered(Path): a film dropped or pasted.
    """

    written = Signal(object)  # as `str` it would be copied into Qt and back at each key press
    pictures_offered = Signal(object)
    film_offered = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turning = False
        self._spans: tuple[Span, ...] = ()
        self._laid, self._lines = True, 1  # whether the spans have their colours, and how many lines there were then
        self._ground = QColor(theme.tokens().panel)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # a key press then paints nothing beneath
        self.textChanged.connect(self._on_text_changed)
        self.document().contentsChange.connect(self._on_contents_change)

    def text(self) -> str:
        """Give the words exactly as written, no-break spaces too."""
        return words_of(self.document())

    def show_page(self, page: QTextDocument) -> None:
        """Turn to a page."""
        self._turning = True
        page.setDefaultFont(self.font())
        self.document().contentsChange.disconnect(self._on_contents_change)
        self.setDocument(page)
        page.contentsChange.connect(self._on_contents_change)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._turning = False
        self._spans, self._laid = (), False  # the page has the colours it had when it was shown last

    def put(self, text: str) -> None:
        """Replace the whole text in one step that can be undone."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def colour(self, text: str, spans: tuple[Span, ...]) -> None:
        """Colour the links and hashtags of `text`, which is what the box holds."""
        if len(text) > COLOURED:
            spans = ()
        before, self._spans = self._spans, spans  # the newest ones: most of the next will be the very same
        if not self._laid or spans != before:
            self._lay(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take words, pictures, picture files and films."""
        urls = source.urls()
        return source.hasText() or source.hasImage() or bool(picture_files(urls) or film_files(urls))

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste words as plain text; offer pictures and a film."""
        for film in film_files(source.urls())[:1]:
            self.film_offered.emit(film)
            return
        offered: list[Path | bytes] = list(picture_files(source.urls()))
        if not offered and source.hasImage() and not source.hasText():
            offered = [png_of(source.imageData())]
        if offered:
            self.pictures_offered.emit(offered)
        elif source.hasText():
            self.textCursor().insertText(source.text())

    def changeEvent(self, event: QEvent) -> None:
        """Colour anew in the colours of a new look."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_spans"):
            self._ground = QColor(theme.tokens().panel)
            self._lay(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, which the window leaves to an opaque box, and the words."""
        QPainter(self.viewport()).fillRect(event.rect(), self._ground)
        super().paintEvent(event)

    def _lay(self, text: str) -> None:
        self._laid = True
        spans = () if len(text) > COLOURED else self._spans
        colour_lines(self.document(), utf16_ranges(text, spans), theme.tokens().accent)

    def _on_contents_change(self, position: int, removed: int, added: int) -> None:
        # A letter more or less in a line leaves all colours where they are; after anything else Qt may have moved them.
        lines = self.blockCount()
        if removed + added > 1 or lines != self._lines:
            self._lines, self._laid = lines, False

    def _on_text_changed(self) -> None:
        if not self._turning:
            text = self.text()
            self.written.emit(text)
            if not self._laid:  # nobody asked for the colours, because the words are the same
                self._lay(text)


def new_page(text: str, owner: QWidget) -> QTextDocument:
    """Make a page that holds `text`."""
    page = QTextDocument(owner)
    page.setDocumentLayout(QPlainTextDocumentLayout(page))
    page.setPlainText(text)
    return page


def words_of(page: QTextDocument) -> str:
    """Give a page's words; Qt's own plain text would turn no-break spaces into spaces."""
    text = page.toRawText().replace("\u2029", "\n").replace("\u2028", "\n")
    try:
        written = text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair cannot be saved or sent
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        written = text.encode()
    return text.replace("\x00", "") if b"\x00" in written else text  # found ten times sooner in bytes


def utf16_ranges(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Turn ranges in characters, in order, into Qt's ranges in UTF-16 units."""
    if text.isascii() or not text or max(text) <= "\uffff":
        return [(span.start, span.end) for span in spans]
    ranges = []
    read = end = 0
    for span in spans:
        start = end + units(text[read : span.start])
        read, end = span.end, start + units(text[span.start : span.end])
        ranges.append((start, end))
    return ranges


def picture_files(urls: Sequence[QUrl]) -> list[Path]:
    """Pick the picture files among what was dropped."""
    files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [each for each in files if each.suffix.lower() in PICTURE_ENDINGS]


def film_files(urls: Sequence[QUrl]) -> list[Path]:
    """Pick the films among what was dropped."""
    files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [each for each in files if each.suffix.lower() in FILM_ENDINGS]


def png_of(image: QImage) -> bytes:
    """Write a pasted picture as PNG."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())
