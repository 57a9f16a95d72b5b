"""The room where people first meet the hub: three phones on a page, on their own machine, with nobody else listening.

Everything works as plain forms; the script beside it only saves the reloading. What is typed here goes through the
same phones that stories use, so what is shown was really sent. Only this machine may look: the phones read everybody's
chats, so a foreign host, a foreign origin or a form that is not ours gets nothing.

    door      who may look                     hands     who holds which phone, and whose hub is shown
    glass     what a phone shows               acts      what people do
    links     where addresses lead             books     the ledger and the outbox, in words
    clock     time that can be moved           coach     what to do next, in one sentence
    stage     a story that plays by itself     samples   pictures and words that lie ready
    page      all of it put on one page
"""

from bots.simulator import acts, page
from bots.simulator.clock import moved
from bots.simulator.door import TOKEN, simulator
from bots.simulator.samples import cake, sample_caption, sticker

__all__ = ["TOKEN", "acts", "cake", "moved", "page", "sample_caption", "simulator", "sticker"]
