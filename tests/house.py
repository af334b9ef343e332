"""The house rules as plain functions: each takes source text and returns what breaks the rule."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

FILE_LINES, FUNCTION_LINES, CLASS_LINES, ARGUMENTS = 350, 40, 250, 5
UNUSED_WORDS = {"manager", "handler", "helper", "util", "utils", "misc", "data", "info", "item", "object"}
UNUSED_WORDS |= {"tweet", "toot", "status"}  # say message, or state
# Names that others give to what they call in our classes; so are all in camelCase, since ours are not.
GIVEN_NAMES = {"data", "handle_data", "proxy_manager_for"}
# Which rooms may use a library; everyone else goes through them.
ROOMS_OF = {
    "PySide6": ("ui", "app"),
    "shiboken6": ("ui", "app"),
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "sqlcipher3": ("store",),
    "sqlite3": ("store",),
    "requests": ("channels", "rehearsal"),
    "urllib3": ("channels", "rehearsal"),
    "http": ("channels", "rehearsal"),
    "truststore": ("channels", "app"),
    "keyring": ("vault",),
    "PIL": ("media",),
}
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|CREATE\s+TABLE)\b", re.S
)
NOT_OURS_TO_SAY = re.compile(r"/work/(main|shared)|/tmp/[b]rief|\bissue #?\d+\b|Co-Authored-[B]y", re.IGNORECASE)
PRETENCE = re.compile(r"\bMock\(|\bMagicMock\b|\bAsyncMock\b|\bmonkeypatch\.setattr\b|\bmocker\.")
RICH_TEXT = {
    "setHtml",
    "insertHtml",
    "appendHtml",
    "setMarkdown",
    "QTextBrowser",
    "RichText",
    "AutoText",
    "MarkdownText",
}
# Names of Qt whose text may be read as HTML: only the widgets that make them safe may say them.
WIDGETS_ONLY = {"QLabel", "QToolTip", "setToolTip"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the checkout, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the file's syntax tree."""
        return list(ast.walk(ast.parse(self.text)))

    @cached_property
    def for_types(self) -> set[int]:
        """The identities of the nodes that only a type checker runs."""
        guards = [each for each in self.nodes if isinstance(each, ast.If) and ast.unparse(each.test) == "TYPE_CHECKING"]
        return {id(node) for guard in guards for node in guard.body}

    @property
    def room(self) -> str:
        """The package (or lone module) directly under pcc_desk, or nothing."""
        parts = PurePosixPath(self.path).parts
        return parts[1].removesuffix(".py") if parts[0] == "pcc_desk" and len(parts) > 1 else ""

    def line(self, node: ast.AST, what: str) -> str:
        """Return one finding as `path:line what`."""
        return f"{self.path}:{getattr(node, 'lineno', 1)} {what}"


