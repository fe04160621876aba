"""What the tests of the draws share: a seed that nobody picked, and uniforms on a grid."""

import hashlib

import numpy as np
import pytest


@pytest.fixture
def seed(request):
    """The hash of the test's name."""
    return int.from_bytes(hashlib.blake2b(request.node.name.encode(), digest_size=7).digest(), "little")


@pytest.fixture
def uniforms(seed):
    """1,000 uniforms of the kind that `uniform` gives, with the two most extreme first and last, in order."""
    inner = (np.random.default_rng(seed).integers(0, 2**52, size=998) + 0.5) * 2.0**-52
    return [2.0**-53, *np.sort(inner).tolist(), 1.0 - 2.0**-53]
