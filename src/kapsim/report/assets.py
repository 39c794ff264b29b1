"""Styles, scripts and templates of the pages, and how a page is put together."""

import importlib.resources
from collections.abc import Mapping
from typing import Any

import jinja2
from markupsafe import Markup


def asset(name: str) -> str:
    """Text of a file of this folder, by its path below it."""
    return (importlib.resources.files("kapsim.report") / name).read_text("utf-8")


def figure_style() -> Markup:
    """Style of every figure, for a drawing that stands alone."""
    return Markup(asset("figure.css"))


def page_style() -> Markup:
    """Style of a page with its figures."""
    return Markup(asset("figure.css") + asset("style.css"))


def render_page(template: str, context: Mapping[str, Any]) -> str:
    """A page as one HTML document; everything put in is escaped, unless it is markup.

    A template may include another file of this folder by its path.
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(context)
