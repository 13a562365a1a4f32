from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlaybooksConfig(AppConfig):
    name = "bihuan.playbooks"
    label = "playbooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "pack.handed_out": _("Handed out a pack"),
                "pack.outcome_noted": _("Noted what came of a pack"),
                "pack.item_opened": _("Opened a play of a pack"),
                "pack.item_used": _("Used a play of a pack"),
                "pack.item_rated": _("Rated a play of a pack"),
                "play.given": _("Gave a play to somebody else"),
                "play.picked": _("Used a play of one's own accord"),
                "play.published": _("Published a play"),
                "play.restored": _("Restored a play"),
                "play.retired": _("Retired a play"),
                "play.saved": _("Saved a draft of a play"),
                "play.written": _("Wrote a play"),
                "plays.imported": _("Brought plays from a file"),
                "plays.started": _("Brought the starter set"),
            },
            [
                journal.Subject(
                    label="playbooks.play", word=_("Play"), opens=journal.page("playbooks:play")
                ),
                journal.Subject(
                    label="playbooks.handedout",
                    word=_("Pack"),
                    opens=journal.page("playbooks:pack"),
                ),
            ],
        )
        from bihuan.org.stores import Store, stores
        from bihuan.playbooks.access import bytes_of_files

        # Their bytes are rows, so they go with the rows.
        store = Store(
            label=_("Files of plays"), count=bytes_of_files, files=lambda tenant: iter(())
        )
        stores("playbooks", store)
