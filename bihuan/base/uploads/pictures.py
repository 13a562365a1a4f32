"""Pictures, drawn anew: what is seen stays, whatever else travelled in the file does not.

The place and the device that took a photo, comments, previews, profiles and files that
hang behind the picture are gone. A picture that moves stands still.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import error as StructError

from PIL import Image, ImageOps

from bihuan.base.uploads.errors import FileBroken, PictureTooLarge

MILLION_POINTS = 50
MOST_POINTS = MILLION_POINTS * 1_000_000
MOST_ACROSS = 20_000
QUALITY = 90
MODES = {
    "JPEG": ("L", "RGB"),
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("L", "P"),
}
"""How each format keeps its points; another way is brought to the last of them."""
FAULTS = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, EOFError),
    *(AttributeError, AssertionError, MemoryError, RuntimeError, StructError, zlib.error),
)
"""What decoders of pictures raise over a picture that is none."""


def drawn_anew(name: str, content: bytes, form: str) -> bytes:
    """Return a picture of this format with nothing in it but its points."""
    try:
        with Image.open(BytesIO(content), formats=[form]) as picture:
            _check_size(name, picture.size)
            picture.load()
            return _written(ImageOps.exif_transpose(picture), form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise PictureTooLarge(name=name, most=MILLION_POINTS) from fault
    except FAULTS as fault:
        raise FileBroken(name=name) from fault


def _check_size(name: str, size: tuple[int, int]) -> None:
    wide, high = size
    if wide * high > MOST_POINTS or max(size) > MOST_ACROSS:
        raise PictureTooLarge(name=name, most=MILLION_POINTS)


def _written(picture: Image.Image, form: str) -> bytes:
    modes = MODES[form]
    mode = picture.mode
    if mode not in modes:
        has_clear = "A" in mode or "transparency" in picture.info
        mode = modes[-1] if has_clear or "RGB" not in modes else "RGB"
    bare = picture.convert(mode) if mode != picture.mode else picture.copy()
    clear = bare.info.get("transparency")
    bare.info = {} if clear is None else {"transparency": clear}
    kept = BytesIO()
    bare.save(kept, form, **({"quality": QUALITY} if form in ("JPEG", "WEBP") else {}))
    return kept.getvalue()
