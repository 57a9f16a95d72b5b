"""Ten thousand looks at a link, each with what it truly is: people's browsers, previews of chats, crawlers, tools."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from referral.visits import SAME_VISIT, Class, Look

BEGAN = datetime.fromisoformat("2026-06-16T02:00:00+00:00")
PHONES = (
    "SM-A057F",
    "SM-A155F",
    "CPH2577",
    "V2333",
    "RMX3834",
    "23106RN0DA",
    "Infinix X6528",
    "CUBOT P80",
    "itel A665L",
)
PHONES_OLD = ("ASUS_X00TD", "CUBOT_X18_Plus", "Redmi 5A", "vivo 1820", "CUBOT NOTE 20 PRO", "Mi A1", "SM-J250F")
ANDROID = (
    "Mozilla/5.0 (Linux; Android {os}; {phone}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 "
    "Mobile Safari/537.36"
)
WEBVIEW = (
    "Mozilla/5.0 (Linux; Android {os}; {phone} Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/{v}.0.6478.122 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {os}_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{os}.5 "
    "Mobile/15E148 Safari/604.1"
)
IPHONE_APP = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {os}_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
)
PEOPLE = (
    ANDROID,
    ANDROID,
    ANDROID + " OPR/{v}.0.0.0",
    ANDROID.replace("Chrome/", "SamsungBrowser/25.0 Chrome/"),
    WEBVIEW,
    WEBVIEW + " Instagram 337.0.0.35.102 Android (34/14; 450dpi; 1080x2208; samsung; {phone})",
    WEBVIEW + " [FB_IAB/FB4A;FBAV/470.0.0.37.79;]",
    WEBVIEW + " trill_340803 BytedanceWebview/d8a21c6 musical_ly_2023408030 JsSdk/1.0 NetType/WIFI Channel/googleplay",
    WEBVIEW + " WhatsApp/2.24.13.77",
    WEBVIEW + " Line/14.9.1/IAB",
    IPHONE,
    IPHONE,
    IPHONE.replace("Version/", "CriOS/126.0.6478.54 Version/"),
    IPHONE_APP + " Instagram 335.0.8.26.85 (iPhone14,5; iOS {os}_5; id_ID; id; scale=3.00; 1170x2532)",
    IPHONE_APP + " [FBAN/FBIOS;FBAV/470.0.0.40.109;FBDV/iPhone12,1;FBMD/iPhone]",
    IPHONE_APP + " Telegram-iOS/10.14",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    "Opera/9.80 (Android; Opera Mini/36.2/191.326; U; id) Presto/2.12.423 Version/12.16",
    (
        "Mozilla/5.0 (Linux; U; Android {os}; id-ID; {phone}) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
        "Chrome/78.0.3904.108 UCBrowser/13.4.0.1306 Mobile Safari/537.36"
    ),
    "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.2",
)
PREVIEWS = (
    "WhatsApp/2.24.13.77 A",
    "WhatsApp/2.23.20.0 i",
    "WhatsApp/2.2424.6 N",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
        "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"
    ),
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "facebookexternalhit/1.1;line-poker/1.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Viber/22.1.0.0 CFNetwork/1408.0.4 Darwin/22.5.0",
    "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)",
    "Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)",
    "meta-externalfetcher/1.1",
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko; Google-PageRenderer Google "
        "(+https://developers.google.com/+/web/snippet/)) Chrome/84.0.4147.108 Safari/537.36"
    ),
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Mastodon/4.2.9 (http.rb/5.1.1; +https://m.id/)",
    "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)",
    "Iframely/1.3.1 (+https://iframely.com/docs/about)",
)
BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    (
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/125.0.6422.175 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    ),
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (x; Bytespider)",
    "Mozilla/5.0 (compatible;PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
    "Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot)",
    "Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)",
    "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "curl/8.5.0",
    "Wget/1.21.4",
    "python-requests/2.32.3",
    "python-httpx/0.27.0",
    "Python/3.11 aiohttp/3.9.5",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "Java/17.0.11",
    "axios/1.7.2",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "Apache-HttpClient/4.5.14 (Java/11.0.22)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Mozilla/5.0 zgrab/0.x",
    "masscan/1.3 (https://github.com/robertdavidgraham/masscan)",
    "Expanse, a Palo Alto Networks company, searches across the global IPv4 space",
    "Scrapy/2.11.2 (+https://scrapy.org)",
    "libwww-perl/6.77",
    "PostmanRuntime/7.39.0",
    "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
    "Dart/3.4 (dart:io)",
    "Mozilla/5.0",
    "",
)


@dataclass(frozen=True)
class Labelled:
    look: Look
    at: datetime
    truth: Class


def labelled(count: int, seed: int) -> Iterator[Labelled]:
    """So many looks: six in ten by people (every third of them again within the day), the rest by programs."""
    dice = random.Random(seed)  # noqa: S311 - the same looks every time
    for n in range(count):
        at = BEGAN + timedelta(seconds=17 * n)
        kind = dice.choices(("person", "repeat", "preview", "bot"), (40, 20, 20, 20))[0]
        yield Labelled(looked(dice, kind, at), at, kind)  # type: ignore[arg-type]


def looked(dice: random.Random, kind: str, at: datetime) -> Look:
    if kind in {"person", "repeat"}:
        return by_a_person(dice, at, again=kind == "repeat")
    if kind == "preview":
        if dice.random() < 0.2:  # a browser that looks ahead of its person
            return Look("GET", browser(dice), dice.choice(("prefetch", "prefetch;prerender", "preview")))
        return Look(dice.choice(("GET", "GET", "HEAD")), dice.choice(PREVIEWS))
    if dice.random() < 0.15:  # a page that pulls ours in without showing it
        return Look("GET", browser(dice), "", dice.choice(("iframe", "image", "empty", "script")))
    if dice.random() < 0.1:
        return Look("HEAD", browser(dice))
    return Look("GET", dice.choice(BOTS))


def by_a_person(dice: random.Random, at: datetime, *, again: bool) -> Look:
    seen_at = None
    if again:
        seen_at = at - SAME_VISIT * dice.random() * 0.99
    elif dice.random() < 0.2:
        seen_at = at - SAME_VISIT * (1 + dice.random())
    return Look("GET", browser(dice), "", dice.choice(("document", "document", "")), seen_at)


def browser(dice: random.Random) -> str:
    phone = dice.choice(PHONES + PHONES_OLD)
    return dice.choice(PEOPLE).format(os=dice.choice((11, 12, 13, 14, 16, 17)), phone=phone, v=dice.randint(96, 131))
