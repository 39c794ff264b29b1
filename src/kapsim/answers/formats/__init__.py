"""Formats of an answer: text, Markdown, one HTML page, and JSON."""

from kapsim.answers.formats.forms import (
    as_html as as_html,
    as_json as as_json,
    as_markdown as as_markdown,
    as_text as as_text,
    page_names as page_names,
)
