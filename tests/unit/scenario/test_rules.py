# ruff: noqa: E501, ISC004
import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import rules
from ccsim.scenario.load import scenario_from


def test_a_delayed_skill_and_shared_agents_do_not_go_together(problems_of):
    rest = "agents: [{name: g, skills: {a: {rank: 1, after: 90s}}, staffing: {agents: 1}}]\nhandling: {talk: 5min}\n"
    needs = "needs: {volume: {per_day: 1}, types: [{name: a}]}\n"

    found = problems_of(needs + "channels: [{name: chat, concurrency: {most: 2}}]\n" + rest, base="name: x\n")

    assert len(found) == 1
    assert 'a delay of a skill that also serves "chat", whose contacts share an agent' in found[0]


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ("{anna: {}, cleo: {}, dora: {}}", '3 people are named, and "g" has 2 agents'),
        ("{anna: {}, h-1: {}}", '"h-1" is the name of another agent'),
        ("{ben: {}}", '"ben" is the name of another agent'),
    ],
)
def test_every_agent_has_a_name_of_his_own(problems_of, people, message):
    agents = (
        f"agents: [{{name: g, skills: [a], staffing: {{agents: 2}}, people: {people}}}, "
        "{name: h, skills: [a], staffing: {agents: 2}, people: {ben: {}}}]\n"
    )
    needs = "needs: {volume: {per_day: 1}, types: [{name: a}]}\n"

    found = problems_of(needs + agents + "handling: {talk: 5min}\n", base="name: x\n")

    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize("field", ["absence: 5%", "overtime: 1h"])
def test_only_who_has_shifts_misses_or_prolongs_them(problems_of, field):
    agents = f"agents: [{{name: g, skills: [a], staffing: {{agents: 2}}, {field}}}]\n"
    needs = "needs: {volume: {per_day: 1}, types: [{name: a}]}\n"

    found = problems_of(needs + agents + "handling: {talk: 5min}\n", base="name: x\n")

    assert len(found) == 1
    assert '"g" is staffed by numbers, which say who is there' in found[0]


@pytest.mark.parametrize(
    ("absence", "message"),
    [
        ("absence: 50%, absence_lasts: 1.5", "absences of 50% last 2 shifts by chance"),
        ("absence: 100%, absence_lasts: 9", "absences of 100% never end"),
        ("absence_lasts: 0.5", "absences of 0% last 1 shifts by chance"),
    ],
)
def test_spells_of_absence_are_no_shorter_than_by_chance(problems_of, absence, message):
    staffing = "staffing: {shift: d, agents: 2}"
    agents = f"agents: [{{name: g, skills: [a], {staffing}, {absence}}}]\nshifts: {{d: {{from: 08:00, to: 16:00}}}}\n"
    needs = "needs: {volume: {per_day: 1}, types: [{name: a}]}\n"

    (found,) = problems_of(needs + agents + "handling: {talk: 5min}\n", base="name: x\n")

    assert f"{message} | Write no less, or leave absence_lasts out." in found


