"""Expressions that a room may not contain, found in its syntax tree.

Equal algebra is not equal bits, and draws must not depend on the order of events:
docs/architecture.md, sections on chance and on the contract between the engines, give the reasons.
"""

import ast
from collections.abc import Callable, Iterator

import pytest
from source_tree import place, sources, tree

TRANSCENDENTAL = set(
    """acos acosh arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh cbrt comb cos cosh
    deg2rad degrees dist erf erfc exp exp2 expm1 factorial float_power gamma hypot lgamma log log10 log1p log2 logaddexp
    logaddexp2 perm pow power rad2deg radians sin sinc sinh tan tanh""".split()
)
REDUCTIONS = set(
    """average convolve cumprod cumsum dot einsum fsum inner matmul mean median nanmean nanmedian nanprod nanstd nansum
    nanvar outer percentile prod quantile reduce round std sum sumprod tensordot trace var vdot""".split()
)
# exact, and the only way to write them
HARMLESS_MATH = {"inf", "nan", "isinf", "isnan", "isfinite"}
# simpy's own order of things; the stories yield clock.at(...) or a plain event
SIMPY_ORDER = set(
    """AllOf AnyOf Condition Container FilterStore Interrupt PreemptiveResource PriorityResource PriorityStore
    RealtimeEnvironment Resource Store Timeout all_of any_of interrupt timeout""".split()
)

Check = Callable[[ast.AST], str | None]


def dotted(node: ast.AST) -> str:
    """The dotted name of a name or attribute, "" for anything else; np is written out."""
    if isinstance(node, ast.Name):
        return {"np": "numpy", "nb": "numba"}.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else f".{node.attr}"
    return ""


def imported(node: ast.AST) -> Iterator[str]:
    """Dotted names that an import statement brings in."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names(node: ast.AST) -> list[str]:
    """Dotted names a node mentions: an attribute, or what an import brings in."""
    return [dotted(node)] if isinstance(node, ast.Attribute) else list(imported(node))


def called(node: ast.AST) -> str:
    """The dotted name that a call calls, else ""."""
    return dotted(node.func) if isinstance(node, ast.Call) else ""


def no_transcendental(node: ast.AST) -> str | None:
    for name in names(node):
        owner, _, last = name.rpartition(".")
        if owner in ("math", "numpy", "cmath") and last in TRANSCENDENTAL:
            return f"{name}: use draws/elementary.py, the same bits on every machine"
    return None


def constant(node: ast.AST) -> bool:
    """Whether a node is a literal number or a constant's name."""
    bare = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(bare, ast.Constant) or (isinstance(bare, ast.Name) and bare.id.isupper())


def no_power(node: ast.AST) -> str | None:
    literal = isinstance(node, ast.BinOp) and constant(node.left) and constant(node.right)
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow) and not literal:
        return "**: write products, or power(x, k) of draws/elementary.py"
    return "pow(): as **" if called(node) == "pow" else None


def no_arithmetic_of_its_own(node: ast.AST) -> str | None:
    name = called(node)
    if name in ("sum", "round", "divmod") or (name and name.rpartition(".")[2] in REDUCTIONS and "." in name):
        return f"{name}(): a number that is compared belongs in engine/laws.py"
    for mentioned in names(node):
        if mentioned.startswith("math.") and mentioned.removeprefix("math.") not in HARMLESS_MATH:
            return f"{mentioned}: belongs in engine/laws.py"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div | ast.MatMult):
        return "/ or @: belongs in engine/laws.py"
    return None


def no_simpy_order(node: ast.AST) -> str | None:
    for name in names(node):
        if name.rpartition(".")[2] in SIMPY_ORDER and not name.startswith("ccsim."):
            return f"{name}: brings its own order of simultaneous events"
    return None


def no_random(node: ast.AST) -> str | None:
    for name in names(node):
        if name.startswith(("numpy.random", "random.", "secrets.", "scipy.stats")) or name in ("random", "secrets"):
            return f"{name}: chance comes from draws/streams.py only"
    return None


def no_print(node: ast.AST) -> str | None:
    if called(node) in ("print", "input", "sys.stdout.write", "sys.stderr.write"):
        return f"{called(node)}(): only cli speaks"
    return None


