"""The room with the stopwatch: what a message costs beside its floor, what a hub weighs, how soon it is there."""
