"""`flux-studio jobs rescue|fetch|look|settle|again|leave|return`: everything that the rescue desk
of the window can do.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flux_studio.assembly import Workshop
from flux_studio.commands.asking import may_send_again
from flux_studio.commands.exits import Exit, worst
from flux_studio.commands.following import Follower, following
from flux_studio.commands.output import emit, iso, say, write
from flux_studio.commands.some_jobs import SomeJobs
from flux_studio.commands.table import shortened, table
from flux_studio.core.errors import KeyMissing, StudioError
from flux_studio.core.job import Job, JobState
from flux_studio.core.money import dollars, plain
from flux_studio.core.pricing import Estimate
from flux_studio.core.request import Order
from flux_studio.core.rescue import Case, Deed, Standing, deeds_for, to_rescue
from flux_studio.engine.facts import LookedFor, Resolution
from flux_studio.engine.runner import Runner
from flux_studio.providers.registry import row
from flux_studio.storage.unsaved import unsaved_jobs

HEADER = ("JOB", "STATE", "PROVIDER", "MODEL", "COST", "AGE", "LEFT", "WAYS", "PROMPT")
LONGEST_PROMPT = 40  # characters
ALONE = ("settle", "again", "leave", "return")  # deeds that are about one job
DEEDS = ("rescue", "fetch", "look", *ALONE)
_STUCK = timedelta(seconds=30)

Act = Callable[[Runner, Follower, Sequence[Case]], Awaitable[Exit]]


def takes_rescue(parser: ArgumentParser) -> None:
    """The options that belong to the rescue."""
    parser.add_argument("--charged", action="store_true", help="settle: it was charged")
    parser.add_argument("--aside", action="store_true", help="rescue: what was left aside")
    parser.add_argument(
        "--yes", action="store_true", help="send again even above the confirm_above of the settings"
    )


def misuse(arguments: Namespace) -> str:
    """Why the options do not fit together; '' when they do."""
    if arguments.do in ALONE and not arguments.job:
        return f"Say which job: `jobs {arguments.do} JOB`."
    if arguments.do == "rescue" and arguments.job:
        return "`jobs rescue` takes no job: it lists all that may have been paid."
    if arguments.do == "settle" and arguments.charged == arguments.not_charged:
        return "Say --charged or --not-charged, as you saw it at the provider."
    if arguments.do != "settle" and arguments.charged:
        return "--charged belongs to `jobs settle JOB`."
    if arguments.do != "rescue" and arguments.aside:
        return "--aside belongs to `jobs rescue`."
    if arguments.do in ("fetch", "look", "again", "leave", "return") and arguments.not_charged:
        return "--not-charged belongs to `jobs settle JOB` or `jobs resolve JOB`."
    if arguments.yes and not (arguments.do == "again" or arguments.again):
        return "--yes belongs to what is sent again."
    return ""


async def rescue(workshop: Workshop, arguments: Namespace) -> Exit:
    """Do what was asked about the jobs to rescue."""
    if arguments.do == "rescue":
        return _show(cases_of(workshop, aside=arguments.aside), as_json=arguments.json)
    meant = _meant(workshop, arguments)
    if isinstance(meant, Exit):
        return meant
    is_again = arguments.do == "again"
    if is_again and not may_send_again(workshop, order_of(workshop, meant[0].job), arguments):
        return Exit.IMPOSSIBLE
    acts: dict[str, Act] = {
        "fetch": _fetch,
        "look": _look,
        "again": lambda runner, follower, cases: _again(workshop, runner, follower, cases[0].job),
    }
    if arguments.do not in acts:
        return await _note(workshop, meant[0].job, arguments)
    some = SomeJobs(workshop.journal, *(case.job.id for case in meant), unsent=False)
    async with following(workshop, as_json=arguments.json, journal=some) as (runner, follower):
        await runner.resume_open_jobs()
        code = await acts[arguments.do](runner, follower, meant)
        if follower.interrupted:
            await follower.take_back(runner)
        return code


def cases_of(workshop: Workshop, *, aside: bool = False) -> tuple[Case, ...]:
    """The jobs to rescue, the one that is forgotten first in front."""
    now = datetime.now(UTC)
    jobs = unsaved_jobs(workshop.database.rows, aside=aside)
    return to_rescue(jobs, now, now, _lists, lambda job: _is_stuck(job, now))


def place_again(runner: Runner, order: Order) -> list[str]:
    """Send an order in the place of a job, and say so; gives the new job."""
    say(f"Sent again as a new job for {dollars(order.estimate.total)}.")
    return runner.place(order)


def case_fields(case: Case, now: datetime) -> dict[str, object]:
    """One case as JSON."""
    job, left = case.job, case.left(now)
    return {
        "job": job.id,
        "state": job.state.value,
        "standing": case.standing.value,
        "provider": job.request.provider,
        "model": job.request.model,
        "task": job.ticket.task if job.ticket else None,
        "prompt": job.request.prompt,
        "estimate": plain(job.price),
        "charged": plain(job.charged),
        "sent": job.sent and iso(job.sent),
        "expires": iso(case.expires),
        "left": None if left is None else round(left),
        "ways": [deed.value for deed in case.deeds],
        "reason": job.reason,
        "message": job.message,
    }


def _show(cases: Sequence[Case], *, as_json: bool) -> Exit:
    now = datetime.now(UTC)
    if as_json:
        for case in cases:
            emit(case_fields(case, now))
        return Exit.DONE
    for line in table(HEADER, [_cells(case, now) for case in cases], right=("COST",)):
        write(line)
    if not cases:
        say("Nothing to rescue: every picture that was paid is on disk.")
    return Exit.DONE


def _cells(case: Case, now: datetime) -> tuple[str, ...]:
    job, left = case.job, case.left(now)
    return (
        job.id,
        job.state.value,
        job.request.provider,
        job.request.model,
        dollars(job.price if job.charged is None else job.charged),
        _span((now - (job.sent or job.created)).total_seconds()),
        "-" if left is None else _span(left),
        ",".join(deed.value for deed in case.deeds),
        shortened(job.request.prompt, LONGEST_PROMPT),
    )


def _span(seconds: float) -> str:
    """'40 s', '12 min', '5 h', '3 d'."""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size * (2 if unit == "d" else 1):
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"


def _meant(workshop: Workshop, arguments: Namespace) -> Sequence[Case] | Exit:
    """The cases that are meant: the one that was named, else all that it can be done for."""
    wanted = {"fetch": Deed.FETCH, "look": Deed.LOOK}.get(arguments.do)
    every = (*cases_of(workshop), *cases_of(workshop, aside=True))
    if not arguments.job:
        found = [case for case in cases_of(workshop) if wanted and _can(case, wanted)]
        if not found:
            say("There is nothing to rescue that way. See `flux-studio jobs rescue`.")
            return Exit.DONE
        return found
    for case in every:
        if case.job.id == arguments.job:
            return [case]
    job = workshop.journal.job(arguments.job)
    if job is None:
        say(f"There is no job {arguments.job}. See `flux-studio jobs`.")
        return Exit.IMPOSSIBLE
    if arguments.do == "again" and job.state in (JobState.REFUSED, JobState.FAILED):
        return [Case(job, Standing.ENDED, deeds_for(job, Standing.ENDED, lists=False))]
    say(f"{job.id} needs no rescue: it is {job.state.value}. See `flux-studio jobs rescue`.")
    return Exit.IMPOSSIBLE


def _can(case: Case, deed: Deed) -> bool:
    return case.can(deed) or (deed is Deed.FETCH and case.standing is Standing.COMING)


async def _fetch(runner: Runner, follower: Follower, cases: Sequence[Case]) -> Exit:
    """Ask once more for what was given up, and follow what is on its way."""
    codes = []
    for case in cases:
        try:
            await runner.rescue.fetch_again(case.job.id)
        except StudioError as error:
            say(f"{case.job.id}  {error}")
            codes.append(Exit.UNKNOWN if len(cases) > 1 else Exit.IMPOSSIBLE)
        else:
            follower.expect([case.job.id])
    await follower.ended()
    return worst([*codes, follower.code()])


async def _look(runner: Runner, follower: Follower, cases: Sequence[Case]) -> Exit:
    """Look for jobs of unknown outcome in their providers' lists of tasks."""
    codes = []
    for case in cases:
        try:
            found = await runner.reconciler.look(case.job.id)
        except StudioError as error:
            say(f"{case.job.id}  {error}")
            codes.append(Exit.NO_KEY if isinstance(error, KeyMissing) else Exit.UNKNOWN)
            continue
        if found is None:
            follower.expect([case.job.id])
        else:
            _say_found(found)
            codes.append(Exit.UNKNOWN)
    await follower.ended()
    return worst([*codes, follower.code()])


