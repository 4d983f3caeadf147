"""The signals that this app sends. Names are in the past tense: what they tell has happened and is committed."""

from django.dispatch import Signal

change_sets_applied = Signal()
"""Sent after the commit of every change set, with `change_set` and `using`.

For whatever else listens to `post_save`, such as a search index: bulk writes and reverts send no `post_save`. Which
rows it wrote is in `Model.history.filter(change_set=change_set)`; `change_set.touched_fields` names the models. What a
receiver raises is logged, and undoes nothing.
"""
