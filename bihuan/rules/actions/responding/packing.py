"""Learning packs that alerts become."""

from __future__ import annotations

from bihuan.org.models import Person
from bihuan.rules.actions.responding.made import Made
from bihuan.rules.domain.response import Response
from bihuan.rules.models import Alert


def handed(alert: Alert, response: Response, to: Person, robot: Person) -> Made | None:
    """Hand somebody the plays for what they are low on, and for its first reason."""
    return None
