"""Money is whole smallest units of one currency. The rupiah has none below 1, so Rp65.000 is 65000."""

from babel.core import Locale
from babel.numbers import get_currency_precision

EXPONENTS_OF_OUR_OWN = {"IDR": 0}  # ISO 4217 says 2; nobody has paid in sen for decades, and rails take integers


def exponent(currency: str) -> int:
    """How many decimals the smallest unit stands behind the main one."""
    return EXPONENTS_OF_OUR_OWN.get(currency, get_currency_precision(currency))


def written(amount: int, currency: str) -> str:
    """An amount as people of its country write it: ``Rp144.983`` in both of our languages, on purpose."""
    if currency == "IDR":
        sign = "-" if amount < 0 else ""
        return f"{sign}Rp{thousands(abs(amount))}"
    from babel.numbers import format_currency

    whole = amount / 10 ** exponent(currency)
    return format_currency(whole, currency, locale=Locale("en"))


def thousands(amount: int) -> str:
    """``140.000``: the way a price list groups digits here."""
    return f"{amount:,}".replace(",", ".")
