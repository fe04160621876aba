"""Digests of the compiled engine's logs of random scenarios, and the lines of its sources that made them."""

import hashlib
import sys
import types
from dataclasses import fields
from pathlib import Path

import strategies
from hypothesis import HealthCheck, given, settings

from ccsim.engine.run import simulate
from ccsim.logs.logs import Logs
from ccsim.plan.compile import compile_plan

# ties that chance seldom deals: a contact ends as a count changes, one leaves the gate as the idle agent's shift ends,
# the same need's patience of two attempts runs out in one second, and one who joins goes before another
TIES = {
    "name": "ties",
    "calendar": {"length": "20min"},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "channels": [{"name": "phone", "gate": {"levels": 1, "time": "5s", "bypass": "100%"}}],
    "shifts": {"first": {"from": "00:00", "to": "00:10"}},
    "agents": [
        {"name": "counted", "skills": ["amber"], "staffing": {"from": "00:00", "every": "5min", "agents": [1, 2]}},
        {"name": "named", "skills": ["birch"], "staffing": {"shift": "first", "agents": 1}},
    ],
    "handling": {name: {"phone": {"talk": "10s"}} for name in ("amber", "birch")},
    "resolution": "0%",
    "calls": "\n".join(
        (
            "need,type,arrives,attempt,talk,patience,gate,redial_after",
            "a,amber,0,0,10,,agent,",
            "b,amber,0,0,10,100,agent,",
            "b,amber,,1,10,55,agent,20",
            "c,amber,25,0,60,,agent,",
            "d,amber,265,0,30,,agent,",
            "e,birch,595,0,10,,agent,",
            "f,amber,700,0,10,20,agent,",
            "f,amber,,1,10,,,25",
            "g,amber,745,0,10,,agent,",
        )
    )
    + "\n",
}

# three messages are put down as a shift ends and lie in the order in which they joined, one of them to the horizon;
# two are put down as a count falls
PUT_DOWN = {
    "name": "put-down",
    "calendar": {"length": "20min"},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "channels": [{"name": "email", "kind": "deferrable"}],
    "shifts": {"first": {"from": "00:00", "to": "00:01"}, "second": {"from": "00:10", "to": "00:11"}},
    "agents": [
        {"name": "named", "skills": ["amber"], "staffing": {"shift": ["first", "second"], "agents": [3, 2]}},
        {"name": "counted", "skills": ["birch"], "staffing": {"from": "00:00", "every": "5min", "agents": [3, 1]}},
    ],
    "handling": {name: {"email": {"work": "10s"}} for name in ("amber", "birch")},
    "shift_end": "pause",
    "calls": "need,type,arrives,attempt,talk\n"
    "a,amber,30,0,40\nb,amber,10,0,120\nc,amber,20,0,50\nd,birch,0,0,400\ne,birch,10,0,400\nf,birch,20,0,400\n",
}

# breaks: had when idle, due as a contact ends, late and one after the other, begun with the shift, cut by its end and
# by the run's; a call interrupts a message, which goes first in line
FLOOR = {
    "name": "floor",
    "calendar": {"length": "20min"},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable", "interruptible": True}],
    "shifts": {
        "first": {
            "from": "00:00",
            "to": "00:10",
            "breaks": [{"at": "00:02", "for": "1min"}, {"at": "00:05", "for": "1min"}, {"at": "00:09", "for": "50s"}],
        },
        "second": {
            "from": "00:01",
            "to": "00:20",
            "breaks": [{"at": "00:01", "for": "20s"}, {"at": "00:19", "for": "1min"}],
        },
    },
    "agents": [
        {"name": "named", "skills": ["amber"], "staffing": {"shift": ["first", "second"], "agents": [2, 1]}},
        {"name": "mixed", "skills": ["birch"], "reserve": 1, "staffing": {"agents": 2}},
    ],
    "handling": {name: {"phone": {"talk": "9s"}, "email": {"work": "9s"}} for name in ("amber", "birch")},
    "shift_end": "pause",
    "calls": "need,type,arrives,attempt,channel,talk\na,amber,60,0,phone,60\nb,amber,190,0,phone,140\n"
    "c,amber,200,0,email,300\nd,amber,520,0,phone,60\ne,birch,0,0,email,100\nf,birch,10,0,phone,50\n"
    "g,birch,20,0,phone,50\nh,birch,30,0,email,10\n",
}

