"""A clerk's edits to a copy of the 2017 standard: each gets one clear error at the right words, and no second one."""

import re
from pathlib import Path

import pytest

from zhunsheng.compiler.compile import Compiled, compile_file, compile_source
from zhunsheng.dsl.decode import decode
from zhunsheng.library import find
from zhunsheng.runtime.diagnostics import Diagnostic, Severity
from zhunsheng.runtime.source import Source

STANDARD = find("miit-2017-103")
TEXT = STANDARD.read_text(encoding="utf-8")
#: The executable part; what comes behind it are the tables.
RULES = TEXT[: TEXT.index("## 评定等级")]

FACTS = [match for match in re.finditer("【[^【】]*】", RULES) if "｜" not in match[0]]
LEAVES = re.findall(r"### (\S+)（权重0\.05）", RULES)
#: Beginnings of clauses, as a clerk would write a sentence in front of them.
CLAUSES = [
    match.end()
    for match in re.finditer(r"\n\n(?=[【〖])|；(?=[【〖])|。(?=若)", RULES)
    if not RULES.startswith("〖根据", match.end())
]


@pytest.fixture(params=["with the official text", "without it"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where the copy lies, with source.txt beside it or without."""
    if request.param == "with the official text":
        (tmp_path / "source.txt").write_bytes(STANDARD.with_name("source.txt").read_bytes())
    return tmp_path


def compiled(folder: Path, text: str | bytes) -> Compiled:
    """A copy of the standard, compiled."""
    path = folder / "standard.zhun.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return compile_file(path, "copy", path.name)


def only(folder: Path, text: str) -> Diagnostic:
    """The one error of an edited copy. Without the official text a warning says so, and nothing else does."""
    found = compiled(folder, text).diagnostics
    missing = [d for d in found if d.code == "ZS0603"]
    assert bool(missing) is not (folder / "source.txt").exists()
    rest = [d for d in found if d not in missing and d.severity is not Severity.ADVICE]
    assert len(rest) == 1, [(d.code, d.position, d.message) for d in rest]
    assert rest[0].severity is Severity.ERROR
    assert rest[0].help
    return rest[0]


def edited(old: str, new: str, count: int = 1) -> str:
    """The text with some words changed, which must occur so often."""
    assert TEXT.count(old) == count, old
    return TEXT.replace(old, new)


def test_the_standard_itself(folder: Path) -> None:
    """The unchanged copy has nothing but the missing official text."""
    found = [d for d in compiled(folder, TEXT).diagnostics if d.severity is not Severity.ADVICE]

    assert [d.code for d in found] == ([] if (folder / "source.txt").exists() else ["ZS0603"])


def test_enough_to_edit() -> None:
    """The lists of places to edit have not dried up."""
    assert (len(LEAVES), len(FACTS) > 30, len(CLAUSES) > 30) == (9, True, True)


@pytest.mark.parametrize("title", LEAVES)
def test_weight(folder: Path, title: str) -> None:
    """One weight of 0.05 written as 0.06."""
    error = only(folder, edited(f"### {title}（权重0.05）", f"### {title}（权重0.06）"))

    assert error.code == "ZS0502"
    underlined = [
        error.underlined,
        *(error.source.slice(label.span) for label in error.labels if error.source),
    ]
    assert "权重0.06" in underlined
    assert "0.06" in error.message


def test_one_weight_stands_out(folder: Path) -> None:
    """Where only one child can be the mistaken one, it is underlined itself."""
    error = only(folder, edited("### 服务方案执行（权重0.07）", "### 服务方案执行（权重0.08）"))

    assert (error.code, error.underlined) == ("ZS0502", "权重0.22")


def test_numeral(folder: Path) -> None:
    """加20分 as 加两十分."""
    error = only(folder, edited("每建立一种【渠道】加20分", "每建立一种【渠道】加两十分"))

    assert (error.code, error.underlined) == ("ZS0203", "两十分")
    assert "二十" in error.help


@pytest.mark.parametrize("digits", ["加两十分", "加二零十分", "加2十分", "加１０十分"])
def test_other_numerals(folder: Path, digits: str) -> None:
    """Other numerals that are none."""
    error = only(folder, edited("每建立一种【渠道】加20分", f"每建立一种【渠道】{digits}"))

    assert (error.code, error.underlined) == ("ZS0203", digits[1:])


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (
            "60分（含）以上-70分评为合格；65分（含）以上-80分评为良好；80分（含）以上评为优秀",
            "65分（含）以上-80分评为良好",
        ),
        ("60-70分评为合格；65-80分评为良好；80分（含）以上评为优秀", "65-80分评为良好"),
        ("60分（含）以上-85分评为合格；80分（含）以上评为优秀", "80分（含）以上评为优秀"),
    ],
)
def test_tiers_overlap(folder: Path, new: str, words: str) -> None:
    """Tier bands that share more than an end."""
    error = only(folder, edited("60分（含）以上-80分评为合格；80分（含）以上评为优秀", new))

    assert (error.code, error.underlined) == ("ZS0505", words)
    assert len(error.labels) == 1


@pytest.mark.parametrize(
    "new",
    [
        "达到60%不足70%的，加20分；达到65%不足80%的，加20分；达到80%后每增加10个百分点加10分",
        "60%～70%的，加20分；65%～80%的，加20分；达到80%后每增加10个百分点加10分",
    ],
)
def test_satisfaction_bands_overlap(folder: Path, new: str) -> None:
    """Bands of the satisfaction indicator that overlap."""
    old = "达到60%不足70%的，加20分；达到70%后每增加10个百分点加10分"
    error = only(folder, edited(old, new))

    assert error.code == "ZS0512"
    assert "65%" in error.underlined
    assert "67.5%" in error.message


@pytest.mark.parametrize("match", FACTS, ids=[f"{n}" for n in range(len(FACTS))])
def test_missing_closer(tmp_path: Path, match: re.Match[str]) -> None:
    """A 】 forgotten anywhere, brackets right before an elided subject included."""
    (tmp_path / "source.txt").write_bytes(STANDARD.with_name("source.txt").read_bytes())
    error = only(tmp_path, TEXT[: match.end() - 1] + TEXT[match.end() :])

    assert error.code == "ZS0103"
    assert error.span is not None
    assert error.span.start == match.start()
    assert error.underlined.startswith("【")


def test_missing_closer_without_the_official_text(folder: Path) -> None:
    """The same with and without the official text, before the elided 达到70%后."""
    error = only(folder, edited("【相关服务满意度】达到60%", "【相关服务满意度达到60%"))

    assert (error.code, error.underlined) == ("ZS0103", "【相关服务满意度")
    assert "【相关服务满意度】达到60%" in error.help


@pytest.mark.parametrize("words", ["【服务对企业造成重大损失】", "【带来违法违规效应】"])
def test_missing_closer_in_a_veto(folder: Path, words: str) -> None:
    """A 】 forgotten in the general veto."""
    error = only(folder, TEXT.replace(words, words[:-1], 1))

    assert error.code == "ZS0103"
    assert error.underlined.startswith(words[:4])


@pytest.mark.parametrize("place", CLAUSES, ids=[f"{n}" for n in range(len(CLAUSES))])
def test_unmarked_words(tmp_path: Path, place: int) -> None:
    """服务热情周到， without brackets in front of any clause."""
    (tmp_path / "source.txt").write_bytes(STANDARD.with_name("source.txt").read_bytes())
    error = only(tmp_path, TEXT[:place] + "服务热情周到，" + TEXT[place:])

    assert (error.code, error.underlined) == ("ZS0201", "服务热情周到")
    assert "【服务热情周到】" in error.help
    assert "〖服务热情周到〗" in error.help


def test_unmarked_words_without_the_official_text(folder: Path) -> None:
    """The same with and without the official text."""
    error = only(folder, edited("【按时完成相关服务】的加50分", "服务热情周到，【按时完成相关服务】的加50分"))

    assert (error.code, error.underlined) == ("ZS0201", "服务热情周到")


@pytest.mark.parametrize(
    "behind",
    [
        "每听取一条【服务意见】加5分",
        "每建立一种【渠道】加20分",
        "达到70%后每增加10个百分点加10分",
        "根据【相应记录｜培训记录】每一次加20分",
        "发现一个【创新点】加40分",
    ],
)
def test_at_most_three_times(folder: Path, behind: str) -> None:
    """，但是最多三次 added to a clause."""
    error = only(folder, edited(behind, f"{behind}，但是最多三次"))

    assert (error.code, error.underlined) == ("ZS0207", "但是最多三次")


def test_at_most_three_times_as_a_sentence(folder: Path) -> None:
    """The same with a full stop in front."""
    error = only(
        folder,
        edited(
            "加5分，直到满分100为止。\n\n### 服务的自评估",
            "加5分，直到满分100为止。但是最多三次。\n\n### 服务的自评估",
        ),
    )

    assert (error.code, error.underlined) == ("ZS0207", "但是最多三次")


# ---- the same text in other clothes


def program_of(text: str) -> object:
    """The program of a text, without its hash."""
    result = compile_source(Source("standard.zhun.md", text), "copy")
    assert result.program is not None, [d.message for d in result.diagnostics]
    return [
        (leaf.id, leaf.weight, leaf.full, leaf.start, leaf.vetoes and leaf.vetoes[0].guard)
        + tuple((c.guard, c.amount, c.cap) for c in leaf.clauses)
        for leaf in result.program.leaves()
    ]


HALF = str.maketrans("，；：（）％－～", ",;:()%-~")
FULL = str.maketrans("0123456789%", "０１２３４５６７８９％")


def executable(change: "str.maketrans") -> str:  # type: ignore[valid-type]
    """The standard with the executable text's width changed; headings, names and tables as they were."""
    lines = []
    for line in RULES.splitlines(keepends=True):
        parts = re.split("(【[^【】]*】)", line)
        change_line = line[:1] not in "#>" and "：" not in line[:6]
        lines.append(
            "".join(p if p.startswith("【") or not change_line else p.translate(change) for p in parts)
        )
    return "".join(lines) + TEXT[len(RULES) :]


@pytest.mark.parametrize(
    "text",
    [
        executable(HALF),
        executable(FULL),
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("，加", "，**加**"),
        TEXT.replace("\n【", "\n\t【").replace("\n〖", "\n　　〖"),
        RULES.replace("直到满分", "直到\n满分")
        .replace("每增加", "每\n增加")
        .replace("个百分点", "个百\n分点")
        + TEXT[len(RULES) :],
        RULES.replace("20分", "二十分").replace("100家", "一百家") + TEXT[len(RULES) :],
    ],
    ids=["half width", "full width", "BOM", "CRLF", "emphasis", "indents", "line breaks", "Chinese numerals"],
)
def test_other_clothes(text: str) -> None:
    """Width, byte order mark, line ends, emphasis, indents, soft breaks and numerals change no meaning."""
    assert text != TEXT
    assert program_of(text) == program_of(TEXT)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk"])
def test_gb18030(encoding: str) -> None:
    """A file of an old editor is read, with a notice and nothing else."""
    data = TEXT.encode(encoding, "replace")
    source, notices = decode(data, "standard.zhun.md")

    assert source is not None
    assert [d.code for d in notices] == ["ZS0102"]
    assert program_of(source.text) == program_of(TEXT)
