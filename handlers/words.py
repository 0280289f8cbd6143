"""Enums as the words that people read."""

from locales import N_
from locales import gettext as _
from models.people.account import Account, Address, ReadingMode

ADDRESSES = {
    Address.BAPAK: N_("Bapak"),
    Address.IBU: N_("Ibu"),
    Address.KAK: N_("Kak"),
    Address.NAME: N_("Just my name"),
}
MODES = {
    ReadingMode.PLAIN: N_("Normal"),
    ReadingMode.SIMPLE: N_("Short and easy"),
    ReadingMode.SCREEN_READER: N_("Screen reader"),
    ReadingMode.DEAF: N_("I am Deaf, writing only"),
}


def address_of(account: Account) -> str:
    """How to address somebody: "Bapak", "Ibu", "Kak", their name, or "Anda" as long as nobody knows."""
    if account.address is None:
        return _("you")
    if account.address is Address.NAME:
        return str(account.called or _("you"))
    return _(ADDRESSES[account.address])
