"""PDF: the text that is printed, in the order it is read."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kapsim.answers.documents.block import Parts
from kapsim.answers.documents.errors import DocumentError
from kapsim.answers.documents.pdf_flow import blocks_of_pages
from kapsim.answers.documents.pdf_furniture import without_page_furniture
from kapsim.answers.documents.pdf_limits import refuse_bomb
from kapsim.answers.documents.pdf_lines import PrintedPage, printed_page
from kapsim.answers.documents.pdf_metadata import work_of_pdf
from kapsim.answers.documents.quiet import quiet

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

_LEAST_LETTERS = 15
"""Letters below which a page that is one picture is taken for a scan."""

_MANY = 200
"""Characters printed sideways, or unreadable, on a page that are worth a warning."""


def read_pdf(data: bytes) -> Parts:
    """PDF taken apart.

    Raises
    ------
    DocumentError
        If it is broken, locked with a password, or only pictures of pages.
    """
    refuse_bomb(data)
    with quiet("pdfminer"):
        document = _opened(data)
        pages, warnings = _pages(document)
    told = without_page_furniture(pages)
    empty = [page.number for page in told if _is_picture(page)]
    if pages and all(_letters(page) == 0 for page in told):
        raise DocumentError(
            f"none of its {len(pages)} pages holds text: it looks scanned. Run text "
            "recognition over it, for instance with OCRmyPDF, and add the result."
        )
    if not pages:
        raise DocumentError(
            "no page of it can be read: the file is broken or only partly downloaded. "
            "Get it again."
        )
    if empty:
        warnings.append(f"{listed(empty)} {_holds(empty)} no text (scanned?)")
    sideways = [page.number for page in pages if page.sideways > _MANY]
    if sideways:
        warnings.append(f"{listed(sideways)}: text printed sideways was left out")
    unmapped = [page.number for page in pages if page.unmapped > _MANY]
    if unmapped:
        warnings.append(
            f"{listed(unmapped)}: the fonts do not say which letters some signs are; "
            "these were left out"
        )
    if b"%%EOF" not in data[-2048:]:
        warnings.append("the file ends early: pages may be missing")
    return Parts(blocks_of_pages(told), work_of_pdf(document, told), warnings)


def listed(pages: Sequence[int]) -> str:
    """Pages in words: ``page 3``, ``pages 3, 4, 8-12``."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    words = [
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run))
        for run in runs
    ]
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(words)}"


def _holds(pages: Sequence[int]) -> str:
    return "hold" if len(pages) > 1 else "holds"


def _letters(page: PrintedPage) -> int:
    return sum(char.isalpha() for line in page.lines for char in line.text)


def _is_picture(page: PrintedPage) -> bool:
    return page.pictured and _letters(page) < _LEAST_LETTERS


def _opened(data: bytes) -> "PDFDocument":
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdfparser import PDFParser

    try:
        return PDFDocument(PDFParser(io.BytesIO(data)))
    except PDFEncryptionError as error:
        raise DocumentError(
            "it is encrypted, and cannot be read without its password. Save a copy "
            "without one."
        ) from error
    except Exception as error:  # pdfminer raises errors of all kinds on broken files
        raise DocumentError(
            f"it is not a whole PDF ({_told(error)}): the file is broken or only "
            "partly downloaded. Get it again."
        ) from error


def _told(error: Exception) -> str:
    told = " ".join(str(error).split())
    return told[:80] or type(error).__name__


def _pages(document: "PDFDocument") -> tuple[list[PrintedPage], list[str]]:
    """Pages that can be read, and which cannot."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = PDFPageAggregator(
        resources, laparams=LAParams(boxes_flow=None, all_texts=True)
    )
    interpreter = PDFPageInterpreter(resources, device)
    found: list[PrintedPage] = []
    broken: list[int] = []
    number = 0
    steps = PDFPage.create_pages(document)
    while True:
        number += 1
        try:
            page = next(steps)
        except StopIteration:
            break
        except Exception:  # as above: the tree of pages is broken from here
            broken.append(number)
            break
        try:
            interpreter.process_page(page)
            found.append(printed_page(device.get_result(), number))
        except Exception:  # as above: this page is broken
            broken.append(number)
    warnings = [f"{listed(broken)} could not be read"] if broken else []
    return found, warnings
