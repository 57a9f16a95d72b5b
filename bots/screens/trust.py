"""What is said where money or a shop could get into the wrong hands."""

from bots.dialogue import Screen, do, go
from bots.screens.wording import Facts, moment_of, paragraphs
from storefront.phrases import Voice


def change_asked(t: Voice, shop: str, account: str, holder: str) -> Screen:
    """Read back once more: it is about all the money that comes from now on."""
    text = t(
        "From 48 hours on, the money of {shop} would go to <b>{account}</b> in the name of {holder}. Everybody who can "
        "reach you hears of it at once. Getok never asks for an OTP or PIN. Change it?",
        shop=shop,
        account=account,
        holder=holder,
    )
    return Screen(text)


def change_waits(t: Voice, mask: str, starts: str) -> Screen:
    when = moment_of(starts)
    text = t(
        "Noted. {mask} is used from {when}; until then everything stays.", mask=mask, when=t.when(when) if when else ""
    )
    return Screen(text)


def destination_changes(t: Voice, facts: Facts) -> Screen:
    """Told everywhere, with one tap that stops it."""
    starts = moment_of(facts["starts"])
    where = facts["shop"] or t("your commissions")
    whose = t(" ({owner})", owner=facts["owner"]) if facts.get("owner") else ""
    text = t(
        "The money of {where}{whose} is to go to {mask}, {holder}, from {when}. If that was not you, stop it now.",
        where=where,
        whose=whose,
        mask=facts["mask"],
        holder=facts["holder"],
        when=t.when(starts) if starts else "",
    )
    return Screen(text, choices=(do(t("That was not me"), "stop_change", facts["destination"]),))


def destination_in_use(t: Voice, facts: Facts) -> Screen:
    return Screen(t("From now on your money goes to {mask}, {holder}.", mask=facts["mask"], holder=facts["holder"]))


def change_stopped(t: Voice, facts: Facts) -> Screen:
    """To who runs the hub."""
    text = t(
        "{name} stopped a change of account ({mask}) that was not hers. Please look into it.",
        name=facts["name"],
        mask=facts["mask"],
    )
    return Screen(text)


def stopped(t: Voice) -> Screen:
    return Screen(
        t("Stopped, {kak}: nothing changes. Has somebody else got hold of your phone? Please tell the operator.")
    )


# -- a freeze --------------------------------------------------------------------------------------------


def freeze_asked(t: Voice, shop: str, shop_id: int) -> Screen:
    text = t("Freeze {shop}? Nobody is shown where to pay until you lift it.", shop=shop)
    return Screen(text, choices=(do(t("Yes, freeze"), "freeze", shop_id),))


def frozen(t: Voice, shop: str, shop_id: int) -> Screen:
    text = t("{shop} is frozen; its owner has been told.", shop=shop)
    return Screen(text, choices=(do(t("Lift the freeze"), "thaw", shop_id),))


def thawed(t: Voice, shop: str) -> Screen:
    return Screen(t("{shop} can be paid again; its owner has been told.", shop=shop))


def shop_frozen(t: Voice, facts: Facts) -> Screen:
    text = t(
        "The operator is looking into {shop}, {kak}: buyers are not shown where to pay for now. Orders stay as they "
        "are. Please write to the operator.",
        shop=facts["shop"],
    )
    return Screen(text)


def shop_thawed(t: Voice, facts: Facts) -> Screen:
    return Screen(t("{shop} can be paid again, {kak}. Thank you for your patience.", shop=facts["shop"]))


def shop_reported(t: Voice, facts: Facts) -> Screen:
    """To who runs the hub."""
    text = t("{name} reports {shop}: “{said}”", name=facts["name"], shop=facts["shop"], said=facts["said"])
    ways = (
        go(t("Freeze the shop"), "freeze_asked", facts["shop_id"]),
        go(t("Talk to them"), "talk_person", facts["person"]),
    )
    return Screen(text, choices=ways)