TWO = "channels: [{name: phone}, {name: mail, kind: deferrable}]\n"


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ("needs:\n  volume: {per_day: 1}\n  types: [{name: a, share: 50%}, {name: b, share: 40%}]\n",
         "4:3 needs.types: the shares of the need types add up to 90% | Make them add up to 100%."),
        ("needs:\n  volume: {per_day: 1}\n  types: [{name: a, share: 50%}, {name: b}]\n",
         '4:34 needs.types.b.share: missing; with several need types each has its share | Give "b" a share.'),
        ("needs: {types: [{name: a}]}\n", "2:1 needs: no volume | Write volume: {per_day: 1200}, intraday with per_hour, or replay."),
        ("needs: {volume: {per_day: 1}, intraday: {every: 1h, per_hour: [1]}, types: [{name: a}]}\n",
         "2:9 needs.volume: a volume beside absolute rates per hour | Keep per_day with a shape, or per_hour alone."),
        ("needs: {volume: {per_day: 1}, types: [{name: a, intraday: {every: 1h, per_hour: [1]}}]}\n",
         "2:71 needs.types.a.intraday.per_hour: absolute rates for one need type | "
         "Write shape: here; the volume follows from the share."),
        ("needs: {volume: {per_day: 1}, types: [{name: a, raises: {type: b, after: 1h}}]}\n",
         '2:64 needs.types.a.raises.type: no need type is named "b" | Known: a.'),
        ("needs: {volume: {per_day: 1}, intraday: {every: 7h, shape: [1, 1, 1, 1]}, types: [{name: a}]}\n",
         "2:41 needs.intraday: 4 stretches of 7h from 00:00 end at 28:00, after midnight | Shorten the list."),
    ],
)  # fmt: skip
def test_rules_about_needs(problems_of, added, message):
    rest = "agents: [{name: g, skills: [a], staffing: {agents: 1}}]\nhandling: {talk: 5min}\n"

    found = problems_of(added + rest, base="name: x\n")

    assert found == [message]


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ("customers: {channels_preferred: {phone: 60%, none: 30%}}\n",
         "12:33 customers.channels_preferred: the shares add up to 90% | "
         "Make them add up to 100%; those who ask elsewhere are `none`."),
        ("customers: {segments: [{name: young, share: 60%}, {name: old, share: 30%}]}\n",
         "12:13 customers.segments: the shares of the segments add up to 90% | Make them add up to 100%."),
        ("customers: {segments: [{name: all, share: 100%, channels_preferred: {phone: 60%}}]}\n",
         "12:69 customers.segments.all.channels_preferred: the shares add up to 60% | "
         "Make them add up to 100%; those who ask elsewhere are `none`."),
        ("customers: {segments: [{name: all, share: 100%, patience: {fone: 5min}}]}\n",
         '12:60 customers.segments.all.patience.fone: no channel or law is named "fone" | Did you mean "phone"?'),
        ("customers: {segments: [{name: all, share: 100%, reconnect: {probability: 1, after: 1h, noticed: 70%}}]}\n",
         "12:97 customers.segments.all.reconnect.noticed: 30% discover later, and no delay is given | "
         "Write discovered_after: {lognormal: {median: 2 days, cv: 1}}."),
        ("customers: {segments: [{name: all, share: 50%}, {name: all, share: 50%}]}\n",
         '12:56 customers.segments.all.name: two segments are named "all", the first on line 12 | Rename one.'),
        ("customers: {bypass_learned: 20%}\n",
         "12:29 customers.bypass_learned: nobody is there to learn: no `count` of customers | Write count: 20000."),
        ("customers: {count: 0}\n", "12:20 customers.count: 0 is too small | Write 1 or more."),
        ("customers: {redial: {probability: 1, after: 1h, to: {chat: 30%}}}\n",
         '12:54 customers.redial.to.chat: no channel is named "chat" | Known: phone.'),
        ("customers: {redial: {probability: 1, after: 1h, to: {phone: 60%, mail: 60%}}}\n"
         "channels: [{name: phone}, {name: mail}]\n",
         "12:53 customers.redial.to: the shares add up to 120% | At most 100%; the rest stays on its channel."),
        ("targets: [{measure: asa, at_most: 30s, segment: vip}]\ncustomers: {segments: [{name: vips, share: 100%}]}\n",
         '12:49 targets.0.segment: no segment is named "vip" | Did you mean "vips"?'),
        ("customers: {reconnect: {probability: 1, after: 1h, noticed: 70%}}\n",
         "12:61 customers.reconnect.noticed: 30% discover later, and no delay is given | "
         "Write discovered_after: {lognormal: {median: 2 days, cv: 1}}."),
        ("channels: [{name: phone, when_closed: {diverted: {mail: 20%}}}, {name: mail}]\n",
         "12:39 channels.phone.when_closed: returns and diverted add up to 120% | "
         "At most 100%; returns is 100% where it is left out."),
        ("channels: [{name: phone, diverted: {mail: 60%, chat: 50%}}, {name: mail}, {name: chat}]\n",
         "12:36 channels.phone.diverted: the shares add up to 110% | At most 100%; the rest gives up."),
        ("channels: [{name: phone, diverted: {phone: 60%}}]\n",
         "12:37 channels.phone.diverted.phone: a channel diverts to itself | Name another channel."),
        ("channels: [{name: gamma}]\n",
         '12:19 channels.gamma.name: "gamma" means something else in this file | Choose another name.'),
        ("channels: [{name: mail, kind: deferrable, gate: {levels: 1}}]\n",
         "12:12 channels.mail: a gate before a deferrable channel | A gate stands only before a live channel."),
        ("channels: [{name: mail, kind: deferrable, concurrency: {most: 2}}]\n",
         "12:12 channels.mail: concurrency on a deferrable channel | Messages are worked one at a time, take it out."),
        ("channels: [{name: phone, concurrency: {most: 3, pace: [100%, 62%]}}]\n",
         "12:39 channels.phone.concurrency: a pace for up to 2 in hand and most is 3 | Write one for each number in hand."),
        ("channels: [{name: phone, concurrency: {most: 2, pace: [90%, 62%]}}]\n",
         "12:39 channels.phone.concurrency: 90% with one in hand | The first pace is 100%, and talk what it takes."),
        ("channels: [{name: phone, concurrency: {most: 2, pace: [100%, 0%]}}]\n",
         "12:62 channels.phone.concurrency.pace.1: 0 is refused | A pace is greater than 0."),
        ("channels: [{name: phone, answer_within: 1h}]\n",
         '12:26 channels.phone.answer_within: "phone" is live | answer_within counts only for kind: deferrable.'),
        ("channels: [{name: phone, interruptible: yes}]\n",
         '12:26 channels.phone.interruptible: "phone" is live | interruptible counts only for kind: deferrable.'),
        ("calendar: {days: 1, length: 3h}\n", "12:11 calendar: days and length are both given | Keep one of them."),
        ("calendar: {interval: 7min}\n",
         "12:11 calendar: an interval of 7min does not divide a day | Write 15min, 30min or 1h."),
        ('shifts: {early: {from: "09:00", to: "17:00", breaks: [{at: "17:00", for: 15min}]}}\n',
         "12:17 shifts.early: the break 17:00-17:15 lies outside the shift 09:00-17:00 | "
         "Move it, and beyond midnight add 24 hours."),
        ('shifts: {early: {from: "09:00", to: "17:00", breaks: [{between: "12:00-13:00", for: 30min}, {at: "12:30", for: 5min}]}}\n',
         "12:17 shifts.early: the break at 12:30 begins before the one at 12:00 has ended | "
         "Breaks and their windows follow one another."),
        ('shifts: {early: {from: "09:00", to: "17:00", breaks: [{for: 15min}]}}\n',
         "12:55 shifts.early.breaks.0: a break has either `at` or `between` | Write {at: 10:30, for: 15min}."),
        ('shifts: {early: {from: "09:00", to: "17:00", breaks: [{between: "12:00-12:10", for: 15min}]}}\n',
         "12:55 shifts.early.breaks.0: the break is longer than its window | Widen `between` or shorten `for`."),
        ('shifts: {early: {from: "09:00", to: "17:00", breaks: [{between: noon, for: 15min}]}}\n',
         "12:65 shifts.early.breaks.0.between: 'noon' is not a window | Write two clock times: \"12:00-14:00\"."),
        ('shifts: {early: {from: "09:00", to: "07:00"}}\n',
         "12:17 shifts.early: ends at 07:00, before it starts at 09:00, and a shift ends after it starts | "
         'For a night shift write an end beyond midnight: "31:00".'),
        ("routing: {group_order: []}\n",
         "12:24 routing.group_order: does not name every group once | Write [generalists] in your order."),
        ("compare: {baseline: opne}\narms: {open: {}}\n",
         '12:21 compare.baseline: no arm is named "opne" | Did you mean "open"?'),
        ("targets: [{measure: asa, at_most: 30s, at_least: 1s}]\n",
         "12:11 targets.0: a target has one of at_least and at_most | Write {measure: service_level, at_least: 80%}."),
        ("resolution: {sales: {fax: 10%}}\n", '12:22 resolution.sales.fax: no channel is named "fax" | Known: phone.'),
        ("insight: {recorded: {fone: 10%}}\n",
         '12:22 insight.recorded.fone: no channel is named "fone" | Did you mean "phone"?'),
        ("money: {contacts: {mail: 1/contact}}\n", '12:20 money.contacts.mail: no channel is named "mail" | Known: phone.'),
        ("targets: [{measure: asa, at_most: 30s, need_type: sale}]\n",
         '12:51 targets.0.need_type: no need type is named "sale" | Did you mean "sales"?'),
        ("channels: [{name: phone}, {name: mail, kind: deferrable, lines: 3}]\n",
         '12:58 channels.mail.lines: "mail" is deferrable | lines counts only for kind: live.'),
        ("channels: [{name: phone}, {name: mail, kind: deferrable, announces: {handling: 3min}}]\n",
         '12:58 channels.mail.announces: "mail" is deferrable | announces counts only for kind: live.'),
        ("channels: [{name: phone}, {name: phone}]\n",
         '12:34 channels.phone.name: two channels are named "phone", the first on line 12 | Rename one.'),
    ],
)  # fmt: skip
def test_rules_about_the_centre_and_its_customers(problems_of, added, message):
    assert problems_of(added) == [message]


