"""`flux-studio jobs [resume|resolve]`: what was ordered, what is still open, and what only a person
can settle.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit, worst
from flux_studio.commands.following import Follower
from flux_studio.commands.output import iso, say, show, takes_json
from flux_studio.core.job import Job, JobState
from flux_studio.core.money import dollars, plain
from flux_studio.engine.facts import Resolution
from flux_studio.engine.runner import Runner
from flux_studio.ground import lay_ground
from flux_studio.log import start_log


def describe(parser: ArgumentParser) -> None:
    """The options of `jobs`."""
    parser.add_argument("do", nargs="?", choices=("list", "resume", "resolve"), default="list")
    parser.add_argument("job", nargs="?", metavar="JOB", help="the job to resolve")
    parser.add_argument("--found", metavar="TASK", help="it is there: the provider's task id")
    parser.add_argument(
        "--not-charged", action="store_true", help="it is not there and was not charged"
    )
    parser.add_argument("--open", action="store_true", help="list only what has not ended")
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """List jobs, follow the open ones to their end, or settle an unknown one."""
    ground = lay_ground()
    start_log(ground.paths)
    workshop = Workshop(ground)
    try:
        if arguments.do == "list":
            return _list(workshop, arguments)
        if arguments.do == "resolve" and not (arguments.job and _resolution(arguments)):
            say("Say which job, and --found TASK or --not-charged.")
            return Exit.IMPOSSIBLE
        return asyncio.run(_follow(workshop, arguments))
    finally:
        workshop.close()


def _list(workshop: Workshop, arguments: Namespace) -> Exit:
    for job in workshop.journal.jobs():
        if not (arguments.open and job.ended):
            show(arguments, job_fields(job), _line(job))
    return Exit.DONE


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
        "reason": job.reason,
        "message": job.message,
    }


async def _follow(workshop: Workshop, arguments: Namespace) -> Exit:
    follower = Follower(workshop.ground, as_json=arguments.json)
    runner = await workshop.runner(follower.tell, pausing=False)
    try:
        await runner.resume_open_jobs()
        if arguments.do == "resolve":
            code = await _resolve(runner, arguments)
            if code is not None:
                return code
        waiting = [j.id for j in runner.jobs() if j.state is not JobState.UNKNOWN]
        if not waiting:
            say("Nothing is open that could be followed.")
            return Exit.DONE
        follower.expect(waiting)
        await follower.ended()
    finally:
        await runner.close()
    return Exit.INTERRUPTED if follower.interrupted else worst(follower.codes())


async def _resolve(runner: Runner, arguments: Namespace) -> Exit | None:
    """Settle one job; None when it is now to be followed."""
    known = {job.id: job for job in runner.jobs()}
    job = known.get(arguments.job)
    if job is None or job.state is not JobState.UNKNOWN:
        say(
            f"{arguments.job} is not a job whose outcome is unknown. See `flux-studio jobs --open`."
        )
        return Exit.IMPOSSIBLE
    resolution = _resolution(arguments) or Resolution.LEAVE
    await runner.resolve(job.id, resolution, arguments.found or "")
    if resolution is Resolution.FOUND:
        return None
    say(f"{job.id} is closed as not charged. Its settings stay in the journal.")
    return Exit.DONE


def _resolution(arguments: Namespace) -> Resolution | None:
    if arguments.found:
        return Resolution.FOUND
    return Resolution.NOT_CHARGED if arguments.not_charged else None


def _line(job: Job) -> str:
    when = iso(job.created)
    task = job.ticket.task if job.ticket else "-"
    words = f"  {job.message}" if job.message else ""
    return (
        f"{job.id}  {job.state.value:<9} {job.request.provider}/{job.request.model}  "
        f"{dollars(job.price)}  {when}  {task}{words}"
    )
