"""Document: a definition as a text that people write and read, the form of the catalogue file.

>>> from bihuan.metrics.domain.definition import read_definition
>>> text = '''
... - key: calls
...   group: activity
...   unit: count
...   better: higher
...   name_zh: 通话
...   name_en: Calls
...   about_zh: 每次通话计一次
...   about_en: Each call counts once
...   measure:
...     - count: facts
...       where: {field: kind, op: eq, value: call.logged}
... '''
>>> calls = read_definition(definition_in(text))
>>> read_definition(definition_in(document_of(calls))) == calls
True
>>> definition_in("key: [")
Traceback (most recent call last):
...
bihuan.metrics.domain.document.NotYaml: This is not valid YAML: line 1.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.metrics.domain.definition import MetricDefinition

MOST_CHARS = 100_000
WIDTH = 100


class NotYaml(Invalid):
    code = "metrics.not_yaml"
    says = gettext_noop("This is not valid YAML: line %(line)s.")


class NotOneMetric(Invalid):
    code = "metrics.not_one_metric"
    says = gettext_noop("One metric is wanted, written as in the catalogue file.")


class DocumentTooLong(Invalid):
    code = "metrics.document_too_long"
    says = gettext_noop("The file is longer than %(most)s characters.")


class _Reader(yaml.SafeLoader):
    """Reads numbers and days as they are written, so that nothing is rounded or turned.

    An alias is refused: a few lines of them unfold into gigabytes.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]  # not typed there
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


_KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool")
_Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def definition_in(text: str) -> Mapping[str, object]:
    """Return the one definition that a text holds, as plain data."""
    if len(text) > MOST_CHARS:
        raise DocumentTooLong(most=MOST_CHARS)
    try:
        found: object = yaml.load(text, _Reader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(line=mark.line + 1 if mark is not None else 1) from error
    except yaml.YAMLError as error:
        raise NotYaml(line=1) from error
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, Mapping):
        raise NotOneMetric()
    return {str(name): value for name, value in found.items()}


def document_of(definition: MetricDefinition) -> str:
    """Return a definition as the catalogue file has it: what goes without saying is left out."""
    said = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(
        [said], allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=None
    )
