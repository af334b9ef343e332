"""A few widgets that stay together in a row that may wrap."""

from PySide6.QtWidgets import QWidget

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.frames import row

HEIGHT = 32  # pixels at 100 % text size; every group is as high, so that what stands in them is in line


class Group(QWidget):
    """Widgets side by side that never part, in the middle of their row."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        line = row(self, gap=6)
        line.addStrut(theme.px(HEIGHT))
        for widget in widgets:
            line.addWidget(widget)
