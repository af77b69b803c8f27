"""Flask's extensions, made once and bound to each application."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect

babel = Babel()  # type: ignore[no-untyped-call]
csrf = CSRFProtect()
login_manager = LoginManager()


def register_extensions(app: Flask) -> None:
    """Forgery protection on every form, and the person of the session. Babel is bound by `language`."""
    csrf.init_app(app)
    login_manager.init_app(app)
