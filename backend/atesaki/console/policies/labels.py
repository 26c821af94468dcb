"""The names of the form's fields and what they mean; a key that has none yet stands as it is written in the file."""

from __future__ import annotations

from typing import Final

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _

LABELS: Final = {
    "Policy.id": _("Name of the file"),
    "Policy.title": _("Title"),
    "Policy.why": _("Why the policy exists"),
    "Policy.rules": _("Rules"),
    "Rule.id": _("Name of the rule"),
    "Rule.when": _("If"),
    "Rule.unless": _("Unless (without an end)"),
    "Rule.exemptions": _("Exemptions with an end"),
    "Rule.action": _("What happens"),
    "Rule.release": _("What lets a held mail go"),
    "Rule.remedies": _("Fixes that are offered"),
    "Rule.message": _("What the sender reads"),
    "Rule.mode": _("Mode of the rule"),
    "Rule.active": _("Days in force"),
    "Rule.severity": _("How serious it is"),
    "Rule.why": _("Why the rule exists"),
    "Text.ja": _("Japanese"),
    "Text.en": _("English"),
    "SenderText.ja": _("Japanese"),
    "SenderText.en": _("English"),
    "SenderText.appointment": _("Instead, where it is a meeting"),
    "Active.from": _("First day"),
    "Active.until": _("Last day"),
    "Exemption.id": _("Name"),
    "Exemption.when": _("Who or what is exempt"),
    "Exemption.owner": _("Who answers for it"),
    "Exemption.until": _("Last day"),
    "Exemption.why": _("Reason"),
    "Condition.all": _("All of these"),
    "Condition.any": _("Any of these"),
    "Condition.not": _("Not this"),
    "Condition.recipients": _("Who it goes to"),
    "Condition.exposure": _("Addresses that strangers would learn"),
    "Condition.subject": _("Subject"),
    "Condition.body": _("Text"),
    "Condition.attachments": _("Attachments"),
    "Condition.sender": _("Sender"),
    "Condition.thread": _("Conversation"),
    "Condition.item": _("Mail or meeting"),
    "Condition.time": _("When it is sent"),
    "Condition.greeting_mismatch": _("The text greets somebody who is not a recipient"),
    "Condition.truncated": _("Something could not be read in full"),
    "RecipientFilter.fields": _("In the fields"),
    "RecipientFilter.visible": _("Visible to the others"),
    "RecipientFilter.audience": _("Who they are"),
    "RecipientFilter.in_roster": _("On a roster"),
    "RecipientFilter.domains": _("Domains"),
    "RecipientFilter.addresses": _("Addresses"),
    "RecipientFilter.free_mail": _("At a free-mail provider or mobile carrier"),
    "RecipientFilter.kind": _("Kind of recipient"),
    "RecipientFilter.first_time": _("Never written to before"),
    "RecipientFilter.look_alike": _("Domain resembles a known one"),
    "RecipientFilter.added_to_thread": _("Was not in the conversation"),
    "RecipientFilter.same_organization": _("All of one organization"),
    "RecipientFilter.strangers": _("Not all of them on one open roster"),
    "RecipientFilter.at_least": _("At least so many recipients"),
    "RecipientFilter.organizations": _("Of outside organizations"),
    "RecipientFilter.share": _("Part of all recipients"),
    "InRoster.handling": _("Handling of the roster"),
    "InRoster.name": _("Name of the roster"),
    "AtLeast.at_least": _("At least"),
    "Share.at_least": _("At least (0.5 or 50 %)"),
    "ExposureFilter.disclosures": _("Addresses learned, counted in pairs"),
    "ExposureFilter.people": _("People who would learn any"),
    "ExposureFilter.organizations": _("Outside organizations in To and Cc"),
    "TextFilter.contains": _("Contains one of these words"),
    "TextFilter.matches": _("Matches one of these patterns (RE2)"),
    "TextFilter.empty": _("Is empty"),
    "AttachmentFilter.any": _("There are attachments"),
    "AttachmentFilter.name": _("File names"),
    "AttachmentFilter.extension": _("File types"),
    "AttachmentFilter.size": _("Size in bytes, together"),
    "AttachmentFilter.missing_although_mentioned": _("Missing although the text speaks of it"),
    "SenderFilter.addresses": _("Addresses"),
    "SenderFilter.groups": _("Groups of the directory"),
    "ThreadFilter.kind": _("Kind of message"),
    "ThreadFilter.known": _("Who was in the conversation is known"),
    "TimeFilter.outside_office_hours": _("Outside office hours"),
    "TimeFilter.holidays": _("On a holiday"),
}

HINTS: Final = {
    "RecipientFilter.domains": _(
        "One a line. example.com includes its sub-domains, *.example.com is only them, =example.com only itself."
    ),
    "RecipientFilter.addresses": _("One a line. * stands for any text: all-*@example.com."),
    "RecipientFilter.at_least": _("1 if nothing is given."),
    "RecipientFilter.in_roster": _("“These” takes the two fields below."),
    "TextFilter.contains": _("One a line; case and width do not matter."),
    "TextFilter.matches": _("One a line."),
    "AttachmentFilter.name": _("One a line. * stands for any text: 名簿*."),
    "AttachmentFilter.extension": _("One a line, such as xlsx."),
    "SenderFilter.addresses": _("One a line. * stands for any text: *@branch.example.com."),
    "SenderFilter.groups": _("One a line."),
    "Active.from": _("Such as 2027-04-01; empty means from now on."),
    "Active.until": _("Such as 2028-03-31; empty means without an end."),
    "Exemption.until": _("Such as 2028-03-31. On the day after, the rule speaks again."),
    "Rule.release": _("If nothing is chosen: a tick for warnings, never for blocks."),
    "Rule.severity": _("Of rules that are equally strict, the most serious is told first."),
    "Text.ja": _("The number and the fix first, no jargon."),
    "SenderText.ja": _("The number and the fix first, no jargon."),
    "SenderText.appointment": _(
        "A meeting has attendees, and no Bcc. Empty where the texts above suit a meeting, too."
    ),
    "Rule.id": _(
        "Lower-case letters, digits and underscores. It stands in the journal; change it only for a new rule."
    ),
}


def label(key: str, ask: Ask) -> str:
    """Return the name of a field, such as `Rule.when`."""
    return ask.text(LABELS[key]) if key in LABELS else key.rpartition(".")[2].replace("_", " ")


def hint(key: str, ask: Ask) -> str:
    """Return what a field means, empty where its name says it."""
    return ask.text(HINTS[key]) if key in HINTS else ""
