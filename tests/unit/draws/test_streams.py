import math

import numpy as np
import pytest
from scipy import special

from ccsim.draws.streams import (
    Kind,
    Purpose,
    entity,
    need_id,
    need_uniform,
    philox,
    signed,
    slot,
    uniform,
)

LEVEL = 1e-4

# Random123 1.14.0, tests/kat_vectors, the three lines "philox4x32 10": counter, key, result; the last is digits of pi
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000 00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def plain_philox(counter, key):
    """Philox 4x32-10 as the paper writes it, in integers without end."""
    c, k = list(counter), list(key)
    for round_number in range(10):
        if round_number:
            k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
        high_0, low_0 = divmod(0xD2511F53 * c[0], 2**32)
        high_1, low_1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high_1 ^ c[1] ^ k[0], low_1, high_0 ^ c[3] ^ k[1], low_0]
    return tuple(c)


def kolmogorov_smirnov(u):
    """p-value that the values are uniform on (0, 1)."""
    n = len(u)
    u = np.sort(u)
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - u), np.max(u - steps[:-1]))
    return special.kolmogorov(math.sqrt(n) * distance)


def pairs_chi_square(u, v, cells=10):
    """p-value that pairs fill the unit square evenly."""
    counts = np.histogram2d(u, v, bins=cells, range=[[0, 1], [0, 1]])[0]
    expected = len(u) / cells**2
    return special.chdtrc(cells**2 - 1, np.sum((counts - expected) ** 2) / expected)


@pytest.mark.parametrize(("words", "expected"), KNOWN_ANSWERS)
def test_philox_gives_the_published_words(words, expected):
    assert philox(*(int(word, 16) for word in words.split())) == tuple(int(word, 16) for word in expected.split())


def test_philox_equals_the_paper_written_in_unbounded_integers(seed):
    words = np.random.default_rng(seed).integers(0, 2**32, size=(500, 6)).tolist()

    assert [philox(*row) for row in words] == [plain_philox(row[:4], row[4:]) for row in words]


def test_a_uniform_is_made_of_the_first_52_bits_of_its_key(seed):
    rows = np.random.default_rng(seed).integers(0, 2**32, size=(500, 6)).tolist()
    for replication, low, high, occasion, seed_low, seed_high in rows:
        who = signed(high << 32 | low)
        w0, w1, _, _ = plain_philox((occasion, low, high, replication), (seed_low, seed_high))

        # an odd multiple of 2**-53
        expected = (2 * ((w1 * 2**32 + w0) >> 12) + 1) / 2**53

        assert uniform(signed(seed_high << 32 | seed_low), replication, who, occasion) == expected


def test_the_most_extreme_uniforms_are_not_0_and_1():
    least, most = 0.5 * 2.0**-52, (2**52 - 1 + 0.5) * 2.0**-52

    assert least > 0.0
    assert most < 1.0
    assert 1.0 - most == least


def test_a_need_draws_as_its_entity_on_the_occasion_of_purpose_attempt_leg_and_alternative(seed):
    need = need_id(4711, 11, 12345, 3)

    expected = uniform(seed, 5, entity(Kind.NEED, 4711, 11, 12345), slot(Purpose.TALK, 3, 2, 1, 7))

    assert need_uniform(seed, 5, need, Purpose.TALK, 2, 1, 7) == expected


def test_every_field_of_a_need_id_can_be_read_back():
    for fields in [(1, 0, 0, 0), (2**23 - 1, 4095, 2**24 - 1, 15), (2**23 - 1, 0, 2**24 - 1, 0), (1, 4095, 0, 15)]:
        need = need_id(*fields)

        assert 0 < need < 2**63
        assert (need >> 40, need >> 28 & 4095, need >> 4 & (2**24 - 1), need & 15) == fields


def test_every_field_of_an_entity_and_of_a_slot_can_be_read_back():
    for fields in [(6, 2**23 - 1, 4095, 2**24 - 1), (0, 2**23 - 1, 0, 2**24 - 1), (15, 0, 4095, 0)]:
        packed = entity(*fields)
        assert (packed >> 59, packed >> 36 & (2**23 - 1), packed >> 24 & 4095, packed & (2**24 - 1)) == fields
    for fields in [(255, 15, 15, 15, 4095), (255, 0, 15, 0, 4095), (0, 15, 0, 15, 0)]:
        packed = slot(*fields)
        assert (packed >> 24, packed >> 20 & 15, packed >> 16 & 15, packed >> 12 & 15, packed & 4095) == fields


def test_a_need_is_the_entity_of_its_id_without_the_generation():
    assert need_id(77, 3, 9, 5) >> 4 == entity(Kind.NEED, 77, 3, 9)


def test_a_seed_keeps_its_64_bits():
    assert [signed(seed) for seed in (0, 2**63 - 1, 2**63, 2**64 - 1, -1)] == [0, 2**63 - 1, -(2**63), -1, -1]
    with pytest.raises(ValueError, match="64 bits"):
        signed(2**64)


