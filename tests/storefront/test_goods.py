"""The catalogue as a file: from the link in the chat to the written catalogue, and nothing half done on the way."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bots.hub import Simulated
from storefront import people, timetable
from storefront.database import Database
from storefront.models import Batch, Chore, Import, OutboxMessage, Product, Shop, Variant
from storefront.reading import sheets as reading
from storefront.refusals import AlreadyDone
from storefront.selling import catalogue, sheets
from storefront.web import goods, tokens
from tests.builders import NOW, a_listing, a_person, a_product, a_shop, an_order
from tests.conftest import OPEN_SHOP, tell

PO = "po,20 Juni 2026 jam 20.00"


@pytest.fixture
def link(hub: Simulated) -> str:
    """The page of Rina's shop, which sells brownies."""
    kept = tell(
        hub, OPEN_SHOP + "rina@telegram says: unduh katalog\nrina@telegram keeps $page: (https?://\\S+/goods/\\S+)"
    )
    return "/goods/" + kept.kept["page"].rpartition("/goods/")[2]


def look(hub: Simulated, link: str, **query: str) -> str:
    answer = hub.client.get(link, query_string=query)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return unescape(answer.get_data(as_text=True))


def send(hub: Simulated, link: str, text: str | bytes, name: str = "katalog.csv") -> Any:
    """A form as a browser posts it; made by hand, because the client's own leaves a large one open."""
    content = text.encode() if isinstance(text, str) else text
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--edge--\r\n"
    return hub.client.post(link, data=body, content_type="multipart/form-data; boundary=edge")


def say_yes(hub: Simulated, link: str) -> Any:
    found = re.search(r'name="import" value="(\d+)"', look(hub, link))
    assert found, "nothing to say yes to"
    return hub.client.post(f"{link}/write", data={"import": found[1]})


def on_sale(database: Database) -> dict[str, tuple[Any, ...]]:
    with database.read() as db:
        return {
            f"{name} {kind}".strip(): (price, unit, category, quota)
            for name, kind, price, unit, category, quota in db.execute(
                select(Product.name, Variant.name, Variant.price, Product.unit, Product.category, Batch.quota)
                .join(Variant, Variant.product_id == Product.id)
                .join(Batch, Batch.id == Product.batch_id)
                .where(Variant.is_offered)
            )
        }


# -- from link to catalogue --------------------------------------------------------------------------


def test_a_file_goes_out_is_changed_and_comes_back(hub: Simulated, link: str) -> None:
    assert "Katalog Dapur Rina sebagai file" in look(hub, link)
    out = hub.client.get(f"{link}/katalog.csv")
    text = out.get_data(as_text=True)
    assert text.startswith("\ufeffnomor,produk,varian,harga")
    assert "1,Brownies,,65000,loyang,,po,20,18 Juni 2026 jam 20.00" in text
    assert out.headers["Content-Disposition"] == 'attachment; filename="katalog-dapur-rina.csv"'
    assert out.headers["Cache-Control"] == "no-store"

    changed = text.replace(",65000,loyang,,", ",70rb,loyang,Kue,") + ",Nastar,,85rb,toples,Kering,ready,12\r\n"
    answer = send(hub, link, changed)

    assert (answer.status_code, answer.headers["Location"]) == (303, link)
    shown = look(hub, link)
    assert "Brownies" in shown
    assert "Rp65.000 → <b>Rp70.000</b>" in shown
    assert "kategori – → <b>Kue</b>" in shown
    assert "Nastar" in shown
    assert on_sale(hub.database) == {"Brownies": (65_000, "loyang", None, 20)}

    assert say_yes(hub, link).status_code == 303
    assert "1 baru, 1 berubah" in look(hub, link)
    assert on_sale(hub.database) == {
        "Brownies": (70_000, "loyang", "Kue", 20),
        "Nastar": (85_000, "toples", "Kering", 12),
    }
    assert hub.client.get("/p/DR2").status_code == 200
    assert hub.verdict() == []


def test_what_goes_out_changes_nothing_when_it_comes_back(hub: Simulated, link: str) -> None:
    with hub.database.write() as db:
        shop = db.scalars(select(Shop)).one()
        for name in ("=1+1", "'=2", 'Kue; cubit, "manis"', "+62", "Ketan é"):
            catalogue.list_product(db, shop, a_listing(name=name, quota=None), None, hub.now())
    for query, encoding in (("", "utf-8"), ("?for=excel", "utf-8"), ("?for=excel", "utf-16")):
        text = hub.client.get(f"{link}/katalog.csv{query}").get_data(as_text=True)
        send(hub, link, text.lstrip("\ufeff").encode(encoding))
        shown = look(hub, link)
        assert "sudah persis seperti itu" in shown
        assert "Ya, tulis" not in shown


