"""Any text as one segment of a page's address: Wagtail serves only letters, digits, hyphens and underscores there."""

import re

_KEPT = re.compile(r"[^A-Za-z0-9-]")
_ESCAPED = re.compile(r"(?:[A-Za-z0-9-]|_[0-9a-f]{2})+")


def to_segment(text: str) -> str:
    """`text` with every byte beyond letters, digits and hyphens as "_" and two hexadecimal digits."""
    return _KEPT.sub(lambda found: "".join(f"_{byte:02x}" for byte in found.group().encode()), text)


def from_segment(segment: str) -> str | None:
    """The text that `to_segment` made `segment` of, or None for what it never makes."""
    if not _ESCAPED.fullmatch(segment):
        return None
    try:
        text = re.sub(r"_([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), segment).encode("latin-1").decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and to_segment(text) == segment else None
