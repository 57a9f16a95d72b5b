"""One spelling for everything people send: fancy letters, key-cap digits, hidden signs, pasted HTML, struck-out prices.

The captions and orders read what comes out of here; its words are in stored order, never in displayed order.
"""

import html
import re
import unicodedata

LONGEST = 8_000  # of what somebody sends; a longer message is read so far
MOST_READ = 1_600  # of what is left of it
HIDDEN = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"))
STRUCK_HTML = re.compile(r"</?(?:s|del|strike)>", re.IGNORECASE)
LINE_HTML = re.compile(r"<(?:br|p|div|li|tr|h\d)\b[^<>]{0,200}>|</(?:p|div|li|tr|h\d)>", re.IGNORECASE)
ANY_HTML = re.compile(r"</?[a-z][^<>]{0,300}>", re.IGNORECASE)
STRUCK_OUT = re.compile("(?:[^\\s\u0335-\u0338][\u0335-\u0338]\\s?)+")
AGAIN = re.compile(r"([^\w\n.])\1{3,}")
RAISED = "²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"  # to spell "2²" as 22 would change what was said
NO_RAISED = str.maketrans(dict.fromkeys(RAISED, "\ufffc"))
UNSEEN = {"Cf", "Cs", "Co", "Cn", "Me"}
DASHES = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("’‘`´ʼ", "'") | dict.fromkeys("“”", '"') | {"⁄": "/", "×": "x"}
)


def normal(text: str) -> str:
    """The text as it is read, line by line. Never raises; its time is linear in the text's length."""
    text = text[:LONGEST]
    if "<" in text:
        text = ANY_HTML.sub(" ", LINE_HTML.sub("\n", STRUCK_HTML.sub("~", _without_hidden(text))))
    text = STRUCK_OUT.sub(lambda found: "~" + found[0].strip() + "~ ", html.unescape(text) if "&" in text else text)
    spelt = unicodedata.normalize("NFKC", text.translate(NO_RAISED).translate(DASHES)).translate(DASHES)
    shown = AGAIN.sub(r"\1\1\1", "".join(map(_shown, spelt)))
    lines = (" ".join(line.split()) for line in shown.splitlines())
    return "\n".join(line for line in lines if line)[:MOST_READ]


def _without_hidden(text: str) -> str:
    """Without scripts, styles and comments; what is opened and never closed stays, and is looked for once."""
    for begin, end in HIDDEN:
        pieces, at = [], 0
        low = lowered(text)
        while (start := low.find(begin, at)) >= 0 and (stop := low.find(end, start)) >= 0:
            pieces.append(text[at:start])
            at = stop + len(end)
        text = " ".join([*pieces, text[at:]])
    return text


def _shown(sign: str) -> str:
    if sign.isascii():
        return sign if sign.isprintable() or sign == "\n" else " "
    if sign in "\u2028\u2029\x85":
        return "\n"
    if sign.isdigit():
        return str(unicodedata.digit(sign))
    kind = unicodedata.category(sign)
    if kind in UNSEEN or kind == "Mn" or "\ufe00" <= sign <= "\ufe0f":
        return ""
    return " " if kind in {"Zs", "Cc"} else sign


def lowered(text: str) -> str:
    """Lower case, sign for sign: what is found in it stands at the same place in the text."""
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)