# a call so long that a break is missed and the next day's shift begins during it; another interrupts the first group
# asked that may take work, the one before it being beyond its count
LATE = {
    "name": "late",
    "calendar": {"days": 2},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable", "interruptible": True}],
    "shifts": {"first": {"from": "00:00", "to": "00:10", "breaks": [{"at": "00:05", "for": "1min"}]}},
    "agents": [
        {"name": "named", "skills": ["amber"], "staffing": {"shift": "first", "agents": 1}},
        {
            "name": "counted",
            "skills": ["birch"],
            "channels": ["phone"],
            "staffing": {"from": "00:00", "every": "5min", "agents": [2, 1]},
        },
        {"name": "both", "skills": ["birch"], "staffing": {"agents": 1}},
        {"name": "last", "skills": {"birch": 2}, "channels": ["phone"], "staffing": {"agents": 1}},
    ],
    "handling": {name: {"phone": {"talk": "9s"}, "email": {"work": "9s"}} for name in ("amber", "birch")},
    "calls": "need,type,arrives,attempt,channel,talk\na,amber,60,0,phone,86400\nb,birch,0,0,email,400\n"
    "c,birch,1,0,phone,500\nd,birch,1,0,phone,500\ne,birch,1,0,phone,500\nf,birch,310,0,phone,50\n",
}


# chats leave the gate as a shift ends in which agents hold others, who have free slots again as the next begins; two
# pairs of hands have as many again in one second, the later id's first; a count rises under hands that were too many
HANDS = {
    "name": "hands",
    "calendar": {"length": "25h"},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "channels": [
        {
            "name": "chat",
            "gate": {"levels": 1, "time": "5s"},
            "concurrency": {"most": 3, "pace": ["100%", "50%", "25%"]},
        }
    ],
    "shifts": {"long": {"from": "00:00", "to": "23:59"}},
    "agents": [
        {"name": "named", "skills": ["amber"], "staffing": {"shift": "long", "agents": 2}},
        {"name": "counted", "skills": ["birch"], "staffing": {"from": "00:00", "every": "100s", "agents": [2, 1, 2]}},
    ],
    "handling": {name: {"chat": {"talk": "10s"}} for name in ("amber", "birch")},
    "calls": "need,type,arrives,talk,gate\n"
    "a,amber,0,2,agent\nb,amber,1,1000,agent\nc,amber,3,1000,agent\nd,amber,10,5,agent\ne,amber,10,5,agent\n"
    "f,amber,85335,3000,agent\ng,amber,85335,3000,agent\nh,amber,86335,10,agent\n"
    "i,birch,0,500,agent\nj,birch,0,500,agent\nk,birch,105,10,agent\n",
}

# a message put down goes to an idle colleague; two who finish in one second are idle by number though the later one's
# need comes first; patience lasts beyond an announced wait, after which it wears out faster
SPARE = {
    "name": "spare",
    "calendar": {"length": "20min"},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "customers": {"patience": {"phone": "10min"}, "announced": {"per_minute_over": 1.2}},
    "channels": [{"name": "phone", "announces": {"handling": "60s"}}, {"name": "email", "kind": "deferrable"}],
    "shifts": {"first": {"from": "00:00", "to": "00:05"}, "second": {"from": "00:00", "to": "00:20"}},
    "agents": [
        {"name": "writers", "skills": ["amber"], "staffing": {"shift": ["first", "second"], "agents": [1, 1]}},
        {"name": "callers", "skills": ["birch"], "staffing": {"agents": 2}},
    ],
    "handling": {name: {"phone": {"talk": "9s"}, "email": {"work": "9s"}} for name in ("amber", "birch")},
    "shift_end": "pause",
    "calls": "need,type,arrives,attempt,channel,talk\na,amber,0,0,email,400\nz,birch,0,0,phone,5\n"
    "b,birch,10,0,phone,90\nc,birch,20,0,phone,80\nd,birch,200,0,phone,900\ne,birch,200,0,phone,900\nf,birch,201,0,phone,10\n",
}

