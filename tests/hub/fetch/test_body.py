"""Reading a body under a cap, before and after decompression."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import Blocked, ConnectionFailed, TooLarge
from folkmoot_hub.fetch.body import read

URL = "https://example.org/list"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "": bytes, "identity": bytes}


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def each(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_an_encoding_that_was_not_asked_for_is_named_with_the_allowed_ones() -> None:
    with pytest.raises(Blocked, match=rf"{URL} answered with content encoding 'br'; allowed: gzip, deflate"):
        await read(each([b"x"]), "br", 100, URL)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", [b"<html>not packed</html>", b"\x1f\x8bnot really", b"\x78\x9cnot really"])
async def test_a_broken_packing_is_named(encoding: str, body: bytes) -> None:
    with pytest.raises((Blocked, ConnectionFailed), match=URL):
        await read(each([body]), encoding, 10_000, URL)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_checksum_that_is_wrong_is_named(encoding: str) -> None:
    packed = bytearray(PACKERS[encoding](b"a" * 1000))
    packed[-5 if encoding == "gzip" else -1] ^= 0xFF
    with pytest.raises(Blocked, match=f"a broken {encoding} body"):
        await read(each([bytes(packed)]), encoding, 10_000, URL)


@given(st.sampled_from(["gzip", "deflate"]), st.binary(min_size=1, max_size=400), st.data())
async def test_a_body_cut_off_anywhere_is_no_body(encoding: str, body: bytes, data: st.DataObject) -> None:
    packed = PACKERS[encoding](body)
    end = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(ConnectionFailed, match=f"the connection broke before the end of the {encoding} body"):
        await read(each([packed[:end]]), encoding, 10_000, URL)


@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=3000), st.integers(1, 700))
async def test_whatever_was_packed_comes_out_in_whatever_pieces_it_came(encoding: str, body: bytes, size: int) -> None:
    packed = PACKERS[encoding](body)
    assert await read(pieces(packed, size), encoding, 10_000, URL) == (body, len(packed))


@given(st.binary(max_size=3000), st.integers(1, 700))
async def test_bare_deflate_is_read_too(body: bytes, size: int) -> None:
    packed = raw_deflate(body)
    assert await read(pieces(packed, size), "deflate", 10_000, URL) == (body, len(packed))


@given(st.lists(st.binary(max_size=300), min_size=2, max_size=6), st.integers(1, 100))
async def test_gzip_of_several_members_is_read_whole(bodies: list[bytes], size: int) -> None:
    packed = b"".join(map(gzip.compress, bodies))
    assert (await read(pieces(packed, size), "gzip", 10_000, URL))[0] == b"".join(bodies)


async def test_the_second_member_counts_too_when_it_is_cut_off() -> None:
    packed = gzip.compress(b"first") + gzip.compress(b"second")[:-3]
    with pytest.raises(ConnectionFailed):
        await read(each([packed]), "gzip", 10_000, URL)


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_padding_behind_the_end_is_passed_over(size: int) -> None:
    packed = gzip.compress(b"whole") + b"\0" * 100
    assert (await read(pieces(packed, size), "gzip", 10_000, URL))[0] == b"whole"


@pytest.mark.parametrize("length", [262_143, 262_144, 262_145, 262_165, 600_000, 1_048_576])
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate])
async def test_much_that_was_packed_into_little_comes_out_whole(pack: Callable[[bytes], bytes], length: int) -> None:
    body = b"a" * length
    encoding = "gzip" if pack is gzip.compress else "deflate"
    assert (await read(each([pack(body)]), encoding, length, URL))[0] == body


@pytest.mark.parametrize("encoding", sorted(PACKERS))
async def test_nothing_stays_nothing(encoding: str) -> None:
    assert await read(each([]), encoding, 10, URL) == (b"", 0)


# The cap


@given(st.sampled_from(sorted(PACKERS)), st.integers(0, 600), st.integers(0, 600), st.integers(1, 300))
async def test_the_cap_holds_to_the_byte(encoding: str, length: int, cap: int, size: int) -> None:
    body = b"a" * length
    packed = PACKERS[encoding](body)
    if max(length, len(packed)) > cap:
        with pytest.raises(TooLarge, match=f"{URL} answered with more than {cap} bytes"):
            await read(pieces(packed, size), encoding, cap, URL)
    else:
        assert (await read(pieces(packed, size), encoding, cap, URL))[0] == body


async def test_what_is_large_on_the_wire_is_refused_though_nothing_comes_out_of_it() -> None:
    """Members without content cost us bytes and time all the same."""
    with pytest.raises(TooLarge):
        await read(each([gzip.compress(b"")] * 100), "gzip", 1000, URL)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_is_not_unpacked_beyond_the_cap(encoding: str) -> None:
    packed = PACKERS[encoding](b"\0" * 30_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="also after decompression"):
            await read(each([packed]), encoding, 1_000_000, URL)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


async def test_a_bomb_of_many_members_is_not_unpacked_beyond_the_cap() -> None:
    with pytest.raises(TooLarge):
        await read(each([gzip.compress(b"\0" * 100_000) * 200]), "gzip", 1_000_000, URL)
