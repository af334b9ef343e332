"""A property worked out once, without the lock that `functools.cached_property` takes for it until Python 3.12."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Works a property out when it is first asked for, and keeps it; two threads that ask at once may both work."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self._name = ""
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, kind: type | None = None) -> T:
        worked_out = owner.__dict__[self._name] = self._work(owner)
        return worked_out
