"""Every table of the office in one place, for migrations and for nobody else."""

from sqlmodel import SQLModel

from models import audit, audit_seal, breach, due, heartbeat, help, secrets, tries
from models.applications import application, departure, document, draft
from models.backup import identity
from models.mydata import request
from models.offices import invitation, office, staff
from models.people import account, consent, erasure, link, permission, person
from models.post import chat, inbox, letter, outbox, parcel
from models.programmes import edition

METADATA = SQLModel.metadata
FILES = (
    account, application, audit, audit_seal, breach, chat, consent, departure, document, draft, due,
    edition, erasure, heartbeat, help, identity, inbox, invitation, letter, link, office, outbox, parcel, permission,
    person, request, secrets, staff, tries,
)  # fmt: skip
