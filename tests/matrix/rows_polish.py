"""The lines of the matrix for recordings of conversations."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.matrix.walk import Row

FEW = ("rep", "neighbour", "their rep", "absent")
CUSTOMER = {"account_id": "customer"}
HEARD = {"recording_id": "recording"}
OWN = {"recording_id": "own_recording"}
PAGE = "customers/recordings/<int:recording_id>/"
API = "api/v1/customers"
SOUND = SimpleUploadedFile("a.ogg", b"OggS" + bytes(40), "audio/ogg")
GIVEN = {
    "account": "{customer:rep}",
    "channel": "call",
    "happened_at": "2026-03-02T09:00",
    "file": SOUND,
}

RECORDINGS = (
    Row("customers/<int:account_id>/recordings/add/", about=CUSTOMER, tried=FEW),
    Row(
        "customers/<int:account_id>/recordings/add/",
        "POST",
        about=CUSTOMER,
        tried=FEW,
        body=GIVEN,
        fine=(302, 422),
    ),
    Row(PAGE, about=OWN, fine=(200, 302)),
    Row(PAGE, "POST", about=OWN, body={"text": "r"}, fine=(302,)),
    Row(f"{PAGE}transcribe/", "POST", about=OWN, fine=(302,)),
    Row(f"{PAGE}refuse/", "POST", about=OWN, fine=(302, 409)),
    Row(f"{PAGE}discard/", "POST", about=OWN, fine=(302, 409)),
    Row(f"{PAGE}sound/", about=HEARD),
    Row(
        f"{API}/{{account_id}}/recordings",
        "POST",
        about=CUSTOMER,
        tried=FEW,
        body={"channel": "call", "happened_at": "2026-03-02T09:00:00Z", "file": SOUND},
        is_form=True,
        fine=(201,),
    ),
    Row(f"{API}/recordings/{{recording_id}}", about=HEARD),
    Row(f"{API}/recordings/{{recording_id}}/sound", about=HEARD),
    Row(f"{API}/recordings/{{recording_id}}/transcript", "POST", about=OWN, fine=(409,)),
    Row(
        f"{API}/recordings/{{recording_id}}/words",
        "POST",
        about=OWN,
        body={"text": "r"},
        fine=(200, 409),
    ),
    Row(f"{API}/recordings/{{recording_id}}/discard", "POST", about=OWN, fine=(200, 409)),
)

POLISH = RECORDINGS
