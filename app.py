"""The application, as the web server and the command line load it: settings -> create_app -> app.

`flask charter …` gets one without pages, which starts in a fraction of the time; all else gets the whole.
"""

import sys

from charter.cli import is_asked_for
from config import Settings, SettingsError

try:
    # Read before anything else is loaded: a library that reads the environment, too, would end in its own words.
    settings = Settings.from_environment()
    if is_asked_for(sys.argv):
        from charter.application import create_app
    else:
        from charter.factory import create_app
    app = create_app(settings)
except SettingsError as error:
    raise SystemExit(str(error)) from None
