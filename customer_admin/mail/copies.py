"""What is kept of a mail that was sent, for staff to read: the same text, and nothing in it that opens something."""

from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from customer_admin.models import OutgoingEmail

from .links import hide_tokens
from .messages import SECRET_KINDS, language_of, message_context, render, render_subject, without_nul


@dataclass(frozen=True)
class Copy:
    subject: str
    text: str
    html: str


def copy_of(email: OutgoingEmail, message: EmailMultiAlternatives) -> Copy:
    """Subject and bodies of `message`, which was made of `email`, with "…" in place of whatever might open something.

    A mail of a kind with a secret link is rendered once more without it: a template may show the link in a form that
    nobody would find again, such as a picture to scan.
    """
    if email.kind in SECRET_KINDS:
        with translation.override(language_of(email)):
            context = message_context(email)
            context["link"] = hide_tokens(context["link"])
            subject = render_subject(email.kind, context)
            text, html = render(email.kind, "body.txt", context), render(email.kind, "body.html", context)
    else:
        subject, text = str(message.subject), str(message.body)
        html = next((str(content) for content, mimetype in message.alternatives if mimetype == "text/html"), "")
    return Copy(*(without_nul(hide_tokens(part)) for part in (subject, text, html)))
