"""No single forged place moves the bounds of a page, whatever it is and wherever it stands."""

from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.channels import bounds

PLACES = st.lists(st.integers(), min_size=1)


@given(PLACES, st.integers(), st.integers(min_value=0))
def test_with_one_forged_place_among_honest_ones_both_bounds_lie_within_the_honest_ones(
    honest: list[int], forged: int, where: int
) -> None:
    places = [*honest]
    places.insert(where % (len(honest) + 1), forged)
    assert min(honest) <= bounds.oldest(places, 0)
    assert bounds.newest(places, 0) <= max(honest)


def test_the_only_place_is_believed_and_none_leaves_what_was_known() -> None:
    assert (bounds.newest([7], 1), bounds.oldest([7], 1)) == (7, 7)
    assert (bounds.newest([], 1), bounds.oldest([], 1)) == (1, 1)
