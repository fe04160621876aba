"""Hypothesis strategies: scenarios over every module, and small replayed days on a grid of whole seconds.

A drawn scenario is a mapping as a planner would write it, with the text of its call table under "calls" (None without
one); `loaded` turns it into a scenario. Times are whole seconds wherever possible, so that ties are the rule.
"""

import tempfile
from pathlib import Path

from hypothesis import strategies as st

from ccsim.scenario.load import scenario_from

TYPES = ("amber", "birch", "cedar")
GRID = 5


def loaded(made):
    """The scenario that a drawn mapping describes."""
    mapping = {key: value for key, value in made.items() if key != "calls"}
    if made.get("calls") is None:
        return scenario_from(mapping)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "calls.csv").write_text(made["calls"], encoding="utf-8")
        return scenario_from(mapping, base_folder=folder)


def shares(most=100):
    return st.integers(0, most).map(lambda percent: f"{percent}%")


def seconds(first, last, step=GRID):
    """Whole seconds on a grid, as a planner writes them."""
    return st.integers(first // step, last // step).map(lambda n: f"{n * step}s")


@st.composite
def laws(draw, first=0, last=300):
    """Times that tie: constants, samples of whole seconds, atoms; now and then a continuous law."""
    kind = draw(st.sampled_from(["constant", "empirical", "empirical", "mixture", "exponential", "gamma", "uniform"]))
    low = max(first, GRID)
    if kind == "constant":
        return draw(seconds(first, last))
    if kind == "empirical":
        return {"empirical": draw(st.lists(seconds(first, last), min_size=1, max_size=4))}
    if kind == "mixture":
        otherwise = {"empirical": draw(st.lists(seconds(low, last), min_size=1, max_size=3))}
        return {"mixture": {"atom": draw(seconds(first, last)), "share": draw(shares()), "otherwise": otherwise}}
    if kind == "exponential":
        return {"exponential": {"mean": draw(seconds(low, last))}}
    if kind == "gamma":
        return {"gamma": {"mean": draw(seconds(low, last)), "cv": draw(st.sampled_from([0.5, 1.0, 2.0]))}}
    return {"uniform": {"from": f"{first}s", "to": f"{last}s"}}


@st.composite
def patiences(draw):
    law = draw(laws(0, 240))
    if draw(st.integers(0, 4)) == 0:
        otherwise = {"exponential": {"mean": "60s"}}
        return {"mixture": {"atom": "never", "share": draw(shares(50)), "otherwise": otherwise}}
    return law


@st.composite
def whole(draw, names, *, with_rest=None):
    """Shares in whole per cent that add up to 100 %; the last name takes the rest."""
    names = [*names, *([with_rest] if with_rest else [])]
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(names) - 1, max_size=len(names) - 1)))
    edges = [0, *cuts, 100]
    return {name: f"{high - low}%" for name, low, high in zip(names, edges, edges[1:])}


@st.composite
def need_types(draw, names, by_share):
    split = draw(whole(names))
    made = []
    for name in names:
        kind = draw(st.sampled_from(["failure", "failure", "value"]))
        one = {"name": name, "kind": kind, "priority": draw(st.integers(1, 2))}
        if by_share:
            one["share"] = split[name]
        if draw(st.booleans()):
            one["causes"] = {"standing": draw(st.integers(1, 4)), "incidence_spread": draw(st.sampled_from([0, 1.3]))}
        if draw(st.booleans()):
            one["skill"] = draw(st.sampled_from(names))
        if draw(st.booleans()):
            one["complexity"] = draw(st.sampled_from(["low", "medium", "high"]))
            one["handling_grows"] = draw(st.sampled_from([0.0, 0.8]))
            one["resolution_falls"] = draw(st.sampled_from([0.0, 2.0]))
        if draw(st.booleans()):
            one["stake"] = "high"
        if draw(st.integers(0, 3)) == 0:
            one["rises_every"] = draw(st.sampled_from(["5s", "30s", "5min"]))
        if draw(st.booleans()):
            one["patience"] = draw(patiences())
        if draw(st.integers(0, 3)) == 0:
            one["raises"] = {
                "type": draw(st.sampled_from(names)),
                "when_resolved": draw(shares()),
                "when_not": draw(shares()),
                "after": draw(laws(0, 600)),
            }
        made.append(one)
    return made


