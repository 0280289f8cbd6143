"""Imports every table into one metadata, for migrations and backups."""

from sqlmodel import SQLModel

from models import audit, audit_seal, breach, failed_attempts, heartbeat, help_request, keyring, scheduled
from models.applications import application, departure, document, draft
from models.backup import identity
from models.messaging import conversation_state, file_download, inbox, outbox, printed_letter
from models.mydata import data_request
from models.offices import invitation, office, staff
from models.people import account, consent, erasure, link, permission, person
from models.programmes import programme_version

METADATA = SQLModel.metadata
FILES = (
    account, application, audit, audit_seal, breach, consent, conversation_state, data_request, departure, document,
    draft, erasure, failed_attempts, file_download, heartbeat, help_request, identity, inbox, invitation, keyring,
    link, office, outbox, permission, person, printed_letter, programme_version, scheduled, staff,
)  # fmt: skip
