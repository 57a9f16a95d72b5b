"""What may not be sold in a neighbourhood, and the many fine things that only sound like it."""

import pytest

from storefront.reading.blocked import blocked


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Rokok Surya 12", "tobacco"),
        ("liquid vape mangga", "tobacco"),
        ("Vape Pod", "tobacco"),
        ("bir bintang", "alcohol"),
        ("Soju peach", "alcohol"),
        ("Arak Bali", "alcohol"),
        ("Amer anggur merah", "alcohol"),
        ("ganja sintetis", "drugs"),
        ("Sabu", "drugs"),
        ("magic mushroom", "drugs"),
        ("amoxicillin 500", "medicine"),
        ("Antibiotik ecer", "medicine"),
        ("obat aborsi ampuh", "medicine"),
        ("Cytotec asli", "medicine"),
        ("Tramadol", "medicine"),
        ("pistol rakitan", "weapons"),
        ("Airsoft gun", "weapons"),
        ("petasan korek", "weapons"),
        ("celurit", "weapons"),
        ("gading gajah", "animals"),
        ("telur penyu", "animals"),
        ("kukang jawa", "animals"),
        ("video bokep", "adult"),
        ("open bo", "adult"),
        ("slot gacor", "gambling"),
        ("Judi bola", "gambling"),
        ("togel", "gambling"),
        ("pinjol cepat cair", "money"),
        ("Uang palsu", "money"),
        ("jual akun ml", "money"),
        ("kartu perdana telkomsel", "money"),
        ("join member gratis", "members"),
        ("Arisan online", "members"),
        ("investasi kambing", "members"),
    ],
)
def test_what_may_not_be_sold(name: str, kind: str) -> None:
    assert blocked(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        "Brownies Kukus Pandan",
        "Bir Pletok",
        "Tape Ketan",
        "Tape Uli",
        "Brem Solo",
        "Mie Setan",
        "Rawon Setan",
        "Ayam Geprek Mercon",
        "Bakso Mercon",
        "Ceker Mercon pedas",
        "Tahu petasan",
        "Oseng Mercon",
        "Coklat rokok-rokokan",
        "Rokok-rokokan coklat",
        "Permen rokok",
        "Ginger Beer",
        "Root beer float",
        "Es Jeruk Nipis",
        "Obat batuk herbal jahe",
        "Jamu Kunyit Asam",
        "Minyak kayu putih",
        "Sirup anggur",
        "Anggur hijau 1kg",
        "Cuka anggur",
        "Boneka harimau",
        "Kaos orangutan",
        "Mainan pistol air",
        "Toy gun",
        "Birthday cake",
        "Biryani",
        "Saksang ayam",
        "Arakan kue",
        "Kue sabun",
        "Sabun mandi",
        "Winter melon tea",
        "Slot sabtu pagi",
        "Dompet KTP",
        "Kue Kukus Mekar",
        "Judith's Cake",
        "Weekday box",
    ],
)
def test_what_only_sounds_like_it(name: str) -> None:
    assert blocked(name) is None
