"""The bridge between Qt's thread and the others."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from pcc_desk.errors import DeskError, Unreachable
from pcc_desk.model.changes import Changes
from pcc_desk.ui.background import Background


class Listener(QObject):
    """Remembers what it was told and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []
        self.threads: set[threading.Thread] = set()

    def hear(self, *told: object) -> None:
        """Remember."""
        self.told.append(told[-1])
        self.threads.add(threading.current_thread())

    def has_heard(self, told: object) -> bool:
        """Tell whether it was told this."""
        return told in self.told


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    """A bridge that is stopped at the end."""
    bridge = Background()
    yield bridge
    assert bridge.stop(60)


def fail() -> Changes:
    """Fail as a platform does."""
    raise Unreachable("The website did not answer.", "It is tried again by itself.")


def test_writes_run_one_after_another_in_the_order_asked(background: Background, qtbot: QtBot) -> None:
    done: list[int] = []
    at_work = threading.Semaphore(1)

    def write(number: int) -> Changes:
        assert at_work.acquire(blocking=False), "two writes at once"
        done.append(number)
        at_work.release()
        return Changes.NONE

    for number in range(200):
        background.do(partial(write, number))
    qtbot.waitUntil(lambda: len(done) == 200)
    assert done == list(range(200))


def test_a_write_tells_every_screen_what_it_touched(background: Background, qtbot: QtBot) -> None:
    with qtbot.waitSignal(background.changed) as told:
        background.do(lambda: Changes.EVENTS)
    assert told.args == [Changes.EVENTS]
    with qtbot.waitSignal(background.changed) as told:
        background.do(lambda: "a value", touches=Changes.OFFICE)
    assert told.args == [Changes.OFFICE]


def test_a_write_that_touched_nothing_disturbs_nobody(background: Background, qtbot: QtBot) -> None:
    listener = Listener()
    with qtbot.assertNotEmitted(background.changed):
        background.do(lambda: Changes.NONE, listener.hear)
        qtbot.waitUntil(lambda: listener.told == [Changes.NONE])


def test_answers_arrive_on_the_thread_that_asked(background: Background, qtbot: QtBot) -> None:
    listener = Listener()
    background.ask(threading.current_thread, listener.hear)
    qtbot.waitUntil(lambda: bool(listener.told))
    assert listener.threads == {threading.main_thread()}
    assert listener.told != [threading.main_thread()]


def test_more_can_be_given_along_with_a_bound_method(background: Background, qtbot: QtBot) -> None:
    listener = Listener()
    background.ask(lambda: 2, partial(listener.hear, 1))
    qtbot.waitUntil(lambda: listener.told == [2])


def test_an_answer_for_a_panel_that_is_gone_is_dropped(background: Background, qtbot: QtBot) -> None:
    gate, heard = threading.Event(), Listener()

    class Panel(QWidget):
        def show_answer(self, answer: bool) -> None:
            heard.hear(answer)

    deleted, forgotten = Panel(), Panel()
    background.ask(gate.wait, deleted.show_answer)
    background.ask(gate.wait, partial(forgotten.show_answer))
    with qtbot.waitSignal(deleted.destroyed):
        deleted.deleteLater()
    del forgotten
    gate.set()
    late = Listener()
    background.ask(lambda: "late", late.hear)
    qtbot.waitUntil(lambda: late.told == ["late"])
    assert heard.told == []


def test_an_answer_never_comes_before_the_question_is_asked(background: Background, qtbot: QtBot) -> None:
    listener = Listener()
    for number in range(50):  # now and then one is found before the call is over
        background.ask(partial(str, number), listener.hear)
        assert str(number) not in listener.told
        qtbot.waitUntil(partial(listener.has_heard, str(number)))


def test_answers_to_one_place_come_in_the_order_asked(background: Background, qtbot: QtBot) -> None:
    gate, listener, other = threading.Event(), Listener(), Listener()
    background.ask(lambda: "old" if gate.wait(60) else "", listener.hear)
    for number in range(3):
        background.ask(partial(str, number), listener.hear)
    background.ask(lambda: "elsewhere", other.hear)
    background.ask(lambda: "for another", partial(listener.hear, "given along"))
    qtbot.waitUntil(lambda: other.told == ["elsewhere"] and listener.told == ["for another"])
    gate.set()
    qtbot.waitUntil(lambda: len(listener.told) == 5)
    assert listener.told == ["for another", "old", "0", "1", "2"]


