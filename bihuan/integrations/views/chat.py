"""The page on which WeCom is set up, and the address to which WeCom calls back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.inbox.actions import send_test
from bihuan.inbox.queries.writing import public
from bihuan.integrations import actions
from bihuan.integrations.forms import WeComForm
from bihuan.integrations.models import ChatAddress, WeComApp
from bihuan.integrations.wecom.cards import pressed
from bihuan.integrations.wecom.crypt import CallbackForged
from bihuan.integrations.wecom.tool import WeCom, crypt_of, read_xml
from bihuan.kernel.errors import Conflict, Invalid, Missing, gettext_noop
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role
from bihuan.org.models import Person

FORM = ["GET", "HEAD", "POST"]
TOLERANCE = timedelta(minutes=10)
"""How far the clock of WeCom may be off, and how long a call can be played back."""
MOST_BYTES = 100_000


class CodeUnknown(Invalid):
    code = "integrations.code_unknown"
    says = gettext_noop("In line %(line)s: there is nobody with the code “%(person)s”.")


class UserIdMissing(Invalid):
    code = "integrations.user_id_missing"
    says = gettext_noop("In line %(line)s: write the user id in WeCom after the code.")


class CallbackMissing(Missing):
    code = "integrations.callback_missing"
    says = gettext_noop("Nobody listens at this address.")


@require_http_methods(FORM)
@allowed_to(Role.ADMIN)
def wecom(request: PersonRequest) -> HttpResponse:
    app = WeComApp.objects.filter(tenant=request.tenant).first()
    form = WeComForm(request.POST) if request.method == "POST" else WeComForm(initial=_kept(app))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _set(request, form):
            messages.success(request, _("WeCom is set up. Send a test message to see it arrive."))
            return redirect("chat:wecom")
    callback = reverse("chat:wecom_callback", args=[app.public_id]) if app is not None else ""
    context = {"form": form, "app": app, "callback": public(callback) if callback else ""}
    return render(request, "integrations/wecom.html", context, status=status)


def _kept(app: WeComApp | None) -> dict[str, object]:
    if app is None:
        return {"ids_are_codes": True, "is_on": True}
    named = ChatAddress.objects.filter(tenant_id=app.tenant_id, tool=WeCom().code)
    lines = [f"{each.person.code} {each.address}" for each in named.select_related("person")]
    return {
        "corp_id": app.corp_id,
        "agent_id": app.agent_id,
        "ids_are_codes": app.ids_are_codes,
        "is_on": app.is_on,
        "people": "\n".join(lines),
    }


def _set(request: PersonRequest, form: WeComForm) -> bool:
    """Keep what was typed; return whether nothing speaks against it."""
    given = {name: form.cleaned_data[name] for name in form.fields if name != "people"}
    try:
        people = _people(request, form)
        actions.set_wecom(
            tenant=request.tenant, draft=actions.WeComDraft(**given), by=request.person
        )
        actions.set_chat_addresses(
            tool=WeCom(), tenant=request.tenant, addresses=people, by=request.person
        )
    except (Invalid, Conflict) as error:
        form.add_error(None, sentence(error))
        return False
    return True


def _people(request: PersonRequest, form: WeComForm) -> Mapping[Person, str]:
    typed = form.addresses()
    known = Person.objects.filter(tenant=request.tenant, is_robot=False)
    by_code = {each.code: each for each in known.filter(code__in=[code for code, _ in typed])}
    for line, (code, address) in enumerate(typed, start=1):
        if code not in by_code:
            raise CodeUnknown(line=line, person=code)
        if not address:
            raise UserIdMissing(line=line)
    return {by_code[code]: address for code, address in typed}


@require_POST
@allowed_to(Role.ADMIN)
def wecom_test(request: PersonRequest) -> HttpResponse:
    """Send the administrator a message, and say what WeCom answered."""
    try:
        sent = send_test(to=request.person, channel=WeCom().code, by=request.person)
    except (Invalid, Conflict, Missing) as refusal:
        messages.error(request, sentence(refusal))
    else:
        said = _("WeCom has taken the test message (%(receipt)s).") % {
            "receipt": sent.receipt or "–"
        }
        messages.success(request, said)
    return redirect("chat:wecom")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def wecom_callback(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer WeCom: prove that we hold the key, or take note of a button that was pressed.

    All that needs time is done later: WeCom waits five seconds.
    """
    app = WeComApp.objects.select_related("tenant").filter(public_id=public_id, is_on=True).first()
    if app is None:
        raise CallbackMissing()
    if request.method == "GET":
        return HttpResponse(_opened(request, app, request.GET.get("echostr", "")), "text/plain")
    if len(request.body) > MOST_BYTES:
        raise CallbackForged()
    sealed = read_xml(request.body).get("Encrypt", "")
    button = pressed(read_xml(_opened(request, app, sealed)))
    if button is not None:
        actions.note_pressed(tool=WeCom(), tenant=app.tenant, pressed=button)
    return HttpResponse("", "text/plain")


def _opened(request: HttpRequest, app: WeComApp, sealed: str) -> str:
    timestamp = request.GET.get("timestamp", "")
    said = crypt_of(app).opened(
        signature=request.GET.get("msg_signature", ""),
        timestamp=timestamp,
        nonce=request.GET.get("nonce", ""),
        sealed=sealed,
    )
    if not timestamp.isdecimal() or len(timestamp) > len("9999999999"):
        raise CallbackForged()
    if abs(int(clock.now().timestamp()) - int(timestamp)) > TOLERANCE.total_seconds():
        raise CallbackForged()
    return said
