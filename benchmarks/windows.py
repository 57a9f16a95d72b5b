"""How soon a shop window is there on a cheap phone: Largest Contentful Paint, on a slow line, beside a floor.

The phone is Chromium's own model of one: a processor four times slower, a line of 1.6 Mbit/s with 150 ms there and back
(Lighthouse's "slow 4G"), nothing kept from before. The floor is the least that shows the same: one page without a sheet
around the same first photo, from the same server, in the same run. Both take turns.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from benchmarks.samples import Pairs
from bots.__main__ import story_settings
from bots.demo import photos
from bots.hub import MovableClock, Simulated
from storefront import media, pictures
from storefront.models import Shop
from storefront.selling import catalogue
from tests.builders import NOW, a_listing, a_shop

BITS_A_SECOND, THERE_AND_BACK_MS, SLOWER = 1_600_000, 150, 4
SHAPE = {"viewport": {"width": 360, "height": 780}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
GOODS = 8
OBSERVED = """new Promise(done => new PerformanceObserver(list => {
  const found = list.getEntries(); done(found[found.length - 1].startTime);
}).observe({ type: 'largest-contentful-paint', buffered: true }))"""
PAGES = {"window": "/s/dapur-rina", "product": "/p/DR1"}


class Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        pass


def chromium() -> str | None:
    """Where a Chromium is; None where there is none to measure with."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def measured(database_url: str, times: int) -> dict[str, Pairs]:
    """Seconds until the largest thing was painted, each page beside the floor, in turns."""
    from playwright.sync_api import sync_playwright

    hub = Simulated(story_settings(database_url), MovableClock(NOW))
    photo = stocked(hub)
    assert hub.app
    with served(hub.app) as home, served(floor(photo)) as bare, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium())
        found = {name: Pairs() for name in PAGES}
        painted(browser, bare + "/")  # the browser's own beginnings belong to nobody
        for _ in range(times):
            for name, path in PAGES.items():
                found[name].add(painted(browser, home + path), painted(browser, bare + "/"))
        browser.close()
    hub.close()
    return found


def stocked(hub: Simulated) -> bytes:
    """A shop with some photographed goods; returns the first photo as narrow as the window asks for it."""
    from storefront.narrowing import narrowed

    content = pictures.tidy(photos.brownies())
    with hub.database.write() as db:
        shop: Shop = a_shop(db)
        for number in range(GOODS):
            photo = media.keep(db, shop.owner_id, content, NOW)
            catalogue.list_product(db, shop, a_listing(name=f"Brownies {number}"), photo, NOW)
    return narrowed(content, 640)


def floor(photo: bytes) -> Flask:
    """One page, one photo, nothing else."""
    app = Flask("floor")
    app.add_url_rule("/", "page", lambda: '<!doctype html><title>x</title><img src="/photo.jpg" width=640 height=480>')
    app.add_url_rule("/photo.jpg", "photo", lambda: Response(photo, mimetype="image/jpeg"))
    return app


@contextmanager
def served(app: Callable[..., Any]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def painted(browser: Any, address: str) -> float:
    """Seconds from asking for a page until its largest thing was there, in a browser that has seen nothing before."""
    context = browser.new_context(**SHAPE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    rate = BITS_A_SECOND / 8
    slow = {"offline": False, "latency": THERE_AND_BACK_MS, "downloadThroughput": rate, "uploadThroughput": rate}
    line.send("Network.emulateNetworkConditions", slow)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    seconds = float(page.evaluate(OBSERVED)) / 1_000
    context.close()
    return seconds
