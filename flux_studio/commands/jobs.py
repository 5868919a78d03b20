"""`flux-studio jobs [resume|resolve|evidence|…]`: what was ordered, what is still open, what only a
person can settle, and what is known of one job. The rescue is in `rescue`.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

from flux_studio.assembly import Workshop
from flux_studio.commands import rescue
from flux_studio.commands.asking import may_send_again
from flux_studio.commands.evidence import takes_evidence, tell
from flux_studio.commands.exits import Exit
from flux_studio.commands.following import Follower, following
from flux_studio.commands.opened import opened
from flux_studio.commands.output import emit, iso, say, takes_json, write
from flux_studio.commands.some_jobs import SomeJobs
from flux_studio.commands.table import shortened, table
from flux_studio.core.errors import StudioError
from flux_studio.core.expiry import fetch_by, time_to_fetch
from flux_studio.core.job import Job, JobState
from flux_studio.core.money import dollars, plain
from flux_studio.engine.daemon_threads import run_with_daemon_threads
from flux_studio.engine.facts import Resolution
from flux_studio.engine.runner import Runner
from flux_studio.provider_keys import ProviderKeys
from flux_studio.providers.registry import PROVIDERS, row

HEADER = ("JOB", "STATE", "PROVIDER", "MODEL", "COST", "CREATED", "TASK", "NOTE")
DEEDS = ("list", "resume", "resolve", "evidence", *rescue.DEEDS)
LONGEST_NOTE = 60  # characters


def describe(parser: ArgumentParser) -> None:
    """The options of `jobs`."""
    parser.add_argument("do", nargs="?", choices=DEEDS, default="list")
    parser.add_argument("job", nargs="?", metavar="JOB", help="the job that is meant")
    takes_evidence(parser)
    rescue.takes_rescue(parser)
    outcome = parser.add_mutually_exclusive_group()
    outcome.add_argument("--found", metavar="TASK", help="it is there: the provider's task id")
    outcome.add_argument(
        "--not-charged", action="store_true", help="it is not there and was not charged"
    )
    parser.add_argument("--again", action="store_true", help="send it anew as another job")
    parser.add_argument("--open", action="store_true", help="list only what has not ended")
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """List jobs, follow the open ones to their end, or settle an unknown one."""
    wrong = _misuse(arguments)
    if wrong:
        say(wrong)
        return Exit.IMPOSSIBLE
    with opened() as workshop:
        if arguments.do == "list":
            return _list(workshop, arguments)
        if arguments.do == "evidence":
            return tell(workshop, arguments)
        if arguments.do in rescue.DEEDS:
            return run_with_daemon_threads(rescue.rescue(workshop, arguments))
        if arguments.job and workshop.journal.job(arguments.job) is None:
            say(f"There is no job {arguments.job}. See `flux-studio jobs`.")
            return Exit.IMPOSSIBLE
        follow = _resolve if arguments.do == "resolve" else _resume
        return run_with_daemon_threads(follow(workshop, arguments))


def job_fields(job: Job) -> dict[str, object]:
    """One job as JSON."""
    ticket = job.ticket
    return {
        "job": job.id,
        "state": job.state.value,
        "provider": job.request.provider,
        "model": job.request.model,
        "task": ticket.task if ticket else None,
        "created": iso(job.created),
        "estimate": plain(job.price),
        "charged": plain(job.charged),
        "expires": iso(ticket.expires) if ticket else None,
        "generation": job.generation,
        "reason": job.reason,
        "message": job.message,
        "control": job.control,
        "request_id": job.request_id,
        "project": job.origin.project,
        "held": job.held,
    }


def _misuse(arguments: Namespace) -> str:
    settled = arguments.found is not None or arguments.not_charged
    wrong = rescue.misuse(arguments)
    if wrong or (arguments.do in rescue.DEEDS and arguments.found is None and not arguments.again):
        return wrong
    if arguments.do == "resolve" and not (arguments.job and settled):
        return "Say which job, and --found TASK or --not-charged."
    if arguments.found is not None and not arguments.found.strip():
        return "--found needs the task's id as the provider shows it."
    if arguments.do == "evidence" and not arguments.job:
        return "Say which job: `jobs evidence JOB`."
    if arguments.do != "evidence" and (arguments.out or arguments.with_prompt):
        return "--out and --with-prompt belong to `jobs evidence JOB`."
    if arguments.do != "resolve" and settled:
        return "--found and --not-charged belong to `jobs resolve JOB`."
    if arguments.again and not arguments.not_charged:
        return "--again belongs to --not-charged: a job that is there is followed, not sent anew."
    if arguments.do == "list" and arguments.job:
        return "`jobs list` takes no job. Say `jobs resume JOB` or `jobs resolve JOB`."
    return ""


def _list(workshop: Workshop, arguments: Namespace) -> Exit:
    jobs = [job for job in workshop.journal.jobs() if not (arguments.open and job.ended)]
    if arguments.json:
        for job in jobs:
            emit(job_fields(job))
    else:
        for line in table(HEADER, [_cells(job) for job in jobs], right=("COST",)):
            write(line)
    return Exit.DONE


def _cells(job: Job) -> tuple[str, ...]:
    cost = dollars(job.charged if job.charged is not None else job.price)
    return (
        job.id,
        job.state.value,
        job.request.provider,
        job.request.model,
        cost,
        str(iso(job.created)),
        job.ticket.task if job.ticket else "-",
        shortened(_note(job), LONGEST_NOTE),
    )


def _note(job: Job) -> str:
    """How long a finished picture waits and the message, else the prompt."""
    said = (_waits(job), job.message)
    return " · ".join(filter(None, said)) or job.request.prompt


def _waits(job: Job) -> str:
    end, left = fetch_by(job), time_to_fetch(job, datetime.now(UTC))
    if end is None or left is None:
        return ""
    if not left:
        return f"the provider may have deleted it at {end.astimezone():%H:%M}"
    minutes = int(left.total_seconds() // 60)
    if minutes >= 24 * 60:
        return f"fetch by {end.astimezone():%Y-%m-%d %H:%M}"
    return f"fetch by {end.astimezone():%H:%M}, {minutes} min left"


async def _resume(workshop: Workshop, arguments: Namespace) -> Exit:
    """Follow what is open to its end; what was never sent is sent."""
    only = SomeJobs(workshop.journal, arguments.job) if arguments.job else None
    async with following(workshop, as_json=arguments.json, journal=only) as (runner, follower):
        await runner.resume_open_jobs()
        if arguments.job:
            runner.queue.release(arguments.job)  # named by hand: that is the yes
        jobs = _followable(runner)
        follower.expect(jobs)
        if not jobs:
            say("Nothing is open that could be followed.")
        await follower.ended()
        code = follower.code()
    if code is Exit.UNKNOWN:
        say("What became of a job is not known: see `flux-studio jobs --open`, then `resolve` it.")
    return code


def _followable(runner: Runner) -> list[str]:
    """The jobs of providers that are there; the others are left for a studio that has them, and
    those that a person holds stay held.
    """
    there = {known.id for known in PROVIDERS}
    return [j.id for j in runner.jobs() if j.request.provider in there and not j.held]


async def _resolve(workshop: Workshop, arguments: Namespace) -> Exit:
    """Settle one job whose outcome is unknown, as a person found it at the provider."""
    only = SomeJobs(workshop.journal, arguments.job)
    async with following(workshop, as_json=arguments.json, journal=only) as (runner, follower):
        await runner.resume_open_jobs()
        job = next((j for j in runner.jobs() if j.id == arguments.job), None)
        if job is None or job.state is not JobState.UNKNOWN:
            say(_not_unknown(workshop.journal.job(arguments.job), job))
            return Exit.IMPOSSIBLE
        if arguments.not_charged:
            order = rescue.order_of(workshop, job) if arguments.again else None
            if order is not None and not may_send_again(workshop, order, arguments):
                return Exit.IMPOSSIBLE
            request = await runner.resolve(job.id, Resolution.NOT_CHARGED)
            if request is None or order is None:
                say(f"{job.id} is closed as not charged.")
                return Exit.DONE
            follower.expect(rescue.place_again(runner, order))
        elif not await _has_key(workshop, job):
            return Exit.NO_KEY
        elif not await _find(runner, job, arguments.found):
            return Exit.UNKNOWN
        else:
            follower.expect([job.id])
        await follower.ended()
        await _settle_interrupt(runner, follower)
    return follower.code()


def _not_unknown(kept: Job | None, ours: Job | None) -> str:
    """Why there is nothing to resolve."""
    if kept is None or kept.ended:
        return f"{kept.id if kept else 'The job'} has ended: {kept.state.value if kept else '-'}."
    if ours is None:
        return f"{kept.id} belongs to another Flux Studio that is running: settle it there."
    return f"{kept.id} is {ours.state.value}: `flux-studio jobs resume` follows it."


async def _has_key(workshop: Workshop, job: Job) -> bool:
    provider = row(job.request.provider)
    keys = ProviderKeys(workshop.keychain, workshop.keys_in_use)
    key = await asyncio.to_thread(keys.key, provider.id)
    if key is not None or not provider.needs_key:
        return True
    say(f"There is no key for {provider.title}: set {provider.key_variable}.")
    return False


async def _find(runner: Runner, job: Job, task: str) -> bool:
    """Whether the provider knows the task; the job stays unknown when it does not."""
    try:
        await runner.resolve(job.id, Resolution.FOUND, task)
    except StudioError as error:
        say(str(error))
        return False
    return True


async def _settle_interrupt(runner: Runner, follower: Follower) -> None:
    if follower.interrupted:
        await follower.take_back(runner)
