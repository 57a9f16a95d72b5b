"""What a stranger, a rival, a joker or a broken proxy may send us, and what must not come of it."""
