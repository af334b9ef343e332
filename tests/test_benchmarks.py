"""The benchmarks' runner and the invented messages they all measure with."""

import json
from collections import Counter

import pytest

from benchmarks import __main__ as runner
from benchmarks import data
from benchmarks.figure import Figure, compare


def test_every_metric_is_measured_by_one_module() -> None:
    metrics = Counter(metric for module in runner.discover().values() for metric in module.METRICS)
    assert {"page", "search_common", "badge", "merge"} <= set(metrics)
    assert max(metrics.values()) == 1


def test_an_unknown_name_is_told_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["page", "nothing"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Nothing measures nothing." in told.err
    assert "search_rare" in told.err


def test_a_figure_is_one_line_of_json() -> None:
    line = json.loads(Figure("page", 1.23456, "ms", 1.5, "the same among few", 9).line())
    assert (line["metric"], line["value"], line["ratio"], line["n"]) == ("page", 1.2346, 1.5, 9)
    assert "SQLAlchemy" in line["versions"]


def test_ways_are_compared_pair_by_pair_after_a_first_round() -> None:
    slow, fast = iter([99.0, 4.0, 8.0, 2.0]), iter([50.0, 2.0, 2.0, 2.0])
    assert compare(lambda: next(slow), lambda: next(fast), 3) == (2.0, 0.5)


def test_the_invented_messages_are_the_same_every_time() -> None:
    some = list(data.stream(0, 300, 1_000))
    assert some == list(data.stream(0, 300, 1_000))
    assert len({one.remote_id for one in some}) == len({data.number_of(one) for one in some}) == 300
    assert [one.created_at for one in some] == sorted(one.created_at for one in some)
    words = Counter(word for one in some for word in set(one.text.split()))
    assert min(words[word] for word in data.COMMON) > 10
    assert 120 < sum(len(one.text) for one in some) / 300 < 240
