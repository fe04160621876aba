"""What customers learn of the way round a gate: on paper, and against the chance that each had."""

import numpy as np
import pytest
from worlds.base import PLAIN, changed, played

from ccsim.engine.laws import bypass_probability

GATE = {"levels": 1, "time": "5s", "bypass": "10%"}
# forty customers with a dozen calls each
DESK = changed(
    PLAIN,
    needs__volume={"per_hour": 60},
    channels=[{"name": "phone", "gate": GATE}],
    customers={"count": 40, "bypass_learned": "30%"},
    agents__desk__staffing={"agents": 40},
)


def test_each_passage_teaches_a_share_of_what_is_not_known():
    assert [bypass_probability(0.1, 0.5, n) for n in range(4)] == pytest.approx([0.1, 0.55, 0.775, 0.8875])
    assert bypass_probability(0.1, 0.0, 5) == 0.1
    assert bypass_probability(0.0, 1.0, 1) == 1.0


def test_who_learns_at_once_passes_no_gate_twice(engine):
    quick = changed(
        DESK, customers__bypass_learned="100%", channels=[{"name": "phone", "gate": GATE | {"bypass": "0%"}}]
    )
    _, logs = played(quick, engine=engine)

    rows = logs.attempts[np.argsort(logs.attempts["arrives"])]
    customer = logs.needs["customer"][np.searchsorted(logs.needs["need"], rows["need"])]
    first = np.isin(np.arange(len(rows)), np.unique(customer, return_index=True)[1])
    np.testing.assert_array_equal(rows["gated"] == 1, first)
    np.testing.assert_array_equal(rows["bypassed"] == 1, ~first)


def test_bypasses_add_up_to_the_chances_that_customers_had(engine):
    """Sum of what happened less its chance given the customer's past: a martingale, within 3.5 of its deviation."""
    _, logs = played(DESK, engine=engine)

    rows = logs.attempts[np.argsort(logs.attempts["enters"], kind="stable")]
    customer = logs.needs["customer"][np.searchsorted(logs.needs["need"], rows["need"])]
    passages, sum_, variance = np.zeros(40, int), 0.0, 0.0
    for who, bypassed in zip(customer.tolist(), rows["bypassed"].tolist()):
        p = 1 - 0.9 * 0.7 ** passages[who]
        sum_ += bypassed - p
        variance += p * (1 - p)
        passages[who] += 1 - bypassed
    z = sum_ / np.sqrt(variance)
    print(f"z {z:+.2f} over {len(rows)} calls")
    assert len(rows) > 400
    assert abs(z) < 3.5


def test_more_learning_lets_fewer_pass_the_gate(engine):
    gated = [
        played(changed(DESK, customers__bypass_learned=share), engine=engine)[1].attempts["gated"].sum()
        for share in ("0%", "10%", "50%")
    ]

    assert gated[0] > gated[1] > gated[2]
