"""Files that come by a form: how large they may be, and a picture made anew before anybody keeps it."""

from functools import wraps
from typing import Any

from flask import g, request

from storefront import media, retouching
from storefront.database import Writer
from storefront.pictures import LARGEST, NotAPicture, PictureTooLarge
from storefront.refusals import NoPicture
from storefront.web.visitors import F, Visitor, database, must_be_ours, outside_door, refused, visitor

AROUND_A_FILE = 64 * 1024  # what a form puts around it


def with_picture(view: F) -> F:
    """Let a form carry a picture. It is opened before the view writes, so that no decoder is waited for by others.

    Whoever is not signed in, or whose form is not hers, has nothing opened.
    """

    @wraps(view)
    def page(**named: Any) -> Any:
        request.max_content_length = LARGEST + AROUND_A_FILE
        with database().read() as db:
            if visitor(db) is None:
                return outside_door()
        if (request.content_length or 0) > request.max_content_length:
            return refused(NoPicture())  # and nothing of it is read
        must_be_ours()
        try:
            g.picture = tidied(request.files.get("photo"))
        except NoPicture as no:
            return refused(no)
        return view(**named)

    return page  # type: ignore[return-value]


def tidied(file: Any) -> bytes | None:
    """The picture of a form, made anew; None where none was chosen. Raises `NoPicture`."""
    if file is None or not file.filename:
        return None
    with file.stream as stream:
        data = stream.read(LARGEST + 1)
    try:
        return retouching.tidied(data)
    except (NotAPicture, PictureTooLarge):
        raise NoPicture from None


def kept(db: Writer, me: Visitor) -> int | None:
    """Keep the picture that came as hers, shown to nobody yet; None where none came."""
    content: bytes | None = g.get("picture")
    return media.keep(db, me.person.id, content, me.now) if content else None
