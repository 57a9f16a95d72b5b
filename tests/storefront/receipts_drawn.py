"""Receipts of banks that do not exist, drawn for tests: one squeezed, cut and edited, and others like it."""

import io
import random
from dataclasses import dataclass, replace
from importlib.resources import as_file, files

from PIL import Image, ImageDraw, ImageFont

NAMES = ("Sari Wulandari", "Budi Santoso", "Dewi Lestari", "Ani Yulianti", "Joko Prasetyo", "Maya Anggraini", "Rudi H.")
SHOPS = ("DAPUR RINA", "WARUNG SRI", "KUE BU TUTI", "SAMBAL MAK ENAK")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@dataclass(frozen=True)
class Receipt:
    """One transfer as a bank's app shows it."""

    style: int
    clock: str  #: of the phone, at the top of the screen
    amount: int
    when: str
    reference: str
    sender: str
    recipient: str
    account: str


def some_time(chance: random.Random) -> str:
    return f"{chance.randrange(24):02}.{chance.randrange(60):02}.{chance.randrange(60):02}"


def some_receipt(chance: random.Random, style: int | None = None) -> Receipt:
    return Receipt(
        style=chance.randrange(4) if style is None else style,
        clock=f"{chance.randrange(24):02}.{chance.randrange(60):02}",
        amount=chance.randrange(15_000, 400_000),
        when=f"{chance.randrange(1, 29)} {chance.choice(MONTHS)} 2026 {some_time(chance)}",
        reference="".join(chance.choice("0123456789ABCDEF") for _ in range(18)),
        sender=chance.choice(NAMES),
        recipient=chance.choice(SHOPS),
        account="".join(chance.choice("0123456789") for _ in range(10)),
    )


STYLES = (
    {"paper": "#ffffff", "head": "#0b5fa5", "ink": "#222222", "quiet": "#777777", "size": (1080, 2000), "left": 90},
    {"paper": "#f3f6f4", "head": "#00a455", "ink": "#1c2b22", "quiet": "#6f8077", "size": (1080, 2280), "left": 120},
    {"paper": "#101418", "head": "#f2a900", "ink": "#f0f0f0", "quiet": "#9aa3ab", "size": (1170, 2200), "left": 80},
    {"paper": "#fffdf6", "head": "#b3123f", "ink": "#33211f", "quiet": "#8d7a76", "size": (960, 1700), "left": 70},
)


def drawn(receipt: Receipt) -> Image.Image:
    """The screenshot of it."""
    style = STYLES[receipt.style]
    width, height = style["size"]
    picture = Image.new("RGB", (width, height), style["paper"])
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width, 300), fill=style["head"])
    pen.text((style["left"], 60), receipt.clock, font=font(34), fill="#ffffff")
    pen.text((style["left"], 150), f"Bank {'ABCD'[receipt.style]} Mobile", font=font(64, bold=True), fill="#ffffff")
    pen.ellipse((width // 2 - 80, 360, width // 2 + 80, 520), fill=style["head"])
    pen.text((style["left"], 560), "Transfer Berhasil", font=font(64, bold=True), fill=style["ink"])
    amount = f"Rp{receipt.amount:,}".replace(",", ".")
    pen.text((style["left"], 660), amount, font=font(96, bold=True), fill=style["ink"])
    rows = (
        ("Tanggal", receipt.when),
        ("Nomor referensi", receipt.reference),
        ("Pengirim", receipt.sender),
        ("Penerima", receipt.recipient),
        ("Rekening tujuan", receipt.account),
        ("Nominal", amount),
        ("Biaya", "Rp0"),
        ("Total", amount),
    )
    step = (height - 900) // (len(rows) + 1)
    for at, (label, value) in enumerate(rows):
        top = 830 + at * step
        pen.text((style["left"], top), label, font=font(38), fill=style["quiet"])
        if receipt.style % 2:
            pen.text((width - style["left"], top), value, font=font(42, bold=True), fill=style["ink"], anchor="ra")
        else:
            pen.text((style["left"], top + 48), value, font=font(46, bold=True), fill=style["ink"])
        pen.line((style["left"], top - 18, width - style["left"], top - 18), fill=style["quiet"], width=2)
    return picture


def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    weight = "Bold" if bold else "Regular"
    with as_file(files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf") as path:
        return ImageFont.truetype(str(path), size)


def squeezed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """As another messenger passes it on: smaller, and written again with loss, once or twice."""
    share = chance.uniform(0.45, 1.1)
    small = picture.resize((int(picture.width * share), int(picture.height * share)), Image.Resampling.BICUBIC)
    for _ in range(chance.randrange(1, 3)):
        small = written_again(small, chance.randrange(35, 85))
    return small


def written_again(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def edited(receipt: Receipt, chance: random.Random) -> Image.Image:
    """What a cheat does: another amount, sometimes another day, perhaps the top cut off, and saved again."""
    changes: dict[str, object] = {"amount": chance.randrange(15_000, 400_000)}
    if chance.random() < 0.5:
        changes["when"] = some_receipt(chance).when
    picture = drawn(replace(receipt, **changes))
    if chance.random() < 0.4:
        picture = picture.crop((0, int(picture.height * chance.uniform(0.01, 0.06)), picture.width, picture.height))
    return squeezed(picture, chance)


def jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
