"""What somebody may have typed or imported, and must come back as it is and do nothing."""

HOSTILE = [
    "<script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "=CMD()",
    "עברית ‮abc 🍷 ﷽",
    "x" * 40,
]


def is_harmless(page: str, text: str) -> bool:
    """Whether the page shows the text as text."""
    from django.utils.html import escape

    return escape(text) in page and (text == escape(text) or text not in page)