def too_long(source: Source) -> Iterator[str]:
    """Find files, functions and classes that no longer fit in a head."""
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        yield f"{source.path} has {lines} lines"
    for node in source.nodes:
        if isinstance(node, Function | ast.ClassDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > (CLASS_LINES if isinstance(node, ast.ClassDef) else FUNCTION_LINES):
                yield source.line(node, f"{node.name} has {length} lines")


def too_many_arguments(source: Source) -> Iterator[str]:
    """Find functions that want more than five things besides self."""
    for node in source.nodes:
        if isinstance(node, Function):
            wanted = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            if len([name for name in wanted if name not in ("self", "cls")]) > ARGUMENTS:
                yield source.line(node, f"{node.name} takes {len(wanted)} arguments")


def unused_words(source: Source) -> Iterator[str]:
    """Find names made of words that say nothing."""
    for word in words_of(PurePosixPath(source.path).stem) & UNUSED_WORDS if source.room else ():
        yield f"{source.path} is called {word}"
    for node in source.nodes:
        for name in _names_given(node) - GIVEN_NAMES:
            if re.match(r"[a-z]+[A-Z]|test_", name):  # a test's name is a sentence
                continue
            for word in words_of(name) & UNUSED_WORDS:
                yield source.line(node, f"{name} says {word}")


def words_of(name: str) -> set[str]:
    """Return the lower-case words of a snake_case or CamelCase name."""
    return {word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]*[a-z0-9]+|[A-Z]+", part)}


def _names_given(node: ast.AST) -> set[str]:
    if isinstance(node, Function | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.arg):
        return {node.arg}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return {node.attr}
    return set()


def globals_changed(source: Source) -> Iterator[str]:
    """Find functions that change a module's variables."""
    return (source.line(node, "uses global") for node in source.nodes if isinstance(node, ast.Global))


def excuses(source: Source) -> Iterator[str]:
    """Find a checker told to look away without a reason on the line or the one before."""
    previous = ""
    for number, line in enumerate(source.text.splitlines(), 1):
        found = re.search(r"#\s*(?:noqa|type:\s*ignore)(?::\s*[\w, ]+|\[[\w, -]+\])?(.*)", line)
        if found and not found[1].strip(" #") and not previous.lstrip().startswith("#"):
            yield f"{source.path}:{number} gives no reason"
        previous = line


def borrowed_rooms(source: Source) -> Iterator[str]:
    """Find a library used, and not only named as a type, outside the rooms it belongs to."""
    if not source.room:
        return
    for node in source.nodes:
        for library in _imported(node) if id(node) not in source.for_types else ():
            top = library.split(".")[0]
            if source.room not in ROOMS_OF.get(top, (source.room,)):
                yield source.line(node, f"imports {library}")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []


def sql_outside_the_store(source: Source) -> Iterator[str]:
    """Find SQL in any room but the store."""
    if source.room in ("", "store"):
        return
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            yield source.line(node, "holds SQL")


def adapters_that_meet(source: Source, adapters: set[str]) -> Iterator[str]:
    """Find one platform's adapter (`bluesky`, `bluesky_notices` ...) importing another's."""
    mine = PurePosixPath(source.path).stem.split("_")[0]
    if source.room != "channels" or mine not in adapters:
        return
    for node in source.nodes:
        found = _imported(node)
        if isinstance(node, ast.ImportFrom) and node.module == "pcc_desk.channels":
            found = [f"pcc_desk.channels.{each.name}" for each in node.names]
        for other in found:
            if other.startswith("pcc_desk.channels.") and other.split(".")[2].split("_")[0] in adapters - {mine}:
                yield source.line(node, f"imports {other}")


def rich_text(source: Source) -> Iterator[str]:
    """Find a screen that lets Qt read text as HTML, or a label not made by the widgets' own plain label."""
    if source.room != "ui":
        return
    in_widgets = source.path.startswith("pcc_desk/ui/widgets/")
    for node in source.nodes:
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in RICH_TEXT:
            yield source.line(node, f"uses {name}")
        if name in WIDGETS_ONLY and not in_widgets:
            yield source.line(node, f"uses a bare {name}")
        if name == "QMessageBox" and "PlainText" not in source.text:
            yield source.line(node, "lets a message box guess whether its text is HTML")


def late_or_early_imports(source: Source) -> Iterator[str]:
    """Find imports inside functions without a reason above them, and screens that load services to be drawn."""
    if not source.room or source.room in ("app", "__main__"):
        return
    lines = source.text.splitlines()
    for function in source.nodes:
        for node in ast.walk(function) if isinstance(function, Function) else ():
            if isinstance(node, ast.Import | ast.ImportFrom):
                above = lines[node.lineno - 2].strip()
                if not above.startswith(("#", "from ", "import ", "if sys.platform ")):
                    yield source.line(node, "is an import inside a function without a reason")
    for node in source.nodes if source.room == "ui" else ():
        for library in _imported(node):
            if library.startswith("pcc_desk.services") and id(node) not in source.for_types:
                yield source.line(node, f"imports {library} before the first paint")


def pretences_and_asserts(sources: Mapping[str, Source]) -> tuple[int, int]:
    """Return how many mocks and how many asserts the tests have."""
    pretences = sum(len(PRETENCE.findall(each.text)) for each in sources.values())
    return pretences, sum(isinstance(node, ast.Assert) for each in sources.values() for node in each.nodes)


def tests_without_a_room(paths: set[str]) -> Iterator[str]:
    """Find tests in a folder that no folder of the package answers to."""
    rooms = {str(PurePosixPath(path).parent) for path in paths if path.startswith("pcc_desk/")}
    free = {"tests", "tests/servers", "tests/end_to_end", "tests/torture", "tests/installer"}
    for path in sorted(paths):
        place = str(PurePosixPath(path).parent)
        if path.startswith("tests/") and place not in free and place.replace("tests", "pcc_desk", 1) not in rooms:
            yield path


def not_ours_to_say(path: str, text: str) -> Iterator[str]:
    """Find talk of how the project is made instead of what it is."""
    for number, line in enumerate(text.splitlines(), 1):
        if NOT_OURS_TO_SAY.search(line):
            yield f"{path}:{number} {line.strip()}"
