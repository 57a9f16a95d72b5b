"""People's pictures: opened with care, tidied of everything they did not mean to send, and searched for codes."""

import io
import threading
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import qrcode
import qrcode.constants
import zxingcpp
from PIL import Image, ImageFilter, ImageOps
from qrcode.image.svg import SvgPathImage

if TYPE_CHECKING:
    from qrcode.image.pil import PilImage
    from qrcode.image.pure import PyPNGImage

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 16_000_000  # of a picture that has to be decoded whole
MOST_PIXELS_JPEG = 64_000_000  # JPEG is decoded small from the start
DECODED = 3_200
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
SEARCHED = 2_400
TURNS = (15, 30, 45, 60, 75)

# Warning filters belong to the whole process: one thread at a time changes them.
_filters = threading.Lock()


class NotAPicture(Exception):
    """Bytes that no reader of ours can open."""


class PictureTooLarge(Exception):
    """More bytes or pixels than a phone would send."""


def open_picture(data: bytes) -> Image.Image:
    """The first frame, wholly decoded and upright."""
    if len(data) > LARGEST:
        raise PictureTooLarge(f"{len(data)} bytes")
    with _filters, warnings.catch_warnings():
        warnings.filterwarnings("error", module=r"PIL(\.|$)")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return _decoded(data)


def tidy(data: bytes, longest: int = 1600) -> bytes:
    """A JPEG no longer than `longest`, the right way up, without place, camera or any other metadata."""
    picture = _on_white(open_picture(data))
    picture.thumbnail((longest, longest))
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=85)
    return written.getvalue()


def read_codes(data: bytes) -> list[str]:
    """The texts of the QR codes in a photo, looking harder as long as none is found."""
    for attempt in _attempts(open_picture(data)):
        found = zxingcpp.read_barcodes(attempt, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
        texts = [code.text for code in found if code.text]
        if texts:
            return list(dict.fromkeys(texts))
    return []


def qr_png(text: str, box: int = 8) -> bytes:
    written = io.BytesIO()
    _qr(text, box).make_image().save(written, "PNG")
    return written.getvalue()


def qr_svg(text: str) -> str:
    drawn: bytes = _qr(text, 10).make_image(image_factory=SvgPathImage).to_string()
    return drawn.decode()


def _decoded(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > (MOST_PIXELS_JPEG if picture.format == "JPEG" else MOST_PIXELS):
            raise PictureTooLarge(f"{picture.width} x {picture.height} pixels")
        picture.draft("RGB", (DECODED, DECODED))
        picture.load()
        return ImageOps.exif_transpose(picture)
    except PictureTooLarge:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureTooLarge("a decompression bomb") from bomb
    except Exception as broken:  # decoders meet broken bytes with errors of every kind
        raise NotAPicture(type(broken).__name__) from broken


def _on_white(picture: Image.Image) -> Image.Image:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return paper.convert("RGB")


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    grey = _on_white(picture).convert("L")
    grey.thumbnail((SEARCHED, SEARCHED))
    yield grey
    bright = ImageOps.autocontrast(grey, cutoff=1)
    yield bright
    yield bright.filter(ImageFilter.MedianFilter(3))
    larger = bright if max(bright.size) > SEARCHED // 2 else bright.resize((bright.width * 2, bright.height * 2))
    yield larger
    yield larger.filter(ImageFilter.GaussianBlur(2))
    smaller = bright.copy()
    smaller.thumbnail((SEARCHED // 3, SEARCHED // 3))  # unlike contain(), never thinner than a pixel
    yield smaller
    for turn in TURNS:
        yield smaller.rotate(turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def _qr(text: str, box: int) -> "qrcode.QRCode[PilImage | PyPNGImage]":
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=box, border=4)
    code.add_data(text)
    code.make(fit=True)
    return code
