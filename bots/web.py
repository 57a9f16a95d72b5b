"""The one web process: the storefront's pages and both channels' webhooks. A webhook verifies, keeps, and says yes."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, request

from bots import updates, whatsapp
from bots.miniapp import miniapp
from bots.templates import TEMPLATES
from bots.whatsapp import WhatsApp
from storefront.database import UNANSWERED
from storefront.earning import handovers
from storefront.web.app import LARGEST_POST
from storefront.web.app import create_app as create_pages

if TYPE_CHECKING:
    from bots.hub import Hub

log = structlog.get_logger()
webhooks = Blueprint("webhooks", __name__)

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@dataclass(frozen=True)
class Here:
    """What a page needs to know of the hub."""

    public_url: str
    bot: str
    whatsapp: str
    zone: ZoneInfo
    operator: str
    now: datetime


def create_app(hub: "Hub") -> Flask:
    """Pages, webhooks, and the simulator where there is one."""
    given = hub.settings
    app = create_pages(
        hub.database,
        lambda: here(hub),
        hub.ailing,
        given.proxies,
        is_limited=not given.is_simulated,
        visits=hub.visits,
        backups=given.backups,
    )
    app.extensions["getok.hub"] = hub
    app.extensions["getok.templates"] = TEMPLATES
    app.extensions["getok.operators"] = lambda: hub.place.operators
    app.register_blueprint(webhooks)
    app.register_blueprint(miniapp)
    if hub.settings.is_simulated:
        from bots.simulator import simulator

        app.register_blueprint(simulator)
    return app


def here(hub: "Hub") -> Here:
    place = hub.place
    return Here(place.public_url, place.bot, place.whatsapp, place.zone, place.operator, hub.clock())


def the_hub() -> Any:
    return current_app.extensions["getok.hub"]


@webhooks.post("/whatsapp/webhook")
@webhooks.post("/whatsapp/fallback")
def whatsapp_message() -> Response:
    """A message from Twilio: signed, or nothing of it is kept. Twilio says it once, so it is kept whatever happens.

    The second address is for Twilio's fallback setting: what could not be brought to the first comes there.
    """
    hub = the_hub()
    form = signed_form()
    channel = hub.channels[whatsapp.NAME]
    if not (form.keys() >= whatsapp.REQUIRED and channel.is_well_formed(form)):
        abort(403)
    hub.intake.take_for_good(whatsapp.event_of(form), hub.clock())
    hub.ring()
    return Response(EMPTY_TWIML, mimetype="text/xml")


@webhooks.post("/whatsapp/status")
def whatsapp_status() -> Response:
    """What became of a message we sent. Statuses come in any order and only ever move forward."""
    hub = the_hub()
    form = signed_form()
    with hub.database.write() as db:
        whatsapp.note_status(db, form, hub.clock())
    hub.ring()
    return Response("", status=204)


def signed_form() -> dict[str, str]:
    """The form of a post that Twilio signed for our public address; 403 for any other, and no word of it is kept.

    A name that comes twice is not Twilio's doing: which of the two was signed would be a matter of taste.
    """
    channel = the_hub().channels.get("whatsapp")
    signature = request.headers.get("X-Twilio-Signature", "")
    path = request.full_path.rstrip("?")
    form = request.form.to_dict()
    is_plain = request.mimetype == "application/x-www-form-urlencoded" and len(form) == len(
        list(request.form.items(multi=True))
    )
    if not is_plain or not isinstance(channel, WhatsApp) or not channel.is_signed(path, form, signature):
        abort(403)
    return form


@webhooks.post("/telegram/webhook")
def telegram_update() -> Response:
    """An update that Telegram posts with our secret. It comes again until we say yes, so a faint database says no."""
    hub = the_hub()
    secret = hub.settings.telegram_webhook_secret
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        abort(403)
    if (request.content_length or 0) > LARGEST_POST:
        abort(413)
    event = updates.event_of(an_update())
    try:
        hub.intake.take(event, hub.clock())
    except UNANSWERED:
        log.warning("the database does not answer; Telegram will bring it again")
        return Response("not now\n", status=503, headers={"Retry-After": "5"})
    hub.ring()
    return Response("", status=200)


def an_update() -> dict[str, Any]:
    """The posted update; 400 for anything that is none."""
    try:
        update = request.get_json(silent=True)
    except RecursionError:
        update = None
    number = update.get("update_id") if isinstance(update, dict) else None
    if type(number) is not int or not 0 <= number < 2**53:
        abort(400)
    return dict(update or {})


@webhooks.post("/payouts/xendit/<int:shop>")
def xendit_webhook(shop: int) -> Response:
    """Something has happened to a payout, says somebody who knows the shop's token: we ask Xendit itself.

    One we do not know, or that is over, is answered the same way: there is nothing to repeat.
    """
    told = request.get_json(silent=True)
    data = told.get("data", told) if isinstance(told, dict) else {}
    number = data.get("id") if isinstance(data, dict) else None
    token = request.headers.get("x-callback-token", "")
    hub = the_hub()
    with hub.database.write() as db:
        if not handovers.hinted(db, shop, token, str(number or "")[:80], hub.clock()):
            return Response("", status=403)
    hub.ring()
    return Response("", status=200)
