"""What is asked of a number that is said of each month, or of each of several in each month."""

from pathlib import Path

from case_files import CASES, read_case, run_case_file


def _questions(name: str) -> dict[str, str]:
    outcome = run_case_file(read_case(Path(CASES, "periods", "good", f"{name}.md")))
    return {fact.name: fact.question for fact in outcome.standard.program.facts}


def test_the_question_says_which_of_several_numbers() -> None:
    """The least where all must reach a number, the greatest where none may lie above it."""
    assert _questions("so-many-in-each-period") == {
        "沙龙": "每月举办沙龙（各月不同的，填最少的一个月）",
        "走访": "每季度走访（各季度不同的，填最少的一个季度）",
    }
    assert _questions("not-more-in-each-period") == {
        "投诉": "每月投诉（各月不同的，填最多的一个月）",
        "走访": "每户每月走访（各户各月不同的，填最少的一户一个月）",
    }


def test_the_question_says_how_a_gap_is_added_up() -> None:
    """What one falls short of no other makes up."""
    assert _questions("short-of-each") == {
        "走访每户每月不足2次的缺口": "走访每户每月不足2次的缺口（逐户逐月核对：不足2次的，差几次算几次，全部相加，多出来的不能补别处的）"
    }
    assert _questions("short-of-each-with-points")["投诉每季度超过5件的部分"] == (
        "投诉每季度超过5件的部分（逐季度核对：超过5件的，多几件算几件，全部相加，不足的不能抵别处的）"
    )
