"""Word-processor files that are not as they should be, and archives taken apart."""

import random
import re
import zipfile
from pathlib import Path

import docx

from tests.unit.answers.made_documents import report_docx

RELS = "_rels/.rels"


def plain_docx(path: Path, *lines: str, heading: str = "") -> Path:
    """A word-processor file that says nothing of itself: no core properties."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if heading:
        document.add_heading(heading, 1)
        document.add_paragraph("What stands below it.")
    document.save(str(path))
    held = members(path)
    del held["docProps/core.xml"]
    related = re.sub(rb"<Relationship [^>]*core-properties[^>]*>", b"", held[RELS])
    return packed(path, {**held, RELS: related})


def docx_with_media(path: Path, megabytes: int, parts: int) -> Path:
    """A word-processor file whose embedded parts expand about a hundredfold.

    That is less than what an archive may say of a part, and each is within the limits.
    """
    held = members(report_docx(path))
    noise = random.Random(1).randbytes(10_000)
    part = (noise + bytes(990_000)) * megabytes
    names = [f"word/media/image{k}.png" for k in range(parts)]
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    links = "".join(
        f'<Relationship Id="media{k}" Type="{base}" Target="media/image{k}.png"/>'
        for k in range(parts)
    )
    rels = held["word/_rels/document.xml.rels"].replace(
        b"</Relationships>", f"{links}</Relationships>".encode()
    )
    types = held["[Content_Types].xml"].replace(
        b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1
    )
    own = {"word/_rels/document.xml.rels": rels, "[Content_Types].xml": types}
    return packed(path, {**held, **own, **dict.fromkeys(names, part)})


def members(path: Path) -> dict[str, bytes]:
    """Parts of an archive by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, held: dict[str, bytes]) -> Path:
    """Write an archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return path
