"""What surrounds the message: odd characters, politeness, emoji. Everything else in this room reads clean text."""

import re
import unicodedata

LONGEST = 2_000
RAISED = frozenset("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉①②③④⑤⑥⑦⑧⑨⑩")  # to spell "2²" as 22 would change what was said
ODD = re.compile(f"([{''.join(sorted(RAISED))}])")
STACKED = re.compile(r"(?<=[\u0300-\u036f]{3})[\u0300-\u036f]+")


def word_set(words: str) -> frozenset[str]:
    """A word list as data: one line of words, as one writes them."""
    return frozenset(words.split())


ADDRESSING = word_set(
    "k kk ka kak kakak bu ibu buk bun bund bunda bunds mba mbak mbk mas bang bg sis say gan min mimin om pak"
)
PARTICLES = word_set("ya yaa yah yaah dong donk deh sih nih tuh kok loh lho kan aja saja hehe wkwk")
WISHES = word_set("mau tolong tlg please pls plis minta")
NOISE = ADDRESSING | PARTICLES | WISHES

EDGES = " .,!?;:~*_…'\"“”‘’()[]+-–—"
SELF_VERBS = "mau|pengen|pesan|pesen|order|beli|ambil|minta|nitip|transfer|tf|bayar|tunggu|coba|suka"
HERSELF = re.compile(rf"(?:^|[,.;!]\s?)bunda\s(?:juga\s|sudah\s|udah\s|jadi\s)?(?:{SELF_VERBS})\b", re.IGNORECASE)


def clean(text: str) -> str:
    """The text in one spelling and on one line, without characters nobody sees. Case stays."""
    visible = "".join(map(_visible, text[:LONGEST]))
    spelt = "".join(part if part in RAISED else unicodedata.normalize("NFKC", part) for part in ODD.split(visible))
    return " ".join(spelt.split())[:LONGEST].rstrip()


def name_of(text: str, longest: int = 60) -> str:
    """A name as a channel gives it: one line, nothing invisible, and no pile of marks on a letter."""
    return STACKED.sub("", clean(text))[:longest].rstrip()


def clean_lines(text: str) -> list[str]:
    """The same, line by line, for readers to whom a line break says something."""
    return [line for line in map(clean, text[:LONGEST].splitlines()) if line]


def plain(text: str) -> str:
    """The heart of a short message, to compare with a known phrase: "Batal dong kak 🙏" is "batal"."""
    words = words_of(text)
    if words and all(word in NOISE for word in words):
        return next((word for word in words if word not in ADDRESSING), words[0])
    return " ".join(without_noise_around(words))


def words_of(text: str) -> list[str]:
    """Lower-case words without emoji, and without the punctuation at their ends."""
    letters = "".join(" " if is_picture(char) else char for char in clean(text).casefold())
    return [word for word in (word.strip(EDGES) for word in letters.split()) if word]


def without_noise_around(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while end > start and words[end - 1].casefold() in NOISE:
        end -= 1
    while start < end and words[start].casefold() in NOISE:
        start += 1
    return words[start:end]


def without_noise_after(text: str) -> str:
    """A name or an address without the "ya kak" that follows it. What stands in front belongs to it: "Bu Sari"."""
    words = "".join(" " if is_picture(char) else char for char in text).split()
    while words and (not words[-1].strip(EDGES) or words[-1].strip(EDGES).casefold() in NOISE):
        words.pop()
    return " ".join(words).strip(" .,!?;:*_-")


def squeeze(text: str) -> str:
    """One letter for each stretched one, so that "haloooo" meets "hallo". Only for comparing."""
    return re.sub(r"([^\W\d_])\1+", r"\1", text)


def is_picture(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sk", "Cn", "Co"}


def calls_herself_bunda(text: str) -> bool:
    """Somebody who writes of herself as Bunda ("bunda mau 2") likes to be answered so; thanking one does not count."""
    message = clean(text)
    return "?" not in message and HERSELF.search(message) is not None


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    if char in "\ufe0e\ufe0f\u20e3":
        return ""  # what turns a digit into a key-cap picture; the digit is what she meant
    return "" if unicodedata.category(char) in {"Cf", "Cc", "Cs"} else char
