"""A seller's photo, cut to a frame around what there is to see, and a dim kitchen made a little lighter."""

from PIL import Image, ImageFilter, ImageOps, ImageStat

from storefront.pictures import NotAPicture, PictureTooLarge, open_picture

LOOKED = 64  # pixels are enough to see where something is
DIM = 88  # mean brightness of a photo that was taken in the evening
TO_THE_MIDDLE = 0.45  # how much of the interest in a place is owed to its being near the middle


def opened(photo: bytes | None) -> Image.Image | None:
    """The photo upright; none when there is none that can be opened."""
    if not photo:
        return None
    try:
        return open_picture(photo).convert("RGB")
    except (NotAPicture, PictureTooLarge):
        return None


def cropped(photo: Image.Image, size: tuple[int, int]) -> Image.Image:
    fitted = ImageOps.fit(photo, size, Image.Resampling.LANCZOS, centering=interest(photo, size))
    return lightened(fitted)


def interest(photo: Image.Image, size: tuple[int, int]) -> tuple[float, float]:
    """Where to cut, as `ImageOps.fit` wants it: the window with most edges in it, the middle in doubt."""
    small = photo.resize((LOOKED, LOOKED)).convert("L").filter(ImageFilter.FIND_EDGES).crop((1, 1, 63, 63))
    shape, wanted = photo.width / photo.height, size[0] / size[1]
    across = [sum(small.crop((x, 0, x + 1, small.height)).tobytes()) for x in range(small.width)]
    down = [sum(small.crop((0, y, small.width, y + 1)).tobytes()) for y in range(small.height)]
    return window(across, min(1.0, wanted / shape)), window(down, min(1.0, shape / wanted))


def window(sums: list[int], share: float) -> float:
    """How far along a window of this share should stand: 0 begins, 1 ends, 0.5 is the middle."""
    places = len(sums)
    kept = max(1, round(places * share))
    starts = range(places - kept + 1)
    if len(starts) < 2:
        return 0.5
    whole = sum(sums) or 1

    def worth(start: int) -> float:
        off = abs(start / (len(starts) - 1) - 0.5) * 2
        return sum(sums[start : start + kept]) / whole - TO_THE_MIDDLE * off * (1 - share)

    return max(starts, key=worth) / (len(starts) - 1)


def lightened(photo: Image.Image) -> Image.Image:
    """A dim photo a little lighter, never turned into day."""
    if brightness(photo) >= DIM:
        return photo
    photo = ImageOps.autocontrast(photo, cutoff=(0, 1), preserve_tone=True)
    power = max(0.7, min(1.0, 1 - (DIM - brightness(photo)) / DIM * 0.6))
    return photo.point([round(255 * (value / 255) ** power) for value in range(256)] * 3)


def brightness(photo: Image.Image) -> float:
    return ImageStat.Stat(photo.convert("L")).mean[0]
