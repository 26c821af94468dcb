"""The difference between two policy sets as a terminal shows it: in words first, then line by line."""

from collections.abc import Iterator, Mapping

import typer

from atesaki.policies.difference import FileDifference, RuleDifference, differences, unified

_COLOURS = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}


def show_difference(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Print what `after` would change, and return whether it would change anything."""
    found = differences(before, after)
    for difference in found:
        for line in _words(difference):
            typer.echo(line)
    for difference in found:
        typer.echo()
        for line in unified(before, after, difference.file).splitlines():
            typer.secho(line, fg=_COLOURS.get(line[:1]))
    return bool(found)


def _words(difference: FileDifference) -> Iterator[str]:
    what = "tests" if difference.tests else "policy"
    note = "" if difference.readable else " (one of the two is no policy that can be read)"
    if _only_looks(difference):
        note = " in comments, order or layout only"
    yield f"{difference.file}: {what} {difference.kind}{note}"
    for key in difference.keys:
        yield f"  {key.key}: {key.before} → {key.after}"
    for rule in difference.rules:
        yield from _rule(rule)


def _only_looks(difference: FileDifference) -> bool:
    meant = difference.tests or difference.kind != "changed" or not difference.readable
    return not (meant or difference.keys or difference.rules)


def _rule(rule: RuleDifference) -> Iterator[str]:
    yield f"  rule {rule.rule} {rule.kind}"
    for key in rule.keys:
        yield f"    {key.key}: {key.before} → {key.after}"
