"""Who lives in the demo: three shops and what they sell, five neighbours who recommend, forty households who buy.

Nobody here exists. Numbers are of the 0800-0000 kind, which nobody has; the merchants' stickers lead to no wallet.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bots.demo import photos

RINA, DEWI, SARI = "rina@telegram", "dewi@telegram", "sari@whatsapp"
SHOWN_FIRST = (RINA, DEWI, SARI)


@dataclass(frozen=True)
class Ware:
    """A product, and the days of its week: a PO opens, closes and goes out so many days from the demo's today.

    Without ``closes`` it is ready stock. ``orders`` are what an ordinary week brings.
    """

    name: str
    price: int
    unit: str
    photo: Callable[[], bytes]
    orders: int
    options: tuple[tuple[str, int], ...] = ()
    quota: int | None = None
    opens: int = 0
    closes: int | None = None
    sends: int = 0


@dataclass(frozen=True)
class Trade:
    """A shop as its seller would describe it, with what it offers neighbours."""

    seller: str
    words: str
    account: str
    rate_bp: int
    home: str
    wares: tuple[Ware, ...]


@dataclass(frozen=True)
class Neighbour:
    """Somebody who recommends a shop. ``joins``: how many days before the demo's today; None: from the beginning."""

    who: str
    shop: str
    money: str
    joins: int | None = None


BROWNIES = Ware(
    "Brownies Kukus Pandan", 65_000, "loyang", photos.brownies, 8, (("keju", 10_000),), 20, opens=-1, closes=2, sends=4
)
NASTAR = Ware("Nastar Nanas", 85_000, "toples", photos.nastar, 4, (("keju", 10_000),), 16, opens=-4, closes=-1, sends=1)
RISOLES = Ware("Risoles Mayo Beku", 40_000, "pak", photos.risoles, 3)
KOPI = Ware("Kopi Susu Botol", 18_000, "botol", photos.kopi, 4, (("gula aren", 2_000),))
DIMSUM = Ware("Dimsum Ayam", 35_000, "kotak", photos.dimsum, 4, (("mentai", 7_000),), 24, opens=-5, closes=-3, sends=-1)
ROTI = Ware("Roti Sobek Cokelat", 32_000, "loyang", photos.roti, 3, (), 12, opens=-2, closes=1, sends=3)
SYAL = Ware("Syal Batik Cap", 120_000, "lembar", photos.syal, 2, (("sutra", 90_000),))
POUCH = Ware("Pouch Batik", 45_000, "buah", photos.pouch, 2)
TAS = Ware("Tas Belanja Batik", 85_000, "buah", photos.tas, 2, (), 10, opens=-6, closes=-2, sends=2)

DAPUR_RINA = "Dapur Rina"
KEDAI_BAGUS = "Kedai Bagus"
BATIK_LARAS = "Batik Laras"

TRADES = (
    Trade(
        RINA,
        "Dapur Rina, griya asri depok. rt 04 gratis, sekompleks 5rb, kampung sawah 8rb, luar gosend bayar sendiri",
        "qris",
        1_000,
        "Griya Asri",
        (BROWNIES, NASTAR, RISOLES),
    ),
    Trade(
        "bagus@whatsapp",
        "Kedai Bagus, kampung sawah depok. kampung sawah 3rb, griya asri 8rb, sawangan 8rb",
        "qris",
        1_000,
        "Kampung Sawah",
        (KOPI, DIMSUM, ROTI),
    ),
    Trade(
        "laras@telegram",
        "Batik Laras, sawangan depok. sawangan 7rb, griya asri 10rb, kampung sawah 10rb",
        "bca 0000000012 an Laras Wulandari",
        1_200,
        "Sawangan",
        (SYAL, POUCH, TAS),
    ),
)

FORGOTTEN = Neighbour("bayu@telegram", KEDAI_BAGUS, "gopay 0800-0000-2103 an Bayu Nugroho", joins=20)
UNLUCKY = Neighbour("ningsih@whatsapp", BATIK_LARAS, "ovo 0800-0000-2105 an Ningsih", joins=13)
NEIGHBOURS = (
    Neighbour(DEWI, DAPUR_RINA, "dana 0800-0000-1234 an Dewi"),
    Neighbour("fitri@whatsapp", KEDAI_BAGUS, "bca 0000002102 an Fitri Handayani"),
    FORGOTTEN,
    Neighbour("galih@telegram", BATIK_LARAS, "tunai"),
    UNLUCKY,
)

