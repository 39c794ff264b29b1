"""The verb `ask`: a cited answer from the library, offline."""

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.console import tell, write

if TYPE_CHECKING:
    from kapsim.answers.answer import Answer


class Form(enum.StrEnum):
    """How an answer is written."""

    TEXT = "text"
    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"


def command(
    question: Annotated[
        str, typer.Argument(help="The question, in English and in quotes.")
    ],
    form: Annotated[
        Form | None,
        typer.Option("--format", help="By the ending of FILE, else text, if absent."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write to.")
    ] = None,
    library: Annotated[
        Path | None,
        typer.Option("--library", help="Your own library; the usual one if absent."),
    ] = None,
    model_address: Annotated[
        str | None,
        typer.Option(
            "--model-address",
            help="OpenAI-compatible address of a language model that rephrases the "
            "account. None is asked unless it is named here or in the environment.",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Name of that language model.")
    ] = None,
    vectors: Annotated[
        str | None,
        typer.Option(
            "--vectors",
            metavar="NAME",
            help="Name of an embedding model at that address by which claims are "
            "ranked as well.",
        ),
    ] = None,
) -> None:
    """Answer a question from sources, with what the library does not cover."""
    answer = _answered(question, library, model_address, model, vectors)
    text = _written(answer, _form(form, output))
    if output is None:
        write(text)
        return
    output.write_bytes(text.encode())
    tell(f"Answer: {output}")


def _answered(
    question: str,
    library: Path | None,
    address: str | None,
    name: str | None,
    vectors: str | None,
) -> "Answer":
    from kapsim.answers.asking import ask
    from kapsim.answers.prose import named_model, rephrase

    embedder = named_model(address, vectors) if vectors else None
    writer = named_model(address, name) if name or not vectors else None
    if vectors and embedder is None:
        raise typer.BadParameter("--vectors needs the address of a model.")
    rerank = None
    if embedder is not None:
        from kapsim.answers.meaning import by_meaning

        rerank = by_meaning(embedder)
    answer = ask(question, library, rerank=rerank)
    return answer if writer is None else rephrase(answer, writer)


def _form(form: Form | None, output: Path | None) -> Form:
    if form is not None:
        return form
    endings = {f".{one.value}": one for one in Form} | {".txt": Form.TEXT}
    endings |= {".htm": Form.HTML, ".markdown": Form.MARKDOWN}
    return endings.get(output.suffix.lower(), Form.TEXT) if output else Form.TEXT


def _written(answer: "Answer", form: Form) -> str:
    from kapsim.answers.formats import forms

    writers = {
        Form.TEXT: forms.as_text,
        Form.MARKDOWN: forms.as_markdown,
        Form.HTML: forms.as_html,
        Form.JSON: forms.as_json,
    }
    return writers[form](answer)
