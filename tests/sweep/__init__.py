"""Sweeps through every door by which a tracked row can be written.

Each door writes what it can, and three views of that must agree: what the tables held before and after, what the
history of the one new change set tells, and which fields the door is said to write. `doors/` has the doors with, for
each, what it can't write and why; everything else of every tracked model must be written, so a new field that no door
knows fails here.
"""
