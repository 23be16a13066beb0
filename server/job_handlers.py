"""Which function does which kind of job."""

from collections.abc import Mapping
from functools import partial

from server.exports.export_jobs import KIND, make_export
from server.http.call import Services
from server.jobs.worker import Handler, Worker


def job_handlers(services: Services) -> Mapping[str, Handler]:
    return {KIND: partial(make_export, services.database, services.storage)}


def new_worker(services: Services) -> Worker:
    return Worker(services.database, job_handlers(services))
