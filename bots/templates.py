"""The templates WhatsApp has to approve before a hub may speak first: their texts, and how they are handed in.

Eight of them say everything, because a notice is one line and at most three answers: each language with none, one, two
or three. None begins or ends with a place, no two places touch, and none advertises, so all are *utility*.
"""

import json
import re
from collections.abc import Mapping

PLACE = re.compile(r"\{\{(\w+)\}\}")

TEMPLATES: Mapping[str, str] = {
    "update_id_0": "Kabar dari Getok:\n{{1}}\nBalas pesan ini kalau ada pertanyaan.",
    "update_id_1": "Kabar dari Getok:\n{{1}}\n\n1. {{2}}\n\nBalas dengan angkanya.",
    "update_id_2": "Kabar dari Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n\nBalas dengan angkanya.",
    "update_id_3": "Kabar dari Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n3. {{4}}\n\nBalas dengan angkanya.",
    "update_en_0": "News from Getok:\n{{1}}\nReply to this message with any question.",
    "update_en_1": "News from Getok:\n{{1}}\n\n1. {{2}}\n\nReply with the number.",
    "update_en_2": "News from Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n\nReply with the number.",
    "update_en_3": "News from Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n3. {{4}}\n\nReply with the number.",
}
SAMPLES = {
    "id": ("LUNAS · DR-0001 · 2 loyang, Sabtu 20 Juni pagi.", "Sudah diterima", "Ada masalah", "Batal"),
    "en": ("PAID · DR-0001 · 2 trays, Saturday 20 June, morning.", "Received", "Problem", "Cancel"),
}


def to_submit() -> str:
    """What an operator hands in: for each template the JSON of Twilio's Content API, and what to do with its answer."""
    parts = [submission(name) for name in TEMPLATES]
    return "\n\n".join([*parts, HOW])


def submission(name: str) -> str:
    language = language_of(name)
    places = PLACE.findall(TEMPLATES[name])
    body = {
        "friendly_name": f"getok_{name}",
        "language": language,
        "variables": dict(zip(places, SAMPLES[language], strict=False)),
        "types": {"twilio/text": {"body": TEMPLATES[name]}},
    }
    return f"# {name} (category UTILITY)\n{json.dumps(body, ensure_ascii=False, indent=2)}"


def language_of(name: str) -> str:
    return name.split("_")[1]


HOW = """# How
# 1. Make each in Twilio's Content Template Builder, or POST its JSON to /v1/Content with your account's credentials.
# 2. Submit it for WhatsApp as UTILITY: POST /v1/Content/<HX...>/ApprovalRequests/whatsapp, with the name and category.
# 3. When they are approved, give the hub their ids:
#    GETOK_WHATSAPP_TEMPLATES='{"update_id_0": "HX...", "update_id_1": "HX...", ...}'
# Until then news waits for people to write (within 24 hours everything arrives anyhow), or goes over Telegram."""