@st.composite
def transfers(draw, types, names):
    """How each of some need types is passed on to another skill, which no type may ask for itself."""
    made = {}
    for one in types:
        others = sorted({*names, "dogwood"} - {one.get("skill", one["name"])})
        if draw(st.booleans()):
            share = draw(st.sampled_from(["100%", "50%", "0%"]))
            made[one["name"]] = {"to": draw(st.sampled_from(others)), "share": share, "talk": draw(laws(0, 60))}
            if draw(st.integers(0, 3)) > 0:
                made[one["name"]]["warm"] = draw(laws(0, 120))
    return made


@st.composite
def gates(draw, names):
    gate = {"levels": draw(st.integers(0, 4))}
    if draw(st.booleans()):
        gate["time"] = draw(laws(0, 60))
    if draw(st.booleans()):
        gate["solves"] = {name: draw(shares()) for name in names}
        gate["complexity_effect"] = draw(st.sampled_from([0, 1]))
    for field in ("wrong_answer", "blocked", "bypass"):
        if draw(st.booleans()):
            gate[field] = draw(shares(60))
    if draw(st.booleans()):
        gate["hangs_up_after"] = draw(seconds(10, 120))
    if draw(st.booleans()):
        gate["opt_out"] = draw(st.booleans())
    if draw(st.booleans()):
        gate["misroutes"] = {"base": draw(shares(50)), "per_level": "5%", "talk": draw(seconds(0, 30))}
    return gate


@st.composite
def concurrencies(draw):
    """Contacts that share an agent; halves and quarters of a pace keep their ends on whole seconds."""
    most = draw(st.sampled_from([2, 3, 1, 5]))
    paces = draw(st.sampled_from([None, ["100%", "50%", "25%", "25%", "12.5%"], ["100%", "92%", "79%", "66%", "54%"]]))
    made = {"most": most, "new_to": draw(st.sampled_from(["least_loaded", "most_loaded"]))}
    return made if paces is None else made | {"pace": paces}


@st.composite
def diallings(draw):
    return {
        "time": draw(laws(0, 60)),
        "reached": draw(shares()),
        "tries": draw(st.integers(1, 3)),
        "again_after": draw(laws(0, 300)),
    }


@st.composite
def callbacks(draw, told):
    made = {"accepts": draw(st.sampled_from(["100%", "50%", "0%"])), "dialling": draw(diallings())}
    if draw(st.booleans()):
        made["waiting"] = draw(st.integers(0, 3))
    if told and draw(st.booleans()):
        made["wait"] = draw(seconds(30, 300))
    if draw(st.integers(0, 2)) == 0:
        made["after"] = draw(laws(0, 300))
    return made


@st.composite
def silences(draw):
    return {"share": draw(st.sampled_from(["100%", "50%", "0%"])), "found_out": draw(laws(0, 60))}


@st.composite
def channels(draw, names, has_email):
    ways = draw(phone_and_email(names, has_email))
    if draw(st.integers(0, 3)) == 0:
        ways[0]["silent"] = draw(silences())
    if "callback" not in ways[0] and draw(st.integers(0, 2)) == 0:
        ways[0]["concurrency"] = draw(concurrencies())
    if draw(st.integers(0, 2)) == 0:
        chat = {"name": "chat", "concurrency": draw(concurrencies()), "priority": draw(st.integers(1, 2))}
        if draw(st.booleans()):
            chat["silent"] = draw(silences())
        ways.append(chat)
    return ways