def test_one_wrong_line_and_nothing_is_done(hub: Simulated, link: str) -> None:
    before = on_sale(hub.database)
    wrong = "".join(f"Kue {n},abc,ready\n" for n in range(60))
    send(hub, link, f"produk,harga,jenis\nBrownies,70rb,po\nBolu,0,ready\n{wrong}")

    shown = look(hub, link)

    assert "Baris 3: harga '0' sepertinya keliru; harga dari Rp100 sampai Rp100.000.000" in shown
    assert "Baris 4: harga 'abc' bukan harga; misalnya 65rb atau 65000" in shown
    assert shown.count("Baris ") == 50
    assert "dan 11 lagi" in shown
    assert "Line 4: harga 'abc' is not a price; for example 65rb or 65000" in look(hub, link, lang="en")
    assert "Ya, tulis" not in shown
    assert on_sale(hub.database) == before


@pytest.mark.parametrize(
    ("content", "says", "status"),
    [
        (b"produk\nKu\xe9", "simpan sebagai csv utf-8", 400),
        (b"PK\x03\x04\x00", "simpan sebagai csv utf-8", 400),
        (b"", "baris pertama harus berisi nama kolom", 400),
        (b"produk,harga\n", "di bawah baris pertama", 400),
        (b"produk,hrga\n", "kolom hrga belum saya kenal", 400),
        (b'produk\n"Kue', "baris 2: tanda kutipnya", 400),
        (b"produk\n" + b"x\n" * 100_001, "100.000 baris", 413),
        (b"x" * (goods.LARGEST_FILE + 1), "10 mb", 413),
        (b"x" * (goods.LARGEST_FILE + 1_000_000), "10 mb", 413),
    ],
)  # fmt: skip
def test_a_file_that_is_no_catalogue(content: bytes, says: str, status: int, hub: Simulated, link: str) -> None:
    answer = send(hub, link, content)

    assert answer.status_code == status
    assert says in unescape(answer.get_data(as_text=True)).lower()
    with hub.database.read() as db:
        assert db.scalars(select(Import)).all() == []


def test_a_form_without_a_file(hub: Simulated, link: str) -> None:
    for data in ({}, {"file": "produk"}):
        assert hub.client.post(link, data=data).status_code == 400
    assert send(hub, link, b"", name="").status_code == 400


# -- whose it is -------------------------------------------------------------------------------------


def test_a_link_holds_for_half_an_hour(hub: Simulated, link: str) -> None:
    hub.move_to(hub.now() + tokens.GOODS_HOLD * 1.1)

    assert_absent(hub, link)


@pytest.mark.parametrize("spoil", [lambda one: one[:-1], lambda one: one[:-4] + "AAAA", lambda _: "/goods/x.y"])
def test_a_forged_link_opens_nothing(spoil: Any, hub: Simulated, link: str) -> None:
    assert_absent(hub, spoil(link))


def test_only_the_shops_owner_has_its_page(hub: Simulated, link: str) -> None:
    tell(hub, OPEN_SHOP.replace("rina@", "wati@").replace("Dapur Rina", "Warung Wati"))
    with hub.database.read() as db:
        rinas, watis = db.scalars(select(Shop).order_by(Shop.id)).all()
    assert_absent(hub, tokens.goods_link(hub.database.vault, "", rinas.id, watis.owner_id, hub.now()))

    send(hub, link, "produk,harga\nBrownies,70rb\n")
    own = tokens.goods_link(hub.database.vault, "", watis.id, watis.owner_id, hub.now())
    with hub.database.read() as db:
        waiting = db.scalars(select(Import.id)).one()
    hub.client.post(f"{own}/write", data={"import": waiting})
    hub.client.post(f"{own}/drop")
    assert "Ya, tulis" in look(hub, link)
    assert "Ya, tulis" not in look(hub, own)


def test_who_is_forgotten_has_no_page_any_more(hub: Simulated, link: str) -> None:
    with hub.database.write() as db:
        people.erase(db, db.scalars(select(Shop.owner_id)).one(), hub.now())

    assert_absent(hub, link)