def test_the_numbers_of_purposes_and_kinds_never_change():
    """They are part of every result; a new purpose takes the next number."""
    purposes = """COUNT ARRIVAL BUSYNESS CAUSE INCIDENCE COMPLEXITY STAKE PREFER FIND PUT_OFF DIVERT BYPASS GATE_TIME
    GATE_HANG_UP GATE_SOLVES GATE_WRONG GATE_BLOCKED MISROUTE WRONG_QUEUE PATIENCE TALK WRAP_UP RESOLVED CODED NOTICED
    RETRY RETRY_DELAY DISCOVERY CLOSED_NEXT CLOSED_DELAY RECORDED ACCESSIBLE CONTENT ANALYSED FOUND_ANYWAY
    BALK""".split()

    assert {name: number for number, name in enumerate(purposes, start=1)}.items() <= Purpose.__members__.items()
    assert [kind.name for kind in Kind] == "NEED AGENT CAUSE CUSTOMER DAY STREAM GROUP".split()
    assert [int(kind) for kind in Kind] == list(range(7))
    assert max(Purpose) < 256
    assert max(Kind) < 16


# How the i-th of many keys differs from the first; everything else stays
ALONG = {
    "seed": lambda seed, i: need_uniform(seed + i, 0, need_id(9, 0, 0, 0), 20, 0, 0, 0),
    "seed's high word": lambda seed, i: need_uniform(
        signed(seed % 2**32 + (i << 32)), 0, need_id(9, 0, 0, 0), 20, 0, 0, 0
    ),
    "replication": lambda seed, i: need_uniform(seed, i, need_id(9, 0, 0, 0), 20, 0, 0, 0),
    "stream": lambda seed, i: need_uniform(seed, 0, need_id(1 + i, 0, 0, 0), 20, 0, 0, 0),
    "day and number": lambda seed, i: need_uniform(seed, 0, need_id(9, i % 100, i // 100, 0), 20, 0, 0, 0),
    "number": lambda seed, i: need_uniform(seed, 0, need_id(9, 0, i, 0), 20, 0, 0, 0),
    "number and generation": lambda seed, i: need_uniform(seed, 0, need_id(9, 0, i // 16, i % 16), 20, 0, 0, 0),
    "number and purpose": lambda seed, i: need_uniform(seed, 0, need_id(9, 0, i // 35, 0), 1 + i % 35, 0, 0, 0),
    "number and attempt": lambda seed, i: need_uniform(seed, 0, need_id(9, 0, i // 16, 0), 20, i % 16, 0, 0),
    "number and leg": lambda seed, i: need_uniform(seed, 0, need_id(9, 0, i // 16, 0), 20, 0, i % 16, 0),
    "number and alternative": lambda seed, i: need_uniform(seed, 0, need_id(9, 0, i // 100, 0), 20, 0, 0, i % 100),
    "kind and number": lambda seed, i: uniform(seed, 0, entity(i % 7, 9, 0, i // 7), slot(20, 0, 0, 0, 0)),
}


@pytest.mark.parametrize("along", ALONG)
def test_draws_along_every_part_of_the_key_are_uniform_and_independent(along, seed):
    u = np.array([ALONG[along](seed, i) for i in range(20_000)])

    p_uniform, p_pairs = kolmogorov_smirnov(u), pairs_chi_square(u[:-1], u[1:])
    z = np.sum((u[:-1] - 0.5) * (u[1:] - 0.5)) * 12 / math.sqrt(len(u) - 1)

    print(f"{along}: p {p_uniform:.4f}, pairs p {p_pairs:.4f}, serial correlation z {z:.2f}")
    assert min(p_uniform, p_pairs, 2 * special.ndtr(-abs(z))) > LEVEL


@pytest.mark.parametrize("step", ["purpose", "attempt", "leg", "alternative", "replication", "day", "generation"])
def test_two_draws_that_differ_in_one_part_of_the_key_are_independent(step, seed):
    d = {
        name: int(name == step)
        for name in ("purpose", "attempt", "leg", "alternative", "replication", "day", "generation")
    }
    u = [need_uniform(seed, 0, need_id(9, 0, i, 0), 20, 0, 0, 0) for i in range(20_000)]
    v = [
        need_uniform(
            seed,
            d["replication"],
            need_id(9, d["day"], i, d["generation"]),
            20 + d["purpose"],
            d["attempt"],
            d["leg"],
            d["alternative"],
        )
        for i in range(20_000)
    ]

    p = pairs_chi_square(np.array(u), np.array(v))

    z = special.ndtri(p)
    print(f"{step}: p {p:.4f}, z {z:.2f}")
    assert p > LEVEL


def test_numpys_integers_draw_as_plain_ones(seed):
    need = need_id(2**23 - 1, 4095, 2**24 - 1, 15)

    assert need_uniform(np.int64(seed), np.int64(3), np.int64(need), np.int64(35), 0, 0, 0) == need_uniform(
        seed, 3, need, 35, 0, 0, 0
    )
