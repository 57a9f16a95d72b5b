"""What people like to tell of, in a few words everybody uses; and what a product is about, by its name."""

import re

from referral.matching import MOST_TOPICS, TOPICS, Topic
from storefront.reading.noise import clean, word_set

WORDS: dict[Topic, frozenset[str]] = {
    "cake": word_set(
        "kue kueh cake cakes roti brownies bronis bolu tart donat nastar kukis cookies cookie pastry bakpia lapis"
        " pudding puding klepon lemper onde martabak pie muffin bakery baking dessert"
    ),
    "meal": word_set(
        "nasi lauk masakan rendang ayam ikan soto sate bakso mie mi gulai catering katering sarapan makanan meal meals"
        " rice box food lunch tumpeng gado pecel rawon ketoprak lontong"
    ),
    "snack": word_set(
        "camilan cemilan snack snacks keripik kripik kerupuk krupuk peyek rempeyek kacang makaroni cireng seblak risol"
        " risoles pastel gorengan pempek siomay dimsum chips"
    ),
    "drink": word_set(
        "minuman drink drinks jus juice kopi coffee teh tea jamu susu milk es sirup wedang boba cendol yogurt kombucha"
    ),
    "frozen": word_set(
        "frozen beku sambal sambel bumbu abon saus saos sauce sauces nugget sosis kornet dendeng spices acar"
    ),
    "craft": word_set(
        "kerajinan craft crafts rajut anyaman lilin sabun souvenir suvenir hampers buket bouquet keramik tas dompet"
        " dekorasi tanaman plant plants bunga gelang mukena sulam"
    ),
    "fashion": word_set(
        "baju fashion busana hijab jilbab gamis kaos kain batik celana sepatu sandal clothes dress daster kerudung"
    ),
    "kids": word_set("anak bayi baby kids mainan toys mpasi balita children"),
}
SPLIT = re.compile(r"[^\W_]+")
EVERYTHING = re.compile(r"\b(?:apa saja|apa aja|semua|bebas|anything|everything|all)\b")


def topics_in(text: str) -> list[Topic]:
    """The topics somebody names, in the order of `TOPICS`; everything is everything, and three at most are kept."""
    said = set(SPLIT.findall(clean(text).casefold()))
    if EVERYTHING.search(clean(text).casefold()):
        return list(TOPICS[:MOST_TOPICS])
    return [topic for topic in TOPICS if said & WORDS[topic]][:MOST_TOPICS]


def about(*names: str) -> set[Topic]:
    """What a product is about, by its name and its category; nothing where no word of it says so."""
    said = {word for name in names for word in SPLIT.findall(name.casefold())}
    return {topic for topic in TOPICS if said & WORDS[topic]}