def assert_absent(hub: Simulated, link: str) -> None:
    for answer in (
        hub.client.get(link),
        hub.client.get(f"{link}/katalog.csv"),
        send(hub, link, "produk\nNastar"),
        hub.client.post(f"{link}/write", data={"import": "1"}),
        hub.client.post(f"{link}/drop"),
    ):
        assert answer.status_code == 404
        assert "alamat ini" in answer.get_data(as_text=True)


# -- yes and no --------------------------------------------------------------------------------------


def test_no_leaves_everything_as_it_is(hub: Simulated, link: str) -> None:
    send(hub, link, "produk,harga\nBrownies,70rb\n")

    assert hub.client.post(f"{link}/drop").status_code == 303
    assert "Ya, tulis" not in look(hub, link)
    assert on_sale(hub.database)["Brownies"][0] == 65_000


@pytest.mark.parametrize("number", ["", "0", "99", "x", "²", "9" * 30])
def test_a_yes_to_nothing_does_nothing(number: str, hub: Simulated, link: str) -> None:
    assert hub.client.post(f"{link}/write", data={"import": number}).status_code == 303


def test_a_catalogue_that_changed_meanwhile_is_shown_anew(hub: Simulated, link: str) -> None:
    send(hub, link, "produk,harga,jenis\nBrownies,70rb,\nNastar,85rb,ready\n")
    found = re.search(r'name="import" value="(\d+)"', look(hub, link))
    assert found
    with hub.database.write() as db:
        db.execute(update(Variant).values(price=70_000))

    answer = hub.client.post(f"{link}/write", data={"import": found[1]})

    assert "sempat berubah" in answer.get_data(as_text=True)
    assert set(on_sale(hub.database)) == {"Brownies"}
    assert say_yes(hub, link).status_code == 303
    assert set(on_sale(hub.database)) == {"Brownies", "Nastar"}


# -- the rules ---------------------------------------------------------------------------------------


def brought(database: Database, text: str) -> sheets.Report:
    """A file brought to Rina's shop, and how it stands then."""
    sheet = reading.opened(text)
    with database.write() as db:
        shop = db.scalars(select(Shop).where(Shop.name == "Dapur Rina")).one()
        sheets.take(db, shop, sheet, reading.size(sheet), NOW)
    with database.read() as db:
        report = sheets.latest(db, shop.id, NOW)
    assert report
    return report


def accepted(database: Database, text: str) -> sheets.Report:
    report = brought(database, text)
    assert report.state == "ready", said(report)
    with database.write() as db:
        shop_id = db.scalars(select(Import.shop_id).where(Import.id == report.id)).one()
        assert sheets.confirm(db, report.id, shop_id, NOW) == "written"
    return report


def said(report: sheets.Report) -> list[str]:
    return [f"{one.line}: {one.sentence.format(**one.facts)}" for one in report.problems]


@pytest.fixture
def shop(database: Database) -> Shop:
    """Rina sells brownies, plain and with cheese; two are ordered."""
    with database.write() as db:
        shop = a_shop(db)
        an_order(db, a_product(db, shop))
        return shop


@pytest.mark.both
def test_known_products_change_and_new_ones_come(database: Database, shop: Shop) -> None:
    report = accepted(
        database,
        "produk,varian,harga,satuan,jenis,tutup,stok,min,maks,tampil,halal\n"
        "brownies kukus pandan,Keju,80rb,,,,2,1,5,tidak,MUI 1\n"
        "brownies kukus pandan,coklat,70rb,,,,,,,,\n"
        "Nastar,,85rb,toples,po,20 Juni 2026 jam 20.00,10,,,,\n"
        "Nastar,keju,95rb,,,,,,,,\n"
        "Sus,vla,5rb,,ready,,,,,,\n"
        "Sus,coklat,6rb,,,,,,,,\n",
    )

    assert (report.added, report.changed) == (2, 1)
    mine = {name: told for name, told in on_sale(database).items() if not name.startswith("Warung")}
    assert (
        mine.items()
        >= {
            "Brownies Kukus Pandan keju": (80_000, "loyang", None, 2),
            "Brownies Kukus Pandan coklat": (70_000, "loyang", None, 2),
            "Nastar polos": (85_000, "toples", None, 10),
            "Nastar keju": (95_000, "toples", None, 10),
            "Sus vla": (5_000, "pcs", None, None),
            "Sus coklat": (6_000, "pcs", None, None),
        }.items()
    )
    with database.read() as db:
        brownies = db.scalars(select(Product).where(Product.shop_id == shop.id, Product.number == 1)).one()
        assert (brownies.min_order, brownies.max_order, brownies.is_hidden, brownies.halal) == (1, 5, True, "MUI 1")
        nastar = db.scalars(select(Product).where(Product.name == "Nastar")).one()
        assert nastar.number == 2
        assert not catalogue.card(db, db.scalars(select(Product.id).where(Product.name == "Sus")).one()).has_plain
        assert db.scalar(select(Chore.due_at).where(Chore.key == f"close_batch:{nastar.batch_id}"))
        positions = db.execute(
            select(Variant.name, Variant.position).where(Variant.product_id == brownies.id).order_by(Variant.position)
        )
        assert [tuple(one) for one in positions] == [("polos", 0), ("keju", 1), ("coklat", 2)]


