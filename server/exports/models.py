"""The table of exports that were made, or are to be made, by jobs."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.blobs import Blob
from server.db import Base, Id, utc_now
from server.forms.models import Form
from server.jobs.models import Job

KEPT = timedelta(days=7)


class Export(Base):
    """`sha256` leads to the file once it is made; it goes with the row when `expires_at` has come."""

    __tablename__ = "export"
    __table_args__ = (Index(None, "form_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    format: Mapped[str] = mapped_column(String(20))
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    name: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(default=lambda: utc_now() + KEPT)
    form: Mapped[Form] = relationship()
    job: Mapped[Job] = relationship()
    blob: Mapped[Blob | None] = relationship()
