"""The bare host, without what the environment names."""

import os

from tests.hosts.bare import settings as bare

globals().update({name: value for name, value in vars(bare).items() if name.isupper()})

_away = {os.environ.get("LACKING_APP"), os.environ.get("FIRST_APP")}
INSTALLED_APPS = [app for app in bare.INSTALLED_APPS if app not in _away]
INSTALLED_APPS[:0] = filter(None, [os.environ.get("FIRST_APP")])
globals().pop(os.environ.get("LACKING_SETTING", ""), None)
