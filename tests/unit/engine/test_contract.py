from itertools import pairwise

from ccsim.engine import contract

RANKS = (
    contract.STAGE_ENDS,
    contract.SHIFT_ENDS,
    contract.SHIFT_STARTS,
    contract.PATIENCE_ENDS,
    contract.CLOSES,
    contract.DETECTION,
    contract.RE_ATTEMPT,
    contract.ARRIVAL,
)
GREATEST_NEED = 2**63 - 1


def test_ranks_stand_in_the_contracts_order():
    assert all(one < other for one, other in pairwise(RANKS))


def test_rank_goes_before_need_need_before_attempt_and_attempt_before_leg():
    ordered = [
        contract.key(rank, need, attempt, leg)
        for rank in RANKS
        for need in (0, 1, GREATEST_NEED)
        for attempt in (0, 1, 15)
        for leg in (0, 1, 15)
    ]

    assert ordered == sorted(set(ordered))


def test_the_lowest_key_stays_above_the_calendars_own_priorities():
    assert contract.key(contract.STAGE_ENDS, 0, 0, 0) > 1
