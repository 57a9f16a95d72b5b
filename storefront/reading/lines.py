"""From mentions to order lines: what is corrected, added, taken back, shared out among options, or asked about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from storefront.reading.events import Event
from storefront.reading.mentions import Mention, joined, mentions
from storefront.reading.packs import SPOKEN
from storefront.reading.picking import Phrase, Picked, picked, speaks_only_of_options, split
from storefront.reading.shelf import Shelf

MOST = 1_000


@dataclass(frozen=True)
class Line:
    """So many of one product; ``option`` as the catalogue spells it, None where it is still to be asked."""

    product_id: int
    quantity: int
    option: str | None = None


@dataclass(frozen=True)
class Read:
    """What a message orders: lines, products to choose between, and how much of it nobody here sells."""

    lines: tuple[Line, ...] = ()
    ambiguous: tuple[int, ...] = ()
    strangers: tuple[str, ...] = ()
    numbers: int = 0
    asked_for: int = 0  #: how many of what is still to be chosen; 0 where that is not sure


@dataclass
class Taken:
    """A line while it may still change."""

    ware: int
    option: int | None
    quantity: Fraction | int
    mention: Mention
    counted: bool


def read_lines(events: Sequence[Event], shelf: Shelf, before: int | None = None) -> Read:
    """The lines of a message, in the order in which they were said; ``before`` is the ware spoken of already."""
    return _Reader(shelf, before).read(list(mentions(events, shelf)))


class _Reader:
    """Lines while a message is gone through, mention by mention."""

    def __init__(self, shelf: Shelf, before: int | None) -> None:
        self.shelf = shelf
        self.taken: list[Taken] = []
        self.choices: list[tuple[Mention, tuple[int, ...]]] = []
        self.strangers: list[str] = []
        self.before = before
        self.each: Fraction | None = None
        self.open: Mention | None = None
        self.numbers = 0

    def read(self, mentions: Sequence[Mention]) -> Read:
        for mention in mentions:
            self.numbers += mention.number is not None or self._buys_for(mention)
            self._take(mention)
        self._share_out()
        self._take_apart_totals()
        return self._result()

    def _buys_for(self, mention: Mention) -> bool:
        """ "risol 70rb" says how much to buy; "risol 35rb", its very price, may only say what it costs."""
        if mention.money is None or mention.which:
            return False
        ware = picked(mention.phrase, self.shelf, self.before).ware
        return ware is None or self.shelf.wares[ware].price != mention.money

    def _take(self, mention: Mention) -> None:
        if mention.each and mention.number:
            self._each(mention.number)
            return
        if not mention.phrase.says_something and mention.money is None:
            self._without_words(mention)
            return
        if mention.deed == "topic" or (mention.weak and mention.number is None and mention.money is None):
            spoken_of = picked(mention.phrase, self.shelf, self.before).ware
            self.before = self.before if spoken_of is None else spoken_of
            return
        self._with_words(mention)

    def _each(self, number: Event) -> None:
        self.each = number.value * _multiple(number.unit, "")
        for one in self.taken:
            if not one.counted:
                one.quantity, one.counted = self.each, True
        for place, (mention, _) in enumerate(self.choices):
            if mention.number is None:
                self.choices[place] = (replace(mention, number=number), self.choices[place][1])

    def _without_words(self, mention: Mention) -> None:
        """A number, a taking back, or an unknown word alone."""
        if mention.phrase.unknown:
            if mention.number is not None or mention.money is not None:
                self.strangers += mention.phrase.unknown
            self.before = None if mention.number is not None else self.before
            return
        if mention.deed == "drop":
            if self.taken:
                self.taken.pop()
            return
        if mention.number is None:
            return
        if not self.taken and not self.choices and self.before is not None:
            self._line(mention, Picked(self.before))  # "bolu pandan masih ada? mau 2"
            return
        number = mention.number.value * _multiple(
            mention.number.unit, self.shelf.wares[self.taken[-1].ware].unit if self.taken else ""
        )
        deed = mention.number.deed
        if self.taken and deed == "add":
            self.taken[-1].quantity += number
        elif self.taken and deed == "less":
            self.taken[-1].quantity = max(self.taken[-1].quantity - number, 0)
        elif self.taken and (deed == "instead" or not self.taken[-1].counted):
            self.taken[-1].quantity, self.taken[-1].counted = number, True

    def _with_words(self, mention: Mention) -> None:
        several = split(mention.phrase, self.shelf)
        if len(several) > 1:
            for place, phrase in enumerate(several):
                number = mention.number if place == len(several) - 1 else None
                self._with_words(replace(mention, phrase=phrase, number=number))
            return
        mention = self._completed(mention)
        found = self._picked(mention)
        if mention.deed == "refuse":
            self._refuse(mention)
        elif mention.deed == "drop":
            self._drop(found)
        elif found.ware is not None:
            self._line(mention, found)
            self.before = found.ware
        elif found.choices:
            self._choose(mention, found)
        elif mention.phrase.says_something:
            self.strangers += mention.said
        self.open = mention if found.choices else None

    def _completed(self, mention: Mention) -> Mention:
        """ "donatnya 20 dong, yang kentang": the clause says which one was meant."""
        if self.open is None or mention.number is not None or mention.deed != "want" or not self.choices:
            return mention
        together = joined(self.open, mention)
        found = picked(together.phrase, self.shelf, self.before)
        if found.ware is not None or found.choices:
            self.choices.pop()
            return together
        return mention

    def _picked(self, mention: Mention) -> Picked:
        phrase = mention.phrase
        if mention.money is not None and mention.which:
            phrase.price = mention.money
        return picked(phrase, self.shelf, self.before)

    def _choose(self, mention: Mention, found: Picked) -> None:
        if self.before is None and mention.number is None and mention.deed == "instead":
            return
        self.choices.append((mention, found.choices))

    def _refuse(self, mention: Mention) -> None:
        """ "jangan yang coklat" says it of the line before; "no risol" of nothing."""
        if not self.taken or self.taken[-1].option is not None:
            return
        last = self.taken[-1]
        if not speaks_only_of_options(mention.phrase, self.shelf, last.ware):
            return
        denied = Phrase(denied=mention.phrase.words)
        denied.words = list(self.shelf.names[last.ware])
        last.option = picked(denied, self.shelf, last.ware).option

    def _drop(self, found: Picked) -> None:
        wares = {found.ware} if found.ware is not None else set(found.choices)
        self.taken = [
            one
            for one in self.taken
            if one.ware not in wares or (found.option is not None and one.option != found.option)
        ]

    def _line(self, mention: Mention, found: Picked) -> None:
        assert found.ware is not None, "a line is of one ware"
        quantity, counted = self._quantity(mention, found.ware)
        same = [
            one for one in self.taken if one.ware == found.ware and (one.option == found.option or found.option is None)
        ]
        if mention.deed == "instead" and mention.number is not None and same:
            same[-1].quantity = quantity
            return
        if (
            mention.deed == "instead"
            and mention.number is None
            and self.taken
            and self.taken[-1].ware == found.ware
            and found.option is not None
        ):
            self.taken[-1].option = found.option
            return
        if mention.deed == "instead" and not same and self.taken:
            quantity = quantity if counted else self.taken[-1].quantity
            self.taken.pop()
        if mention.deed == "want" and same and not counted:
            self.taken.remove(same[-1])
            self.taken.append(same[-1])  # named once more, to say something about it
            return
        if mention.deed == "less" and same:
            same[-1].quantity = max(same[-1].quantity - quantity, 0)
            return
        self.taken.append(Taken(found.ware, found.option, quantity, mention, counted))

    def _quantity(self, mention: Mention, ware: int) -> tuple[Fraction | int, bool]:
        if mention.number is not None:
            return mention.number.value * _multiple(mention.number.unit, self.shelf.wares[ware].unit), True
        if mention.money is not None and not mention.which:
            return _bought(mention.money, self.shelf.wares[ware].price), True
        if mention.rest:
            return self._left_over(ware), True
        return (self.each, True) if self.each is not None else (1, False)

    def _left_over(self, ware: int) -> Fraction | int:
        """What remains of a total said before: "5, 2 coklat sisanya keju"."""
        of_it = [one for one in self.taken if one.ware == ware]
        total = next((one.quantity for one in of_it if one.option is None), 1)
        return max(total - sum(one.quantity for one in of_it if one.option is not None), 0)

    def _is_heading(self, one: Taken) -> bool:
        """ "semprit masing-masing 2, vanila sama coklat": the product alone is no third line."""
        if one.option is not None or one.mention.number is not None or one.mention.money is not None:
            return False
        return any(other.ware == one.ware and other.option is not None for other in self.taken)

    # -- at the end ------------------------------------------------------------------------------------

    def _share_out(self) -> None:
        """ "3 bolu: coklat, keju, srikaya" is one of each."""
        for place, one in enumerate(self.taken):
            after = [
                other
                for other in self.taken[place + 1 :]
                if other.ware == one.ware and not other.counted and other.option is not None
            ]
            if one.counted and one.option is None and len(after) > 1 and len(after) == one.quantity:
                one.quantity = 0
            elif (
                one.counted
                and one.option is not None
                and after
                and len(after) + 1 == one.quantity
                and self._same_clause(one, after)
            ):
                one.quantity = 1

    def _same_clause(self, one: Taken, after: Sequence[Taken]) -> bool:
        return all(
            other.mention.number is None and other.mention.clause - one.mention.clause <= len(after) for other in after
        )

    def _take_apart_totals(self) -> None:
        """ "5, 2 coklat 3 keju": the breakdown counts, not its total."""
        for place, one in enumerate(self.taken):
            after = [other for other in self.taken[place + 1 :] if other.ware == one.ware and other.option is not None]
            counted = [other for other in after if other.counted]
            if (
                one.option is None
                and one.counted
                and counted
                and sum(other.quantity for other in after) == one.quantity
            ):
                one.quantity = 0

    def _result(self) -> Read:
        lines: dict[tuple[int, str | None], int] = {}
        unsure = {self.shelf.wares[ware].id for _, wares in self.choices for ware in wares}
        for one in self.taken:
            ware = self.shelf.wares[one.ware]
            option = ware.options[one.option] if one.option is not None else None
            quantity = Fraction(one.quantity)
            if quantity == 0 or self._is_heading(one):
                continue
            if quantity.denominator > 1 or not 1 <= quantity <= MOST:
                unsure.add(ware.id)
                continue
            lines[ware.id, option] = lines.get((ware.id, option), 0) + int(quantity)
        made = tuple(Line(ware, quantity, option) for (ware, option), quantity in lines.items())
        return Read(made, tuple(sorted(unsure)), tuple(self.strangers), self.numbers, self._asked_for())

    def _asked_for(self) -> int:
        numbers = [mention.number.value for mention, _ in self.choices if mention.number]
        return int(numbers[0]) if len(numbers) == 1 == len(self.choices) and 1 <= numbers[0] <= MOST else 0


def _multiple(unit: str, sold_by: str) -> int:
    """How many one of a buyer's unit is: a dozen is twelve, unless it is sold by the dozen."""
    same = SPOKEN.units.get(unit, unit)
    return 1 if same == sold_by else SPOKEN.multiples.get(unit, SPOKEN.multiples.get(same, 1))


def _bought(money: int, price: int | None) -> Fraction:
    """So much money's worth: only where it comes out even."""
    return Fraction(money, price) if price else Fraction(1, 2)
