from __future__ import annotations

from bihuan.cli import main

main()
