"""A question asked while an answer is being written: it waits in view, can be changed, and has its turn."""

import uuid

from .people import Person


async def busy(alice: Person, seconds: float = 1.5) -> dict:
    """A running reply that takes about `seconds`."""
    return await alice.send(f"first [[standin tokens={int(seconds * 40)} rate=40 reasoning=0]]")


async def test_it_runs_after_the_first_and_knows_its_answer(alice, peek, upstream):
    word = f"x={uuid.uuid4().hex}"
    first = await busy(alice)
    second = await alice.send(f"second [[standin tokens=5 {word}]]", first["conversation"])
    assert second["state"] == "queued"
    assert "is-queued" in await alice.page(f"/m/{second['message']}/") or "Queued" in await alice.page(
        f"/c/{first['conversation']}/"
    )
    async with alice.tab() as tab:
        await tab.watch(first["conversation"])
        await tab.until_end(second["reply"])
    assert peek.reply(first["reply"])["state"] == peek.reply(second["reply"])["state"] == "complete"
    assert peek.reply(first["reply"])["ended_at"] <= peek.reply(second["reply"])["ended_at"]
    [call] = await upstream.calls(word)
    roles = [m["role"] for m in call["body"]["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert call["body"]["messages"][1]["content"] == peek.text(first["reply"])[0]


async def test_it_can_be_changed_until_it_starts_and_not_after(alice, peek, upstream):
    word = f"x={uuid.uuid4().hex}"
    first = await busy(alice)
    second = await alice.send("second", first["conversation"])
    changed = await alice.post(
        f"/m/{second['message']}/queued/", text=f"other words [[standin tokens=30 rate=20 {word}]]"
    )
    assert changed.status_code == 204
    empty = await alice.post(f"/m/{second['message']}/queued/", text=" ")
    assert (empty.status_code, empty.json()["field"]) == (422, "text")
    async with alice.tab() as tab:
        await tab.watch(first["conversation"])
        await tab.until(lambda: tab.logs.get(second["reply"]))
        for late in (f"/m/{second['message']}/queued/", f"/m/{second['message']}/queued/remove/"):
            refused = await alice.post(late, text="too late")
            assert refused.status_code == 409
            assert "already being answered" in refused.json()["error"]
        await alice.post(f"/r/{second['reply']}/stop/")
        await tab.until_end(second["reply"])
    assert len(await upstream.calls(word)) == 1


async def test_it_can_be_taken_out_and_what_waits_behind_it_moves_up(alice, upstream):
    word = f"x={uuid.uuid4().hex}"
    first = await busy(alice)
    second = await alice.send("never [[standin tokens=5]]", first["conversation"])
    third = await alice.send(f"third [[standin tokens=5 {word}]]", first["conversation"])
    assert (await alice.post(f"/m/{second['message']}/queued/remove/")).status_code == 204
    await alice.ended(third["reply"])
    [call] = await upstream.calls(word)
    assert [m["role"] for m in call["body"]["messages"]] == ["user", "assistant", "user"]
    assert (await alice.http.get(f"/r/{second['reply']}/tail/")).status_code == 404
    assert "never" not in await alice.page(f"/c/{first['conversation']}/")


async def test_a_waiting_question_that_is_stopped_never_reaches_the_model(alice, peek, upstream):
    word = f"x={uuid.uuid4().hex}"
    first = await busy(alice)
    second = await alice.send(f"second [[standin {word}]]", first["conversation"])
    assert (await alice.post(f"/r/{second['reply']}/stop/")).status_code == 204
    assert peek.reply(second["reply"])["state"] == "stopped"
    await alice.ended(first["reply"])
    third = await alice.send("third [[standin tokens=5]]", first["conversation"])
    assert (await alice.ended(third["reply"]))["state"] == "complete"
    assert await upstream.calls(word) == []


async def test_a_tab_sees_the_end_of_a_waiting_question_that_is_stopped_as_it_sees_any_end(alice):
    first = await busy(alice)
    second = await alice.send("second", first["conversation"])
    async with alice.tab() as tab:
        await tab.watch(first["conversation"])
        await alice.post(f"/r/{second['reply']}/stop/")
        await tab.until(lambda: any(f["t"] == "grew" and f["r"] == second["reply"] for f in tab.frames))
        [frame] = [f for f in tab.frames if f["t"] == "grew" and f["r"] == second["reply"]]
        assert [[seq, kind, data["state"]] for seq, kind, data in frame["e"]] == [[1, "end", "stopped"]]
    await alice.post(f"/r/{first['reply']}/stop/")


async def test_ten_questions_sent_at_once_are_answered_one_after_the_other(alice, peek):
    import asyncio

    first = await busy(alice, 0.5)
    more = await asyncio.gather(
        *[alice.send(f"{n} [[standin tokens=4 reasoning=0]]", first["conversation"]) for n in range(9)]
    )
    for told in more:
        await alice.ended(told["reply"])
    ends = peek.rows(
        "SELECT r.started_at, r.ended_at FROM conversations_reply r JOIN conversations_conversation c"
        " ON c.id = r.conversation_id WHERE c.key = ? ORDER BY r.started_at",
        uuid.UUID(first["conversation"]),
    )
    assert len(ends) == 10
    assert all(ends[n][1] <= ends[n + 1][0] for n in range(9)), "two ran at once"
