"""Codes: the person's own name, no look-alikes, read back as they were meant."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral import codes, links


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Dewi", "DEWI7"),
        ("Dewi Lestari", "DEWI7"),
        ("Zoë", "ZOE74"),
        ("Al", "AL747"),
        ("😀", "TETANGGA7"),
        ("R2-D2", "RD747"),
    ],
)
def test_a_code_keeps_the_persons_name(name: str, code: str) -> None:
    first = next(codes.candidates(name))

    assert first.startswith(code[:-1][:2])
    assert codes.SHORTEST <= len(first) <= codes.LONGEST


def test_the_first_dewi_is_dewi7() -> None:
    assert list(islice(codes.candidates("Dewi"), 3)) == ["DEWI7", "DEWI4", "DEWI9"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("DEWI7", "DEW17"), ("dewi7", "DEWI7"), ("BOLU5", "B0LUS"), ("LALA9", "IALA9"), ("ZIZI4", "2121a"[:4] + "4")],
)
def test_look_alikes_are_one_code(one: str, other: str) -> None:
    assert codes.skeleton(one) == codes.skeleton(other)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("DEWI7", ("DEWI7", None, None)),
        (" dewi7-1 ", ("DEWI7", 1, None)),
        ("dewi7-1-3", ("DEWI7", 1, 3)),
        ("DEWI7-1-0", None),
        ("DEWI7-1-3-2", None),
        ("DEWI7-0", None),
        ("DEWI", None),
        ("straße", None),
        ("A" * 21, None),
        ("DEWI7-12345", None),
        ("", None),
    ],
)
def test_reading_a_code(text: str, read: tuple[str, int | None, int | None] | None) -> None:
    assert codes.split(text) == read


@given(some.text(max_size=30))
def test_every_name_has_a_code_that_reads_back(name: str) -> None:
    code = next(codes.candidates(name))

    assert codes.split(code) == (code, None, None)


def test_links_carry_what_they_should() -> None:
    assert links.telegram("GetokBot", "DEWI7-1") == "https://t.me/GetokBot?start=DEWI7-1"
    assert links.whatsapp("+62 800 0000", "Mau (kode DEWI7)") == "https://wa.me/628000000?text=Mau%20%28kode%20DEWI7%29"
    assert links.telegram_group("GetokBot", "po_DR1") == "https://t.me/GetokBot?startgroup=po_DR1"
    assert links.suffixed("DEWI7", None) == "DEWI7"


@pytest.mark.parametrize("payload", ["", "a b", "é", "x" * 65])
def test_a_start_payload_has_its_limits(payload: str) -> None:
    with pytest.raises(ValueError, match="payload"):
        links.telegram("GetokBot", payload)


def test_a_name_has_a_quarter_of_a_million_codes_before_it_runs_out() -> None:
    every = list(codes.candidates("Dewi"))

    assert len(every) == len(set(every)) > 200_000
    assert max(map(len, every)) <= codes.LONGEST


@pytest.mark.parametrize(
    ("said", "code", "nearly"),
    [
        ("DEW17", "DEWI7", True),  # looks alike
        ("DEWI77", "DEWI7", True),
        ("DEW7", "DEWI7", True),
        ("DEWI9", "DEWI7", True),
        ("DWEI7", "DEWI7", True),
        ("DEWI79", "DEWI7", True),
        ("WULAN7", "DEWI7", False),
        ("DEWI", "DEWI749", False),
        ("DIWE7", "DEWI7", False),
        ("DE7", "DEWI7", False),
    ],
)
def test_nearly_right_is_asked(said: str, code: str, *, nearly: bool) -> None:
    assert codes.is_nearly(said, code) is nearly
    assert codes.is_nearly(code, said) is nearly


@given(some.text("ADEGIKLNPRTUW3479", min_size=5, max_size=12), some.data())
def test_one_slip_of_a_finger_is_nearly_right(code: str, data: some.DataObject) -> None:
    at = data.draw(some.integers(0, len(code) - 1))
    sign = data.draw(some.sampled_from("ADEGIKLNPRTUW3479"))
    slips = [code[:at] + sign + code[at:], code[:at] + sign + code[at + 1 :], code[:at] + code[at + 1 :]]
    slips.append(code[:at] + code[at : at + 2][::-1] + code[at + 2 :])

    assert all(codes.is_nearly(slip, code) for slip in slips if len(slip) >= 4)
