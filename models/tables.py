"""Every table of the office in one place, for migrations and for nobody else."""

from sqlmodel import SQLModel

from models import audit, due, help, secrets
from models.applications import application, document, draft
from models.offices import office
from models.people import account, consent, link, permission, person
from models.post import chat, inbox, outbox, parcel
from models.programmes import edition

METADATA = SQLModel.metadata
FILES = (
    account, application, audit, chat, consent, document, draft, due, edition, help, inbox, link, office, outbox,
    parcel, permission, person, secrets,
)  # fmt: skip
