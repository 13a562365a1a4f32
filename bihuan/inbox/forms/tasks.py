"""Which tasks are shown, and what is typed into one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.base.uploads import ACCEPTED
from bihuan.inbox.domain.escalation import MOST_DAYS, MOST_STEPS, Counting, Deed, Ladder, Step
from bihuan.inbox.domain.task import (
    COMMENT_LENGTH,
    ITEMS_AT_MOST,
    RESULT_LENGTH,
    SNOOZE_DAYS,
    TITLE_LENGTH,
    Outcome,
)
from bihuan.inbox.forms.answering import AT_ONCE, ReasonForm
from bihuan.inbox.models import COUNTING_LABELS, DEED_LABELS, OUTCOME_LABELS
from bihuan.inbox.queries import TasksShown
from bihuan.org.models import Person, PersonQuerySet

SHOWN_LABELS = {
    TasksShown.MINE.value: _("My tasks"),
    TasksShown.TEAM.value: _("My team’s"),
    TasksShown.COPIED.value: _("Copied to me"),
    TasksShown.MADE.value: _("Given by me"),
    TasksShown.DONE.value: pgettext_lazy("my tasks", "Done by me"),
}
USUAL_DAYS = 3
"""When a task made by hand is due unless something else is said."""


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, *, first: date | None = None, last: date | None = None) -> None:
        bounds = {"min": first, "max": last}
        given = {name: day.isoformat() for name, day in bounds.items() if day is not None}
        super().__init__(attrs=given, format="%Y-%m-%d")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among people, told apart by their staff number."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}（{obj.code}）"


class TaskSearch(forms.Form):
    """Which tasks are shown; nonsense counts as nothing said."""

    which = forms.ChoiceField(required=False, choices=list(SHOWN_LABELS.items()))
    kind = forms.ChoiceField(label=_("Kind of task"), required=False, widget=forms.Select(AT_ONCE))

    def __init__(self, *args: object, kinds: Sequence[tuple[str, object]]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All kinds")), *kinds]

    def asked(self) -> tuple[TasksShown, str]:
        self.is_valid()
        which = self.cleaned_data.get("which") or TasksShown.MINE
        return TasksShown(which), self.cleaned_data.get("kind") or ""


class TaskForm(forms.Form):
    """A task that is made by hand."""

    title = forms.CharField(label=_("What is to be done"), max_length=TITLE_LENGTH)
    body = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )
    owner = PersonField(
        Person.objects.none(),
        label=_("Who does it"),
        empty_label=None,
        help_text=_("Yourself, or somebody you lead. Whoever leads the owner sees the task too."),
    )
    due_on = forms.DateField(label=_("Due on"))
    checklist = forms.CharField(
        label=_("Checklist"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One point a line."),
    )
    key = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def __init__(
        self, *args: object, people: PersonQuerySet, by: Person, today: date, key: int
    ) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        field = self.fields["owner"]
        assert isinstance(field, PersonField)
        field.queryset = people
        self.initial = {"owner": by, "due_on": today + timedelta(days=USUAL_DAYS), "key": key}
        self.fields["due_on"].widget = DayInput(first=today)

    def clean_checklist(self) -> list[str]:
        lines = [each.strip() for each in self.cleaned_data["checklist"].splitlines()]
        points = [each for each in lines if each]
        if len(points) > ITEMS_AT_MOST:
            raise forms.ValidationError(_("A checklist has up to 50 points."))
        if any(len(each) > TITLE_LENGTH for each in points):
            raise forms.ValidationError(_("A point has up to 200 characters."))
        return points


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment"), max_length=COMMENT_LENGTH, widget=forms.Textarea({"rows": 2})
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ",".join(sorted(ACCEPTED))}),
        help_text=_("Documents, pictures and recordings, up to 20 MB each."),
    )

    def given(self) -> UploadedFile:  # type: ignore[type-arg]  # not generic at run time
        given = self.cleaned_data["file"]
        assert isinstance(given, UploadedFile)
        return given


class SnoozeForm(ReasonForm):
    """Until when a task is put off, and why."""

    until = forms.DateField(label=_("Take it up again on"))
    field_order = ("until", "reason")

    def __init__(self, *args: object, today: date) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        tomorrow = today + timedelta(days=1)
        self.initial = {"until": tomorrow}
        last = today + timedelta(days=SNOOZE_DAYS)
        self.fields["until"].widget = DayInput(first=tomorrow, last=last)


class HandOverForm(ReasonForm):
    """To whom a task goes, and why; whose it was is kept, so that nobody hands on what has gone."""

    to = PersonField(Person.objects.none(), label=_("Hand it to"), empty_label="")
    had = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("to", "reason")

    def __init__(self, *args: object, people: PersonQuerySet, owner: int) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        field = self.fields["to"]
        assert isinstance(field, PersonField)
        field.queryset = people.exclude(pk=owner)
        self.initial = {"had": owner}


class FinishForm(forms.Form):
    """What came of a task."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=list(OUTCOME_LABELS.items()),
        initial=Outcome.DONE.value,
        widget=forms.RadioSelect,
    )
    result = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=RESULT_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Needed where it is done in part or could not be done."),
    )

    def chosen(self) -> Outcome:
        return Outcome(self.cleaned_data["outcome"])


class EscalationForm(forms.Form):
    """The steps of one kind of task, or of all for which nothing else is said."""

    counting = forms.ChoiceField(label=_("Days counted"), choices=list(COUNTING_LABELS.items()))

    def __init__(self, *args: object, ladder: Ladder) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        self.initial = {"counting": ladder.counting.value}
        for number in range(MOST_STEPS):
            self._add(number, ladder.steps[number] if number < len(ladder.steps) else None)

    def _add(self, number: int, step: Step | None) -> None:
        self.fields[f"after-{number}"] = forms.IntegerField(
            label=_("After how many days"),
            required=False,
            min_value=1,
            max_value=MOST_DAYS,
            initial=step.after if step else None,
            widget=forms.NumberInput({"class": "num", "inputmode": "numeric"}),
        )
        self.fields[f"deed-{number}"] = forms.ChoiceField(
            label=_("What happens then"),
            choices=list(DEED_LABELS.items()),
            initial=step.deed.value if step else Deed.REMIND.value,
        )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the fields of each step."""
        return [(self[f"after-{n}"], self[f"deed-{n}"]) for n in range(MOST_STEPS)]

    def ladder(self) -> Ladder:
        """Return what was typed; a step without its days is none."""
        typed = [
            (self.cleaned_data[f"after-{n}"], self.cleaned_data[f"deed-{n}"])
            for n in range(MOST_STEPS)
        ]
        steps = tuple(Step(after, Deed(deed)) for after, deed in typed if after is not None)
        return Ladder(steps, Counting(self.cleaned_data["counting"]))
