"""How numbers are written besides 60% and 3家: 三分之二, 2/3, 1:3, -5%; and what stands round them: 为3家, 在…之间."""


def terminals(numeral: str, unit: str, before: str) -> dict[str, str]:
    """Terminal → regular expression, from those of a numeral, of any unit, and of the words in front of a number."""
    digits = r"\d[\d,]*(?:\.\d+)?"
    number = rf"(?:-|负)?(?:{numeral})(?:%|[分/：比]|{unit})"
    # What a minus sign may stand behind; behind anything else - is the dash of a range.
    signed = "|".join(f"(?<={word})" for word in ["】", "在", "为", "是", "～", "至", "介于", "处于", "于"])
    return {
        "FRACTION": rf"(?:{numeral})分之(?:{numeral})|\d+/\d+(?![\d/])",
        "PROPORTION": rf"{digits}[：比]{digits}(?![\d：])",
        "NEGATIVE": rf"(?:{signed}|{before})(?:-|负)(?:{numeral})(?=%|{unit})",
        # 为3家, but not 为3家、5家, which are options.
        "IS_NUMBER": rf"(?:为|是)(?={number}(?!、|或者|或(?!以))|(?:-|负)?(?:{numeral})[-～至])",
        "BETWEEN": rf"(?:在|介于|处于)(?={number}|(?:-|负)?(?:{numeral})[-～至])",
        "AMID": "之间",
        "TO_PART": r"(?:与|和|同|对)(?=[^，。；：【】]{0,8}【[^【】]*】(?:之比|的?比例|的?比值|的比))",
        # 共15分: what comes before gives no more; behind a heading, what it is worth, as 分值15分 is there alone.
        "WORTH": rf"(?:共计?|合计|总计)(?=：?(?:{numeral})(?:分|$))",
        "VALUED": rf"(?:标准分值?|分值|计)为?(?=：?(?:{numeral}))",
        "PART_RATIO": "之比|的?比例|的?比值|的比",
    }
