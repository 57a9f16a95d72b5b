"""What is sold, who is owed, and the pages that show it.

Rooms, from the ground up; a room uses those above it in this list, never those below:

    ground     settings, vault, money, refusals, phrases, database, models, people, media, inbox, outbox, chores
    reading/   what people write, as values (pure)
    earning/   deals, touches, accruals, the ledger, payouts, statements
    selling/   shops, catalogue, batches, delivery, orders by verb
    web/       the pages

A use case is a function named after what happens: ``placing.place(db, ...)``. It is handed the open
transaction as ``db`` and the moment as ``now``; it writes with Core, and leaves what others must hear
as a *notice* in the outbox. It never composes chat: words belong to ``bots``.
"""
