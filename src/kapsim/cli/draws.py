"""The option of every verb that draws parameters: what they are drawn from."""

from typing import Annotated

import typer

DrawsFrom = Annotated[
    str | None,
    typer.Option(
        "--draws-from",
        help="posterior (jointly, as calibrated) or assumptions (independently, over "
        "assumed ranges); the posterior if absent and one is shipped.",
    ),
]
