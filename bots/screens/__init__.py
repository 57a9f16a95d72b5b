"""What is shown. Screens are pure: a voice and plain facts in, words and buttons out.

The sentences are English here and stand in the reader's language in the catalogue; what several screens
say of an order (its lines, its total, where it goes) is said in `wording`.
"""
