"""The controls: each breaks one thing on purpose, and the check that should find it must."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from installer import contents, selftesting
from installer.ingredients import Ingredient, heading
from installer.machines import Machine
from installer.plan import BuildFailed, Plan
from installer.signing import Signer, flip_one_byte

NEEDED = "_internal/resources/sample-office/market.png"
STAND_IN = "_internal/icuuc.dll"


def must_fail(what: str, named: str, check: Callable[[], object]) -> str:
    """Run a check that has something to find and must name it.

    Raises:
        BuildFailed: it finds nothing, or something else.
    """
    try:
        check()
    except BuildFailed as found:
        if named not in str(found):
            raise BuildFailed(f"A control found something else than {what}: {found}") from found
        line = next(each for each in str(found).splitlines() if named in each)
        return f"{what}: found ({line.strip()[:120]})"
    raise BuildFailed(f"A control was not found: {what}.")


def try_contents(plan: Plan, ingredients: Sequence[Ingredient]) -> list[str]:
    """Plant a stand-in of Wine's, and leave a package out of the notices. Raises: BuildFailed."""

    def check() -> str:
        return contents.check(plan, contents.look_into(plan.frozen, plan.program), ingredients, ())

    with replaced(plan.frozen / STAND_IN, b"MZ"):
        found = [must_fail("a stand-in left in the folder", f"must not be there: {STAND_IN}", check)]
    notices = plan.frozen / contents.NOTICES
    unnamed = notices.read_text("utf-8").replace(heading(ingredients[0].package), "=== nobody ===")
    with replaced(notices, unnamed.encode()):
        found.append(must_fail("a package missing from the notices", ingredients[0].package.name, check))
    return found


def try_selftest(plan: Plan, machine: Machine) -> str:
    """Take away a picture that the program needs. Raises: BuildFailed."""
    with replaced(plan.frozen / NEEDED, b""):
        out = plan.work / "control" / "selftest.json"
        return must_fail(
            "a failing self-test",
            Path(NEEDED).name,
            lambda: selftesting.examine(machine, plan.frozen / plan.program, out),
        )


def try_signature(plan: Plan, signer: Signer, signed: Path) -> str:
    """Change one byte of a signed file. Raises: BuildFailed."""
    copy = plan.work / "control" / signed.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(signed.read_bytes())
    flip_one_byte(copy)
    try:
        return must_fail("one flipped byte in a signed file", copy.name, lambda: signer.verify(copy))
    finally:
        copy.unlink()


@contextmanager
def replaced(path: Path, content: bytes) -> Iterator[None]:
    """Put other content into a file, and back what was there (or nothing)."""
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
