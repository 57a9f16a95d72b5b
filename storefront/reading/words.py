"""Words people may type at any time: commands, yes and no, claims, codes, and the words that call a person."""

import re

from storefront.reading.noise import NOISE, clean, plain, squeeze, word_set, words_of
from storefront.reading.prices import find_prices, read_fee

COMMANDS = {
    "start_selling": "mulai jualan|mulai jual|mau jualan|buka toko|start selling",
    "my_deals": "kesepakatan|kesepakatanku|kerja sama|kerja samaku|kode saya|kodeku|my deals|my codes|my code|deals",
    "stop_recommending": "berhenti rekomendasi|berhenti rekomendasikan|berhenti jadi tetangga|stop rekomendasi"
    "|stop recommending",
    "bargain": "tawar|nawar|mau tawar|uang konten|bargain|negotiate",
    "find_products": "cari produk|cari jualan|cari dapur|find products|find a product|find kitchens",
    "find_neighbours": "cari tetangga|cari kreator|cari perekomendasi|find neighbours|find neighbors|find creators",
    "my_profile": "profil|profilku|profil saya|my profile|profile",
    "fees": "tarif|tarif konten|tarif komisi|panduan tarif|rate guide|fees|what others pay",
    "lessons": "belajar|pelajaran|kartu belajar|learn|lessons",
    "results": "hasil|hasilku|hasil saya|perkembangan|statistik|results|my results|statistics|what it brought",
    "make_picture": "gambar|buat gambar|bikin gambar|buatin gambar|make a picture|make picture|picture",
    "reminders": "pengingat|atur pengingat|ingatkan saya|reminders|reminder",
    "kitchen": "album|album dapur|dapur|di balik dapur|kitchen|kitchen album|behind the scenes",
    "polls": "polling|jajak pendapat|poll|polls",
    "faqs": "tanya jawab|tanya-jawab|faq|jawaban tersimpan|questions and answers|kept answers",
    "pool": "patungan|ajak patungan|chip in|chip in together",
    "causes": "titip|titipan|daftar titipan|give one|gifts",
    "measures": "ukuran|ukuran kreator|measures|creator measures",
    "news": "kabar warga|kabar kampung|kabar tetangga|neighbourhood news|neighborhood news",
    "invite_seller": "ajak penjual|undang penjual|ajak tetangga jualan|invite a seller|invite seller",
    "no_code": "tanpa kode|hapus kode|jangan pakai kode|without code|without a code|no code|remove the code",
    "invite": "undang tetangga|ajak tetangga|undang|invite|invite a neighbour|invite neighbours",
    "recommend": "mau rekomendasi|rekomendasi|jadi tetangga|mau jadi tetangga|recommend|i want to recommend",
    "earnings": "komisi|saldo|komisi saya|saldo saya|cek komisi|cek saldo|earnings|my earnings|balance",
    "pay_commission": "bayar komisi|pay|pay commission",
    "debts": "utang komisi|hutang komisi|tunggakan|what i owe|owed|debts",
    "my_qris": "qris saya|qrisku|pakai qris saya|my qris|my own qris",
    "receipts": "bukti|bukti komisi|bukti bayar|receipts|my receipts|proof of payout",
    "statement": "rekening koran|laporan bulanan|laporan komisi|statement|statements|monthly statement",
    "provider": "pembayaran otomatis|bayar otomatis|xendit|automatic payout|automatic payouts|provider",
    "tax_handed_on": "setor pajak|pajak disetor|tax paid|tax handed on",
    "goods": "jualanku|produk|etalase|my products|products|goods",
    "orders": "pesanan|order|orders|pesanan masuk",
    "more": "lainnya|lain-lain|more|settings|pengaturan",
    "cases": "kasus|masalah|keluhan|case|cases|my case|complaint|complaints",
    "new_sticker": "ganti qris|ubah qris|tambah qris|ganti stiker qris|change qris|new qris|add qris",
    "report_shop": "laporkan|lapor|laporkan toko|laporkan toko ini|laporkan link|report this shop|report this link"
    "|report shop",
    "second_contact": "kontak kedua|kontak darurat|second contact|emergency contact",
    "lost_phone": "hp hilang|hp saya hilang|nomor hilang|nomor saya hilang|pulihkan toko|lost phone|i lost my phone"
    "|lost my phone|recover my shop",
    "reviews": "ulasan|ulasanku|testimoni|hapus ulasan|reviews|my reviews|delete review",
    "subscribe": "kabari saya|kabari aku|kabarin aku|mau dikabari|langganan kabar"
    "|tell me news|subscribe|keep me posted",
    "coupons": "kupon|kuponku|voucher|coupon|coupons|my coupons",
    "resellers": "reseller|resellers|resellerku|my resellers",
    "sticker": "stiker|sticker|stiker qris|qris asli|pakai stiker|original qris",
    "staff": "staf|staff|tambah staf|tambah staff|add staff|karyawan|tim|team",
    "report": "laporan|laporanku|laporan penjualan|report|reports|sales report",
    "print_lists": "cetak daftar|cetak|print list|print lists|print|daftar pdf",
    "summary": "rekap|rekapan|summary",
    "group_list": "list|daftar|daftar pesanan|list pesanan|daftar nama|list nama|order list|name list",
    "same_again": "pesan lagi|pesen lagi|samain kayak kemarin|samain kyk kemarin|sama kayak kemarin|kayak kemarin"
    "|seperti kemarin|same again|order again",
    "cancel": "batal|batalin|batalkan|gajadi|ga jadi|gak jadi|nggak jadi|tidak jadi|cancel",
    "goods_file": "unduh katalog|download katalog|file katalog|katalog csv|unggah katalog|upload katalog"
    "|catalogue file|catalog file|download catalogue|download catalog|upload catalogue|upload catalog",
    "menu": "menu|bantuan|help",
    "talk_to_seller": "bicara dengan penjual|bicara sama penjual|ngomong sama penjual|chat penjual|hubungi penjual"
    "|talk to the seller|talk to seller|talk to a person",
    "desk": "meja|buka meja|meja kerja|masuk meja|dasbor|dashboard|login|log in|masuk web|buka web"
    "|halaman saya|halamanku|desk|my desk|open my desk|my page|sign in",
    "join_chats": "sambungkan chat|sambungkan|sambungkan akun|gabungkan chat|satukan chat|hubungkan chat"
    "|sambungkan telegram|sambungkan whatsapp|sambungkan wa|connect my chats|connect chats|connect|link my chats"
    "|connect telegram|connect whatsapp",
    "my_number": "nomor saya|kirim nomor saya|kirim nomor|nomor hp saya|my number|share my number|send my number",
    "costs": "biaya|biaya pesan|biaya whatsapp|costs|message costs|whatsapp costs",
    "stop": "stop|berhenti|unsub|unsubscribe|stop promo|jangan kirim promo|jangan kirim promo lagi",
    "resume": "mulai|mulai lagi|start",
    "my_data": "data saya|unduh data saya|minta data saya|my data|download my data|export my data",
    "delete_me": "hapus data saya|hapus data aku|hapus dataku|delete my data",
    "english": "english|inggris|bahasa inggris|in english|speak english|english please"
    "|pakai bahasa inggris|pake bahasa inggris",
    "indonesian": "bahasa indonesia|pakai bahasa indonesia|speak indonesian|indonesia|bahasa|indonesian",
    "greeting": "halo|hallo|helo|hello|hai|hay|hei|hey|hi|p|ping|assalamualaikum|assalamu'alaikum|aslmkm|asalamualaikum"
    "|assalamualaikum wr wb|permisi|punten|selamat pagi|selamat siang|selamat sore|selamat malam|good morning"
    "|good afternoon|good evening",
    "paid_claim": "done|paid|i paid|i have paid|i've paid|have paid|already paid|payment done",
}
PHRASES = {squeeze(plain(phrase)): key for key, phrases in COMMANDS.items() for phrase in phrases.split("|")}
PAID = re.compile(
    r"(?:sudah|sdh|udah|udh|dah|uda)(?: (?:saya|aku|ku|kita))?"
    r"(?: (?:di)?(?:bayar|tf|trf|transfer|lunas|qris))?(?: tadi)?|lunas"
)

