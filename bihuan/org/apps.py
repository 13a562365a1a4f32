from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "bihuan.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        self._name_deeds()
        self._name_fields()
        self._guard_terms()
        self._guard_files()
        self._tell_those_below()

    def _guard_terms(self) -> None:
        """Let nothing change in a company whose term is over, and say which files are its own."""
        from bihuan.base import journal
        from bihuan.base.jobs.registry import guard_by
        from bihuan.org.standing import refuse_when_read_only, require_open
        from bihuan.org.stores import Store, anchors_of_journal, stores

        journal.guard_by(refuse_when_read_only)
        guard_by(require_open)
        stores(
            "journal",
            Store(label=_("Anchors of the journal"), count=None, files=anchors_of_journal),
        )

    def _guard_files(self) -> None:
        """Count what people take away."""
        from bihuan.base import taking
        from bihuan.org.middleware import require_may_take

        taking.guard_by(require_may_take)

    def _name_deeds(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "tenant.founded": _("Founded the company"),
                "tenant.changed": _("Changed the company's settings"),
                "tenant.allowance_set": _("Set what programs and exports may take"),
                "unit.added": _("Added a unit"),
                "unit.changed": _("Changed a unit"),
                "person.added": _("Added a person"),
                "person.changed": _("Renamed a person"),
                "person.assigned": _("Gave a person a seat"),
                "person.moved": _("Moved a person"),
                "person.left": _("Let a person leave"),
                "assignment.ended": _("Ended a seat"),
                "login.opened": _("Opened a login"),
                "login.renewed": _("Renewed a password"),
                "login.password_changed": _("Changed one's own password"),
                "login.factors_reset": _("Took off the second step of a login"),
                "login.shut": _("Shut a login"),
                "login.reopened": _("Opened a login again"),
                "person.forgotten": _("Took a person's name out"),
                "provider.set": _("Set up a sign-in provider"),
                "session.ended": _("Ended a session"),
                "session.others_ended": _("Ended one's other sessions"),
                "session.all_ended": _("Signed a person out everywhere"),
                "tenant.second_factor_set": _("Asked for a second step at sign-in"),
                "token.made": _("Made an API token"),
                "token.revoked": _("Revoked an API token"),
                "job.retried": _("Tried a job again"),
                "job.discarded": _("Gave up a job"),
                "delegation.begun": _("Lent somebody what one may see"),
                "delegation.ended": _("Ended a delegation"),
                "share.begun": _("Shared a thing"),
                "share.ended": _("Ended a share"),
                "backup.asked": _("Asked for a backup"),
                "plan.trial_begun": _("Began a trial"),
                "plan.trial_extended": _("Made a trial longer"),
                "plan.trial_ended": _("Ended a trial"),
                "plan.begun": _("Took a plan"),
            },
            [
                journal.Subject(label="org.tenant", word=_("Company")),
                journal.Subject(label="org.unit", word=_("Unit"), opens=journal.page("org:unit")),
                journal.Subject(
                    label="org.person", word=_("Person"), opens=journal.page("org:person")
                ),
                journal.Subject(label="org.assignment", word=_("Seat")),
                journal.Subject(label="org.apitoken", word=_("API token")),
                journal.Subject(label="org.delegation", word=_("Delegation")),
                journal.Subject(label="org.share", word=_("Sharing of a thing")),
            ],
        )

    def _name_fields(self) -> None:
        """Say what the journal's numbers of people and units stand for."""
        from bihuan.base.journal.fields import names_in, refer
        from bihuan.org.models import ROLE_LABELS, Person, Unit

        people = dict.fromkeys(("by", "deputy", "lender", "owner", "person"), names_in(Person))
        units = dict.fromkeys(("unit", "parent"), names_in(Unit))
        refer(rows={**people, **units}, choices={"role": ROLE_LABELS})

    def _tell_those_below(self) -> None:
        """Say in whose place people act, and what uses a person."""
        # Queries need the models, which are there only now.
        from bihuan.base.journal import register_standing
        from bihuan.org.openings import in_whose_place
        from bihuan.org.seeing import PERSON
        from bihuan.org.uses import register

        register(PERSON)
        register_standing(in_whose_place)
