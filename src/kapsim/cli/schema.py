"""The verb `schema`: the protocol format as JSON Schema, for editors."""

from kapsim.cli.console import show_json


def command() -> None:
    """Print the JSON Schema of a protocol file, for editors and other programs."""
    from kapsim.trial.protocol_file.json_schema import protocol_schema

    show_json(protocol_schema())
