"""A saved result played again: the same numbers are found the same, and any other number is found."""

from dataclasses import replace

import pytest

import ccsim
from ccsim.errors import InputError
from ccsim.study import reproduce as reproducing
from ccsim.study.reproduce import Place, reproduce

ARMS = "arms: {one: {}, two: {agents.g.staffing.agents: 3}}\ncompare: {levelling: none}\n"
STUDY = """\
name: small
scenario: tiny.yaml
arms: all
factors:
  patience: {paths: [customers.patience.exponential.mean], values: [1min, 3min]}
  size: {levels: {slow: {handling.talk.exponential.mean: 200s}, quick: {handling: {talk: {exponential: {mean: 100s}}}}}}
measures: [service_level, asa]
by: [queue]
replications: 2
"""
PATIENCE = "customers: {patience: {exponential: {mean: 2min}}}\n"
CALLS = "need,type,arrives,channel,talk,patience\n0,a,00:01,phone,60s,5min\n1,a,00:01,phone,200s,5min\n"


def off_by(result, share):
    """The run with its third estimate moved."""
    rows = list(result.arm.estimates)
    rows[2] = replace(rows[2], value=rows[2].value * (1.0 + share))
    return replace(result, arm=replace(result.arm, estimates=tuple(rows)))


def test_a_run_is_the_same_again_without_its_file(tiny):
    path = tiny("targets: [{measure: asa, at_most: 1}]\n")
    first = ccsim.run(path, seed=3, replications=3, sets=["shrinkage=10%"])
    path.unlink()

    found = reproduce(first)

    assert (found.differing, found.rounding, found.versions) == ((), 0.0, ())
    assert found.replications == 3
    assert found.n_numbers == 5 * len(first.arm.estimates) + len(first.arm.waits)


def test_a_comparison_is_the_same_again_paired_or_not(tiny):
    paired = ccsim.compare(tiny(ARMS), baseline="two", sets=["shrinkage=10%"])
    other = ccsim.compare(
        [tiny(name="a.yaml"), tiny(name="b.yaml", old="per_hour: 30", new="per_hour: 40")], different_worlds=True
    )

    for first in (paired, other):
        found = reproduce(first, engine="reference")

        assert found.differing == ()
        assert found.n_numbers > 5 * len(first.differences)


@pytest.mark.parametrize("shard", [None, (2, 3)])
def test_a_study_is_the_same_again_named_levels_arms_shards_and_all(tiny, tmp_path, shard):
    tiny(ARMS + PATIENCE)
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    first = ccsim.sweep(tmp_path / "study.yaml", shard=shard, sets=["shrinkage=10%"])
    if shard is not None:  # a file holds the points of the shard only
        first = replace(first, agenda=replace(first.agenda, points=tuple(one.point for one in first.points)))
    (tmp_path / "tiny.yaml").unlink()

    found = reproduce(first)

    assert found.differing == ()
    assert found.n_numbers == 5 * (sum(len(one.estimates) for one in first.points) + len(first.differences))


def test_a_number_that_is_another_is_told_with_its_place(tiny):
    first = ccsim.run(tiny())

    (found,) = reproduce(off_by(first, 0.01)).differing

    row = first.arm.estimates[2]
    assert found.place == Place("", row.measure, tuple(row.cell.items()), "value")
    assert found.now == row.value
    assert found.was == row.value * 1.01


def test_the_last_digits_are_rounding_and_are_told_as_such(tiny):
    found = reproduce(off_by(ccsim.run(tiny()), 1e-13))

    assert found.differing == ()
    assert found.rounding == pytest.approx(1e-13, rel=0.01)


def test_an_estimate_that_is_missing_on_either_side_is_told(tiny):
    first = ccsim.run(tiny())
    arm = first.arm
    fewer = replace(first, arm=replace(arm, estimates=arm.estimates[1:]))
    more = replace(first, arm=replace(arm, estimates=(*arm.estimates, replace(arm.estimates[0], cell={"queue": "b"}))))

    assert {(one.was, one.place.measure) for one in reproduce(fewer).differing} == {(None, arm.estimates[0].measure)}
    assert {(one.now, one.place.cell) for one in reproduce(more).differing} == {(None, (("queue", "b"),))}


def test_another_version_is_told(tiny, monkeypatch):
    first = ccsim.run(tiny())
    monkeypatch.setattr(reproducing, "version_of_numbers", lambda: "0.2.0-other")

    ((name, was, now),) = reproduce(first).versions

    assert (name, was, now) == ("numbers", first.made_by["numbers"], "0.2.0-other")


def test_a_scenario_that_was_changed_is_refused_with_both_digests(tiny):
    first = ccsim.run(tiny())
    changed = replace(first, arm=replace(first.arm, resolved=first.arm.resolved | {"shrinkage": "20%"}))

    with pytest.raises(InputError, match=rf"digest {first.arm.digest}, and what it carries has \w{{16}}: the file was"):
        reproduce(changed)


def test_replayed_calls_are_found_again_and_refused_where_they_changed(tiny, tmp_path):
    path = tiny(old="  volume: {per_hour: 30}\n", new="  replay: calls.csv\n")
    (tmp_path / "calls.csv").write_text(CALLS, encoding="utf-8")
    first = ccsim.run(path, replications=2)

    assert reproduce(first).differing == ()
    (tmp_path / "calls.csv").write_text(CALLS.replace("200s", "201s"), encoding="utf-8")
    with pytest.raises(InputError, match=r"the file or .*calls\.csv was changed"):
        reproduce(first)
