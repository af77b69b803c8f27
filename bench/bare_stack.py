"""The bare route of `bench.bare_route` with the libraries that each page of the product loads, to tell their cost."""

import argon2  # noqa: F401
import flask_babel  # noqa: F401
import flask_login  # noqa: F401
import flask_sqlalchemy  # noqa: F401
import flask_wtf  # noqa: F401
import prometheus_client  # noqa: F401
import pydantic  # noqa: F401
import ruamel.yaml  # noqa: F401

from bench.bare_route import app

__all__ = ["app"]
