"""Starting at sign-in: off until asked for, whole when chosen, and Windows' own word counts."""

from pcc_desk.app.login import ALLOWED, NAME, RUN, LogIn

PROGRAM = r"C:\Users\Sian Rees\AppData\Local\Programs\PCC Desk\pcc-desk.exe"
COMMAND = f'"{PROGRAM}" --tray'


class OnPaper:
    """A registry on paper; the real one is tried by the self-test, on Windows."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes | str] = {}

    def read(self, key: str, name: str) -> bytes | str | None:
        """Give a value."""
        return self.kept.get((key, name))

    def write(self, key: str, name: str, words: str) -> None:
        """Keep a value."""
        self.kept[key, name] = words

    def remove(self, key: str, name: str) -> None:
        """Forget a value."""
        self.kept.pop((key, name), None)


def test_it_is_off_until_chosen_and_off_again() -> None:
    registry = OnPaper()
    log_in = LogIn(registry, PROGRAM)
    assert not log_in.starts()
    log_in.choose(True)
    assert log_in.starts()
    assert registry.kept == {(RUN, NAME): COMMAND}
    log_in.choose(False)
    assert not log_in.starts()
    assert registry.kept == {}


def test_what_was_switched_off_in_the_task_manager_does_not_start_until_chosen_again() -> None:
    registry = OnPaper()
    log_in = LogIn(registry, PROGRAM)
    log_in.choose(True)
    registry.kept[ALLOWED, NAME] = bytes([3, 0, 0, 0]) + bytes(8)
    assert not log_in.starts()
    registry.kept[ALLOWED, NAME] = bytes([2, 0, 0, 0]) + bytes(8)
    assert log_in.starts()
    registry.kept[ALLOWED, NAME] = bytes([3]) + bytes(11)
    log_in.choose(True)
    assert log_in.starts()


def test_the_value_of_another_copy_does_not_count() -> None:
    registry = OnPaper()
    LogIn(registry, r"D:\old\pcc-desk.exe").choose(True)
    assert not LogIn(registry, PROGRAM).starts()
