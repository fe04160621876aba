"""Closed lists of the log's codes; their numbers never change."""

from enum import IntEnum


class Outcome(IntEnum):
    """How a need ended."""

    OPEN = 0
    RESOLVED = 1
    GIVEN_UP = 2
    ASKED_ELSEWHERE = 3
    LOST = 4


class EndReason(IntEnum):
    """How one leg of an attempt ended; every leg has exactly one."""

    SERVED = 0
    ABANDONED = 1
    CLOSED = 2
    GATE_RESOLVED = 3
    GATE_WRONG = 4
    GATE_HUNG_UP = 5
    GATE_BLOCKED = 6
    TRANSFERRED = 7
    HORIZON = 8
    BLOCKED = 9
    BALKED = 10
    CALLBACK_FAILED = 11
    MERGED = 12
    CUT_OFF = 13


class AgentState(IntEnum):
    """What an agent on duty is doing."""

    IDLE = 0
    TALK = 1
    WRAP_UP = 2
    BREAK = 3
    DIALLING = 4
    ABSENT = 5
    CONSULT = 6


class Route(IntEnum):
    """How a signal, or a cause, came to light."""

    MANUAL_SAMPLE = 0
    SPEECH_ANALYTICS = 1
    AGENT_FLAG = 2
    LOG_ANALYSIS = 3
    FOUND_ANYWAY = 4
    TEXT_ANALYTICS = 5


class Evidence(IntEnum):
    """How far the evidence of a need came, at the contact that took it furthest."""

    NOT_REACHED = 0
    NOT_RECORDED = 1
    NOT_ACCESSIBLE = 2
    NOT_SHOWN = 3
    NOT_FOUND = 4
    HEARD = 5


class Account(IntEnum):
    """What an amount of money was spent on."""

    WAGES = 0
    TELEPHONY = 1
    CONTACTS = 2
    GATE = 3
    SPEECH_ANALYTICS = 4
    MANUAL_REVIEW = 5
    FIXED = 6
    OVERTIME = 7
    TEXT_ANALYTICS = 8


class StageKind(IntEnum):
    """What a customer was doing in one stretch of an attempt."""

    SEARCH = 0
    GATE = 1
    QUEUE = 2
    TALK = 3
    TYPING = 4