def report_asked(t: Voice, shop: str) -> Screen:
    return Screen(
        t("What is wrong with {shop}, {kak}? A few words are enough; only the operator reads them.", shop=shop)
    )


def report_kept(t: Voice, shop: str, operator: str) -> Screen:
    who = operator or t("the operator")
    return Screen(
        t("Thank you, {kak}. {who} looks into {shop}. Please do not pay there until then.", who=who, shop=shop)
    )


# -- a second contact, and a lost phone --------------------------------------------------------------------


def contact_invited(t: Voice, address: str) -> Screen:
    text = t(
        "Should you lose your phone, somebody you trust can vouch for you. Pass this link on to her; opening it is her "
        "yes: {link}",
        link=address,
    )
    return Screen(text)


def contact_welcome(t: Voice, owner: str) -> Screen:
    text = t(
        "{owner} trusts you to say whether it is really her, {kak}, should she lose her phone. You will only be asked "
        "then.",
        owner=owner,
    )
    return Screen(text)


def contact_named(t: Voice, facts: Facts) -> Screen:
    return Screen(t("{name} is your second contact now.", name=facts["name"]))


def contact_replaced(t: Voice, facts: Facts) -> Screen:
    """To whoever was the second contact until now."""
    text = t("{owner} has named somebody else as second contact. If you doubt it, call her.", owner=facts["owner"])
    return Screen(text)


def which_shop(t: Voice) -> Screen:
    return Screen(t("I am sorry, {kak}. Which shop is yours? Write its name."))


def recovery_asked(t: Voice, shop: str) -> Screen:
    text = t(
        "I have asked the second contact of {shop} and the operator whether it is you. When one of them says yes, it "
        "takes 48 hours more, so that nobody can steal a shop.",
        shop=shop,
    )
    return Screen(text)


def recovery_of_yours(t: Voice, facts: Facts) -> Screen:
    """To the phone that is said to be lost."""
    text = t(
        "{claimant} says {shop} is hers and that this phone is lost. If you read this and it is not true, stop it now.",
        claimant=facts["claimant"],
        shop=facts["shop"],
    )
    return Screen(text, choices=(do(t("That was not me"), "recovery_no", facts["recovery"]),))


def recovery_to_vouch(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{claimant} says she owns {shop} and has lost her phone. Please call her or see her before you say yes: is it "
        "really her?",
        claimant=facts["claimant"],
        shop=facts["shop"],
    )
    ways = (
        do(t("Yes, it is her"), "recovery_yes", facts["recovery"]),
        do(t("That is not her"), "recovery_no", facts["recovery"]),
    )
    return Screen(text, choices=ways)


def recovery_waits(t: Voice, facts: Facts) -> Screen:
    at = moment_of(facts["moves_at"])
    text = t(
        "You were vouched for, {kak}. {shop} moves to this phone {when}, unless somebody says no. Until then it sells "
        "for cash only.",
        shop=facts["shop"],
        when=t.when(at) if at else "",
    )
    return Screen(text)


def recovery_vouched(t: Voice, facts: Facts) -> Screen:
    """To the old phone and to the second contact."""
    at = moment_of(facts["moves_at"])
    text = t(
        "{shop} moves to another phone {when}. If that is wrong, stop it now.",
        shop=facts["shop"],
        when=t.when(at) if at else "",
    )
    return Screen(text, choices=(do(t("That was not me"), "recovery_no", facts["recovery"]),))


def recovery_moved(t: Voice, facts: Facts) -> Screen:
    return Screen(paragraphs(t("{shop} is on this phone now, {kak}. Welcome back.", shop=facts["shop"])))


def recovery_refused(t: Voice, facts: Facts) -> Screen:
    text = t("Somebody tried to take over {shop}, and its owner said no.", shop=facts["shop"])
    return Screen(text, choices=(go(t("Freeze the shop"), "freeze_asked", facts["shop_id"]),))