@st.composite
def phone_and_email(draw, names, has_email):
    phone = {"name": "phone"}
    if draw(st.booleans()):
        phone["gate"] = draw(gates(names))
    if draw(st.integers(0, 2)) == 0:
        phone |= {"prominence": draw(shares()), "search_time": draw(seconds(0, 60))}
    if draw(st.integers(0, 3)) == 0:
        phone["travel"] = draw(laws(0, 120))
    if draw(st.integers(0, 3)) == 0:
        phone["friction"] = draw(shares(60))
    if draw(st.integers(0, 3)) == 0:
        phone["open"] = draw(
            st.sampled_from(["00:10-01:00", ["00:00-00:30", "00:40-01:30"], "00:20-24:00 Mon-Tue", "06:00-28:00 Fri"])
        )
        phone["at_closing"] = draw(st.sampled_from(["finish", "cut_off", "wait"]))
    if draw(st.integers(0, 2)) == 0:
        phone["lines"] = draw(st.integers(1, 4))
    if draw(st.integers(0, 2)) == 0:
        phone["announces"] = {"handling": draw(seconds(30, 300))}
    if draw(st.integers(0, 2)) == 0:
        phone["callback"] = draw(callbacks("announces" in phone))
    if not has_email:
        return [phone]
    email = {"name": "email", "kind": "deferrable", "answer_within": "30min", "customer_time": draw(seconds(0, 120))}
    if draw(st.integers(0, 3)) == 0:
        email["dialling"] = draw(diallings())
    else:
        email["interruptible"] = draw(st.booleans())
    if "dialling" not in email and draw(st.integers(0, 2)) == 0:
        again = draw(st.integers(0, 100))
        email["tolerance"] = {
            "lasts": draw(laws(0, 900)),
            "again": f"{again}%",
            "instead": {"phone": f"{draw(st.integers(0, 100 - again))}%"},
            "merges": draw(shares()),
        }
        email["interruptible"] = False
    if draw(st.booleans()):
        email["priority"] = draw(st.integers(1, 2))
    if draw(st.booleans()):
        email["open"] = "00:05-02:00"
    phone["diverted"] = {"email": draw(shares())}
    if draw(st.booleans()):
        back = draw(st.integers(0, 100))
        phone["when_closed"] = {
            "returns": f"{back}%",
            "after": draw(laws(0, 60)),
            "diverted": {"email": f"{100 - back}%"},
        }
    return [phone, email]


@st.composite
def hour_shifts(draw):
    made = {}
    for name, earliest, latest, end in (("first", 0, 600, 3600), ("second", 600, 1800, 7200)):
        start = draw(on_grid(earliest, latest))
        over = draw(on_grid(max(start + GRID, 605 if name == "first" else 3600), end))
        made[name] = {"from": clock(start), "to": clock(over)}
        if draw(st.booleans()):
            made[name]["breaks"] = draw(breaks(start, over))
    return made


@st.composite
def breaks(draw, start, end):
    """One or two breaks after another, some in a window, from the first second to the last."""
    cuts = sorted(draw(st.lists(on_grid(start, end), min_size=2, max_size=4, unique=True)))
    made = []
    for begins, over in zip(cuts[::2], cuts[1::2]):
        if draw(st.booleans()):
            made.append({"at": clock(begins), "for": f"{over - begins}s"})
        else:
            lasts = draw(on_grid(GRID, over - begins))
            made.append({"between": f"{clock(begins)}-{clock(over)}", "for": f"{lasts}s"})
    return made


@st.composite
def day_shifts(draw):
    days = st.sampled_from(["Mon-Sun", "Fri", "Sat", "Fri-Sat", "Sun-Fri"])
    return {
        "first": {"from": "00:00", "to": draw(st.sampled_from(["08:00", "24:00"])), "days": draw(days)},
        "second": {
            "from": "20:00",
            "to": draw(st.sampled_from(["23:00", "30:00", "44:00"])),
            "days": draw(days),
            **draw(st.sampled_from([{}, {"breaks": [{"between": "21:00-22:30", "for": "40min"}]}])),
        },
    }


@st.composite
def hour_calendars(draw):
    return {
        "length": draw(st.sampled_from(["20min", "1h"])),
        "warm_up": draw(st.sampled_from(["0s", "10min"])),
        "follow_up": draw(st.sampled_from(["0s", "30min"])),
        "interval": draw(st.sampled_from(["15min", "1h"])),
    }


@st.composite
def day_calendars(draw):
    """From a Friday over the weekend."""
    return {
        "start": "2026-01-09",
        "days": draw(st.integers(1, 2)),
        "warm_up": draw(st.sampled_from(["0s", "6h", "1 day"])),
        "interval": "1h",
        **draw(st.sampled_from([{}, {"follow_up": "0s"}, {"follow_up": "1 day"}])),
    }


