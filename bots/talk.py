"""What we remember between two messages, and the open question in it.

A talk is small: the shop in view, which script, which question, the answers by name. Everything else
about a dialogue follows from running its script again over those answers.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from bots.dialogue import Answer, Heard, Question, Screen, Unclear, answer_from_json, answer_to
from bots.turns import take_turn
from bots.visit import SCRIPTS, Begin, Outcome, Visit, see
from storefront import media
from storefront.database import Writer


@dataclass
class Talk:
    """What we remember between two messages, while it changes."""

    shop_id: int | None
    script: str | None
    args: dict[str, Any]
    asked: str | None
    answers: dict[str, Any]
    drafts: dict[str, Any] = field(default_factory=dict)

    def given(self) -> dict[str, Answer]:
        return {name: answer_from_json(answer) for name, answer in self.answers.items()}

    def leave(self, *, keep_draft: bool = False) -> None:
        """Put the open script away; what was answered may be found again when it is begun again."""
        if self.script:
            self.drafts.pop(self.script, None)
            if keep_draft and self.answers:
                self.drafts[self.script] = {"args": self.args, "answers": self.answers}
        self.script, self.args, self.asked, self.answers = None, {}, None, {}


def open_question(db: Writer, visit: Visit, talk: Talk) -> Question[Any] | None:
    """The question still open in this talk, with its buttons ready; None outside of a script."""
    if talk.script not in SCRIPTS:
        return None
    begin = SCRIPTS[talk.script]
    turn = take_turn(lambda: begin(visit, **talk.args), talk.given(), lambda step: see(db, visit, step.at, step.args))
    return named(turn.question, talk) if turn.question else None


def named(question: Question[Any], talk: Talk) -> Question[Any]:
    """The question with its buttons saying which script and subject they answer."""
    own = f"a:{question.key}="
    choices = tuple(
        answer_to(talk.script or "", talk.args, c) if c.data.startswith(own) else c for c in question.screen.choices
    )
    return replace(question, screen=replace(question.screen, choices=choices))


def again(db: Writer, visit: Visit, talk: Talk, sentence: Markup) -> Screen:
    """Say something, and ask the open question again."""
    question = open_question(db, visit, talk)
    return question.screen_again().after(sentence) if question else Screen(sentence)


def answered(db: Writer, visit: Visit, talk: Talk, heard: Heard, question: Question[Any]) -> Outcome | Unclear | None:
    """Read the message as an answer; what is unclear as one may still be an aside."""
    answer = as_answer(db, visit, heard, question)
    if answer is None:
        return None
    try:
        question.read(answer)
    except Unclear as problem:
        return problem
    talk.answers[question.key] = answer.as_json()
    return turned(db, visit, talk)


def as_answer(db: Writer, visit: Visit, heard: Heard, question: Question[Any]) -> Answer | None:
    """A message as an answer: its words, its pin, or its picture where a picture is wanted."""
    if heard.kind == "photo" and heard.picture:
        if not question.wants_picture:
            return None
        kept = media.keep(db, visit.person_id, heard.picture, visit.now)
        return Answer(text=heard.text, media=kept, codes=heard.codes)
    if heard.kind in {"text", "location"} and heard.text:
        return Answer(text=heard.text)
    return None


def turned(db: Writer, visit: Visit, talk: Talk) -> Outcome:
    """Run the open script over its answers: the next question, or what it ends in."""
    assert talk.script, "a script is open"
    begin = SCRIPTS[talk.script]
    turn = take_turn(lambda: begin(visit, **talk.args), talk.given(), lambda step: see(db, visit, step.at, step.args))
    if turn.question:
        if turn.unclear:
            talk.answers.pop(turn.question.key, None)
        question = named(turn.question, talk)
        talk.asked = question.key
        said = visit.t(turn.unclear.sentence, **turn.unclear.facts) if turn.unclear else None
        return question.screen_again().after(said) if said else question.screen
    talk.leave()
    return turn.outcome


def begun(db: Writer, visit: Visit, talk: Talk, begin: Begin) -> Outcome:
    """Begin a script; answers given to the same one before are still there."""
    draft = talk.drafts.pop(begin.script, None)
    if talk.script:
        talk.leave(keep_draft=True)
    talk.script, talk.args = begin.script, begin.args
    talk.answers = dict(draft["answers"]) if draft and draft["args"] == begin.args else {}
    talk.shop_id = begin.shop_id or talk.shop_id
    for key, text in (begin.answers or {}).items():
        talk.answers[key] = Answer(text=text).as_json()
    for key, value in (begin.picks or {}).items():
        talk.answers[key] = Answer(choice=value).as_json()
    if begin.first:
        question = open_question(db, visit, talk)
        assert question, "a script that is begun with an answer asks something"
        answer = as_answer(db, visit, begin.first, question)
        if answer:
            talk.answers[question.key] = answer.as_json()
    return turned(db, visit, talk)
