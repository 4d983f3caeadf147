"""What a load balancer asks: can this process reach what it needs?"""

import logging
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customer_admin import queue

logger = logging.getLogger(__name__)


@transaction.non_atomic_requests  # The transaction itself would fail, and be no answer.
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; the body says which of them does: `{"database": true, …}`."""
    answers = {"database": _answers(_ask_database), "broker": _answers(queue.is_reachable)}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _ask_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _answers(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except Exception:
        logger.exception("A service that this site needs can't be reached.")
        return False
