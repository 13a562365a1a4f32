"""Device: what a browser says of itself, in words by which its owner knows it again.

>>> device_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
...           "Chrome/142.0.0.0 Safari/537.36")
'Chrome · Windows'
>>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) MicroMessenger/8.0 wxwork/4.1")
'WeCom · iPhone'
>>> device_of("curl/8.1")
''
"""

from __future__ import annotations

BROWSERS = (
    ("wxwork/", "WeCom"),
    ("DingTalk/", "DingTalk"),
    ("Lark/", "Feishu"),
    ("MicroMessenger/", "WeChat"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Those that name others too come first."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(said: str) -> str:
    """Return browser and system; nothing where neither is known."""
    named = [
        next((name for mark, name in marks if mark in said), "") for marks in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(each for each in named if each)
