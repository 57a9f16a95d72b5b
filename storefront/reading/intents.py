"""What a message is about when it orders nothing: a question, a payment, a complaint, thanks.

Every kind has its phrases in the language packs. A message's words and their rows are gathered once, so that looking
for a thousand phrases is one meeting of two sets.
"""

import re
from functools import cached_property
from typing import Literal

from storefront.reading.events import TIMES
from storefront.reading.packs import SPOKEN, Words

Intent = Literal[
    "order", "cancel", "pay_proof", "human", "status", "ask_price", "ask_stock", "thanks", "greet", "other",
]  # fmt: skip

WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[?!.,\n]")
ENDINGS = ("nya", "ny", "an", "ku")
LONGEST_PHRASE = 5
PAID = re.compile(
    r"\b(?:sudah|udah|udh|sdh|dah|uda|barusan|baru|tadi|already|just|have|wis|sampun|tos)\b(?:\W+\w+){0,3}?\W+"
    r"(?:di ?)?(?:transfer\w*|tf|trf|bayar\w*|paid|sent the|lunas\w*|qris\w*)\b"
    r"|\b(?:transfer|tf|bayar|dp|pembayaran|payment)\w*\b(?:\W+\w+){0,2}?\W+"
    r"(?:sudah|udah|udh|sdh|done|masuk|beres|berhasil)\b"
)
NOT_PAID = re.compile(
    r"\b(?:belum|blm|belom|nanti|ntar|bisa|boleh|gimana|kalau|kalo|mau|how|can|not)\b(?:\W+\w+){0,2}?\W+"
    r"(?:di ?)?(?:transfer|tf|bayar|pay|dp)"
)
ASKS_AFTER = re.compile(
    r"\b(?:udah|sudah|udh|sdh|uda|dah)\b(?:\W+\w+){0,3}?\W+(?:belum|blm|belom|kah|kan)\b|\b(?:belum|blm|belom)\b\s?\?"
)
IF_THERE = re.compile(
    r"\b(?:kalo|kalau|klo|klu|kl|if)\b(?: (?:masih|msh|it's|there's|still))? ?"
    r"(?:ada|ready|redi|available|some left|ono)\b"
)
GENERIC_STOCK = frozenset(
    {
        "ada",
        "ready",
        "redi",
        "kosong",
        "habis",
        "stok",
        "stock",
        "jual",
        "jualan",
        "sisa",
        "aya",
        "available",
        "sedia",
        "taksih",
        "wonten",
        "tersedia",
        "menu",
        "menunya",
        "stoknya",
        "katalog",
        "open po",
        "abis",
        "sold out",
        "ludes",
    }
)
WEAK_THANKS = frozenset(
    {
        "ok",
        "oke",
        "okee",
        "okay",
        "okey",
        "sip",
        "siap",
        "siapp",
        "baik",
        "baiklah",
        "mantap",
        "noted",
        "ditunggu",
        "enak",
        "enakk",
        "sukses",
        "lancar",
        "great",
        "perfect",
        "lovely",
        "cool",
        "delicious",
        "alright",
        "cakep",
    }
)
NAMES_MONEY = re.compile(r"\d\s?(?:rb|ribu|k|rebu)\b|\brp\s?\d")
QUESTION_OPENS = frozenset({"is", "are", "does", "do", "did", "was", "apakah", "kenapa", "why", "bedanya"})
PAST = frozenset({"kemarin", "kmrn", "minggu lalu", "bulan lalu", "yesterday", "last week", "waktu itu"})
HOW_MANY_LEFT = frozenset(
    {"tinggal berapa", "sisa berapa", "stok berapa", "ready berapa", "ada berapa", "how many left"}
)
PRICE_WORDS = frozenset({"harga", "harganya", "total", "totalnya", "price", "how much"})
NEGOTIATES = frozenset({"nego", "diskon", "disc", "discount", "kurang", "murah", "cheaper"})
ASKING = frozenset(
    {"?", "gak", "ga", "nggak", "ngga", "kah", "apa", "kan", "g", "gk", "tidak", "enggak", "teu", "ora", "what"}
)
BEFORE_A_VERB = frozenset({"belum", "blm", "sudah", "udah", "udh", "kemarin", "my", "the", "by"})
LITTLE = SPOKEN.addressing | SPOKEN.particles | SPOKEN.wishes | {".", ",", "!"}
GREETING = LITTLE | {"?"} | {part for phrase in SPOKEN.greets for part in phrase.split()}


