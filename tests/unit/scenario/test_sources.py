"""Sources: every path leads somewhere, every range is one of its field, and what is said goes with the value."""

import pytest

from ccsim.scenario.load import load_arms
from ccsim.scenario.model import Scenario
from ccsim.scenario.sources import field_at, source_of, width_of
from ccsim.scenario.tree import PathError
from ccsim.scenario.warnings import warnings

CENTRE = """\
channels: [{name: phone, prominence: 40%}, {name: email, kind: deferrable}]
customers: {patience: {phone: {lognormal: {median: 3min, cv: 1.2}}}}
handling: {talk: 5min, work: 4min}
resolution: {sales: 90%, support: 70%}
"""
BASE = """\
name: small
needs: {volume: {per_day: 240}, types: [{name: sales, share: 60%}, {name: support, share: 40%}]}
agents: [{name: team, skills: {sales: 1, support: 2}, staffing: {agents: 3}, wage: 15/h}]
"""


def said(lines):
    return CENTRE + "sources:\n" + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("needs.volume.per_day", "200", "300"),
        ("needs.types.sales.share", "50%", "70%"),
        ("shrinkage", "20%", "35%"),
        ("customers.patience.phone", "1min", "{lognormal: {median: 5min, cv: 1}}"),
        ("customers.patience.phone.lognormal.median", "1min", "5min"),
        ("customers.redial.probability", "30%", "60%"),
        ("channels.phone.prominence", "20%", "100%"),
        ("channels.phone.gate.solves.sales", "10%", "30%"),
        ("agents.team.wage", "14/h", "18/h"),
        ("agents.team.skills.support.handles", "1x", "1.4x"),
        ("agents.team.staffing.agents", "2", "4"),
        ("handling.talk", "4min", "6min"),
        ("resolution.sales", "80%", "95%"),
        ("money.telephony", "0.01/min", "0.05/min"),
        ("insight.content.phone.base", "30%", "90%"),
    ],
)
def test_a_path_of_any_kind_of_field_takes_a_range_in_its_own_unit(load, path, low, high):
    scenario = load(said([f"{path}: {{mark: assumption, low: {low}, high: {high}}}"]), base=BASE)

    assert scenario.sources[path].mark == "assumption"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "needs.volume.perday: {mark: seen}",
            '10:3 sources.needs.volume.perday: needs.volume has no "perday" | Did you mean "per_day"?',
        ),
        (
            "channels.fone.prominence: {mark: seen}",
            '10:3 sources.channels.fone.prominence: channels has no "fone" | Did you mean "phone"?',
        ),
        (
            "resolution.sails: {mark: seen}",
            '10:3 sources.resolution.sails: resolution has no "sails" | Did you mean "sales"?',
        ),
        (
            "shrinkage: {mark: assumption, low: 30, high: 40%}",
            "10:37 sources.shrinkage.low: 30 has no % sign and is more than 1 | Did you mean 30%?",
        ),
        (
            "shrinkage: {mark: assumption, low: 40%, high: 30%}",
            "10:37 sources.shrinkage.low: low 40% is above high 30% | Write the lower value first.",
        ),
        (
            "customers.patience.phone: {mark: assumption, low: soon, high: 3min}",
            (
                "10:52 sources.customers.patience.phone.low: 'soon' is not a duration | "
                "Write it like 90s, 4min30s, 8h or 7 days."
            ),
        ),
        (
            "shrinkage: {mark: assumption, low: 30%}",
            "10:14 sources.shrinkage: a range has two ends | Write low: and high:.",
        ),
        (
            "shrinkage: {mark: guessed}",
            "10:21 sources.shrinkage.mark: 'guessed' is not one of seen, recalled, assumption, derived",
        ),
        ("shrinkage: {source: a book}", "10:3 sources.shrinkage.mark: missing | Write mark: here."),
    ],
)
def test_what_is_wrong_with_a_source_is_told_at_its_place(problems_of, line, message):
    base = BASE.replace("\n", "\n")

    (problem,) = problems_of(said([line]), base=base)

    # three lines of the centre itself, four of its channels, one of the section
    assert problem.split(" ", 1)[1] == message.split(" ", 1)[1]


def test_sources_are_no_part_of_what_happens_and_an_arm_moves_none(load, problems_of):
    arms = "arms: {x: {sources: {shrinkage: {mark: seen}}}}\n"

    (problem,) = problems_of(CENTRE + arms, base=BASE)

    assert "an arm moves levers, not sources | Write sources: beside the arms, for all of them." in problem


def test_what_is_said_goes_with_the_part_that_an_arm_or_a_setting_takes_out(load, tmp_path):
    text = said(["channels.email.prominence: {mark: seen}", "shrinkage: {mark: recalled}"])
    scenario = load(text + "arms: {phone: {channels.email: null}}\n", base=BASE)

    assert set(load_arms(scenario)["phone"].sources) == {"shrinkage"}
    assert set(load(text, base=BASE, sets=["channels.email=null"]).sources) == {"shrinkage"}
    assert set(scenario.sources) == {"channels.email.prominence", "shrinkage"}


def test_a_value_outside_the_range_of_its_own_source_is_warned_of(load):
    inside = load(said(["shrinkage: {mark: assumption, low: 0%, high: 30%}"]), base=BASE)

    (warning,) = set(warnings(inside.with_("shrinkage", "35%"))) - set(warnings(inside))
    assert warning == "shrinkage lies outside the range that its own source gives, 0% to 30%."
    assert warning not in warnings(inside)


def test_the_nearest_source_above_speaks_for_a_value_and_the_weakest_part_for_a_law(load):
    sources = load(
        said(
            [
                "customers.patience: {mark: seen}",
                "customers: {mark: recalled}",
                "handling.talk.lognormal.mean: {mark: seen}",
                "handling.talk.lognormal.cv: {mark: assumption}",
            ]
        ),
        base=BASE,
    ).sources

    assert source_of(sources, "customers.patience.phone")[0] == "customers.patience"
    assert source_of(sources, "customers.redial.probability")[0] == "customers"
    assert source_of(sources, "handling.talk")[0] == "handling.talk.lognormal.cv"
    assert source_of(sources, "shrinkage") is None


def test_a_width_is_in_shares_of_the_larger_end():
    share = field_at(Scenario.model_construct(), "shrinkage").annotation

    assert width_of("10%", "40%", share) == pytest.approx(0.75)
    assert width_of(0, 0, share) == 0
    with pytest.raises(ValueError, match="low 40% is above high 10%"):
        width_of("40%", "10%", share)


def test_below_a_section_that_is_left_out_any_of_its_fields_will_do_and_no_other(load):
    scenario = load(CENTRE, base=BASE)

    assert field_at(scenario, "channels.phone.gate.levels").value is None
    with pytest.raises(PathError, match=r'channels\.phone\.gate has no "level"'):
        field_at(scenario, "channels.phone.gate.level")
