"""The JSON of a result: section 10 of the language design, its schema, and that both stay together."""

import json
from importlib.resources import files
from typing import Any

import attrs
import jsonschema
import pytest
import sample_results as samples

from zhunsheng.runtime import result as tree
from zhunsheng.runtime.rendering.render_json import FORMAT, ONLY_WHERE_SAID, render_json, result_object

SCHEMA: dict[str, Any] = json.loads(
    files("zhunsheng.runtime.rendering").joinpath("result.schema.json").read_text(encoding="utf-8")
)

#: Which definition of the schema describes which class of the tree.
DEFINITIONS = {
    tree.StandardRef: "standard",
    tree.FactShown: "fact",
    tree.ClauseResult: "clause",
    tree.VetoResult: "check",
    tree.ConditionResult: "condition",
    tree.IndicatorResult: "indicator",
    tree.Tier: "tier",
    tree.NextTier: "next_grade",
    tree.Missing: "missing",
    tree.Completion: "completion",
    tree.Judgement: "judgement",
    tree.JudgedShare: "judged_share",
    tree.Reading: "reading",
    tree.Hashes: "hashes",
}


def validator() -> jsonschema.Draft202012Validator:
    """A validator that checks formats too."""
    return jsonschema.Draft202012Validator(
        SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def parsed(name: str) -> dict[str, Any]:
    """The JSON of a sample, written and read back."""
    made: dict[str, Any] = json.loads(render_json(samples.ALL[name]()))
    return made


@pytest.mark.parametrize("name", samples.ALL)
def test_valid(name: str) -> None:
    """Every sample is valid under the schema."""
    assert [error.message for error in validator().iter_errors(parsed(name))] == []


def test_schema_is_a_schema() -> None:
    """The schema is one, and names the format the code writes."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["properties"]["format"]["const"] == FORMAT == SCHEMA["$id"]


def test_schema_describes_every_class() -> None:
    """No class of the tree is left out of the table above."""
    classes = {kind for kind in vars(tree).values() if isinstance(kind, type) and attrs.has(kind)}

    assert classes == {*DEFINITIONS, tree.Result}


@pytest.mark.parametrize("kind", [*DEFINITIONS, tree.Result])
def test_schema_and_tree_agree(kind: type[attrs.AttrsInstance]) -> None:
    """The fields of a class are exactly the properties of its definition, all required and described."""
    definition = SCHEMA if kind is tree.Result else SCHEMA["$defs"][DEFINITIONS[kind]]
    fields = {attribute.name for attribute in attrs.fields(kind)}
    if kind is tree.Result:
        fields.add("format")
    properties = {name for name in definition["properties"] if not name.endswith("_exact")}

    assert properties == fields
    assert set(definition["required"]) == fields - set(ONLY_WHERE_SAID)
    assert definition["additionalProperties"] is False
    assert all("description" in described for described in definition["properties"].values())


def every_object(value: Any) -> list[dict[str, Any]]:
    """All objects of a JSON document."""
    if isinstance(value, dict):
        return [value, *(found for part in value.values() for found in every_object(part))]
    return [found for part in value for found in every_object(part)] if isinstance(value, list) else []


def test_one_field_more_or_less_fails() -> None:
    """A field too many or too few in any object is noticed."""
    document = parsed("incomplete")
    for node in every_object(document):
        node["extra"] = 1
        assert not validator().is_valid(document)
        del node["extra"]
        for key in [key for key in node if not key.endswith("_exact")]:
            value = node.pop(key)
            assert not validator().is_valid(document), key
            node[key] = value
    assert validator().is_valid(document)


def test_section_10() -> None:
    """The example of the language design, field by field."""
    document = parsed("passed")

    assert document["format"] == "zhunsheng-result/1"
    assert document["standard"]["number"] == "工信厅企业〔2017〕103号"
    assert document["standard"]["base"] is None
    assert (document["subject"], document["date"]) == ("示例市中小企业服务中心", "2026-06-30")
    assert (document["total"], document["total_min"], document["total_max"]) == ("78.4",) * 3
    assert document["next_grade"] == {"grade": "优秀", "points": "1.6"}
    assert document["margin"] == "18.4"
    assert document["judgement"] == {
        "points": "0.4",
        "decides_grade": False,
        "shares": [{"id": "2.1", "points": "0.4"}],
    }
    assert document["vetoes"][0]["triggered"] is False
    top = document["indicators"][0]
    assert (top["id"], top["weight"], top["score"], top["contribution"]) == ("1", "0.05", None, "4")
    clause = top["children"][0]["clauses"][0]
    assert clause["facts"][0]["name"] == "渠道" and clause["facts"][0]["value"] == "4种"
    assert (clause["calculation"], clause["points"], clause["line"]) == ("4种 × 20分 = 80分", "80", 14)


def test_numbers_without_a_finite_decimal() -> None:
    """Such a number is rounded, and its fraction stands beside it; others have no fraction."""
    document = parsed("incomplete")
    third = document["indicators"][2]["children"][0]

    assert (third["score"], third["score_exact"]) == ("28.333333", "85/3")
    assert "full_exact" not in third
    assert document["total"] is None and "total_exact" not in document
    assert document["missing"][1]["swing"] is None


def test_text_comes_back_as_it_was() -> None:
    """Hostile text is escaped on the page and read back unchanged."""
    assert parsed("hostile")["subject"] == samples.HOSTILE
    assert "\u202e" not in render_json(samples.hostile())
    assert "中小企业" in render_json(samples.complete())


def test_key_order() -> None:
    """Keys stand in the order of the tree, the format first."""
    keys = list(result_object(samples.complete()))

    assert keys == ["format", *(attribute.name for attribute in attrs.fields(tree.Result))]
