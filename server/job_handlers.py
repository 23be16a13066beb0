"""Which function does which kind of job."""

from collections.abc import Mapping
from functools import partial

from server.exports import export_jobs
from server.http.call import Services
from server.jobs.worker import Handler, Worker
from server.submissions import areas


def job_handlers(services: Services) -> Mapping[str, Handler]:
    return {
        export_jobs.KIND: partial(export_jobs.make_export, services.database, services.storage),
        areas.KIND: partial(areas.renew_areas, services.database),
    }


def new_worker(services: Services) -> Worker:
    return Worker(services.database, job_handlers(services))
