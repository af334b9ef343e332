"""What every test of a window stands on."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def garbage_on_qts_thread() -> Iterator[None]:
    """Collect garbage on Qt's thread only, as the running desk does (pcc_desk/ui/tidying.py)."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()
