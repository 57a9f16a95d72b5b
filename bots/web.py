"""The one web process: the storefront's pages and both channels' webhooks. A webhook verifies, keeps, and says yes."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, abort, current_app, request

from bots import whatsapp
from bots.whatsapp import WhatsApp
from storefront import outbox
from storefront.web.app import create_app as create_pages

if TYPE_CHECKING:
    from bots.hub import Hub

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
    app = create_pages(hub.database, lambda: here(hub))
    app.extensions["getok.hub"] = hub
    app.register_blueprint(webhooks)
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
def whatsapp_message() -> Response:
    """A message from Twilio: signed, or nothing of it is kept."""
    hub = the_hub()
    form = signed_form("/whatsapp/webhook")
    if not form.keys() >= whatsapp.REQUIRED:
        abort(403)
    with hub.database.write() as db:
        whatsapp.admit(db, form, hub.clock())
    hub.wake.set()
    return Response(EMPTY_TWIML, mimetype="text/xml")


@webhooks.post("/whatsapp/status")
def whatsapp_status() -> Response:
    """What became of a message we sent. Statuses come in any order and only ever move forward."""
    hub = the_hub()
    form = signed_form("/whatsapp/status")
    with hub.database.write() as db:
        status, error = form.get("MessageStatus", ""), form.get("ErrorCode")
        outbox.note_status(db, "whatsapp", form.get("MessageSid", ""), status, error)
    return Response("", status=204)


def signed_form(path: str) -> dict[str, str]:
    """The form of a post that Twilio signed for our public address; 403 for any other, and no word of it is kept."""
    channel = the_hub().channels.get("whatsapp")
    form = request.form.to_dict()
    signature = request.headers.get("X-Twilio-Signature", "")
    if not isinstance(channel, WhatsApp) or not channel.is_signed(path, form, signature):
        abort(403)
    return form


@webhooks.post("/telegram/webhook")
def telegram_webhook() -> Response:
    """Updates come by polling for now; a webhook says so instead of losing them."""
    return Response("Telegram is read by polling here.\n", status=501)


@webhooks.post("/payouts/xendit/<int:shop>")
def xendit_webhook(shop: int) -> Response:  # noqa: ARG001 - part of the address
    return Response("Payouts are made by hand here.\n", status=501)
