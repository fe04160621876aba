"""What the engines read: the scenario as read-only arrays, integer ids and seconds.

Takes: a `Scenario`.
Gives: a `Plan`: structured arrays whose every field has a unit.
Rule: no randomness, no clock, no state; nothing after this room sees the scenario.
Read by: draws' callers, engine, metrics, study.
Start here: plan.py for the fields, compile.py for how they come about.
Source: docs/model.md, symbol table.
"""
