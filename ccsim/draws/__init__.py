"""What chance deals: every random number, as a pure function of its key.

Takes: seed, replication, entity, purpose, attempt, leg and alternative; the plan's laws and day shapes.
Gives: uniforms, values dealt by inversion, and the potential needs of a replication.
Rule: no clock, no state, no decision; the same bits on every machine, compiled or not.
Read by: engine.
Start here: streams.py for the keys, variates.py for the laws, arrivals.py for the needs.
Source: Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3.
"""