class Spoken:
    """The words of a text and every row of up to five of them, with and without the endings of speech."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = WORD.findall(TIMES.sub(" ", text))

    @cached_property
    def rows(self) -> set[str]:
        found: set[str] = set()
        for length in range(1, LONGEST_PHRASE + 1):
            found.update(" ".join(self.words[at : at + length]) for at in range(len(self.words) - length + 1))
        bare = {
            row.removesuffix(end) for row in found for end in ENDINGS if row.endswith(end) and len(row) > len(end) + 2
        }
        return found | bare

    def has(self, phrases: Words) -> bool:
        return not self.rows.isdisjoint(phrases)

    # -- each kind -------------------------------------------------------------------------------------

    @cached_property
    def is_hypothetical(self) -> bool:
        return not SPOKEN.hypothetical.isdisjoint(self.words)

    @cached_property
    def if_there(self) -> bool:
        """ "kalau ada, mau 2" is no supposing: it wants two."""
        return IF_THERE.search(self.text) is not None

    @cached_property
    def asks(self) -> bool:
        """Whether it asks what something costs, whether it is there, or anything else."""
        return self.asks_price or self.asks_stock or self.asks_other or ASKS_AFTER.search(self.text) is not None

    @cached_property
    def opens_a_question(self) -> bool:
        """ "Is ... enough?", "apakah ...?"."""
        return self.text.rstrip().endswith("?") and next(iter(self.words), "") in QUESTION_OPENS

    @cached_property
    def is_past(self) -> bool:
        """It speaks of what was bought before."""
        return self.has(PAST)

    @cached_property
    def asks_other(self) -> bool:
        return self.has(SPOKEN.other_asked)

    @cached_property
    def asks_price(self) -> bool:
        if (self.asks_other and not self.has(PRICE_WORDS)) or self.has(HOW_MANY_LEFT):
            return False
        return self.has(SPOKEN.prices_asked) or ("?" in self.words and NAMES_MONEY.search(self.text) is not None)

    @cached_property
    def asks_stock(self) -> bool:
        return self.has(SPOKEN.stock_asked - GENERIC_STOCK) or (
            self.has(GENERIC_STOCK) and not ASKING.isdisjoint(self.words)
        )

    @cached_property
    def asks_status(self) -> bool:
        if self.has(SPOKEN.status) and not self.is_thanks:
            return True
        return ASKS_AFTER.search(self.text) is not None and not self.has(NOT_AFTER)

    @cached_property
    def cancels(self) -> bool:
        return self.has(SPOKEN.cancels)

    @cached_property
    def pays(self) -> bool:
        if self.has(SPOKEN.pay_questions) or NOT_PAID.search(self.text):
            return False
        if ASKS_AFTER.search(self.text) and not self.has(PROOFS):
            return False
        return bool(PAID.search(self.text)) or self.has(SPOKEN.pays - {"lunas"}) or self.words == ["lunas"]

    @cached_property
    def complains(self) -> bool:
        if self.has(SPOKEN.complains):
            return True
        if "kurang" not in self.words or {"bisa", "boleh"} & set(self.words):
            return False
        after = self.words[self.words.index("kurang") + 1 :]
        return bool(after) and after[0].isdigit()

    @cached_property
    def is_thanks(self) -> bool:
        said = [re.sub(r"(.)\1{2,}", r"\1", word) for word in self.words]
        found = [word for word in said if word in SPOKEN.thanks]
        if any(word not in WEAK_THANKS for word in found) or self.has(SPOKEN.thanks - WEAK_THANKS):
            return "?" not in self.words
        return (
            bool(found)
            and sum(word not in LITTLE | {"nanti", "saya", "aku"} and word not in found for word in said) <= 1
        )

    @cached_property
    def is_greeting(self) -> bool:
        said = [re.sub(r"(.)\1+", r"\1", word) for word in self.words]
        if not (self.has(SPOKEN.greets) or not SPOKEN.greets.isdisjoint(said)):
            return False
        return all(word in GREETING or short in GREETING for word, short in zip(self.words, said, strict=True))


PROOFS = frozenset({"bukti tf", "bukti transfer", "ini buktinya"})
NOT_AFTER = frozenset({"ready", "buka"})


def about(whole: Spoken) -> Intent:
    """The one thing a message that orders nothing is about: the first that holds."""
    if whole.cancels:
        return "cancel"
    if whole.pays:
        return "pay_proof"
    if whole.complains or whole.has(SPOKEN.person):
        return "human"
    if whole.asks_status:
        return "status"
    if whole.asks_other and not whole.has(PRICE_WORDS):
        return "other"
    if whole.asks_price:
        return "ask_price"
    if whole.asks_stock:
        return "ask_stock"
    if whole.is_thanks:
        return "thanks"
    return "greet" if whole.is_greeting else "other"


def verbs(spoken: Spoken) -> list[str]:
    """Verbs of ordering that order: not "pesanan", not "mau tanya", not "gak jadi beli"."""
    return [word for at, word in enumerate(spoken.words) if word in SPOKEN.order_verbs and _does(spoken.words, at)]


def _does(words: list[str], at: int) -> bool:
    near = {
        " ".join(words[start:end])
        for start in range(max(0, at - 2), at + 1)
        for end in range(at + 1, min(len(words), at + 4) + 1)
    }
    if near & SPOKEN.not_order_verbs or BEFORE_A_VERB & set(words[max(0, at - 3) : at]):
        return False
    dropped = {" ".join(words[start:end]) for start in range(max(0, at - 3), at) for end in range(start + 1, at + 1)}
    told = words[max(0, at - 2) : at]
    of_before = len(told) == 2 and told[0] in {"yang", "yg"} and told[1] in {"saya", "aku", "ku", "gue", "kami"}
    return not (dropped & SPOKEN.drops or of_before)


def haggles(spoken: Spoken) -> bool:
    """ "beli 3 seratus boleh?", "beli 5 dapat diskon?"."""
    return bool(NEGOTIATES & set(spoken.words)) and "?" in spoken.words
