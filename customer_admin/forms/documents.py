"""The question for a document: what is kept already, with a way to remove it, and a file to put in its place."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from customer_admin.models import TaxDocument


class DocumentInput(forms.ClearableFileInput):
    """Browsers never send a file twice, so after a refusal it says which one has to be chosen again.

    `document_url` is where the document that is kept can be opened; "" for people who may not.
    """

    template_name = "customer_admin/widgets/document.html"
    document_url = ""
    lost = ""

    def is_initial(self, value: Any) -> bool:
        return isinstance(value, TaxDocument)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"document_url": self.document_url, "lost": self.lost}
        return context


class DocumentField(forms.FileField):
    widget = DocumentInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"})

    def bound_data(self, data: Any, initial: Any) -> Any:
        if isinstance(data, UploadedFile):
            self.widget.lost = data.name
        return super().bound_data(data, initial)