def test_a_kind_added_to_a_plain_product_makes_the_plain_one_a_kind(database: Database, shop: Shop) -> None:
    with database.write() as db:
        a_product(db, shop, name="Bolu", options=(), price=40_000)

    accepted(database, "produk,varian,harga\nBolu,,45rb\nBolu,keju,50rb\n")

    mine = {name: told[0] for name, told in on_sale(database).items() if name.startswith("Bolu")}
    assert mine == {"Bolu polos": 45_000, "Bolu keju": 50_000}


def test_empty_cells_empty_and_absent_columns_say_nothing(database: Database, shop: Shop) -> None:
    accepted(database, "produk,kategori,stok\nBrownies Kukus Pandan,Kue,9\n")
    accepted(database, "produk,harga\nBrownies Kukus Pandan,66rb\n")
    assert on_sale(database)["Brownies Kukus Pandan polos"][:4] in {(66_000, "loyang", "Kue", 9)}

    accepted(database, "produk,kategori,satuan,stok\nBrownies Kukus Pandan,-,,\n")
    assert (66_000, "loyang", None, None) in on_sale(database).values()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Nastar,,,ready,,,,", "Nastar needs a price"),
        ("Nastar,,85rb,,,,,", "po or ready"),
        ("Nastar,,85rb,po,,,,", "needs the time it closes"),
        ("Nastar,,85rb,po,15 Juni 2026 jam 20.00,,,", "has passed"),
        ("Nastar,,85rb,ready,20 Juni 2026 jam 20.00,,,", "does not close"),
        ("Nastar,,85rb,ready,,,5,2", "the least, 5, is more than the most, 2"),
        ("Brownies Kukus Pandan,keju,75rb,po,,1,,", "has 2 ordered already, so 1 is too few"),
        ("Brownies Kukus Pandan,keju,75rb,ready,,,,", "changed in the chat"),
        ("Brownies Kukus Pandan,keju,75rb,po,20 Juni 2026 jam 20.00,,,", "changed in the chat"),
        ("Brownies Kukus Pandan,coklat,,po,,,,", "Brownies Kukus Pandan coklat needs a price"),
        ("Brownies Kukus Pandan,,,po,,,9,3", "the least, 9, is more than the most, 3"),
    ],
)
def test_a_line_that_cannot_be(line: str, says: str, database: Database, shop: Shop) -> None:
    report = brought(database, f"produk,varian,harga,jenis,tutup,stok,min,maks\n\n{line}\n")

    assert report.state == "refused"
    assert [one for one in said(report) if one.startswith("3: ") and says in one], said(report)


def test_a_product_that_comes_in_kinds_has_no_plain_one(database: Database, shop: Shop) -> None:
    with database.write() as db:
        a_product(db, shop, name="Sus", options=(("vla", 0), ("coklat", 0)), plain=None)

    assert "name one under varian: vla, coklat" in said(brought(database, "produk,harga\nSus,5rb\n"))[0]


def test_a_number_is_never_another_products(database: Database, shop: Shop) -> None:
    report = brought(database, "nomor,produk,harga,jenis\n1,Brownies Panggang,65rb,ready\n")

    assert "2: number 1 is Brownies Kukus Pandan" in said(report)[0]


def test_what_is_ordered_between_look_and_yes_is_not_lost(database: Database, shop: Shop) -> None:
    report = brought(database, "produk,stok\nBrownies Kukus Pandan,2\n")
    with database.write() as db:
        card = catalogue.card(db, db.scalars(select(Product.id).where(Product.shop_id == shop.id)).one())
        an_order(db, card, "Tuti")

    with database.write() as db:
        assert sheets.confirm(db, report.id, shop.id, NOW) == "refused"
    assert on_sale(database)["Brownies Kukus Pandan polos"][3] == 20
    with database.write() as db, pytest.raises(AlreadyDone):
        sheets.confirm(db, report.id, shop.id, NOW)