def no_environment(node: ast.AST) -> str | None:
    for name in names(node):
        if name in ("os.environ", "os.getenv", "os.environb", "os.putenv"):
            return f"{name}: a setting is an argument"
    return None


def no_module_state(node: ast.AST) -> str | None:
    return "global: pass it" if isinstance(node, ast.Global) else None


def no_loose_compiling(node: ast.AST) -> str | None:
    if isinstance(node, ast.keyword) and node.arg in ("fastmath", "parallel"):
        if not (isinstance(node.value, ast.Constant) and node.value.value is False):
            return f"{node.arg}: reorders arithmetic"
    return None


# (files below ccsim/ that the rule holds for, files it does not hold for, rule)
RULES: list[tuple[tuple[str, ...], tuple[str, ...], Check]] = [
    (("draws", "engine"), (), no_transcendental),
    (("draws", "engine"), (), no_power),
    (("engine/reference", "engine/compiled"), (), no_arithmetic_of_its_own),
    (("engine/reference",), (), no_simpy_order),
    # which points a study plays is no chance of the simulated world
    ((), ("study/designs.py",), no_random),
    ((), ("cli",), no_print),
    # cli/speaking.py reads NO_COLOR and TERM, which are the terminal's word, no setting of ours
    ((), ("cache.py", "cli/speaking.py"), no_environment),
    ((), (), no_module_state),
    ((), (), no_loose_compiling),
]


def found(source: ast.AST, rule: Check) -> list[tuple[ast.AST, str]]:
    """Nodes of a tree that break a rule, with the reason."""
    return [(node, reason) for node in ast.walk(source) if (reason := rule(node))]


@pytest.mark.parametrize(("where", "but", "rule"), RULES, ids=[rule.__name__ for *_, rule in RULES])
def test_no_file_contains_a_banned_expression(where, but, rule):
    exempt = set(sources(*but)) if but else set()

    broken = [
        f"{place(file, node)}: {reason}"
        for file in sources(*where)
        if file not in exempt
        for node, reason in found(tree(file), rule)
    ]

    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (no_transcendental, "y = math.log(x)"),
        (no_transcendental, "y = np.exp(x)"),
        (no_transcendental, "from math import expm1"),
        (no_power, "y = x ** 2"),
        (no_power, "x **= k"),
        (no_power, "y = pow(x, 2)"),
        (no_arithmetic_of_its_own, "y = sum(waits)"),
        (no_arithmetic_of_its_own, "y = waits.sum()"),
        (no_arithmetic_of_its_own, "y = np.mean(waits)"),
        (no_arithmetic_of_its_own, "y = round(x)"),
        (no_arithmetic_of_its_own, "y = math.floor(x)"),
        (no_arithmetic_of_its_own, "y = x / r"),
        (no_simpy_order, "yield env.timeout(3)"),
        (no_simpy_order, "from simpy import Resource"),
        (no_simpy_order, "lines = simpy.resources.store.Store(env)"),
        (no_random, "u = np.random.default_rng(1)"),
        (no_random, "from numpy.random import default_rng"),
        (no_random, "import random"),
        (no_random, "from scipy.stats import norm"),
        (no_print, "print(x)"),
        (no_environment, "os.environ['HOME']"),
        (no_environment, "from os import getenv"),
        (no_module_state, "def f():\n    global x"),
        (no_loose_compiling, "f = njit(g, fastmath=True)"),
    ],
)
def test_a_planted_violation_is_found(rule, line):
    assert found(ast.parse(line), rule)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (no_transcendental, "y = math.frexp(math.sqrt(math.ldexp(x, 2)))"),
        (no_transcendental, "y = exp(x)"),
        (no_power, "SCALE = 2.0**-52"),
        (no_power, "LAST = 2**STREAM_BITS - 1"),
        (no_arithmetic_of_its_own, "ends = max(now + duration, opens)"),
        (no_arithmetic_of_its_own, "row = key // 16"),
        (no_arithmetic_of_its_own, "never = math.inf"),
        (no_simpy_order, "yield clock.at(time, rank, need)"),
        (no_simpy_order, "from ccsim.engine.reference.serving import interrupt"),
        (no_environment, "os.path.join(a, b)"),
        (no_loose_compiling, "f = njit(g, fastmath=False)"),
    ],
)
def test_a_harmless_line_is_let_through(rule, line):
    assert not found(ast.parse(line), rule)
