"""The forms on a page, as a browser reads them from its HTML."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

TEXTS = {"", "text", "search", "email", "url", "tel", "password"}
UNSENT = {"submit", "button", "image", "reset", "file"}
Attributes = dict[str, str]


@dataclass
class PageForm:
    """`values` is what is sent when nothing is touched; `texts` names the fields into which text can be typed."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def add(self, name: str, value: str, *, is_text: bool = False) -> None:
        held = self.values.get(name)
        self.values[name] = value if held is None else [*(held if isinstance(held, list) else [held]), value]
        if is_text and name not in self.texts:
            self.texts.append(name)


def forms_on(response: Any) -> list[PageForm]:
    """The forms of a page, or of a dialog that comes as JSON, from the address of which empty actions lead back."""
    if "html" in response["Content-Type"]:
        text = response.content.decode()
    elif "json" in response["Content-Type"]:
        answer = json.loads(response.content)
        text = answer.get("html", "") if isinstance(answer, dict) else ""
    else:
        return []
    reader = _Reader(response.wsgi_request.get_full_path())
    reader.feed(text)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.area: tuple[str, list[str]] | None = None
        self.choices: tuple[str, bool, list[Attributes]] | None = None
        self.templates = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = "" if "disabled" in told or "__prefix__" in told.get("name", "") else told.get("name", "")
        if tag == "template":
            self.templates += 1
        elif self.templates:
            return
        elif tag == "form":
            self.form = PageForm(told.get("action") or self.address, told.get("method", "get").lower())
            self.forms.append(self.form)
        elif tag == "option" and self.choices:
            self.choices[2].append(told)
        elif name and tag == "input":
            self._read_input(name, told)
        elif name and tag == "textarea":
            self.area = name, []
        elif name and tag == "select":
            self.choices = name, "multiple" in told, []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.templates -= 1
        elif tag == "form":
            self.form = None
        elif tag == "textarea" and self.area:
            name, written = self.area
            # HTML leaves out the line break that follows the tag.
            self._form.add(name, "".join(written).removeprefix("\n"), is_text=True)
            self.area = None
        elif tag == "select" and self.choices:
            self._read_choices(*self.choices)
            self.choices = None

    @property
    def _form(self) -> PageForm:
        if self.form is None:  # Fields that stand in no form are sent by scripts.
            self.forms.append(PageForm(self.address, "script"))
            return self.forms[-1]
        return self.form

    def _read_input(self, name: str, told: Attributes) -> None:
        kind = told.get("type", "").lower()
        if kind in UNSENT or (kind in ("checkbox", "radio") and "checked" not in told):
            return
        usual = "on" if kind in ("checkbox", "radio") else ""
        self._form.add(name, told.get("value", usual), is_text=kind in TEXTS and "readonly" not in told)

    def _read_choices(self, name: str, is_multiple: bool, options: list[Attributes]) -> None:
        chosen = [option for option in options if "selected" in option]
        if not chosen and not is_multiple:
            chosen = options[:1]
        for option in chosen:
            self._form.add(name, option.get("value", ""))