def test_names_match_as_the_catalogue_matches_them(database: Database, shop: Shop) -> None:
    for name in ("Brownies Kukus Pandan", "BROWNIES KUKUS PANDAN", "Brownies Kukus", "Brownies  Kukus Pandan"):
        with database.read() as db:
            is_known = catalogue.same_product(db, shop.id, " ".join(name.split())) is not None
        report = brought(database, f"produk,kategori\n{name},Kue\n")
        assert (report.state == "ready") == is_known, name


# -- a long file -------------------------------------------------------------------------------------


def run(database: Database, seconds: int) -> int:
    return timetable.run_due(database, NOW + timedelta(seconds=seconds))


@pytest.mark.both
def test_a_long_file_is_read_by_and_by_and_told_in_the_chat(database: Database, shop: Shop) -> None:
    count = 2 * sheets.AT_ONCE + 10
    text = "produk,harga,jenis,tutup\n" + "".join(f"Kue {n},{1_000 + n},{PO}\n" for n in range(count))
    report = brought(database, text)
    assert (report.state, report.done, report.lines) == ("reading", 0, count)

    for round_, done in enumerate((sheets.AT_ONCE, 2 * sheets.AT_ONCE, count)):
        run(database, round_)
        report = standing(database, shop)
        assert report.done == done
    assert (report.state, report.added) == ("ready", count)
    assert notices(database) == [("ready", count)]

    with database.write() as db:
        assert sheets.confirm(db, report.id, shop.id, NOW) == "writing"
    assert standing(database, shop).state == "writing"
    run(database, 9)
    assert standing(database, shop).state == "written"
    assert notices(database) == [("ready", count), ("written", count)]
    with database.read() as db:
        mine = Product.shop_id == shop.id
        assert db.scalar(select(func.count()).select_from(Product).where(mine)) == count + 1
        assert db.scalar(select(func.count()).select_from(Product).where(mine, Product.batch_id.is_(None))) == 0


def test_a_long_file_with_mistakes_names_the_first_fifty(database: Database, shop: Shop) -> None:
    count = sheets.AT_ONCE + 100
    brought(database, "produk,harga\n" + "Kue,nol\n" * count)
    for second in range(3):
        run(database, second)

    report = standing(database, shop)

    assert (report.state, len(report.problems), report.more) == ("refused", 50, count - 50)
    with database.read() as db:
        assert db.scalars(select(Import.content)).all() == [""]


def test_another_file_takes_the_place_of_one_that_is_being_read(database: Database, shop: Shop) -> None:
    brought(database, "produk,harga\n" + "Kue,1000\n" * (sheets.AT_ONCE + 1))
    report = brought(database, "produk,kategori\nBrownies Kukus Pandan,Kue\n")
    run(database, 5)

    assert standing(database, shop) == report


def test_the_page_shows_how_far_it_is(hub: Simulated, link: str) -> None:
    send(hub, link, "produk,harga,jenis\n" + "".join(f"Kue {n},1rb,ready\n" for n in range(sheets.AT_ONCE + 1)))

    shown = look(hub, link)
    assert '<meta http-equiv="refresh" content="2">' in shown
    assert f'<progress max="{sheets.AT_ONCE + 1}" value="0">' in shown
    assert "Kirim file" not in shown

    tell(
        hub,
        "clock: 2026-06-16 09:01\nrina@telegram sees: sudah saya baca: 4001 baru\nrina@telegram taps: Buka\n"
        "rina@telegram sees: berlaku 30 menit",
    )
    assert "refresh" not in look(hub, link)


def standing(database: Database, shop: Shop) -> sheets.Report:
    with database.read() as db:
        report = sheets.latest(db, shop.id, NOW)
    assert report
    return report


def notices(database: Database) -> list[tuple[str, int]]:
    with database.read() as db:
        mine = OutboxMessage.notice == "import_read"
        told = db.scalars(select(OutboxMessage.facts).where(mine).order_by(OutboxMessage.id))
        return [(facts["state"], facts["added"]) for facts in told]


def test_nobody_without_a_shop_has_a_page(database: Database) -> None:
    with database.write() as db:
        stranger = a_person(db, "Sari")
        assert sheets.owner_of(db, 1, stranger) is None
