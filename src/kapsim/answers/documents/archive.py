"""Zip archives read with a limit, so that a small file cannot fill the memory."""

import io
import zipfile
import zlib

from kapsim.answers.documents.errors import DocumentError

LARGEST_MEMBER = 64_000_000
"""Bytes of the largest part of an archive that is read."""

LARGEST_ARCHIVE = 256_000_000
"""Bytes of all parts that are read of an archive."""

_LARGEST_RATIO = 200
_SMALL = 1_000_000
_MOST_MEMBERS = 20_000


class Archive:
    """The parts of an EPUB or DOCX file.

    What an archive says of its own sizes is not believed: parts are read up to the
    limits and no further.

    Raises
    ------
    DocumentError
        On opening, if it is broken or says itself that a part goes beyond the limits;
        on reading, if a part does.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _broken(error) from error
        members = self._zip.infolist()
        self.names = {member.filename for member in members}
        self._left = LARGEST_ARCHIVE
        if len(members) > _MOST_MEMBERS:
            raise DocumentError(
                f"its archive has {len(members)} parts; the most is {_MOST_MEMBERS}."
            )
        for member in members:
            packed, size = max(member.compress_size, 1), member.file_size
            if size > _SMALL and size / packed > _LARGEST_RATIO:
                raise _bomb(f"{member.filename} expands {size / packed:.0f}-fold")

    def read(self, name: str) -> bytes:
        """Content of a part."""
        limit = min(LARGEST_MEMBER, self._left)
        try:
            with self._zip.open(name) as part:
                data = part.read(limit + 1)
        except KeyError as error:
            raise DocumentError(
                f"its archive lacks {name}: the file is broken. Get it again."
            ) from error
        except RuntimeError as error:  # zipfile's way of saying that it is encrypted
            raise DocumentError(
                "it is encrypted, and cannot be read without its password. Save a copy "
                "without one."
            ) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise _broken(error) from error
        if len(data) > limit:
            raise _bomb(f"{name} is larger than {limit / 1e6:.0f} MB when unpacked")
        self._left -= len(data)
        return data


def _bomb(why: str) -> DocumentError:
    return DocumentError(
        f"its archive looks like a zip bomb ({why}). It was not unpacked."
    )


def _broken(error: Exception) -> DocumentError:
    return DocumentError(
        f"its archive cannot be opened ({error}): the file is broken or only partly "
        "downloaded. Get it again."
    )