YES = word_set(
    "y iy iya iyah ya yaa yah yoi yup yap yep yes mau betul bener benar bnr ok oke okay sip siap gas jadi deal lanjut"
    " acc boleh setuju sure right"
)
NO = word_set(
    "tidak tdk gak ga gk g nggak ngga enggak engga kaga kagak ndak nda gajadi gausah skip no nope jangan belum blm not"
)
WITH_YES = NOISE | word_set("banget dulu makasih thanks batal batalkan batalin cancel")
WITH_NO = NOISE | word_set("usah jadi tetap dulu makasih thanks perlu boleh maaf sorry yet thank you")

CODE = r"(?P<letters>[a-z]{2})[- ]?(?P<digits>\d{4,6})"
ORDER = re.compile(
    rf"(?P<verb>cek|check|batal|batalin|batalkan|cancel) (?:pesanan |order )?(?:{CODE}|(?P<bare>\d{{1,6}}))"
)
FEE = re.compile(rf"(?:ongkir|ongkirnya|ongkos|fee|delivery fee) {CODE}(?P<rest> .+)")
ANYWHERE = re.compile(r"(?<![\w-])([a-z]{2})-?(\d{4,6})(?![\w-])", re.IGNORECASE)
NO_SHOP = word_set("rp rt rw no wa hp jl gg tf")
COURIER = re.compile(r"\b(?:gosend|go-send|gojek|grab|kurir|courier|bayar sendiri|pays? (?:the )?courier)\b")

