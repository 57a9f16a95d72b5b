"""The door of the simulator: this machine may come in, with a form of our own; anybody else finds no such page."""

from __future__ import annotations

import hmac
import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request

simulator = Blueprint(
    "simulator",
    "bots",
    template_folder="templates",
    static_folder="static",
    static_url_path="/simulator/static",
)

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
LARGEST_POST = 12 * 1024 * 1024
TOKEN = secrets.token_urlsafe(24)  # lives as long as the process: a form from an earlier one is stale
REMEMBERED = {"lang": ("id", "en"), "theme": ("light", "dark")}
A_YEAR_S = 365 * 86_400


@simulator.before_request
def only_this_machine() -> None:
    """404 for anybody else, as if there were no such page; a name that merely resolves to us is somebody else."""
    if not (is_loopback(request.remote_addr) and is_our_host(request.host)):
        abort(404)
    if any(header in request.headers for header in PROXIED):
        abort(404)
    if request.method == "POST":
        request.max_content_length = LARGEST_POST
        refuse_foreign_form()


def is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def is_our_host(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


def refuse_foreign_form() -> None:
    for header in ("Origin", "Referer"):
        said = request.headers.get(header)
        if said is not None and urlsplit(said).netloc != request.host:
            abort(403)
    if not hmac.compare_digest(request.form.get("token", "").encode(), TOKEN.encode()):
        abort(403)


@simulator.after_request
def same_origin(answer: Response) -> Response:
    """With no referrer at all a browser calls the origin of its own forms "null"."""
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "no-store")
    for name, values in REMEMBERED.items():
        if request.args.get(name) in values:
            answer.set_cookie(f"getok_{name}", request.args[name], max_age=A_YEAR_S, path="/simulator", samesite="Lax")
    return answer


def preference(name: str) -> str:
    """What was chosen in the address, else remembered from before, else nothing."""
    wanted = request.args.get(name) or request.cookies.get(f"getok_{name}") or ""
    return wanted if wanted in REMEMBERED[name] else ""
