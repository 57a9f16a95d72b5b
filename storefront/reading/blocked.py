"""Goods that are not sold in a neighbourhood hub: what the law forbids, or hands to licensed sellers only. Pure.

The list follows Indonesian law and custom: narcotics (UU 35/2009), alcohol and tobacco, medicine on prescription
(UU 17/2023), weapons, protected animals (UU 5/1990), pornography (UU 44/2008), gambling, loans, accounts and SIM cards,
false money, and paying to recruit members (UU 7/2014). A name that only sounds like one of them stays free: bir pletok
is a ginger drink, mie setan and ayam mercon are dishes. Whoever is stopped wrongly asks the operator.
"""

import re

from storefront.reading.spelling import lowered

KINDS: dict[str, str] = {
    "drugs": r"narkoba|ganja|sabu|shabu|sabu-sabu|ekstasi|inex|kokain|heroin|putaw|tembakau gorila|sinte|magic mushroom"
    r"|cannabis|marijuana|weed|cocaine|ecstasy",
    "tobacco": r"rokok|cigarettes?|cerutu|cigars?|vape|vapor|liquid vape|pod vape|e-?cigs?|tembakau|iqos",
    "alcohol": r"miras|minuman keras|bir|beer|wine|anggur merah|vodka|whisky|whiskey|soju|ciu|arak|tuak|moke|cap tikus"
    r"|amer|sake",
    "medicine": r"antibiotik|amoxicillin|amoksisilin|tramadol|alprazolam|xanax|diazepam|dextro|cytotec|misoprostol"
    r"|(?:obat|pil) aborsi|obat gugur|penggugur|obat keras|obat resep|obat tidur|psikotropika"
    r"|obat kuat|viagra|suntik (?:putih|pemutih)|antibiotics?",
    "weapons": r"senjata|pistol|airsoft|senapan|peluru|amunisi|celurit|badik|granat|petasan|mercon|guns?|ammunition"
    r"|firearms?",
    "animals": r"gading|sisik trenggiling|trenggiling|orangutan|kukang|kakatua|cende?rawasih|elang jawa|penyu"
    r"|telur penyu|harimau"
    r"|kulit harimau|ivory|pangolin|turtle eggs?",
    "adult": r"porno\w*|bokep|video dewasa|open bo|jasa pijat plus|sex toys?|dildo|porn",
    "gambling": r"judi|slot gacor|togel|taruhan|kasino|gambling|casino|betting",
    "money": r"pinjol|pinjaman|dana cepat|uang palsu|loans?|jual akun|akun (?:ml|ff|gojek|shopee|netflix|premium)"
    r"|kartu perdana"
    r"|sim cards?|rekening bank|ktp",
    "members": r"join member|cari member|rekrut member|daftar member|setoran (?:awal|member|anggota)"
    r"|investasi|arisan online"
    r"|bonus rekrut\w*|downline",
}
BLOCKED = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in KINDS.items()}
DISHES = (
    "ayam|mie|mi|bakso|ceker|tahu|tempe|seblak|nasi|geprek|dimsum|sosis|rica|sambal|oseng|usus|kulit|risol|risoles|pentol"
    "|cilok|cireng|batagor|siomay|makaroni|sate|soto|rawon|rice bowl|cumi|udang|daging|telur|tulang|kikil|iga|lumpia"
)
THINGS = "boneka|kaos|kostum|topeng|gambar|stiker|patung"
FREE = (
    r"bir (?:pletok|kocok|jahe|temulawak|jawa|mataram)",
    r"(?:ginger|root) (?:beer|ale)",
    r"beer bread",
    r"cuka anggur",
    r"anggur merah (?:seedless|segar|impor|import|fresh|kupas|globe)",
    r"(?:buah|es|jus|sirup|selai|salad|puding) (?:buah )?anggur merah",
    r"(?:kelapa|warna|putih|kuning) gading",
    r"senjata makan tuan",
    r"(?:glue|heat) gun",
    r"tang kakatua",
    r"(?:kue|roti|lampu|bantal) (?:(?:bentuk|karakter|motif) )?(?:harimau|penyu|orangutan)",
    rf"(?:{DISHES})(?: \w+){{0,2}} (?:mercon|petasan)",
    rf"(?:mercon|petasan) (?:{DISHES})",
    r"(?:permen|coklat|cokelat|candy) rokok",
    r"rokok-rokokan",
    r"(?:kotak|asbak) rokok",
    r"(?:wine glass|gelas wine)",
    rf"(?:{THINGS}) (?:\w+ )?(?:harimau|penyu|orangutan|kakatua|pistol)",
    r"(?:mainan|toy) \w+",
    r"(?:dompet|case|casing) ktp",
)
INNOCENT = re.compile(rf"\b(?:{'|'.join(FREE)})\b")


def blocked(text: str) -> str | None:
    """The kind of goods a name speaks of that may not be sold here; None for everything else."""
    said = INNOCENT.sub(" ", lowered(text))
    return next((kind for kind, pattern in BLOCKED.items() if pattern.search(said)), None)