REFERRAL = re.compile(r"\((?:kode|code)\s+([a-z0-9]{4,20}(?:-\d{1,4}){0,2})\)", re.IGNORECASE)
SAID_CODE = re.compile(r"\b(?:kode|code)\s+([a-z0-9]{5,20}(?:-\d{1,4}){0,2})(?![\w-])", re.IGNORECASE)
TOKEN = re.compile(r"[A-Za-z0-9]{5,20}(?:-\d{1,4}){0,2}")
REFERENCE = re.compile(
    r"\((?:(?P<invitation>undangan|invitation)|(?P<staff>staf|staff)|(?P<reseller>reseller)|(?P<contact>kontak|contact)"
    r"|(?P<report>lapor|report)|(?P<product>produk|product)|(?P<shop>toko|shop)|(?P<seller>ajakan|seller invitation)"
    r"|(?P<poll>polling|poll)|(?P<gift>titip|gift))"
    r"\s+(?P<token>[\w-]{1,80})\)",
    re.IGNORECASE,
)

JOIN = re.compile(r"(?:sambung(?:kan)?|connect)\s+(?=\w*\d)[ACDEFHJKMNPRTUVWXY34679]{8}\W*", re.IGNORECASE)

SYMPTOM = re.compile(
    r"\b(?:keracunan|muntah\w*|muntaber|diare|mencret\w*|mual|sakit perut|sesak|food poisoning|poison\w*"
    r"|vomit\w*|throwing up|threw up|diarrh?o?ea|nause\w+)\b"
)
SPOILED = re.compile(
    r"\b(?:basi|berjamur|jamuran|ada jamur|bulukan|busuk|tengik|berulat|belatung|bau(?! (?:enak|harum|wangi|pandan))"
    r"|spoil\w*|mou?ld\w*|rotten|rancid|stale|gone off|gone bad|maggots?)\b"
)
REACTION = re.compile(r"\b(?:alergi\w*|gatal\w*|bentol\w*|bengkak|allerg\w+|rash|hives|itch\w*)\b")
NEGATED = re.compile(
    r"\b(?:tidak|tdk|ga|gak|nggak|ngga|enggak|bukan|belum|blm|anti|bebas|no|not|never|isn't|without)\s$"
)
ASKED = re.compile(
    r"\b(?:kalau|kalo|klo|tahan|cepat|cepet|gampang|mudah|sampai kapan|berapa (?:hari|lama)|biar|how long|if|will)\b"
)
HAPPENED = re.compile(
    r"\b(?:habis|abis|setelah|sesudah|gara|gara-gara|kena|langsung|jadi|kok|kambuh|kumat|tadi|kemarin|after|since|reaction"
    r"|because|got|gave|broke out)\b"
)
JUST_SAYING = re.compile(r"\b(?:kacang\w*|ada|apakah|bebas|tanpa|bisa|does|contain\w*|any|without)\b")


def command(text: str) -> str | None:
    """The key of the command the whole message is, politeness aside."""
    if JOIN.fullmatch(text.strip()):
        return "join_said"
    phrase = plain(text)
    if "?" in text and phrase in {"sudah", "udah"}:
        return None
    if PAID.fullmatch(phrase):
        return "paid_claim"
    return PHRASES.get(squeeze(phrase))


def numbered(text: str) -> tuple[str, str] | None:
    """A command about one order: ("check", "0001"), ("cancel", "DR-0001")."""
    match = ORDER.fullmatch(plain(text))
    if match is None or (match["letters"] in NO_SHOP):
        return None
    if match["verb"] in {"cek", "check"}:
        return "check", (match["digits"] or match["bare"]).zfill(4)
    return "cancel", _code(match["letters"], match["digits"]) if match["letters"] else match["bare"].zfill(4)


