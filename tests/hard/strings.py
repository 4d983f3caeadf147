"""The texts. Each is what a person, a spreadsheet or an attacker may really send."""

MARKUP = "\"><script>alert('1')</script><b>&amp;{{9**11}}{% now %}"

STRINGS = {
    "markup": MARKUP,
    "an entity": "&lt;i&gt; &#x27; &",
    "an address of a script": "javascript:alert(1)",
    "quotes": 'O\'Brien "Ada" `x` «ü» \\ %s %d %(a)s {0} $(x)',
    "sql": "'; DROP TABLE customers; --",
    "like": "100% _ \\% a_b",
    "formula": "=CMD|' /C calc'!A0",
    "formula with plus": "+1+cmd()",
    "formula with at": "@SUM(1)",
    "right to left": "שלום \u202eevil\u202c مرحبا",
    "zero width": "a\u200bb\u200dc\ufeffd",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 Ω≈ç√",
    "beyond the basic plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎",
    "combining marks": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "no normal form": "e\u0301 and é, ﬁ and fi, Å and Å",
    "case beyond English": "İstanbul ıI ß ẞ ΣΊΣΥΦΟΣ",
    "digits of another script": "٠١٢٣٤٥٦٧٨٩",
    "only space": "\u00a0\u2003\u3000",
    "several lines": "one\r\ntwo\tthree\n",
    "a control character": "bell\x07 escape\x1b[31m",
    "nothing": "\0",
    "nothing inside": "a\0b",
    "10,000 characters": "x" * 10_000,
    "a huge number": "9" * 400,
    "words of programs": "None",
}
LONE_SURROGATE = "half a pair \ud83d"
