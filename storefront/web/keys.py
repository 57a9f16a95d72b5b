"""Where a seller puts in her own provider's keys: a page of hers, because a chat keeps what is written into it.

As with a catalogue's page there is no session: the signed address is the permission, it holds for half an hour and for
the shop's owner only, and nothing on the page shows a key again.
"""

from typing import Any

from flask import Blueprint, current_app, make_response, render_template, request

from storefront.database import Database, Reader
from storefront.earning import commitments, handovers
from storefront.models import Person, Shop
from storefront.phrases import LANGUAGES, Voice
from storefront.providers import Keys
from storefront.providers.xendit import ORIGIN
from storefront.web import tokens
from storefront.web.pages import absent, here, reader

keys = Blueprint("keys", __name__)
LONGEST = 200


@keys.get("/keys/<token>")
def page(token: str) -> Any:
    with reader() as db:
        held = holder(db, token)
        return shown(db, *held) if held else absent()


@keys.post("/keys/<token>")
def put(token: str) -> Any:
    """Keep the keys, sealed; or forget them. That it was done is committed, what they are is not."""
    database: Database = current_app.extensions["getok.database"]
    with database.write() as db:
        held = holder(db, token)
        if held is None:
            return absent()
        shop, _ = held
        if request.form.get("forget"):
            handovers.forget(db, shop.id)
            digest = db.vault.digest("provider", {"shop": str(shop.id), "provider": ""})
            commitments.write(db, "provider_ended", shop.id, digest, here().now, shop_id=shop.id)
            return shown(db, *held, said="forgotten")
        given = Keys(*(request.form.get(name, "").strip()[:LONGEST] for name in ("api_key", "callback_token")))
        name = provider_of(given)
        if name is None:
            return shown(db, *held, said="unfit"), 422
        handovers.use(db, shop.id, name, given, here().now)
        digest = db.vault.digest("provider", {"shop": str(shop.id), "provider": name, "key": given.api_key})
        commitments.write(db, "provider", shop.id, digest, here().now, shop_id=shop.id)
        return shown(db, *held, said="kept")


def provider_of(given: Keys) -> str | None:
    """Whose keys these are: Xendit's secret keys begin alike. None for what is no key."""
    if given.api_key == "simulated" and current_app.extensions["getok.hub"].settings.is_simulated:
        return "simulated"
    settings = current_app.extensions["getok.hub"].settings
    is_trial = settings.is_simulated or settings.xendit_api_url != ORIGIN  # a key for trials moves nothing for real
    begins = ("xnd_production_", "xnd_development_") if is_trial else ("xnd_production_",)
    return "xendit" if given.api_key.startswith(begins) and given.callback_token else None


def holder(db: Reader, token: str) -> tuple[Shop, Person] | None:
    """The shop and its owner, while the link holds and it still is hers."""
    found = tokens.held(db.vault, "keys", token, here().now)
    shop = db.get(Shop, found[0]) if found else None
    if shop is None or found is None or shop.owner_id != found[1]:
        return None
    return shop, db.get_one(Person, shop.owner_id)


def shown(db: Reader, shop: Shop, owner: Person, said: str = "") -> Any:
    asked = request.args.get("lang") or owner.language
    t = Voice(asked if asked in LANGUAGES else "id", here().zone)
    own = handovers.account_of(db, shop.id)
    webhook = f"{here().public_url}/payouts/xendit/{shop.id}"
    page = render_template(
        "keys.html", t=t, place=here(), shop=shop, own=own[0] if own else None, said=said, webhook=webhook
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