def test_a_bug_in_an_answer_does_not_keep_the_next_one_back(background: Background, qtbot: QtBot) -> None:
    gate, listener = threading.Event(), Listener()

    def hear(answer: str) -> None:
        listener.hear(answer)
        if answer == "first":
            raise ZeroDivisionError

    with capture_exceptions() as caught:
        background.ask(lambda: "first" if gate.wait(60) else "", hear)
        background.ask(lambda: "second", hear)
        background.reach(gate.set)
        qtbot.waitUntil(lambda: len(listener.told) == 2)
    assert listener.told == ["first", "second"] and len(caught) == 1


def test_it_is_quiet_while_no_question_is_on_its_way(background: Background, qtbot: QtBot) -> None:
    gate, slow, quick = threading.Event(), Listener(), Listener()
    assert background.is_quiet()
    background.ask(lambda: gate.wait(60), slow.hear)
    background.ask(fail, quick.hear, quick.hear)
    qtbot.waitUntil(lambda: len(quick.told) == 1)
    assert not background.is_quiet()
    gate.set()
    qtbot.waitUntil(background.is_quiet)
    assert slow.told == [True]


def test_a_foreseen_failure_goes_to_whoever_asked(background: Background, qtbot: QtBot) -> None:
    listener = Listener()
    with qtbot.assertNotEmitted(background.failed):
        background.reach(fail, failed=listener.hear)
        qtbot.waitUntil(lambda: bool(listener.told))
    assert isinstance(listener.told[0], Unreachable)


def test_a_foreseen_failure_nobody_waits_for_is_told_to_the_window(background: Background, qtbot: QtBot) -> None:
    with qtbot.waitSignal(background.failed) as told:
        background.do(fail)
    error = told.args[0] if told.args else None
    assert isinstance(error, DeskError)
    assert error.next_step == "It is tried again by itself."


def test_our_own_bugs_are_never_swallowed(background: Background, qtbot: QtBot) -> None:
    with capture_exceptions() as caught:
        background.do(lambda: Changes(1 // 0))
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_the_network_waits_beside_the_reading(background: Background, qtbot: QtBot) -> None:
    gate, listener = threading.Event(), Listener()
    for _ in range(5):
        background.reach(lambda: Changes.NONE if gate.wait(60) else Changes.EVENTS)
    background.ask(lambda: "read", listener.hear)
    background.do(lambda: Changes.NONE, listener.hear)
    qtbot.waitUntil(lambda: len(listener.told) == 2)
    gate.set()


def test_stopping_lets_every_write_finish(qtbot: QtBot) -> None:
    background = Background()
    written: list[object] = []
    for number in range(50):
        background.do(partial(written.append, number))
    assert background.stop(60)
    assert len(written) == 50
    for ask in (background.do, background.reach):
        ask(partial(written.append, "too late"))
    background.ask(partial(written.append, "too late"), written.append)
    assert len(written) == 50


def test_stopping_does_not_wait_for_ever_and_stopping_again_waits_again(qtbot: QtBot) -> None:
    background, gate = Background(), threading.Event()
    background.do(lambda: Changes.NONE if gate.wait(60) else Changes.EVENTS)
    assert not background.stop(0.05)
    assert not background.stop(0.05)
    gate.set()
    assert background.stop(60)
    assert background.stop(0)


def test_what_comes_back_after_the_window_has_gone_is_dropped(qtbot: QtBot) -> None:
    window, gate, listener = QObject(), threading.Event(), Listener()
    background = Background(window)
    background.reach(lambda: gate.wait(60), listener.hear)
    background.stop(60)
    with qtbot.waitSignal(window.destroyed):
        window.deleteLater()
    before = threading.active_count()
    gate.set()
    qtbot.waitUntil(lambda: threading.active_count() < before)
    assert listener.told == []
