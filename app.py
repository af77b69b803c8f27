"""The application, as the web server and the command line load it: settings -> create_app -> app."""

from charter.factory import create_app
from config import Settings, SettingsError

try:
    settings = Settings.from_environment()
except SettingsError as error:
    raise SystemExit(str(error)) from None

app = create_app(settings)
