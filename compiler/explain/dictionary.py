"""The data dictionary of a standard, as text and as JSON (``zhunsheng facts``)."""

from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.numbers import decimal
from zhunsheng.runtime.reading.values import range_text
from zhunsheng.runtime.rendering.render_json import dump
from zhunsheng.runtime.rendering.safe_text import safe_line


def dictionary_json(specs: tuple[FactSpec, ...]) -> str:
    """The entries with the keys of language.md section 10, and what else a machine may want."""
    return dump(
        [
            {
                "name": spec.name,
                "type": spec.type.value,
                "unit": spec.unit or None,
                "range": _range(spec),
                "clauses": [{"id": use.id, "text": use.text} for use in spec.uses],
                "evidence": spec.evidence or None,
                "question": spec.question or None,
                "min": None if spec.low is None else decimal(spec.low).text,
                "max": None if spec.high is None else decimal(spec.high).text,
                "not_applicable": spec.allows_na,
                "choices": list(spec.choices),
                "formula": spec.formula or None,
                "note": spec.note or None,
            }
            for spec in specs
        ]
    )


def dictionary_text(specs: tuple[FactSpec, ...]) -> str:
    """One paragraph a fact."""
    blocks = []
    for spec in specs:
        about = [spec.type.value]
        about += [f"单位{spec.unit}"] if spec.unit and spec.unit != "%" else []
        about += [_range(spec) or ""] if spec.low is not None or spec.high is not None else []
        about += ["可填不适用"] if spec.allows_na else []
        lines = [f"{spec.name}（{'，'.join(part for part in about if part)}）"]
        lines += [f"  问：{spec.question}"] if spec.question and spec.question != spec.name else []
        lines += [f"  材料：{spec.evidence}"] if spec.evidence else []
        lines += [f"  算式：{spec.formula}"] if spec.formula else []
        lines += [f"  {use.id} {use.text}" for use in spec.uses]
        blocks.append("\n".join(safe_line(line) for line in lines))
    return "\n".join(blocks)


def _range(spec: FactSpec) -> str | None:
    return None if spec.low is None and spec.high is None else range_text(spec)