# a message is answered by those who come in later in the very second in which its customer loses patience; a caller
# takes a callback where others come in later, and is dialled as the run ends
BESIDE = {
    "name": "beside",
    "calendar": {"length": "10min"},
    "needs": {"types": [{"name": "amber"}], "replay": "calls.csv"},
    "channels": [
        {"name": "phone", "callback": {"dialling": {"time": "5min"}}},
        {"name": "email", "kind": "deferrable", "tolerance": {"lasts": "100s", "again": "100%"}},
    ],
    "agents": [
        {"name": "nobody", "skills": ["amber"], "staffing": {"agents": 0}},
        {"name": "later", "skills": {"amber": {"after": "100s"}}, "staffing": {"agents": 1}},
    ],
    "handling": {"amber": {"phone": {"talk": "9s"}, "email": {"work": "9s"}}},
    "calls": "need,type,arrives,attempt,channel,talk\na,amber,0,0,email,0\nb,amber,300,0,phone,10\n",
}

# two messages of one need are both worked, and the second is done when the need is settled; the run ends in a wrap-up
TWICE = {
    **BESIDE,
    "name": "twice",
    "agents": [{"name": "desk", "skills": ["amber"], "staffing": {"agents": 2}}],
    "handling": {"amber": {"phone": {"talk": "9s", "wrap_up": "9min"}, "email": {"work": "200s"}}},
    "calls": "need,type,arrives,attempt,channel\na,amber,0,0,email\nb,amber,300,0,phone\n",
}

# customers leave without a word and try again while their turn is still to come: in the hands of their own
# second attempt's agent, in those of one who has nothing else, and in his again as the run ends
SILENT = {
    "name": "silent",
    "calendar": {"length": "10min"},
    "needs": {"types": [{"name": "amber"}], "replay": "calls.csv"},
    "customers": {"redial": {"probability": "100%", "after": "20s"}},
    "channels": [
        {"name": "chat", "concurrency": {"most": 2}, "silent": {"share": "100%", "found_out": "20s"}},
        {"name": "text", "silent": {"share": "100%", "found_out": "20s"}},
    ],
    "agents": [
        {"name": "chatter", "skills": ["amber"], "channels": ["chat"], "staffing": {"agents": 1}},
        {"name": "writer", "skills": ["amber"], "channels": ["text"], "staffing": {"agents": 1}},
    ],
    "handling": {"talk": "20s"},
    "calls": "need,type,attempt,arrives,channel,talk,patience\na,amber,0,0,chat,50,\nb,amber,0,0,chat,50,\n"
    "c,amber,0,10,chat,,30\nd,amber,0,0,text,300,\ne,amber,0,1,text,,30\nf,amber,0,340,text,245,\ng,amber,0,341,text,,9\n",
}

