import hashlib

from ccsim.scenario.streams import stream_of


def test_the_stream_of_a_name_depends_on_the_name_only():
    digest = hashlib.blake2b(b"balance", digest_size=8).digest()

    assert stream_of("balance") == 1 + int.from_bytes(digest, "little") % (2**23 - 1)
    assert all(0 < stream_of(str(i)) < 2**23 for i in range(1000))