@pytest.mark.parametrize(
    ("handling", "message"),
    [
        ("{sales: {talk: 5min}}",
         '12:1 handling.support: "support" can come to "phone" (live) and has no talk there | '
         "Write handling: {support: {phone: {talk: 5min, wrap_up: 20s}}}."),
        ("{work: 5min}",
         '12:1 handling.sales: "sales" can come to "phone" (live) and has no talk there | '
         "Write handling: {sales: {phone: {talk: 5min, wrap_up: 20s}}}."),
        ("{talk: 5min, sales: {talk: 3min}}", "12:24 handling.sales: unknown field | Known: talk, wrap_up, work, transfers."),
        ("{wrap_up: 5min}", "12:11 handling: neither talk nor work is given | "
         "Write {talk: 5min} for live or {work: 5min} for deferrable."),
        ("{sales: {phone: {talk: 5min, work: 1min}}, support: {talk: 1min}}",
         '12:40 handling.sales.phone.work: "phone" is live and has work | Write {talk: 5min, wrap_up: 20s}.'),
        ("{sales: {phone: {talk: 5min}, mail: {talk: 1min, work: 1min}}, support: {talk: 1min}}",
         '12:48 handling.sales.mail.talk: "mail" is deferrable and has talk | Write {work: 5min}.'),
        ("{sale: {talk: 5min}, support: {talk: 1min}}",
         '12:12 handling.sale: no need type is named "sale" | Did you mean "sales"?'),
        ("{sales: {tlak: 5min}, support: {talk: 1min}}",
         '12:20 handling.sales.tlak: no channel is named "tlak" | Did you mean "talk"?'),
    ],
)  # fmt: skip
def test_rules_about_handling(problems_of, handling, message):
    base = (
        TWO
        + """\
name: small
needs:
  volume: {per_day: 240}
  types:
    - {name: sales, share: 60%}
    - {name: support, share: 40%}
agents:
  - name: generalists
    skills: [sales, support]
    staffing: {agents: 3}
"""
    )

    assert problems_of(f"handling: {handling}\n", base=base)[0] == message


