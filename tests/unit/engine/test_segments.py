"""Customers and their segments: whose need it is, and what of it differs; shares against the binomial law."""

import numpy as np
import pytest
from scipy.stats import binom, chisquare
from worlds.base import FULL, PLAIN, apart, changed, measured, played

from ccsim.logs.codes import EndReason, Outcome

LONG = changed(PLAIN, calendar__length="40h")
TWO = [{"name": "young", "share": "30%"}, {"name": "younger", "share": "70%"}]


def split(*own):
    """Two halves of the customers, each with what is its own."""
    return [{"name": name, "share": "50%"} | one for name, one in zip(("first", "second"), own)]


def by_segment(plan, logs, column, number):
    """A column of the legs of one segment's needs."""
    theirs = logs.needs["need"][logs.needs["segment"] == number]
    return logs.attempts[column][np.isin(logs.attempts["need"], theirs)]


def test_without_customers_and_segments_nobody_has_a_number():
    needs = played(PLAIN)[1].needs

    assert set(needs["customer"]) == set(needs["segment"]) == {-1}


def test_all_customers_are_equally_likely():
    """Level 1e-3."""
    _, logs = played(changed(LONG, customers={"count": 50}))

    counts = np.bincount(logs.needs["customer"], minlength=50)
    p = chisquare(counts).pvalue
    print(f"{len(logs.needs)} needs of 50 customers, p {p:.3f}")
    assert len(counts) == 50
    assert p > 1e-3


@pytest.mark.parametrize("count", [None, 1_000_000])
def test_a_share_of_the_customers_is_of_a_segment(count):
    """Binomial, level 1e-3; with a million customers hardly one has two needs."""
    people = {"segments": TWO} | ({} if count is None else {"count": count})
    _, logs = played(changed(LONG, customers=people))

    young, n = int((logs.needs["segment"] == 0).sum()), len(logs.needs)
    print(f"z {(young - 0.3 * n) / np.sqrt(n * 0.21):+.2f}")
    assert 2 * min(binom.cdf(young, n, 0.3), binom.sf(young - 1, n, 0.3)) > 1e-3


def test_a_customer_is_of_one_segment_whatever_the_demand():
    """More demand and more segments' behaviour leave whose need it is as it was."""
    one = played(changed(PLAIN, customers={"count": 20, "segments": TWO}))[1].needs
    more = changed(PLAIN, customers={"count": 20, "segments": split({}, {})}, needs__volume={"per_hour": 90})
    other = played(more)[1].needs

    known = other[np.isin(other["need"], one["need"])]
    np.testing.assert_array_equal(known["customer"], one["customer"])
    for needs in (one, other):
        assert len(set(zip(needs["customer"].tolist(), needs["segment"].tolist()))) == len(set(needs["customer"]))


def test_what_a_segment_says_of_itself_is_true_of_its_customers_only(engine):
    ways = {
        "patience": "1s",
        "channels_preferred": {"phone": "100%"},
        "redial": {"probability": "100%", "after": "7s"},
    }
    few = changed(FULL, channels__phone__gate="off", customers__segments=split(ways, {}))
    plan, logs = played(few, engine=engine)

    patience = by_segment(plan, logs, "patience", 0)
    assert set(patience[~np.isnan(patience)]) == {1.0}
    assert set(logs.needs["preferred"][logs.needs["segment"] == 0]) == {0}
    assert len(set(by_segment(plan, logs, "patience", 1))) > 20
    assert {-1, 0, 1} == set(logs.needs["preferred"][logs.needs["segment"] == 1])
    rows = logs.attempts
    again = (rows["need"][1:] == rows["need"][:-1]) & (rows["end_reason"][:-1] == EndReason.ABANDONED)
    theirs = np.isin(rows["need"][1:], logs.needs["need"][logs.needs["segment"] == 0])
    delays = (rows["arrives"][1:] - rows["ends"][:-1])[again]
    assert delays[theirs[again]] == pytest.approx(7.0)
    assert again[theirs].any()
    assert len(set(delays[~theirs[again]].round(6))) > 5