def read_fee_answer(text: str) -> tuple[str, int | None] | None:
    """A seller's answer to what delivery costs: an amount, or None where the buyer pays a courier."""
    match = FEE.fullmatch(plain(text))
    if match is None or match["letters"] in NO_SHOP:
        return None
    fee = read_fee(match["rest"])
    if fee is None and not COURIER.search(match["rest"]):
        return None
    return _code(match["letters"], match["digits"]), fee


def safety(text: str) -> bool:
    """Whether somebody may have been harmed by food. A wrong yes costs a seller one look, a wrong no costs more."""
    message = clean(text).casefold()
    if _said(SYMPTOM, message):
        return True
    asks = "?" in message or re.search(r"\b(?:berapa|apa)\b", message) is not None
    if _said(SPOILED, message):
        return not (asks and ASKED.search(message))
    if not _said(REACTION, message) or not HAPPENED.search(message):
        return False
    return not (asks and JUST_SAYING.search(message))


def yes(text: str) -> bool:
    words = [squeeze(word) for word in words_of(text)]
    if "?" in text or not any(word in SQUEEZED_YES for word in words):
        return False
    return all(word in SQUEEZED_YES or word in SQUEEZED_WITH_YES for word in words)


def no(text: str) -> bool:
    words = [squeeze(word) for word in words_of(text)]
    if "?" in text or not any(word in SQUEEZED_NO for word in words):
        return False
    return all(word in SQUEEZED_NO or word in SQUEEZED_WITH_NO for word in words)


def referral_code(text: str) -> str | None:
    """A creator's code, in capitals: in brackets, after "kode", or alone and looking like one."""
    message = clean(text)
    if match := REFERRAL.search(message):
        return match[1].upper()
    candidates = [found[1] for found in SAID_CODE.finditer(message)]
    if TOKEN.fullmatch(message):
        candidates.append(message)
    codes = {candidate.upper() for candidate in candidates if _code_like(candidate)}
    return codes.pop() if len(codes) == 1 else None


def word_after_code(text: str) -> str | None:
    """The word after "kode", whatever it looks like: whether anybody has that code is for the books to say."""
    found = re.search(r"\b(?:kode|code)\s+([a-z0-9]{5,20}(?:-\d{1,4}){0,2})(?![\w-])", clean(text), re.IGNORECASE)
    return found[1].upper() if found else None


def reference(text: str) -> tuple[str, str] | None:
    """What a link's prefilled words point at."""
    match = REFERENCE.search(clean(text))
    if match is None:
        return None
    if match["invitation"]:
        return "invitation", match["token"]
    if match["staff"]:
        return "staff", match["token"]
    if match["contact"]:
        return "contact", match["token"]
    if match["report"]:
        return "report", match["token"].casefold()
    if match["reseller"]:
        return "reseller", match["token"]
    for kind in ("seller", "poll", "gift"):
        if match[kind]:
            return kind, match["token"]
    return ("product", match["token"].upper()) if match["product"] else ("shop", match["token"].casefold())


def code_of_order(text: str) -> str | None:
    """The one order a message names."""
    codes = {_code(*found) for found in ANYWHERE.findall(clean(text)) if found[0].casefold() not in NO_SHOP}
    return codes.pop() if len(codes) == 1 else None


def _code(letters: str, digits: str) -> str:
    return f"{letters.upper()}-{digits}"


def _said(pattern: re.Pattern[str], message: str) -> bool:
    return any(not NEGATED.search(message, max(0, m.start() - 12), m.start()) for m in pattern.finditer(message))


def _code_like(candidate: str) -> bool:
    if re.search(r"\d", candidate):
        ordinary = find_prices(candidate) or code_of_order(candidate) or re.fullmatch(r"[\d-]+[a-z]{0,4}", candidate)
        return not ordinary and candidate[0].isalpha()
    return candidate.isupper() and command(candidate) is None and not yes(candidate) and not no(candidate)


SQUEEZED_YES = frozenset(map(squeeze, YES))
SQUEEZED_WITH_YES = frozenset(map(squeeze, WITH_YES))
SQUEEZED_NO = frozenset(map(squeeze, NO))
SQUEEZED_WITH_NO = frozenset(map(squeeze, WITH_NO))