# customers passed on who are taken at once, lose patience and balk, beside an agent and alone, one of them to the
# horizon; talk handed over to nobody, to who is idle, and in the last seconds of the run
PASSED_ON = {
    "name": "passed-on",
    "calendar": {"length": "20min"},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "customers": {"patience": {"phone": "2min"}, "balking": {"per_waiting": 1e9}},
    "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable", "interruptible": True}],
    "shifts": {
        "first": {"from": "00:00", "to": "00:05"},
        "second": {"from": "00:06", "to": "00:15"},
        "third": {"from": "00:13:20", "to": "00:15:50"},
        "fourth": {"from": "00:15:20", "to": "00:19:50"},
    },
    "agents": [
        {
            "name": "desk",
            "skills": ["amber"],
            "staffing": {"shift": ["first", "second", "third", "fourth"], "agents": [2, 1, 1, 2]},
        },
        {"name": "back", "skills": ["birch"], "staffing": {"agents": 1}},
    ],
    "handling": {
        "amber": {
            "phone": {"talk": "200s", "transfers": {"to": "birch", "share": "100%", "talk": "20s", "warm": "1min"}},
            "email": {"work": "60s"},
        },
        "birch": {"phone": {"talk": "300s"}, "email": {"work": "9s"}},
    },
    "shift_end": "hand_over",
    "calls": "need,type,arrives,attempt,channel\na,amber,0,0,phone\nb,amber,10,0,phone\nc,amber,100,0,phone\n"
    "e,amber,230,0,phone\nf,amber,290,0,phone\ng,amber,890,0,phone\nh,amber,921,0,email\ni,amber,922,0,email\n"
    "n,amber,912,0,phone\nj,amber,935,0,phone\nk,birch,1100,0,phone\nl,amber,1150,0,phone\nm,amber,1180,0,phone\n",
}

# a customer passed on loses patience beside the agent, who sees it where others leave without a word; a call of the
# type whose needs come first by their ids is made only after the run
SEEN = {
    "name": "seen",
    "calendar": {"length": "10min"},
    "needs": {"types": [{"name": "amber"}, {"name": "birch"}], "replay": "calls.csv"},
    "customers": {"patience": {"phone": "30s"}},
    "channels": [{"name": "phone", "silent": {"share": "100%", "found_out": "20s"}}],
    "agents": [
        {"name": "desk", "skills": ["amber"], "staffing": {"agents": 1}},
        {"name": "back", "skills": ["birch"], "staffing": {"agents": 1}},
    ],
    "handling": {
        "amber": {"talk": "200s", "transfers": {"to": "birch", "share": "100%", "talk": "20s", "warm": "1min"}},
        "birch": {"talk": "300s"},
    },
    "calls": "need,type,arrives,attempt\na,birch,0,0\nb,birch,700,0\nc,amber,10,0\n",
}

DAYS = (TIES, PUT_DOWN, FLOOR, LATE, HANDS, SPARE, BESIDE, TWICE, SILENT, PASSED_ON, SEEN)


def digests(n):
    """The digest of every column of every table, for the hand-made days and Hypothesis' first n fixed scenarios."""
    found = [digest(simulate(compile_plan(strategies.loaded(day)), 1, engine="compiled")) for day in DAYS]

    @settings(max_examples=n, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.scenarios())
    def play(made):
        found.append(digest(simulate(compile_plan(strategies.loaded(made)), 1, engine="compiled")))

    play()
    return found


def played(n):
    """Compiles as a command does, where it is cold, and plays."""
    from ccsim.engine.compiled.engine import compile_engine

    compile_engine(compile_plan(strategies.loaded(TIES)))
    digests(n)


def digest(logs):
    whole = hashlib.blake2b(digest_size=16)
    for field in fields(Logs):
        table = getattr(logs, field.name)
        for column in table.dtype.names:
            whole.update(f"{column} {table[column].tolist()}\n".encode())
    return whole.hexdigest()


def lines_of(code):
    """Every line of a module that holds something to run, functions and all."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return {line for _, _, line in code.co_lines() if line}.union(*map(lines_of, inner))


def lines_missed(files, work):
    """The lines of each file that are not run while the files are imported and some work is done."""
    run = {str(file): set() for file in files}

    def note(frame, event, argument):
        seen = run.get(frame.f_code.co_filename)
        if seen is not None:
            seen.add(frame.f_lineno)
        return note if seen is not None else None

    sys.settrace(note)
    work()
    sys.settrace(None)
    code = {name: compile(Path(name).read_text(encoding="utf-8"), name, "exec") for name in run}
    return {Path(name).name: sorted(lines_of(code[name]) - run[name]) for name in run}
