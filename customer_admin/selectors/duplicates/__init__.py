"""Customers who may be one and the same: look-ups while typing, the search through the whole base, and the reasons."""

from .lookup import Duplicate, duplicates_of
from .scoring import CERTAIN, LIKELY, POSSIBLE
from .whole_base import FoundPair, WholeBase
from .words import reasons_in_words

__all__ = ["CERTAIN", "LIKELY", "POSSIBLE", "Duplicate", "FoundPair", "WholeBase", "duplicates_of", "reasons_in_words"]
