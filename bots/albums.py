"""Several photos sent together: each comes as a message of its own, and only the first carries the words."""

from sqlalchemy import select

from bots.dialogue import Heard, Screen
from bots.talk import Talk
from bots.visit import COMMANDS, SILENCE, Outcome, Visit
from storefront import media
from storefront.database import Reader, Writer
from storefront.models import Conversation, Identity

MOST = 10


def another(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome | None:
    """A further photo of an album we have heard the first of; None for the first, which is a photo like any other."""
    if talk.script == "talking":
        return None  # in a talk each photo is passed on like the first
    album = talk.drafts.get("album")
    if not album or album["id"] != heard.album or heard.picture is None:
        talk.drafts["album"] = {"id": heard.album, "words": heard.text, "first": None, "more": []}
        return None
    first = album["first"] or answered_with(talk)
    if first and len(album["more"]) < MOST - 1:
        kept = media.keep(db, visit.person_id, heard.picture, visit.now)
        talk.drafts["album"] = {**album, "first": first, "more": [*album["more"], kept]}
        return SILENCE
    said = Heard(heard.channel, heard.address, "photo", text=album["words"], picture=heard.picture, codes=heard.codes)
    outcome = COMMANDS["photo"](db, visit, said) if album["words"] else None
    return SILENCE if isinstance(outcome, Screen) else None


def answered_with(talk: Talk) -> int | None:
    """The picture the open dialogue was begun with."""
    return next((answer["media"] for answer in talk.answers.values() if answer["media"]), None)


def rest_of(db: Reader, person_id: int, first: int | None) -> list[int]:
    """The other photos of the album that this one began."""
    talks = select(Conversation.drafts).join(Identity, Identity.id == Conversation.identity_id)
    for drafts in db.scalars(talks.where(Identity.person_id == person_id)):
        album = drafts.get("album") or {}
        if first is not None and album.get("first") == first:
            return list(album["more"])
    return []
