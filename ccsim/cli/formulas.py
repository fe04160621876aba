"""The textbook's answers without a simulation: theory and its subcommands."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

from ccsim.cli import options
from ccsim.cli.faults import SCHEMA_VERSION, answering
from ccsim.cli.speaking import tell, tell_object
from ccsim.units import format_duration

Rate = Annotated[
    float, typer.Option("--rate", metavar="RATE", parser=options.read_rate, help="Contacts arriving, such as 120/h.")
]
Handling = Annotated[
    float,
    typer.Option("--handling", metavar="TIME", parser=options.read_duration, help="Mean handling time, such as 5min."),
]
Agents = Annotated[int, typer.Option("--agents", metavar="N", min=1, help="Agents.")]
Patience = Annotated[
    float, typer.Option("--patience", metavar="TIME", parser=options.read_duration, help="Mean patience, such as 3min.")
]
Within = Annotated[
    float,
    typer.Option(
        "--within",
        metavar="TIME",
        parser=options.read_duration,
        help="Acceptable wait of the service level.",
        show_default="20s",
    ),
]


class PatienceLaw(StrEnum):
    """The shape of patience around its mean."""

    EXPONENTIAL = "exponential"
    CONSTANT = "constant"
    LOGNORMAL = "lognormal"


class ChatRouting(StrEnum):
    """Who gets a new chat, of the agents with a free slot."""

    LEAST_LOADED = "least-loaded"
    MOST_LOADED = "most-loaded"


BASES = {
    "offered": "answered within {wait} / offered",
    "answered": "answered within {wait} / answered",
    "met_or_gone": "(answered + abandoned within {wait}) / offered",
    "early_gone_left_out": "answered within {wait} / (offered - abandoned within {wait})",
    "met_or_short_gone": "(answered within {wait} + abandoned within 5s) / offered",
    "short_gone_left_out": "answered within {wait} / (offered - abandoned within 5s)",
}
QUEUE_ROWS = (
    ("Must wait", "p_wait", "share"),
    ("Abandoned", "p_abandon", "share"),
    ("ASA (mean wait of the answered)", "asa", "s"),
    ("Mean wait of the offered", "wait_offered", "s"),
    ("Mean wait of the abandoned", "wait_abandoned", "s"),
    ("Mean number waiting", "mean_queue", "visits"),
    ("Occupancy", "occupancy", "share"),
)
LINE_ROWS = (
    ("Must wait", "p_wait", "share"),
    ("Abandoned", "p_abandon", "share"),
    ("ASA (mean wait of the answered)", "asa", "s"),
    ("Mean wait of the offered", "wait_offered", "s"),
    ("Answered in time / offered", "within", "share"),
)
CHAT_ROWS = (
    ("Customer's time from answer to end", "duration", "s"),
    ("Agent's time a chat", "agent_time", "s"),
    ("Agents with a chat", "busy", "share"),
    ("Chats of an agent with any", "concurrency", "visits"),
)
GATE_ROWS = (
    ("Blocked", "p_blocked", "share"),
    ("In the gate", "in_gate", "visits"),
    ("Lines busy", "lines_busy", "visits"),
    ("Occupancy of the agents", "occupancy", "share"),
)

DAY_TOTALS = ("offered", "served", "abandoned", "asa", "wait_offered")
DAY_COLUMNS = (
    ("Offered", "offered", "count"),
    ("In time", "within", "count"),
    ("Abandoned", "abandoned", "count"),
    ("Must wait", "p_wait", "share"),
    ("Waiting", "mean_queue", "visits"),
    ("Busy", "busy", "visits"),
    ("Busy if nobody waited", "load", "visits"),
)

theory = typer.Typer(invoke_without_command=True, no_args_is_help=True, rich_markup_mode="rich")


@theory.callback()
def about(
    context: typer.Context,
    sources: Annotated[bool, typer.Option("--sources", help="Name the paper behind every formula.")] = False,
    json: options.Json = False,
) -> None:
    """Ask the textbook: exact answers, refused where no formula applies."""
    with answering("theory", json=json, debug=False):
        if not sources:
            if context.invoked_subcommand is None:
                raise typer.BadParameter("name a formula, such as erlang-a, or ask for --sources")
            return
        from ccsim.theory.sources import sources as known

        if json:
            tell_object({"schema_version": SCHEMA_VERSION, "command": "theory", "sources": known()})
        else:
            tell("\n".join(f"{name}: {source}" for name, source in known().items()))


def erlang_b(
    rate: Rate,
    handling: Handling,
    lines: Annotated[int, typer.Option("--lines", metavar="N", min=0, help="Lines.")],
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Lines without a queue: who finds all busy is blocked (M/G/n/n)."""
    with answering("theory erlang-b", json=json, debug=debug):
        from ccsim.theory.erlang import erlang_b as formula

        blocked = formula(lines, rate * handling)
        given = {"rate": rate, "handling": handling, "lines": lines}
        answer = {
            "load": rate * handling,
            "p_blocked": blocked,
            "carried": rate * handling * (1 - blocked),
        }
        rows = [
            ("Offered load, Erlangs", "load", "count"),
            ("Blocked", "p_blocked", "share"),
            ("Carried load, Erlangs", "carried", "count"),
        ]
        _answer("erlang-b", "Erlang B", given, answer, rows, "erlang.erlang_b", json=json)


