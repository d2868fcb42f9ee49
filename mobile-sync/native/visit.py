"""Makes a visit with the phone's core, in the order in which a native shell does.

visit.py FOLDER SERVER EMAIL VISIT SIGNATURE PHOTO...

The password is in WAYMARK_PASSWORD; the declarations that `waymark-bindgen` writes, and the library, are a package `waymark` on
PYTHONPATH. Prints, as JSON, the hash of the manifest that the server's receipt is for. `tests/src/native.rs` runs it.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from waymark.waymark_mobile_sync import AnswerFields, EvidenceState, Secret, Session, Signer, Staging
from waymark.waymark_phone import Connection, Core, Failure

PIN = Secret.PIN(pin="428517")


async def refused(call) -> str:
    """The code of why something was not done."""
    try:
        await call
    except Failure.NotDone as failure:
        assert failure.why.message, "words that may be shown"
        return failure.why.code
    raise AssertionError("it was done")


async def fill(core: Core, visit: str, photos: list[Path]) -> None:
    """Answers every standard and keeps every photo, without a line."""
    framework = (await core.visit(visit)).framework
    fully = next(rating.id for rating in framework.ratings if rating.code == "fully")
    for standard in framework.standards:
        seen, reason = f"Seen for {standard.code}.", "On screen."
        fields = AnswerFields(
            rating=fully, seen=seen, action="", answered_on=None, next_on=None, missing_reason=reason
        )
        assert await core.answer(visit, standard.id, fields) is not None
        assert await core.answer(visit, standard.id, fields) is None, "nothing has changed"

    capture = Staging(
        visit=visit, standard=None, kind="photo", media_type="image/jpeg", captured_at=None, caption="By the door"
    )
    for photo in photos:
        await core.stage_evidence(capture, photo.read_bytes())
    blurred = await core.stage_evidence(capture, b"taken by mistake")
    assert (await core.photo(blurred)).bytes == b"taken by mistake"
    await core.cancel(blurred)
    assert await core.photo(blurred) is None
    assert await refused(core.stage_evidence(capture, b"")) == "size"


async def sign(core: Core, visit: str, picture: bytes) -> None:
    """Signs what is shown, and nothing else."""
    shown = await core.statement(visit)
    signer = Signer(name="Ines Calder", role="Head of centre")
    shown.words += " And more."
    assert await refused(core.sign(visit, shown, signer, picture)) == "too_late"
    await core.sign(visit, await core.statement(visit), signer, picture)


async def until_safe(core: Core, visit: str):
    """Waits until the server has said that it holds all of it."""
    seen = (await core.status()).revision
    while not (shown := await core.visit(visit)).summary.safety.is_safe:
        seen = await core.observe(seen)
    return shown


async def main(folder: str, server: str, email: str, visit: str, signature: str, *photos: str) -> None:
    core = await Core.open(folder, server, Connection.UNMETERED, PIN)
    assert isinstance((await core.status()).session, Session.NOBODY)
    assert await refused(core.sign_in(email, "not the password", "Python", None)) == "sign_in_refused"
    await core.sign_in(email, os.environ["WAYMARK_PASSWORD"], "Python", None)
    await core.pull()
    assert [shown.id for shown in await core.visits()] == [visit]
    assert await refused(core.visit("no id")) == "bad_input"

    await core.connected_by(Connection.OFFLINE)
    await fill(core, visit, [Path(photo) for photo in photos])
    await sign(core, visit, Path(signature).read_bytes())
    await core.complete(visit, None)
    status = await core.status()
    assert status.network == "offline" and status.unsent.photos == len(photos) + 1

    # It is closed, and everything is there again for whoever knows the PIN.
    await core.lock()
    assert await refused(core.visits()) == "not_open"
    wrong = Secret.PIN(pin="000000")
    assert await refused(Core.open(folder, server, Connection.OFFLINE, wrong)) == "wrong_secret"
    core = await Core.open(folder, server, Connection.UNMETERED, PIN)
    shown = await until_safe(core, visit)
    assert all(isinstance(evidence.state, EvidenceState.SAFE) for evidence in shown.evidence)
    print(json.dumps(shown.summary.safety.receipt.manifest_sha256))

    await core.wipe()
    assert await refused(core.pull()) in ("wiped", "signed_out")
    await core.lock()


asyncio.run(main(*sys.argv[1:]))
