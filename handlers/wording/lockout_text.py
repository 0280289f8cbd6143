"""Tell an account that it is locked after too many attempts, and what to do now."""

from handlers.conversation.context import Context
from locales import gettext as _
from locales.times import day_words
from models.failed_attempts import locked_until


async def turned_away(context: Context) -> list[str]:
    """Return the lines: too many attempts today, or locked by an office for some days."""
    until = await locked_until(context.session, context.account_id, context.now)
    if until is None:
        return [_("That was tried too often today."), _("Try again tomorrow, or ask staff: /bantuan.")]
    opens = _("It opens again on {day}.").format(day=day_words(context.reference.day_at(None, until)))
    return [_("The office has closed this for you."), opens, _("Is that wrong? Ask staff: /bantuan.")]
