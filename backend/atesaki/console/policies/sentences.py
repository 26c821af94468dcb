"""What the layers below say when they refuse something, marked so that the pages can say it in Japanese."""

from atesaki.console.shell.text import mark as _

SENTENCES = (
    _("The policies come from a folder on the server; change the files there."),
    _("There is no such draft."),
    _("There is no such publication."),
    _("There is no such policy in force."),
    _("This version ships no such policy."),
    _("There is no such rule in force."),
    _("There is no such mode."),
    _("There is no such policy in the draft."),
    _("There is no such file in the draft."),
    _("There is no such place in the policy."),
    _("The draft has no such rule any more."),
    _("This draft was published or dropped; start a new one."),
    _("Somebody else has changed this draft in the meantime; look at it again."),
    _("Somebody else has changed this file in the meantime; look at both changes."),
    _("Many people are changing this draft right now; try again."),
    _("Other policies were published in between; look at the differences again."),
    _("Other policies were published in between; look at the difference again, then publish."),
    _("Other policies were published in between, which change the same files."),
    _("The draft or the policies in force have changed since you looked; look again."),
    _("Somebody else has to publish this draft, because you have worked on it."),
    _("The publication that the draft began from can't be found."),
    _("The form belongs to another state of the file. Open the rule again."),
    _("No policy set is in force yet."),
)
"""The English is the errors' own; `tests/console/policies/test_sentences.py` compares."""