HOUSEHOLDS = """
sari@whatsapp      Sari Lestari        Griya Asri blok C2 no 5
tono@telegram      Tono Prasetyo       Griya Asri blok A1 no 3
lestari@whatsapp   Lestari Ningrum     Griya Asri RT 04 no 11
joko@telegram      Joko Susilo         Griya Asri RT 04 no 2
wulan@whatsapp     Wulan Sari          Griya Asri blok B3 no 8
maya@telegram      Maya Anggraini      Griya Asri blok D1 no 14
hendra@whatsapp    Hendra Gunawan      Griya Asri blok C4 no 1
ratna@whatsapp     Ratna Dewanti       Griya Asri blok E2 no 9
agus@telegram      Agus Salim          Griya Asri RT 04 no 7
yuni@whatsapp      Yuni Astuti         Griya Asri blok B1 no 6
dimas@telegram     Dimas Saputra       Griya Asri blok A3 no 12
putri@whatsapp     Putri Maharani      Griya Asri blok F1 no 2
rudi@whatsapp      Rudi Hartono        Griya Asri blok C1 no 17
indah@telegram     Indah Permata       Griya Asri blok D3 no 4
nur@whatsapp       Nur Hidayah         Griya Asri RT 04 no 15
eko@telegram       Eko Wibowo          Griya Asri blok E1 no 10
sinta@whatsapp     Sinta Rahayu        Griya Asri blok F2 no 7
bambang@whatsapp   Bambang Irawan      Griya Asri blok A2 no 5
melati@telegram    Melati Kusuma       Kampung Sawah gang Mawar no 3
arif@whatsapp      Arif Rahman         Kampung Sawah gang Melati no 9
citra@whatsapp     Citra Amelia        Kampung Sawah gang Kenanga no 1
doni@telegram      Doni Setiawan       Kampung Sawah gang Mawar no 12
erna@whatsapp      Erna Yulianti       Kampung Sawah gang Dahlia no 4
faisal@telegram    Faisal Akbar        Kampung Sawah gang Anggrek no 8
gita@whatsapp      Gita Paramita       Kampung Sawah gang Kenanga no 6
iwan@whatsapp      Iwan Kurniawan      Kampung Sawah gang Melati no 2
kartika@telegram   Kartika Sembiring   Kampung Sawah gang Dahlia no 10
lukman@whatsapp    Lukman Hakim        Kampung Sawah gang Anggrek no 5
mira@whatsapp      Mira Oktaviani      Kampung Sawah gang Mawar no 7
novi@telegram      Novi Andriani       Kampung Sawah gang Kenanga no 13
oki@whatsapp       Oki Firmansyah      Sawangan jl. Pengasinan no 21
prita@whatsapp     Prita Larasati      Sawangan jl. Pengasinan no 8
reza@telegram      Reza Pahlevi        Sawangan jl. Bojongsari no 30
siska@whatsapp     Siska Damayanti     Sawangan jl. Curug no 17
taufik@whatsapp    Taufik Hidayat      Sawangan jl. Curug no 5
umi@telegram       Umi Kulsum          Sawangan jl. Bojongsari no 2
vina@whatsapp      Vina Marlina        Sawangan jl. Cinangka no 11
wahyu@telegram     Wahyu Nugraha       Sawangan jl. Cinangka no 26
yanti@whatsapp     Yanti Suryani       Pondok Cina jl. Margonda no 100
zaki@telegram      Zaki Maulana        Pondok Cina jl. Kedondong no 8
"""


@dataclass(frozen=True)
class Household:
    who: str
    name: str
    address: str


def households() -> tuple[Household, ...]:
    """The buyers, as they stand in the list: who, what they are called at the door, where that door is."""
    rows = [line.split(maxsplit=1) for line in HOUSEHOLDS.strip().splitlines()]
    return tuple(Household(who, rest[:20].strip(), rest[20:].strip()) for who, rest in rows)