def erlang_c(
    rate: Rate,
    handling: Handling,
    agents: Agents,
    within: Within = 20.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """A queue that nobody leaves (M/M/n)."""
    with answering("theory erlang-c", json=json, debug=debug):
        from ccsim.theory.erlang import answer_erlang_c

        found = asdict(answer_erlang_c(rate, handling, agents, within))
        given = {"rate": rate, "handling": handling, "agents": agents, "within": within}
        _queue_answer("erlang-c", "Erlang C", given, found, "erlang.answer_erlang_c", json=json)


def erlang_a(
    rate: Rate,
    handling: Handling,
    agents: Agents,
    patience: Patience,
    within: Within = 20.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """A queue with exponential patience (M/M/n+M)."""
    with answering("theory erlang-a", json=json, debug=debug):
        from ccsim.theory.erlang import answer_erlang_a

        found = asdict(answer_erlang_a(rate, handling, agents, patience, within))
        given = {"rate": rate, "handling": handling, "agents": agents, "patience": patience, "within": within}
        _queue_answer("erlang-a", "Erlang A", given, found, "erlang.answer_erlang_a", json=json)


def patience(
    rate: Rate,
    handling: Handling,
    agents: Agents,
    patience: Patience,
    law: Annotated[PatienceLaw, typer.Option("--law", help="Law of patience around that mean.")],
    cv: Annotated[
        float, typer.Option("--cv", metavar="X", min=0.01, help="Of the lognormal: standard deviation / mean.")
    ] = 1.0,
    at_once: Annotated[
        float,
        typer.Option(
            "--at-once", metavar="SHARE", parser=options.read_share, help="Have no patience: served at once or gone."
        ),
    ] = 0.0,
    within: Within = 20.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """A queue with patience of another law (M/M/n+G)."""
    with answering("theory patience", json=json, debug=debug):
        from ccsim.theory import patience as laws

        if law is PatienceLaw.LOGNORMAL:
            survival = laws.lognormal_patience(patience, cv)
        elif law is PatienceLaw.CONSTANT:
            survival = laws.constant_patience(patience)
        else:
            survival = laws.exponential_patience(patience)
        survival = laws.some_at_once(at_once, survival)
        found = asdict(laws.answer_patience(rate, handling, agents, survival, within))
        given: dict[str, Any] = {"rate": rate, "handling": handling, "agents": agents, "patience": patience}
        given |= {"law": law.value, "cv": cv if law is PatienceLaw.LOGNORMAL else None, "at_once": at_once}
        given |= {"within": within}
        _queue_answer("patience", "M/M/n+G", given, found, "patience.answer_patience", json=json)


def priorities(
    rate: Annotated[
        list[float],
        typer.Option(
            "--rate", metavar="RATE", parser=options.read_rate, help="Of each class, highest first; may be repeated."
        ),
    ],
    handling: Handling,
    agents: Agents,
    patience: Annotated[
        list[float] | None,
        typer.Option(
            "--patience",
            metavar="TIME",
            parser=options.read_duration,
            help="Mean patience, one for all or one of each class; left out: nobody abandons.",
            show_default=False,
        ),
    ] = None,
    rises_every: Annotated[
        list[float] | None,
        typer.Option(
            "--rises-every",
            metavar="TIME",
            parser=options.read_duration,
            help="Priorities that age from alike: a class gains one each such time; of each class, quickest first.",
            show_default=False,
        ),
    ] = None,
    within: Within = 20.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Classes before the same agents, the higher first, nobody interrupted."""
    with answering("theory priorities", json=json, debug=debug):
        given = {"rate": rate, "handling": handling, "agents": agents, "patience": patience, "within": within}
        if rises_every is not None:
            given |= {"rises_every": rises_every}
            found, source = _ageing(rate, handling, agents, patience, rises_every), "priorities.accumulating_waits"
        elif patience is None:
            found, source = _cobham(rate, handling, agents, within), "priorities.answer_priorities"
        else:
            found, source = _priorities_left(rate, handling, agents, patience, within), "skills.answer_skills"
        rows = [("Occupancy", "occupancy", "share"), ("Mean number waiting", "mean_queue", "visits")]
        flat = dict(found)
        for number, of_class in enumerate(found["classes"], 1):
            for words, key, unit in LINE_ROWS:
                if key in of_class:
                    flat[f"{key}_{number}"] = of_class[key]
                    rows.append((f"{words}, class {number}", f"{key}_{number}", unit))
        _answer("priorities", "Priorities", given, found, rows, source, json=json, flat=flat)


def _cobham(rates: list[float], handling: float, agents: int, within: float) -> dict[str, Any]:
    """Classes that never abandon: all that is known of them in closed form."""
    from ccsim.theory.priorities import answer_priorities

    found = answer_priorities(rates, handling, agents, within)
    classes: list[dict[str, float]] = [{"p_wait": found.p_wait, "wait_offered": wait} for wait in found.waits]
    classes[0]["within"] = found.first_within
    return {"occupancy": found.occupancy, "mean_queue": found.mean_queue, "classes": classes}


def _ageing(
    rates: list[float], handling: float, agents: int, patience: list[float] | None, rises_every: list[float]
) -> dict[str, Any]:
    """Classes whose priority grows as they wait, and that never abandon: their mean waits."""
    from ccsim.theory.erlang import erlang_c
    from ccsim.theory.priorities import accumulating_waits

    if patience is not None:
        raise typer.BadParameter("no formula knows priorities that age where customers abandon; leave out --patience")
    if len(rises_every) != len(rates):
        raise typer.BadParameter("give --rises-every once for each class")
    if sorted(rises_every) != rises_every or rises_every[0] <= 0.0:
        raise typer.BadParameter("give --rises-every in the order of the classes, the shortest time first, above 0")
    # the formula begins with the class that gains slowest
    waits = accumulating_waits(rates[::-1], [1.0 / every for every in rises_every[::-1]], handling, agents)[::-1]
    load = sum(rates) * handling
    p_wait = erlang_c(agents, load)
    classes = [{"p_wait": p_wait, "wait_offered": wait} for wait in waits]
    mean_queue = sum(rate * wait for rate, wait in zip(rates, waits))
    return {"occupancy": load / agents, "mean_queue": mean_queue, "classes": classes}


def _priorities_left(
    rates: list[float], handling: float, agents: int, patience: list[float], within: float
) -> dict[str, Any]:
    """Classes that abandon: their chain, solved."""
    from ccsim.theory.skills import SkillDesign, answer_skills

    if len(patience) not in (1, len(rates)):
        raise typer.BadParameter("give one --patience for all classes, or one for each")
    classes = tuple(range(len(rates)))
    design = SkillDesign(
        arrival_rates=tuple(rates),
        patience=tuple(patience if len(patience) > 1 else patience * len(rates)),
        agents=(agents,),
        handling=((handling,) * len(rates),),
        prefers=((0,),) * len(rates),
        serves=(classes,),
    )
    found = answer_skills(design, within)
    told = [asdict(kind) | {"within": kind.service_level["offered"]} for kind in found.kinds]
    return {"occupancy": found.occupancy[0], "mean_queue": sum(k.mean_queue for k in found.kinds), "classes": told}


def day(
    rate: Annotated[
        list[float],
        typer.Option("--rate", metavar="RATE", parser=options.read_rate, help="Of each period; repeated, in order."),
    ],
    agents: Annotated[list[int], typer.Option("--agents", metavar="N", min=0, help="In each period, likewise.")],
    handling: Handling,
    patience: Patience,
    every: Annotated[
        float,
        typer.Option(
            "--every", metavar="TIME", parser=options.read_duration, help="Length of a period.", show_default="1h"
        ),
    ] = 3600.0,
    within: Within = 20.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """A day of changing demand and staffing, from an empty start (M(t)/M/n(t)+M)."""
    with answering("theory day", json=json, debug=debug):
        from ccsim.theory.infinite import exponential_handling, mean_busy
        from ccsim.theory.periods import Period, answer_day

        if len(rate) != len(agents):
            raise typer.BadParameter("give as many --agents as --rate, one of each for every period")
        found = answer_day([Period(every, *of) for of in zip(rate, agents)], handling, patience, within)
        edges = [every * number for number in range(len(rate) + 1)]
        middles = [edge + every / 2 for edge in edges[:-1]]
        loads = mean_busy(edges, rate, exponential_handling(handling), middles).tolist()
        given: dict[str, Any] = {"rate": rate, "agents": agents, "handling": handling, "patience": patience}
        given |= {"every": every, "within": within}
        answer: dict[str, Any] = {name: getattr(found, name) for name in DAY_TOTALS}
        answer["periods"] = [asdict(period) | {"load": load} for period, load in zip(found.periods, loads)]
        _day_answer(given, answer, json=json)


def _day_answer(given: dict[str, Any], answer: dict[str, Any], *, json: bool) -> None:
    """A day's answer, one line for each period."""
    from ccsim.cli.contract import answer_object
    from ccsim.cli.pages import sheet_text
    from ccsim.report.tables import Sheet
    from ccsim.theory.sources import sources

    paper = sources()["periods.answer_day"]
    if json:
        tell_object(answer_object("theory day", given, answer, paper))
        return
    rows = tuple(
        (format_duration(given["every"] * number), *(_text(of[key], unit) for _, key, unit in DAY_COLUMNS))
        for number, of in enumerate(answer["periods"])
    )
    totals = (
        f"ASA {_text(answer['asa'], 's')}, {_text(answer['abandoned'], 'count')} abandoned, the last queue drained."
    )
    notes = (totals, f"In time: answered within {format_duration(given['within'])}. Source: {paper}")
    tell(sheet_text(Sheet("A day over time", ("From", *(words for words, _, _ in DAY_COLUMNS)), rows, notes)))


def chat(
    rate: Rate,
    work: Annotated[
        float,
        typer.Option(
            "--work", metavar="TIME", parser=options.read_duration, help="Mean work of a chat at full attention."
        ),
    ],
    agents: Agents,
    patience: Patience,
    slow_down: Annotated[
        list[float],
        typer.Option(
            "--slow-down", metavar="X", min=0.01, help="Times as long with two chats, with three ...; repeated."
        ),
    ],
    routing: Annotated[ChatRouting, typer.Option("--routing", help="Who gets a new chat.")] = ChatRouting.LEAST_LOADED,
    within: Within = 20.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Agents who share themselves among several chats."""
    with answering("theory chat", json=json, debug=debug):
        from ccsim.theory.chat import answer_chat

        found = asdict(answer_chat(rate, work, agents, [1.0, *slow_down], patience, within, routing=routing.value))
        given = {"rate": rate, "work": work, "agents": agents, "patience": patience, "slow_down": slow_down}
        given |= {"routing": routing.value, "within": within}
        rows = [*LINE_ROWS, *CHAT_ROWS]
        flat = _line_flat(found)
        _answer("chat", "Chat desk", given, found, rows, "chat.answer_chat", json=json, flat=flat)


def gate(
    rate: Rate,
    lines: Annotated[
        int, typer.Option("--lines", metavar="N", min=1, help="Lines for all in the gate, waiting or talking.")
    ],
    gate_time: Annotated[
        float,
        typer.Option("--gate-time", metavar="TIME", parser=options.read_duration, help="Mean time in the gate."),
    ],
    to_agents: Annotated[
        float,
        typer.Option("--to-agents", metavar="SHARE", parser=options.read_share, help="Ask for an agent afterwards."),
    ],
    handling: Handling,
    agents: Agents,
    patience: Patience,
    within: Within = 20.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """A gate with so many lines, then agents."""
    with answering("theory gate", json=json, debug=debug):
        from ccsim.theory.gate import answer_gate

        found = asdict(answer_gate(rate, gate_time, to_agents, lines, handling, agents, patience, within))
        given = {"rate": rate, "lines": lines, "gate_time": gate_time, "to_agents": to_agents, "handling": handling}
        given |= {"agents": agents, "patience": patience, "within": within}
        rows = [*GATE_ROWS, *LINE_ROWS]
        _answer(
            "gate", "Gate, lines, agents", given, found, rows, "gate.answer_gate", json=json, flat=_line_flat(found)
        )


def _line_flat(found: dict[str, Any]) -> dict[str, Any]:
    """An answer with its line's numbers beside its own."""
    line: dict[str, Any] = found["line"]
    return found | line | {"within": line["service_level"]["offered"]}


def redials(
    rate: Annotated[
        float, typer.Option("--rate", metavar="RATE", parser=options.read_rate, help="First attempts, such as 120/h.")
    ],
    handling: Handling,
    agents: Agents,
    patience: Patience,
    redial: Annotated[
        float,
        typer.Option("--redial", metavar="SHARE", parser=options.read_share, help="Of the abandoned, who try again."),
    ],
    reconnect: Annotated[
        float,
        typer.Option("--reconnect", metavar="SHARE", parser=options.read_share, help="Of the served, who come back."),
    ] = 0.0,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Erlang A with customers who come back, long after."""
    with answering("theory redials", json=json, debug=debug):
        from ccsim.theory.retrials import redial_fixed_point

        found = asdict(redial_fixed_point(rate, handling, agents, patience, redial, reconnect))
        given = {"rate": rate, "handling": handling, "agents": agents, "patience": patience}
        given |= {"redial": redial, "reconnect": reconnect}
        rows = [
            ("Contacts an hour", "contacts_per_hour", "count"),
            ("Abandoned", "p_abandon", "share"),
            ("Contacts per need", "contacts_per_need", "visits"),
            ("Needs given up", "given_up_share", "share"),
        ]
        answer = found | {"contacts_per_hour": 3600.0 * found["total_rate"]}
        _answer("redials", "Redials and reconnects", given, answer, rows, "retrials.redial_fixed_point", json=json)


def repeats(
    resolved: Annotated[
        float,
        typer.Option("--resolved", metavar="SHARE", parser=options.read_share, help="Contacts that settle the need."),
    ],
    returns: Annotated[
        float,
        typer.Option("--returns", metavar="SHARE", parser=options.read_share, help="Of the unsettled, who come back."),
    ],
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Contacts per need when what is not resolved comes back."""
    with answering("theory repeats", json=json, debug=debug):
        from ccsim.theory.retrials import contacts_per_need_by_repeats

        answer = {"contacts_per_need": contacts_per_need_by_repeats(resolved, returns)}
        rows = [("Contacts per need", "contacts_per_need", "visits")]
        given = {"resolved": resolved, "returns": returns}
        _answer("repeats", "Repeats", given, answer, rows, "retrials.contacts_per_need_by_repeats", json=json)


def detection(
    signals: Annotated[int, typer.Option("--signals", metavar="N", min=1, help="Signals that it takes.")],
    heard: Annotated[
        float, typer.Option("--yield", metavar="SHARE", parser=options.read_share, help="Needs that give a signal.")
    ],
    rate: Annotated[
        float,
        typer.Option("--rate", metavar="RATE", parser=options.read_rate, help="Needs of the cause, such as 10/day."),
    ],
    life: Annotated[
        float | None,
        typer.Option(
            "--life",
            metavar="TIME",
            parser=options.read_duration,
            help="Life of the cause, such as 90 days.",
            show_default=False,
        ),
    ] = None,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """How long, and at the price of how many needs, until a cause is detected."""
    with answering("theory detection", json=json, debug=debug):
        from ccsim.theory import detection as law

        answer: dict[str, Any] = {
            "needs_before_detection": law.needs_before_detection(signals, heard),
            "mean_time": law.mean_time_to_detection(signals, rate, heard),
            "time_median": law.time_to_detection_quantile(signals, rate, heard, 0.5),
            "time_90": law.time_to_detection_quantile(signals, rate, heard, 0.9),
        }
        rows = [
            ("Needs before detection", "needs_before_detection", "count"),
            ("Mean time to detection", "mean_time", "time"),
            ("Half are detected within", "time_median", "time"),
            ("90 % are detected within", "time_90", "time"),
        ]
        if life is not None:
            answer["p_detected"] = law.detection_probability(signals, rate, heard, life)
            rows.append(("Detected within its life", "p_detected", "share"))
        given = {"signals": signals, "yield": heard, "rate": rate, "life": life}
        _answer("detection", "Detection of a cause", given, answer, rows, "detection.mean_time_to_detection", json=json)


def _queue_answer(
    command: str, title: str, given: dict[str, Any], found: dict[str, Any], source: str, *, json: bool
) -> None:
    """A queue's answer: its numbers, then the service level by every base."""
    levels = found["service_level"]
    wait = format_duration(given["within"])
    rows = [*QUEUE_ROWS, *((f"SL: {BASES[base].format(wait=wait)}", base, "share") for base in levels)]
    _answer(command, title, given, found, rows, source, json=json, flat=found | levels)


def _answer(
    command: str,
    title: str,
    given: dict[str, Any],
    answer: dict[str, Any],
    rows: list[tuple[str, str, str]],
    source: str,
    *,
    json: bool,
    flat: dict[str, Any] | None = None,
) -> None:
    """Print a formula's answer with the paper behind it."""
    from ccsim.cli.contract import answer_object
    from ccsim.cli.pages import sheet_text
    from ccsim.report.tables import Sheet
    from ccsim.theory.sources import sources

    paper = sources()[source]
    if json:
        tell_object(answer_object(f"theory {command}", given, answer, paper))
        return
    shown = flat or answer
    table = tuple((words, _text(shown[key], unit)) for words, key, unit in rows)
    tell(sheet_text(Sheet(title, ("Measure", "Exact"), table, (f"Source: {paper}",))))


def _text(value: float, unit: str) -> str:
    """A formula's number in a planner's units."""
    from ccsim.report.format import quantity

    if value != value:
        return quantity(None, unit)
    if unit == "time":
        return format_duration(round(value)) if value < 86400.0 else f"{value / 86400.0:.1f} days"
    return quantity(value, unit)
