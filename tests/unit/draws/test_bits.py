"""The same bits with the compiler on and off: what makes two engines able to agree in every row."""

import os
import subprocess
import sys
from pathlib import Path

import ccsim.draws

# run in two fresh interpreters, so that nothing but the compiler differs; prints a digest per part, and one raw value
DEAL_EVERYTHING = """
import hashlib, itertools, math, struct
import numpy as np
from ccsim.draws import arrivals, elementary, streams, variates
from ccsim.plan.law import LAW
from ccsim.plan.plan import BUSYNESS
from ccsim.plan import law_table as written

def digest(values):
    return hashlib.blake2b(b"".join(struct.pack("<d", value) for value in values), digest_size=8).hexdigest()

rows = np.concatenate([written.gamma_table(2.0, 0.5), [1.0, 5.0, 9.0]])
LAWS = [
    (0, 20.0, 0.0, 0.0, 0.0, 0.0, 0, 0), (1, 300.0, 0.0, 0.0, 0.0, 0.0, 0, 0), (2, 5.0, 1.2, 0.0, 0.0, 0.0, 0, 0),
    (3, 120.0, 0.7, 0.0, 0.0, 0.0, 0, 0), (4, 90.0, 1.6, 0.0, 0.0, 0.0, 0, 0), (5, 10.0, 25.0, 0.0, 0.0, 0.0, 0, 0),
    (6, 10.0, 12.0, 30.0, 0.0, 0.0, 0, 0), (7, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 4097), (8, 0.0, 0.0, 0.0, 0.0, 0.0, 4097, 3),
    (1, 300.0, 0.0, 0.0, 0.3, 0.0, 0, 0), (2, 5.0, 1.2, 0.0, 1.0 / 3.0, math.inf, 0, 0),
]
seeds = [0, 1, streams.signed(2**64 - 1), streams.signed(0x9E3779B97F4A7C15), -(2**63)]
fields = itertools.product((1, 2**23 - 1, 54321), (0, 4095), (0, 2**24 - 1), (0, 15))
needs = [streams.need_id(*row) for row in fields]
keys = list(itertools.product(seeds, [0, 7, 2**32 - 1], needs, [1, 35, 255]))
u = [streams.need_uniform(seed, r, need, p, need % 16, p % 16, 4095 - p) for seed, r, need, p in keys]
span = [x * 1400.0 - 700.0 for x in u]
parts = {
    "uniforms": u,
    "uniforms of numpy's integers": [
        streams.uniform(np.int64(-1), np.int64(2**32 - 1), np.int64(w), np.int64(w % 2**32)) for w in needs
    ],
    "ln": [elementary.ln(math.ldexp(x, int(y))) for x, y in zip(u, span)],
    "exp": [elementary.exp(y) for y in span],
    "power": [elementary.power(x, 5.0 * y) for x, y in zip(u, u[1:])],
    "normal": [elementary.normal_quantile(x) for x in u] + [elementary.normal_quantile(x**9 + 1e-300) for x in u],
    "normal probability": [elementary.normal_probability(x * 80.0 - 40.0) for x in u],
    "logit": [elementary.logit(x) for x in u] + [elementary.logistic(y) for y in span],
    "poisson": [float(variates.poisson_quantile(x * 4000.0, y)) for x, y in zip(u[:400], u[1:])],
    "gamma knots": rows,
    "hyperexponential knots": written.hyperexponential_table((60.0, 900.0), (0.8, 0.2)),
}
for i, law in enumerate(LAWS):
    parts[f"law {i}"] = [
        variates.deal(seed, r, need, p, 1, 2, 3, *law, rows) for seed, r, need, p in keys[i::7]
    ] + [variates.quantile(*law, rows, x) for x in (2.0**-53, 0.3, 0.5, 1.0 / 3.0, 1.0 - 2.0**-53)]
types = np.array([54321, 2**23 - 1])
expected = np.array([[120.0, 80.0, 0.0], [15.5, 300.0, 1e-9]])
edges = np.array([[0.0, 3e4, 5e4, 86400.0], [0.0, 10.0, 86399.0, 86400.0]])
cumulative = np.array([[0.0, 0.5, 0.5, 1.0], [0.0, 0.3, 0.9, 1.0]])
shape_of = np.array([[0, 0, 0], [1, 0, 1]])
laws = np.array(LAWS, LAW)
busy = [np.array([row], BUSYNESS) for row in ((7, 0.0, -1, 0.0, 1800.0), (7, 0.6, 7, 0.4, 1e4))]
for seed, days in itertools.product(seeds, busy):
    need, need_type, arises = arrivals.potential_needs(
        seed, 3, types, expected, shape_of, edges, cumulative, days, laws, rows, 2.5e5
    )
    shares = arrivals.incidence(seed, 3, 54321, 12, 1.3)
    parts[f"needs of seed {seed}, {len(parts)}"] = [
        *map(float, need % 2**53), *map(float, need_type), *arises, *shares,
        *(float(arrivals.cause_of(seed, 3, one, shares)) for one in need.tolist()),
        *(arrivals.complexity(seed, 3, one, -0.4, 0.9) for one in need.tolist()),
        *(arrivals.stake(seed, 3, one, 0.8) for one in need.tolist()),
    ]
for name, values in parts.items():
    print(f"{name}: {len(values)} values, {digest(values)}")
print("digits of the 17th uniform:", u[17].hex())
"""


def printed(compiler):
    root = Path(next(iter(ccsim.draws.__path__))).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root), "NUMBA_DISABLE_JIT": "0" if compiler else "1"}
    run = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", DEAL_EVERYTHING],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr + run.stdout
    return run.stdout.splitlines()


def test_every_draw_has_the_same_bits_with_the_compiler_on_and_off():
    compiled, plain = printed(compiler=True), printed(compiler=False)

    assert len(compiled) > 25
    assert compiled == plain
