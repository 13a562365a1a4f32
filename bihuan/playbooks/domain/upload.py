"""Upload: which files may belong to a play, and how many.

Documents, pictures and recordings that phones open; what is in them is looked at by
the one way in that all files take.

>>> ".pdf" in ENDINGS, ".zip" in ENDINGS, FILES_MOST
(True, False, 5)
"""

from __future__ import annotations

FILES_MOST = 5
ENDINGS = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".mp4", ".m4a", ".docx", ".xlsx", ".pptx"))
