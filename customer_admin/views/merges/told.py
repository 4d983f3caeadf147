"""What is told after a merge."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from customer_admin.operations.merges import Merge
from customer_admin.permissions import may_revert
from customer_admin.views.changes.links import change_set_url, revert_url


def tell_merged(request: HttpRequest, done: Merge | None, count: int) -> None:
    """Say that `count` accounts were merged, with ways to what changed and to its undo, or that they were before."""
    if done is None or done.change_set is None:
        messages.info(request, _("These accounts are merged already. This is the one that stayed."))
        return
    links = [(change_set_url(request.user, done.change_set, done.survivor), _("See what changed"))]
    if may_revert(request.user, done.change_set):
        links.append((revert_url(done.change_set), _("Undo")))
    told = ngettext(
        "%(count)d account was merged into this one.", "%(count)d accounts were merged into this one.", count
    )
    buttons = [messages.button(url, label) for url, label in links if url]
    messages.success(request, told % {"count": count}, buttons=buttons)
