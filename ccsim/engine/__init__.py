"""What happens: the only room with a clock and with changing state.

Takes: a `Plan`, a seed and a replication number.
Gives: `Logs`.
Rule: chance comes from draws, every time and probability from laws.py, every order from contract.py.
Read by: study.
Start here: contract.py, then reference/stories.py.
Source: docs/model.md, sections M0 to M17.
"""