def test_a_group_that_holds_an_unknown_skill_is_asked_which_was_meant(problems_of):
    assert problems_of("", base="""\
name: small
needs: {volume: {per_day: 1}, types: [{name: support}]}
agents: [{name: a, skills: [suport], staffing: {agents: 1}}, {name: b, skills: {suport: 2}, staffing: {agents: 1}}]
handling: {talk: 5min}
""") == [
        '3:29 agents.a.skills: no skill is named "suport" | Did you mean "support"?',
        '3:81 agents.b.skills.suport: no skill is named "suport" | Did you mean "support"?',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("handling", "message"),
    [
        (
            "{talk: 5min, transfers: {to: support, share: 10%, talk: 1min}}",
            '4:40 handling.transfers.to: "support" asks for "support" already | '
            "Name another skill, or write the handling of support without transfers.",
        ),
        (
            "{support: {phone: {talk: 5min, transfers: {to: support, share: 10%, talk: 1min}}}}",
            '4:58 handling.support.phone.transfers.to: "support" asks for "support" already | '
            "Name another skill, or write the handling of support without transfers.",
        ),
        (
            "{support: {phone: {talk: 5min, transfers: {to: expert, share: 10%, talk: 1min}}}}",
            '3:41 agents.a.skills.experts: no skill is named "experts" | Did you mean "expert"?',
        ),
        (
            "{talk: 5min, transfers: {to: expert, share: 10%, talk: 1min, warm: 1min}}\n"
            "channels: [{name: chat, concurrency: {most: 2}}]",
            '4:72 handling.transfers.warm: contacts of "chat" share an agent | Leave warm out, or set most to 1 there.',
        ),
    ],
)
def test_customers_are_passed_on_to_another_skill(problems_of, handling, message):
    held = "{support: 1, experts: 2}" if "experts" in message else "{support: 1}"
    base = f"""\
name: small
needs: {{volume: {{per_day: 1}}, types: [{{name: support}}]}}
agents: [{{name: a, skills: {held}, staffing: {{agents: 1}}}}]
"""

    assert problems_of(f"handling: {handling}\n", base=base) == [message]


def test_names_that_would_share_their_draws_are_refused(small, monkeypatch):
    # collisions of 23-bit hashes are too rare to write down, so here all names collide
    monkeypatch.setattr(rules, "stream_of", lambda name: 1)

    with pytest.raises(ScenarioError, match=r'"support" and "sales" would share their draws\. Rename one of them'):
        scenario_from(small)


def test_names_are_not_looked_for_in_a_section_that_cannot_be_read(problems_of):
    assert problems_of("channels: {name: phone}\ncustomers: {channels_preferred: {phone: 100%}}\n") == [
        "12:11 channels: not a list | Write it like [a, b], or each item after a dash."
    ]
