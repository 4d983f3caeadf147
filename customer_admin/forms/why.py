"""The question why, for screens that ask nothing else."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Optional. Shown in the history.")
    )
