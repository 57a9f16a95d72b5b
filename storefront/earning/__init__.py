"""Who earns what, from the first touch to money in hand, and the books that prove it.

Selling calls earning, never the other way round: an order asks to be credited, accrued, released or
voided with plain values, inside its own transaction.

    touches     a person met a code
    deals       a creator and a shop agree
    accruals    what an order's lines earn, and when it may be paid
    ledger      the books: accounts, transfers, balances, and the proof that they agree
    payouts     a shop pays a creator; the creator confirms
    statements  what a creator is shown, and why
"""
