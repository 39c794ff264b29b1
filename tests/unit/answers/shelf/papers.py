"""Made-up documents as plain text."""

from pathlib import Path

WORDS = (
    "ketamine fear extinction mood memory receptor defeat rumination body therapy "
    "session belief sleep dose heart learning safety rank hope window"
).split()


def paragraphs(number: int, count: int = 4, words: int = 30) -> list[str]:
    """Paragraphs that differ between documents."""
    step = 2 * number + 1
    places = range(words)
    return [
        " ".join(WORDS[(place * step + line) % len(WORDS)] for place in places)
        + f" in study {number}, paragraph {line}."
        for line in range(count)
    ]


def write(folder: Path, number: int, count: int = 4) -> Path:
    """A document of that many paragraphs."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"study-{number:03}.txt"
    path.write_text("\n\n".join(paragraphs(number, count)), encoding="utf-8")
    return path
