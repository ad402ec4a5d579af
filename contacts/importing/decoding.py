"""Finding out a text file's encoding, in constant memory."""

import codecs
from pathlib import Path

_BYTES_AT_ONCE = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path) -> str:
    """UTF-8 and UTF-16 by their marks, UTF-16 without, UTF-8 when all of the file is, else Windows' cp1252."""
    with path.open("rb") as file:
        start = file.read(4)
        for bom, encoding in _BOMS:
            if start.startswith(bom):
                return encoding
        if len(start) == 4 and 0 in start[:2]:
            return "utf-16-le" if start[1] == 0 else "utf-16-be"
    return "utf-8" if _is_utf8(path) else "cp1252"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BYTES_AT_ONCE):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