@st.composite
def staffings(draw, shifts):
    kind = draw(st.sampled_from(["always", "shift", "counts"]))
    if kind == "always":
        return {"agents": draw(st.sampled_from([1, 1, 2, 3, 5, 0]))}
    if kind == "shift":
        chosen = draw(st.lists(st.sampled_from(sorted(shifts)), min_size=1, max_size=2, unique=True))
        return {"shift": chosen, "agents": [draw(st.sampled_from([1, 2, 0])) for _ in chosen]}
    agents = draw(st.lists(st.integers(0, 3), min_size=2, max_size=6))
    start, every = draw(st.sampled_from([("00:00", "5min"), ("00:05", "10min"), ("00:00", "4h"), ("20:00", "4h")]))
    return {"from": start, "every": every, "agents": agents}


def on_grid(first, last):
    """Moments of the grid, s."""
    return st.integers(first // GRID, last // GRID).map(lambda n: n * GRID)


def clock(at):
    return f"{at // 3600:02d}:{at % 3600 // 60:02d}:{at % 60:02d}"


@st.composite
def groups(draw, used, shifts, way_names):
    made = []
    for number in range(draw(st.integers(1, 3))):
        skills = draw(st.lists(st.sampled_from(used), min_size=1, max_size=len(used), unique=True))
        group = {
            "name": f"group{number}",
            "skills": {
                skill: {
                    "rank": draw(st.integers(1, 2)),
                    "handles": draw(st.sampled_from(["1x", "1.2x", "2x"])),
                    "resolves": draw(st.sampled_from([0, -0.5])),
                    "after": draw(st.sampled_from(["0s", "0s", "0s", "30s", "60s"])),
                }
                for skill in skills
            },
            "staffing": draw(staffings(shifts)),
            "wage": draw(st.sampled_from(["0/h", "20/h"])),
            "speed_cut": draw(st.sampled_from(["0%", "10%"])),
            "reserve": draw(st.sampled_from([0, 0, 1, 2])),
        }
        if draw(st.integers(0, 3)) == 0:
            group["handles_spread"] = "30%"
        if "shift" in group["staffing"] and draw(st.booleans()):
            group["absence"] = draw(st.sampled_from(["30%", "70%", "100%"]))
            if group["absence"] != "100%" and draw(st.booleans()):
                group["absence_lasts"] = 5
        if "shift" in group["staffing"] and draw(st.integers(0, 2)) == 0:
            group["overtime"] = draw(seconds(0, 1800))
        most = group["staffing"]["agents"]
        most = most if isinstance(most, int) else max(most)
        if most > 0 and draw(st.integers(0, 3)) == 0:
            group["people"] = {f"anna{number}": {"handles": draw(st.sampled_from(["0.5x", "2x"]))}}
            if most > 1:
                group["people"][f"ben{number}"] = {}
        if len(way_names) > 1 and draw(st.booleans()):
            group["channels"] = draw(st.lists(st.sampled_from(way_names), min_size=1, max_size=2, unique=True))
        made.append(group)
    return made


@st.composite
def switches(draw, channel_names):
    """Now and then other channels for the next attempt."""
    if draw(st.integers(0, 2)) > 0:
        return {}
    return {"to": {name: f"{draw(st.integers(0, 100 // len(channel_names)))}%" for name in channel_names}}


@st.composite
def segments(draw, channel_names):
    """One to three kinds of customers, each different from the others in some of its ways."""
    made = []
    for name, share in draw(whole(["seekers", "avoiders", "others"][: draw(st.integers(1, 3))])).items():
        one = {"name": name, "share": share}
        if draw(st.booleans()):
            one["patience"] = draw(patiences())
        if draw(st.booleans()):
            one["channels_preferred"] = draw(whole(channel_names, with_rest="none"))
        if draw(st.booleans()):
            one |= {"friction": draw(st.sampled_from(["0.5x", "3x"])), "stake": draw(st.sampled_from(["1x", "2x"]))}
        if draw(st.booleans()):
            one["priority"] = draw(st.integers(0, 2))
        if draw(st.booleans()):
            one["balking"] = {"per_waiting": draw(st.sampled_from([0, 1]))}
        if draw(st.booleans()):
            one["announced"] = {"before": draw(st.sampled_from(["0.5x", "2x"]))}
        for way in ("redial", "gate_failure", "blocked", "reconnect"):
            if draw(st.integers(0, 3)) == 0:
                one[way] = {"probability": draw(shares()), "after": draw(laws(0, 600))} | draw(switches(channel_names))
        made.append(one)
    return made


@st.composite
def customers(draw, channel_names, pauses):
    made = {"most_attempts": draw(st.sampled_from([1, 2, 3, 8, 15]))}
    if draw(st.booleans()):
        made["patience"] = draw(patiences())
    if draw(st.integers(0, 2)) == 0:
        made["balking"] = {"per_waiting": draw(st.sampled_from([0, 0.25, 1, 1000]))}
        if draw(st.booleans()):
            made["balking"]["announced_wait"] = draw(seconds(30, 300))
    if draw(st.booleans()):
        factors = st.sampled_from(["1x", "0.5x", "2x"])
        made["announced"] = {"before": draw(factors), "per_minute_over": draw(factors)}
    for section in ("redial", "gate_failure", "blocked"):
        if draw(st.booleans()):
            made[section] = {"probability": draw(shares()), "after": draw(laws(0, 600))} | draw(switches(channel_names))
    if draw(st.booleans()):
        made["reconnect"] = {
            "probability": draw(shares()),
            "after": draw(laws(0, 600)),
            "noticed": draw(shares()),
            "discovered_after": draw(laws(0, 600)),
            **draw(switches(channel_names)),
        }
    if pauses:
        made["channels_preferred"] = {"phone": "30%", "email": "70%"}
    elif draw(st.booleans()):
        made["channels_preferred"] = draw(whole(channel_names, with_rest="none"))
    if draw(st.integers(0, 2)) == 0:
        made["count"] = draw(st.sampled_from([1, 3, 20, 2**24]))
    if "count" in made and draw(st.booleans()):
        made["bypass_learned"] = draw(shares())
    if draw(st.integers(0, 2)) == 0:
        made["segments"] = draw(segments(channel_names))
    if draw(st.booleans()):
        made["effort"] = {"weights": {"gate": 1.5}, "penalties": {"recontact": "5min"}}
    return made


@st.composite
def insights(draw):
    return {
        "recorded": draw(shares()),
        "accessible": {"phone": draw(shares())},
        "content": {"phone": {"base": "60%", "most": "85%"}, "gate": {"base": draw(shares())}},
        "repeats": draw(st.sampled_from(["once", "once", "fresh"])),
        "listening": {
            "minutes_per_contact": draw(seconds(0, 60)),
            "manual_sample": draw(shares()),
            "speech_analytics": {"coverage": draw(shares()), "recall": "70%"},
            "text_analytics": {"coverage": draw(shares()), "recall": "70%"},
            "agent_flags": draw(shares()),
            "log_analysis": draw(shares()),
        },
        "detection": {"count": draw(st.integers(1, 4)), **draw(st.sampled_from([{}, {"within": "20min"}]))},
        "found_anyway": {"per_year": draw(st.sampled_from([0, 5000]))},
    }


@st.composite
def call_tables(draw, names, ways, most_attempts, span):
    """Calls on the grid: many arrive, end and give up in the same second."""
    rows = ["need,type,arrives,attempt,channel,talk,wrap_up,patience,gate,redial_after"]
    gated = ways[0].get("gate", {}).get("levels", 0) > 0
    results = ["", "", "", "agent", "resolved", "wrong", "hung_up", "blocked"] if gated else [""]
    grid = st.integers(0, 24).map(lambda n: n * GRID)
    long_grid = st.integers(0, 160).map(lambda n: n * GRID)
    for number in range(draw(st.integers(1, 25))):
        arrives = draw(st.integers(0, span // GRID)) * GRID
        name = draw(st.sampled_from(names))
        for attempt in range(draw(st.integers(1, min(2, most_attempts)))):
            cells = [
                f"n{number}",
                name,
                arrives if attempt == 0 else "",
                attempt,
                channel := draw(st.sampled_from(["", *(way["name"] for way in ways)])),
                draw(long_grid if channel == "email" else grid),
                "" if channel == "email" else draw(st.one_of(st.just(""), grid)),
                draw(st.one_of(st.just("never"), st.just(""), grid)),
                draw(st.sampled_from(results if channel == "phone" else [""])),
                draw(grid) if attempt else "",
            ]
            rows.append(",".join(map(str, cells)))
    return "\n".join(rows) + "\n"


@st.composite
def scenarios(draw, *, replayed=None):
    """A scenario over all modules; chance decides whether it is replayed, unless `replayed` says so."""
    replayed = draw(st.booleans()) if replayed is None else replayed
    names = TYPES[: draw(st.integers(1, 3))]
    # messages long enough to be in hand when a shift ends
    pauses = draw(st.integers(0, 2)) == 2
    ways = draw(channels(names, pauses or draw(st.booleans())))
    for way in ways:
        if draw(st.integers(0, 4)) == 0:
            way["medium"] = draw(st.sampled_from(["spoken", "written"]))
    way_names = [way["name"] for way in ways]
    people = draw(customers(way_names, pauses))
    # days in which midnight, weekends and night shifts matter, or an hour in which everything ties
    in_days = not replayed and draw(st.integers(0, 3)) == 0
    shifts = draw(day_shifts() if in_days else hour_shifts())
    types = draw(need_types(names, not replayed))
    passing = draw(transfers(types, names))
    if any("concurrency" in way for way in ways):
        # who shares himself passes on cold
        for one in passing.values():
            one.pop("warm", None)
    used = sorted({one.get("skill", one["name"]) for one in types} | {one["to"] for one in passing.values()})
    teams = draw(groups(used, shifts, way_names))
    if any("concurrency" in way for way in ways):
        # a delay and hands that share don't go together
        for use in (use for team in teams for use in team["skills"].values()):
            use["after"] = "0s"
    shift_end = draw(st.sampled_from(["pause", "hand_over"])) if pauses else "finish"
    if not pauses and draw(st.integers(0, 3)) == 0:
        shift_end = "hand_over"
    if shift_end == "hand_over":
        # within one queue who was misrouted looks like who was handed over
        for way in ways:
            if isinstance(way.get("gate"), dict):
                way["gate"].pop("misroutes", None)
        for team in teams:
            if "shift" not in team["staffing"] and draw(st.integers(0, 3)) > 0:
                team["staffing"] = {"shift": sorted(shifts), "agents": [2, 1]}
    if shift_end != "finish":
        # which stretch of work is whose cannot be told where a need has two messages
        for way in ways:
            way.pop("tolerance", None)
    made = {
        "name": "drawn",
        "calendar": draw(day_calendars() if in_days else hour_calendars()),
        "needs": {"types": types},
        "customers": people,
        "channels": ways,
        "agents": teams,
        "shifts": shifts,
        "shrinkage": draw(
            st.sampled_from(
                ["0%", "5%", "30%", {"share": "30%", "includes": []}, {"share": "40%", "includes": ["breaks"]}]
            )
        ),
        "shift_end": shift_end,
        "pressure": draw(st.sampled_from([{}, {"free_slack": "5%", "resolution_cost": 2.4, "content_cost": 1.5}])),
        "handling": {
            name: {
                way["name"]: {"work": draw(laws(0, 900 if pauses else 300))}
                if way.get("kind") == "deferrable"
                else {"talk": draw(laws(0, 900 if shift_end == "hand_over" else 300)), "wrap_up": draw(laws(0, 60))}
                | ({"transfers": passing[name]} if name in passing else {})
                for way in ways
            }
            for name in names
        },
        **draw(
            st.sampled_from(
                [
                    {},
                    {},
                    {"handling_over_day": {"every": "5min", "factors": ["2x", "1x", "0.5x"]}},
                    {"handling_over_day": {"from": "00:05", "every": "10min", "factors": ["0.5x", "2x"]}},
                ]
            )
        ),
        **draw(st.sampled_from([{}, {}, {"context": {"told_again": "20s", "at_hand": "50%"}}])),
        "resolution": draw(shares()),
        "coding": {"when_resolved": "97%", "when_not": "50%"},
        "routing": {
            "agent": draw(st.sampled_from(["skill_priority", "longest_idle", "group_order"])),
            "contact": draw(st.sampled_from(["skill_priority", "longest_waiting"])),
            "among_equals": draw(st.sampled_from(["longest_idle", "longest_idle", "least_occupied"])),
        },
    }
    if replayed:
        made["calls"] = draw(call_tables(names, ways, people["most_attempts"], draw(st.sampled_from([60, 300, 1800]))))
        made["needs"]["replay"] = "calls.csv"
    else:
        made["needs"]["volume"] = {"per_hour": draw(st.sampled_from([0, 2, 4] if in_days else [0, 30, 60, 120]))}
        if in_days:
            made["needs"]["volume"]["weekdays"] = [1, 1, 1, 1, 1, draw(st.integers(0, 2)), 1]
        if draw(st.booleans()):
            made["needs"]["volume"]["busyness"] = {
                "cv": "20%",
                "day_to_day": draw(st.sampled_from([0, 0.6])),
                "within_day": {"cv": draw(st.sampled_from(["0%", "30%"])), "every": "1h", "to_next": 0.5},
            }
        if draw(st.booleans()):
            made["needs"]["volume"]["growth"] = draw(st.sampled_from(["-50%", "200%"]))
        if draw(st.booleans()):
            made["needs"]["events"] = [
                {"name": "event", "on": "2026-01-05", "days": draw(st.integers(1, 3)), "fading_over": "2 days"}
                | {"extra": draw(st.sampled_from(["-100%", "50%"])), "from": "00:30", "to": "24:00"}
            ]
        if draw(st.booleans()):
            rates = {"from": "00:00", "every": "30min", "shape": [1, 3, 0, 2]}
            made["needs"]["intraday"] = rates
    if draw(st.integers(0, 3)) > 0:
        made["insight"] = draw(insights())
    if draw(st.booleans()):
        made["money"] = {
            "currency": "EUR",
            "overtime": "1.5x",
            "on_cost": "20%",
            "telephony": "0.03/min",
            "contacts": dict.fromkeys(way_names, "0.5/contact"),
            "gate": "0.1/contact",
            "speech_analytics": "0.05/contact",
            "text_analytics": "0.02/contact",
            "manual_review": "1.5/contact",
            "fixed": "24/day",
        }
    return made


@st.composite
def closings(draw):
    """A scenario whose live channels close while customers are inside, as shifts end and counts fall or later."""
    made = draw(scenarios())
    closes = draw(st.sampled_from([1, 2, 5, 10, 20]))
    if "volume" in made["needs"]:
        made["needs"]["volume"] = {"per_hour": draw(st.sampled_from([60, 300]))}
        made["needs"].pop("intraday", None)
    if draw(st.booleans()):
        made["customers"].pop("patience", None)
    for way in made["channels"]:
        if way.get("kind") != "deferrable":
            hours = [f"00:00-00:{closes:02d}"]
            if draw(st.integers(0, 2)) == 0:
                hours.append(f"00:{closes + draw(st.integers(1, 3)):02d}-00:40")
            way |= {"open": hours, "at_closing": draw(st.sampled_from(["finish", "finish", "cut_off", "wait"]))}
    for team in made["agents"]:
        if draw(st.booleans()):
            numbers = [draw(st.integers(1, 2)), draw(st.sampled_from([0, 0, 1]))]
            team["staffing"] = {"from": "00:00", "every": f"{closes}min", "agents": numbers}
            for name in ("absence", "absence_lasts", "overtime", "people"):
                team.pop(name, None)
        elif "shift" in team["staffing"] and draw(st.booleans()):
            made["shifts"]["short"] = {"from": "00:00", "to": f"00:{closes:02d}"}
            team["staffing"] = {"shift": "short", "agents": draw(st.integers(1, 3))}
            team.pop("people", None)
    return made
