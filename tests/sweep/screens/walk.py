"""Finds every screen of this project's packages, by the name of its URL."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.urls import URLPattern, get_resolver
from wagtail import hooks
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.snippets.models import get_snippet_models

PACKAGES = ("customer_admin", "portal")


def names_of_screens() -> set[str]:
    names = set(_by_url(get_resolver().url_patterns, "", _namespaces()))
    names |= {f"bulk:{model}:{action}" for model, action in _bulk_actions()}
    names |= {f"settings:{model._meta.model_name}" for model in settings_registry if _is_ours(model)}
    return names | set(_of_pages())


def names_of_tabs() -> set[str]:
    return {tab.name for tab in hooks.get_hooks("register_customer_tab")}


def _namespaces() -> set[str]:
    """Those of view sets, in which Wagtail's own views stand beside ours."""
    viewsets = [model.snippet_viewset for model in get_snippet_models() if _is_ours(model)]
    return {each.url_namespace for each in viewsets} | {each.chooser_viewset.url_namespace for each in viewsets}


def _by_url(patterns: Any, prefix: str, ours: set[str]) -> Iterator[str]:
    for each in patterns:
        if not isinstance(each, URLPattern):
            namespace = f"{prefix}{each.namespace}:" if each.namespace else prefix
            yield from _by_url(each.url_patterns, namespace, ours)
        elif prefix.removesuffix(":") in ours or _is_ours(getattr(each.callback, "view_class", each.callback)):
            yield f"{prefix}{each.name}"


def _bulk_actions() -> Iterator[tuple[str, str]]:
    bulk_action_registry.get_bulk_actions_for_model("", "")  # Lets it look for them.
    for models in bulk_action_registry.actions.values():
        for model, actions in models.items():
            yield from ((model, name) for name, action in actions.items() if _is_ours(action))
    for model in get_snippet_models():
        if _is_ours(model):
            found = bulk_action_registry.get_bulk_actions_for_model(model._meta.app_label, model._meta.model_name)
            yield from ((model._meta.model_name, action.action_type) for action in found)


def _of_pages() -> Iterator[str]:
    """The routes of portal pages, which stand in the page tree."""
    if apps.is_installed("portal"):
        from portal.addresses import KINDS, models_of

        for kind in KINDS:
            for model in models_of(kind):
                yield from (f"portal:{kind}:{route.name}" for route in model.get_subpage_urls())


def _is_ours(thing: Any) -> bool:
    return thing.__module__.partition(".")[0] in PACKAGES