def _say_found(found: LookedFor) -> None:
    if found.absent:
        say(f"{found.job}  The provider's list of tasks has nothing like it.")
    elif not found.tasks:
        say(f"{found.job}  It is not in the provider's list, which may not be complete yet.")
    for task in found.tasks:
        kind = "the same request" if task.same else "the same prompt, perhaps"
        parts = (task.task, iso(task.created) or "", task.words, kind)
        say(f"{found.job}  {' · '.join(filter(None, parts))}")
    if found.tasks:
        say(f"Say which one it is: `flux-studio jobs resolve {found.job} --found TASK`.")


async def _again(workshop: Workshop, runner: Runner, follower: Follower, job: Job) -> Exit:
    """Send a job again as a new one; one of unknown outcome is closed first, as not charged."""
    if job.state is JobState.UNKNOWN:
        request = await runner.resolve(job.id, Resolution.NOT_CHARGED)
        if request is None:
            say(f"{job.id} belongs to another Flux Studio that is running: settle it there.")
            return Exit.IMPOSSIBLE
    follower.expect(place_again(runner, order_of(workshop, job)))
    await follower.ended()
    return follower.code()


async def _note(workshop: Workshop, job: Job, arguments: Namespace) -> Exit:
    """Settle a job, leave it aside or put it back."""
    if not workshop.journal.claim(job.id):
        say(f"{job.id} belongs to another Flux Studio that is running: do it there.")
        return Exit.IMPOSSIBLE
    async with following(workshop, as_json=arguments.json, journal=SomeJobs(workshop.journal)) as (
        runner,
        _,
    ):
        if arguments.do == "settle":
            runner.rescue.settle(job.id, charged=arguments.charged)
        else:
            runner.rescue.set_aside(job.id, aside=arguments.do == "leave")
    kept = workshop.journal.job(job.id)
    if arguments.json and kept is not None:
        charged_usd = plain(kept.charged)
        emit({"job": kept.id, "state": kept.state.value, "charged": charged_usd,
              "aside": kept.aside})  # fmt: skip
    words = {"leave": "is left aside", "return": "is back on the list"}
    charged = "is noted as charged" if arguments.charged else "is noted as not charged"
    say(f"{job.id} {words.get(arguments.do, charged)}.")
    return Exit.DONE


def order_of(workshop: Workshop, job: Job) -> Order:
    """The same request as a new job that names the old one, at today's price."""
    request = job.request
    card = workshop.ground.card(request.provider, request.model)
    sizes = [reference.size for reference in request.references]
    estimate = card.estimate(request.size, sizes) if card else Estimate(None, 1, ())
    return Order((request,), estimate, (replace(job.origin, again_of=job.id),))


def _is_stuck(job: Job, now: datetime) -> bool:
    return job.state is JobState.READY and now - job.updated >= _STUCK


def _lists(provider: str) -> bool:
    try:
        return row(provider).lists_tasks
    except KeyError:
        return False
