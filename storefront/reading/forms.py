"""Pasted order forms: "Nama: ... Alamat: ... Pesanan: ...", in any order and with any of the fields missing."""

import re
from dataclasses import dataclass, field

from storefront.reading.packs import spelt
from storefront.reading.packs import words as phrases
from storefront.reading.spelling import lowered, normal

TWICE = re.compile(r"\b(masing|tiap|macam|kira|sama|anak|ibu|bapak|teman|orang|kapan|baik|hati|dua|semua)2(?=\b|nya\b)")
NUMBERED = re.compile(r"^\s?\d{1,2}\s?[.)]\s?(?=\S)")
FIELD = re.compile(r"^[\s*_•\-\d.)]*([a-z][a-z ./']{1,28}?)\s?[*_]?\s?[:=]\s?(.*)$")
ORDER_FIELDS = phrases(
    "pesanan pesan order orderan item produk menu list_order pesenan product items barang detail_pesanan pilihan orders"
)
MORE_FIELDS = phrases(
    "jumlah jml qty quantity varian rasa ukuran size warna topping banyaknya variant flavour flavor jumlah_pesanan"
    " jumlah_order"
)
OTHER_FIELDS = spelt(
    name="nama nama_penerima penerima atas_nama nama_pemesan an a.n recipient",
    address="alamat alamat_lengkap alamat_kirim almt alamat_pengiriman kota kecamatan kode_pos kel kec rt/rw kodepos"
    " kelurahan",
    landmark="patokan",
    phone="no_hp no._hp hp telp no_telp no._telp wa no_wa no._wa telepon nomor_hp no nomor_wa contact",
    date="kirim tanggal tgl tanggal_kirim tgl_kirim jam waktu hari dikirim jam_kirim tgl_ambil tanggal_ambil"
    " untuk_tanggal hari/tgl time delivery_date tgl/jam hari/tanggal",
    payment="bayar pembayaran cara_bayar metode_bayar via transfer metode_pembayaran",
    handover="ambil pengiriman antar/ambil delivery ambil/kirim ambil/antar kirim/ambil",
    note="catatan notes keterangan ket ucapan tulisan request",
    total="ongkir harga subtotal",
)


A_FIELD = "|".join(sorted(map(re.escape, ORDER_FIELDS | MORE_FIELDS | OTHER_FIELDS.keys()), key=len, reverse=True))
NEXT_FIELD = re.compile(rf"\s?[;,|]\s?(?=(?:{A_FIELD})\s?[:=])")  # a form on one line


@dataclass
class Said:
    """A message made ready: its text in one spelling, the goods in it, and whether it was a form."""

    text: str
    goods: str
    is_form: bool = False
    has_order_field: bool = False
    fields: dict[str, str] = field(default_factory=dict)


def said(text: str) -> Said:
    """The message in one spelling; the lines of a form that are about other things than goods are set aside."""
    spelt = TWICE.sub(r"\1-\1", lowered(normal(text)))
    lines = NEXT_FIELD.sub("\n", spelt).split("\n")
    numbered = sum(bool(NUMBERED.match(line)) for line in lines) > 1
    made = Said(spelt, "")
    goods: list[str] = []
    for written in lines:
        line = NUMBERED.sub("", written) if numbered else written
        known = _field(line)
        if known is None:
            goods.append(line)
        elif known[0] in ORDER_FIELDS:
            made.is_form = made.has_order_field = True
            goods.append(known[1])
        elif known[0] in MORE_FIELDS:
            made.is_form = True
            goods[-1:] = [f"{goods[-1] if goods else ''} {known[1]}".strip()]
        else:
            made.is_form = True
            made.fields.setdefault(OTHER_FIELDS[known[0]], known[1].strip())
    made.goods = "\n".join(goods)
    return made


def _field(line: str) -> tuple[str, str] | None:
    found = FIELD.match(line)
    name = " ".join(found[1].replace("'", "").split()) if found else ""
    if found and (name in ORDER_FIELDS or name in MORE_FIELDS or name in OTHER_FIELDS):
        return name, found[2]
    if found and name.startswith("format"):
        return "catatan", found[2]
    return None
