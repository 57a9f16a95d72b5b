"""Who looked at a creator's page: a person, a preview, a bot, or the same person again. None of them is money.

A link shown in a chat is fetched by the chat's own servers before anybody taps it, and by crawlers afterwards.
Counting those would flatter every creator alike and tell nobody anything. What is counted as a person is a browser
that opens the page itself; in doubt it is a person, because a neighbour left out is worse than a crawler let in.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

Class = Literal["person", "preview", "bot", "repeat"]
CLASSES: Final[tuple[Class, ...]] = ("person", "preview", "bot", "repeat")
SAME_VISIT: Final = timedelta(hours=24)

# Programs that make the card below a message. An app's own browser says the app's name as well, beside "Mozilla" and a
# rendering engine, so a name counts only where it stands first, or is one that nobody but a fetcher uses.
PREVIEWS = re.compile(
    r"^(?:whatsapp|telegrambot|viber|line|kakaotalk|snapchat|signal|skype|wechat|zalo)\b"
    r"|facebookexternalhit|facebookcatalog|facebot|meta-externalfetcher|twitterbot|telegrambot|linkedinbot|slackbot"
    r"|slack-imgproxy|discordbot|skypeuripreview|microsoftpreview|redditbot|pinterestbot|pinterest/0|mastodon/"
    r"|google-pagerenderer|googlemessages|google-inspectiontool|embedly|iframely|outbrain|quora link preview"
    r"|vkshare|line-poker|kakaotalk-scrap|bitlybot|zalo.{0,12}(?:bot|preview)|bsky|bluesky|threads.{0,12}preview"
    r"|linkpreview|link-preview|link preview|preview(?:bot|er|/)|unfurl|opengraph|metainspector|yahoo link preview",
    re.IGNORECASE,
)
# A word that ends in bot, or one of the trade's others. CUBOT is a maker of telephones.
BOTS = re.compile(
    r"(?<!cu)bot(?:\b|[/_;,)-])|crawl|spider|slurp|scrap(?:er|y|ing)|fetch(?:er|/)|archiver|monitor(?:ing)?\b|uptime"
    r"|pingdom|statuscake|site24x7|lighthouse|headless|phantomjs|puppeteer|playwright|selenium|webdriver|prerender"
    r"|screenshot|validator|checker|scanner|masscan|zgrab|nmap|nikto|sqlmap|nuclei|censys|expanse|netcraft|internet-?measurement"
    r"|bytespider|petalbot|mediapartners|adsbot|feedfetcher|apis-google|google-(?:read|site|extended|cloud)|chatgpt"
    r"|openai|anthropic|claude|perplexity|cohere-ai|diffbot|ia_archiver|httrack|wget|curl|libwww|lwp::|winhttp"
    r"|python|aiohttp|httpx|urllib|go-http|okhttp|java/|jakarta|apache-http|axios|node-fetch|undici|got \(|node\.js"
    r"|ruby|perl|php/|guzzle|dart:|dart/|postman|insomnia|rest-client|httpie|^http|^mozilla/[45]\.0$"
    r"|^mozilla/5\.0 \(compatible[;)]",
    re.IGNORECASE,
)
AHEAD = ("prefetch", "preview", "prerender")
OPENS = {"", "document"}


@dataclass(frozen=True, slots=True)
class Look:
    """One request for a creator's page, as its headers tell it. ``purpose`` is Sec-Purpose, Purpose or X-Moz.

    ``destination`` is Sec-Fetch-Dest (W3C Fetch Metadata): what the page is fetched for; empty where not said.
    ``seen_at``: when the same visitor last opened the same page.
    """

    method: str
    agent: str
    purpose: str = ""
    destination: str = ""
    seen_at: datetime | None = None


def classed(look: Look, now: datetime) -> Class:
    """Which of `CLASSES` a look is."""
    if any(word in look.purpose.lower() for word in AHEAD) or PREVIEWS.search(look.agent):
        return "preview"
    is_program = look.method != "GET" or not look.agent.strip() or BOTS.search(look.agent)
    if is_program or look.destination.lower() not in OPENS:
        return "bot"
    if look.seen_at is not None and now - look.seen_at < SAME_VISIT:
        return "repeat"
    return "person"
