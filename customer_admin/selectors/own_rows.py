"""Which history rows of a change set are one customer's, asked so that the size of neither matters.

Accounts that are one by now are asked for together.

Each question is a common table expression that is planned as if all its rows were wanted and run only as far as the
limit: PostgreSQL would otherwise trust the limit and read a whole table from its beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, models
from django.db.models.expressions import RawSQL

from customer_admin.models import ChangeSet, Tracked


@dataclass(frozen=True)
class Own:
    """The history rows of `model` that belong to customers, or did before they went to others."""

    model: type[Tracked]
    customer_ids: Sequence[Any]

    def rows_in(
        self, change_sets: Iterable[ChangeSet], gave_away: Iterable[int], limit: int | None = None
    ) -> models.QuerySet:
        """Theirs in these change sets, at most `limit` of each; `gave_away` are the keys of those to look in twice."""
        gave_away = set(gave_away)
        arms: list[str] = []
        params: list[Any] = []
        may_move = "__" not in self._path and self._path != self.model._meta.pk.attname
        moved = f"{self.model._meta.label_lower}.{self._field(self._path).name}" if may_move else ""
        for change_set in change_sets:
            questions = [self._kept(change_set.pk)]
            if moved in change_set.touched_fields.split() and change_set.pk in gave_away:
                questions.append(self._given_away(change_set.pk))
            for sql, values in questions:
                arms.append(f"SELECT * FROM ({sql}{'' if limit is None else f' LIMIT {limit}'}) arm{len(arms)}")
                params += values
        history = self.model.history
        if not arms:
            return history.none()
        return history.filter(history_id__in=RawSQL(" UNION ALL ".join(arms), params))  # noqa: S611 - only names of columns go in

    @property
    def _theirs(self) -> str:
        return f"IN ({', '.join(['%s'] * len(self.customer_ids))})"

    @property
    def _path(self) -> str:
        assert self.model.customer_path is not None
        return self.model.customer_path

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def _kept(self, change_set_id: int) -> tuple[str, list[Any]]:
        table = _quoted(self.model.history.model._meta.db_table)
        if "__" not in self._path:
            condition = f"h.{_quoted(self._field(self._path).column)} {self._theirs}"
        else:
            first, rest = self._path.split("__")
            parent: Any = self._field(first).related_model
            # What belongs to an order is the customer's whose the order ever was, also when it is gone.
            source = parent.history.model if issubclass(parent, Tracked) else parent
            condition = (
                f"h.{_quoted(self._field(first).column)} IN (SELECT o.{_quoted(parent._meta.pk.column)} "
                f"FROM {_quoted(source._meta.db_table)} o "
                f"WHERE o.{_quoted(parent._meta.get_field(rest).column)} {self._theirs})"
            )
        sql = (
            f"WITH own AS MATERIALIZED (SELECT h.history_id FROM {table} h WHERE h.change_set_id = %s AND {condition}) "
            "SELECT own.history_id FROM own"
        )
        return sql, [change_set_id, *self.customer_ids]

    def _given_away(self, change_set_id: int) -> tuple[str, list[Any]]:
        table, key = _quoted(self.model.history.model._meta.db_table), _quoted(str(self.model._meta.pk.column))
        owner = self._field(self._path)
        column = _quoted(owner.column)
        sql = (
            f"WITH moved AS MATERIALIZED (SELECT h.history_id, h.{key} FROM {table} h WHERE h.change_set_id = %s "
            f"AND h.history_changed LIKE %s AND h.{key} IN "
            f"(SELECT p.{key} FROM {table} p WHERE p.{column} {self._theirs})) "
            f"SELECT moved.history_id FROM moved WHERE (SELECT b.{column} FROM {table} b WHERE b.{key} = moved.{key} "
            f"AND b.history_id < moved.history_id ORDER BY b.history_id DESC LIMIT 1) {self._theirs}"
        )
        return sql, [change_set_id, f"% {owner.name} %", *self.customer_ids, *self.customer_ids]


def _quoted(name: str) -> str:
    return connections["default"].ops.quote_name(name)