def test_the_segments_channels_and_patience_go_before_the_need_types(engine):
    types = [{"name": "call", "patience": "50s", "channels_preferred": {"none": "100%"}}]
    own = {"patience": "20s", "channels_preferred": {"phone": "100%"}}
    few = changed(PLAIN, needs__types=types, agents__desk__staffing={"agents": 1})
    plan, logs = played(changed(few, customers={"segments": split(own, {})}), engine=engine)

    patience = by_segment(plan, logs, "patience", 0)
    assert set(patience[~np.isnan(patience)]) == {20.0}
    assert set(logs.needs["outcome"][logs.needs["segment"] == 1]) == {Outcome.ASKED_ELSEWHERE}


def test_friction_puts_off_so_many_times_as_many_of_a_segment(engine):
    """Each uniform number is the same, so who is put off at 1x is put off at 3x; 90 % at most of all."""
    found = {}
    for factor in ("1x", "3x", "100x"):
        some = changed(LONG, channels=[{"name": "phone", "friction": "30%"}])
        _, logs = played(changed(some, customers={"segments": split({"friction": factor}, {})}), engine=engine)
        found[factor] = logs.needs["outcome"] == Outcome.GIVEN_UP
        segment = logs.needs["segment"]
    shares = {factor: found[factor][segment == 0].mean() for factor in found}

    print(shares)
    assert shares["1x"] == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / (segment == 0).sum()))
    assert shares["3x"] == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / (segment == 0).sum()))
    assert shares["100x"] == 1.0
    assert (found["3x"] >= found["1x"]).all()
    np.testing.assert_array_equal(found["3x"][segment == 1], found["1x"][segment == 1])


def test_more_hangs_on_the_needs_of_a_segment():
    plain = changed(FULL, customers__segments=split({}, {}))
    one, other = (played(one)[1].needs for one in (plain, changed(plain, customers__segments__first__stake="3x")))

    factors = other["stake"] / one["stake"]
    np.testing.assert_allclose(factors, np.where(one["segment"] == 0, 3.0, 1.0), rtol=1e-15)


def test_a_segment_with_priority_goes_first(day):
    """Six calls at once before one agent: those of the preferred segment first, each in order of joining."""
    table = "need arrives\n" + "\n".join(f"c{n} {n}" for n in range(12))
    found = day(table, customers={"segments": split({"priority": 0}, {})}, handling={"talk": "60s"})

    segments = {f"c{n}": int(found.need(f"c{n}")["segment"]) for n in range(1, 12)}
    answered = sorted(segments, key=lambda label: found.leg(label)["starts"])
    assert sorted(segments.values()) == [segments[label] for label in answered]
    assert len(set(segments.values())) == 2
    for segment in (0, 1):
        of_one = [label for label in answered if segments[label] == segment]
        assert of_one == sorted(of_one, key=lambda label: int(label[1:]))


def test_balking_and_announcements_are_the_segments_own(engine):
    queue = changed(
        PLAIN, channels=[{"name": "phone", "announces": {"handling": "5min"}}], agents__desk__staffing={"agents": 3}
    )
    own = {"balking": {"per_waiting": 1000}}, {"announced": {"before": "0.5x"}}
    some = changed(queue, customers={"patience": "100s", "segments": split(*own)})
    plan, logs = played(some, engine=engine)

    balked = logs.attempts["need"][logs.attempts["end_reason"] == EndReason.BALKED]
    assert set(logs.needs["segment"][np.isin(logs.needs["need"], balked)]) == {0}
    patience = by_segment(plan, logs, "patience", 1)
    assert np.nanmin(patience) == 200.0


def test_needs_of_segments_add_up_to_all_needs(engine):
    mapping = changed(FULL, customers__segments=TWO, customers__count=30)
    found = measured(mapping, engine=engine)

    for name in ("needs", "offered", "answered", "abandoned", "gate_entries", "queue_length", "transfers"):
        parts = [found[name, (("segment", segment),)] for segment in ("young", "younger")]
        assert sum(parts) == pytest.approx(found[name, ()], rel=1e-12), name


def test_one_segment_of_everybody_changes_no_old_column(engine):
    alike = changed(FULL, customers__segments=[{"name": "all", "share": "100%"}], customers__count=25)

    one, other = (played(mapping, engine=engine)[1] for mapping in (alike, FULL))
    assert apart(one, other, left_out=("customer", "segment")) == []
    # the new columns do change
    assert apart(one, other) != []
