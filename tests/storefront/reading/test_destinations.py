"""Where money is sent, and how much of it is shown."""

import pytest

from storefront.reading.destinations import Destination, mask, read_destination, shown

DANA = Destination("ewallet", "DANA", "080000001234", "Dewi")
BCA = Destination("bank", "BCA", "1234567890", "Rina")
CASH = Destination("cash", "Tunai", "", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dana 0800-0000-1234 an Dewi", DANA),
        ("0800 0000 1234 DANA a.n. Dewi ya kak", DANA),
        ("dana +62 800 0000 1234 atas nama Dewi", DANA),
        ("bca 1234567890 a.n. Rina", BCA),
        ("BCA 123-456-7890 Rina", BCA),
        ("mandiri 1234567890123", Destination("bank", "Mandiri", "1234567890123", None)),
        ("tunai", CASH),
        ("cash aja", CASH),
        ("dana", None),
        ("0800-0000-1234", None),
        ("bca atau bni 1234567890", None),
        ("bca 1234567890 bni 1234567891", None),
        ("dana 1234", None),
        ("", None),
    ],
)
def test_a_destination(text: str, expected: Destination | None) -> None:
    assert read_destination(text) == expected


def test_a_mask_shows_enough_and_not_too_much() -> None:
    assert mask(DANA) == "DANA 0800••••1234"
    assert mask(BCA) == "BCA ••••7890"
    assert mask(CASH) == "Tunai"
    assert mask(Destination("bank", "BNI", "123456", None)) == "BNI ••••56"
    assert (shown(DANA), shown(BCA), shown(CASH)) == ("DANA 0800-0000-1234", "BCA 1234567890", "Tunai")
