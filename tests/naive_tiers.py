"""Bands of totals (评定等级) and 一票否决 for the naive reader."""

import re
from fractions import Fraction

from naive_bands import band_of_words, order_of
from naive_cohort import write_cohort
from naive_conditions import ConditionReader
from naive_dates import ask
from naive_demands import LEVELS, demand
from naive_logic import Condition, Joined, Unread
from naive_model import Standard, Usage, Veto
from naive_words import (
    FACT,
    NUMBER,
    NUMBERING,
    Marker,
    flat,
    number,
    rounding,
)

ENDS = [
    (re.compile(rf"总分(?:(?:最高|最多)?不(?:得)?超过|最高为)({NUMBER})分"), "highest"),
    (re.compile(rf"总分(?:(?:最低|最少)?不(?:得)?低于|最低为)({NUMBER})分"), "lowest"),
    (re.compile(rf"总分(?:超过|高于){NUMBER}分的,?按({NUMBER})分计(?:算)?"), "highest"),
    (re.compile(rf"总分(?:低于|不足){NUMBER}分的,?按({NUMBER})分计(?:算)?"), "lowest"),
]
VERDICT = r"(?:评定|确定|认定|判定|评|定|判)"
PASS = re.compile(r"(?P<head>.*?)的?,?直接(?:认定|评定|评|定)为(?P<tier>[^,、]+)")
#: 取消当年评优资格: the year that is evaluated.
YEAR = "(?:当年度?|本年度?|年度)?"
EFFECTS = re.compile(
    r"(?:则)?(?:直接|一律)(?:视|评|判|认|列|定)(?:定)?[该本此]?[一-鿿]{0,6}?为(?P<tier>[^,;、]+)"
    rf"|总分(?:视为|计为|记为|按)(?P<total>{NUMBER})分(?:计)?"
    rf"|(?:评定)?(?:等级|等次)?(?:下)?降(?:低)?(?P<lower>[一二两三]|\d)(?:个)?(?:等)?(?:级|档)"
    rf"|不得(?:评定|评|认定)为(?P<barred>[^,;、]+)|(?P<best>不得评优|取消(?:其)?{YEAR}(?:评先)?评优资格)"
    rf"|(?P<none>不予评定|不予评价|取消(?:其)?{YEAR}参评资格|取消评定资格)"
    r"|(?P<bare>(?:实行|予以)?一票否决)"
    r"|(?P<report>并?(?:收回|限期|暂停|扣减|停止|予以)[^,;、]*)"
)
#: 一票否决 in front of another effect that changes the result is that effect alone.
NAMED = re.compile(
    r"(?:实行|予以)?一票否决[,、]并?(?=则?(?:直接|一律)(?:视|评|判|认|列|定)|总分|(?:评定)?(?:等级|等次)?(?:下)?降|不得评|不予评|取消)"
)
#: 优秀（90分以上）
AHEAD = r"(?P<tier>[^()、,为\d]+)\((?P<band>[^()]*\d(?:[^()]|\([^()]*\))*)\)"
#: 优秀：90分以上
COLON = r"(?!总分|得分)[^()、,为:\d]+"
#: 有下列情形之一的，直接评为不合格： and 符合下列条件之一的，直接认定为五星：
LISTED = re.compile(
    r"(?:有|存在|凡有|符合|具备|满足)(?:下列|以下|下述)(?:情形|情况|行为|条件|要求)之一的?,?(?P<effects>[^:]*):.*"
)


SCALE = re.compile(
    rf"(?P<front>.*?)的?,?总(?:得)?分(?:(?P<half>减半)|乘以?(?P<times>\d+(?:\.\d+)?%?|{FACT})|按(?P<share>\d+(?:\.\d+)?%)(?:计算|计分|计))"
)
SCALES = re.compile(
    rf"(?P<a>{FACT})为(?P<options>[^,;。]+?)的?,系数(?:分别)?为(?P<numbers>[\d.、]+),?总(?:得)?分乘以(?:相应|对应)?系数"
)


def _band_behind(found: re.Match[str]) -> str:
    """90分以上的为优秀 for 优秀：90分以上."""
    return f"{found['band']}的为{found['tier']}、"


class TierReader(ConditionReader):
    """Reads 评定等级 and 一票否决."""

    def __init__(self, standard: Standard, marker: Marker) -> None:
        super().__init__(standard, marker)
        self.counts = {"否决": 0, "定级": 0, "系数": 0}

    def sentences_of(self, paragraph: str) -> list[tuple[str, str]]:
        """The sentences with facts as single characters, and as printed."""
        marked = self.marker.mark(paragraph)
        write_cohort(marked, self)
        ask(marked, self.standard, self.marker)
        found, start = [], 0
        for end in [m.start() for m in re.finditer("[。;]", marked.text)] + [len(marked.text)]:
            numbering = NUMBERING.match(marked.text[start:end])
            start += numbering.end() if numbering else 0
            if end > start:
                found.append((marked.text[start:end], marked.words(start, end)))
            start = end + 1
        return found

    def asked(self, text: str, place: str, words: str) -> Condition:
        """A condition or a demand on scores."""
        text = text.rstrip(",")
        self.sentences[place] = words
        pieces = [piece for piece in re.split(",?(?:且|其中),?", text) if piece]
        each = self.reading(place, words, "任一") == "各项"
        demands = [demand(piece, self.standard.titles, each=each) for piece in pieces]
        found: Condition | None
        if demands and None not in demands:
            several: list[Condition] = [one for one in demands if one is not None]
            for one in demands:
                if one is not None and one.tier:
                    one.placed = self.reading(place, words, "分项等级") or ""
                    self.standard.placed.append(one)
            found = several[0] if len(several) == 1 else Joined("且", several)
        else:
            found = self.condition(text, place, words)
        if found is None:
            raise Unread(f"no condition: {words}")
        self.settle_dates(place, words, found)
        return found

    def read_end(self, text: str) -> bool:
        """总分最高不超过100分; returns whether it is such a sentence."""
        for pattern, side in ENDS:
            found = pattern.fullmatch(text)
            if found:
                setattr(self.standard, side, number(found[1]))
                return True
        return False

    def read_tiers(self, paragraphs: list[str]) -> None:
        """All of 评定等级: bands, roundings, vetoes and what decides directly."""
        waiting = list(paragraphs)
        while waiting:
            paragraph = waiting.pop(0)
            if LISTED.fullmatch(self.marker.mark(paragraph).text):
                self.read_listed(paragraph, waiting, "定级")
            else:
                self.read_paragraph(paragraph)

    def read_paragraph(self, paragraph: str) -> None:
        """The sentences of a paragraph of 评定等级."""
        for text, words in self.sentences_of(paragraph):
            self.sentence += 1
            phrase = re.fullmatch("(?:评价)?总(?:得)?分,?(.*)", text)
            rows = [
                r.choice for r in self.standard.readings if r.doubt == "修约" and r.where in (words, "全文")
            ]
            rows = rows or [
                r.choice for r in self.standard.readings if r.doubt == "修约" and r.where in words
            ]
            said = rounding(phrase[1], rows[0] if rows else None) if phrase else None
            each = re.fullmatch("各(?:单项|分项|项|(?P<level>[一二三])级)?指标的?得分,?(?P<phrase>.*)", text)
            if each and (how := rounding(each["phrase"], rows[0] if rows else None)):
                self.standard.each_rounding = (LEVELS.get(f"{each['level']}级指标", 0), how)
                continue
            if text == "采用修约值比较法":
                self.standard.compares_rounded = True
            elif re.match("(?:存在)?(?:合理)?缺项的", text) and "折算" in text:
                self.read_absences(text, words)
            elif self.read_scale(text, words):
                continue
            elif said:
                self.standard.rounding = said
            elif self.read_end(text):
                continue
            elif found := PASS.fullmatch(text):
                self.read_pass(found, words)
            elif EFFECTS.search(text):
                self.read_veto(text, words, "定级")
            else:
                self.read_bands(text, words)

    def read_scale(self, text: str, words: str) -> bool:
        """总分乘以0.8: a coefficient of the total; returns whether it is one."""
        several, found = SCALES.fullmatch(text), SCALE.fullmatch(text)
        asked: list[tuple[str, str]] = []
        if several:
            options, numbers = several["options"].split("、"), several["numbers"].split("、")
            asked = [(f"{several['a']}为{o}", n) for o, n in zip(options, numbers, strict=True)]
        elif found:
            asked = [(found["front"], found["times"] or found["share"] or "0.5")]
        for condition, said in asked:
            self.counts["系数"] += 1
            place = f"系数{self.counts['系数']}"
            times = self.marker.name(said) if re.fullmatch(FACT, said) else number(said.rstrip("%"))
            if isinstance(times, str):
                self.standard.usages.append(Usage(times, "比较", "", Fraction(1)))
            elif said.endswith("%"):
                times /= 100
            self.standard.scales.append((self.condition(condition, place, words), times))
            self.standard.order = self.reading(place, words, "先后") or self.standard.order
            self.standard.above_full = self.reading(place, words, "超满分") or self.standard.above_full
        return bool(asked)

    def read_absences(self, text: str, words: str) -> None:
        """缺项: how the scores of the leaves that are there are rescaled."""
        rows = {r.choice for r in self.standard.readings if r.doubt == "缺项" and r.where in words}
        if re.search(r"\(?实际得分÷\(总分-缺项分值\)\)?×100", text):
            self.standard.rescaling = "百分"
        elif "组内" in text or rows == {"组内折算"}:
            self.standard.rescaling = "组内"
        else:
            self.standard.rescaling = "全体"

    def read_bands(self, text: str, words: str) -> None:
        if ahead := re.fullmatch(
            "(?P<tier>[^,、为]+?)(?:需要?|须|应当?|必须)(?P<rest>(?:总分|总得分)?.*)", text
        ):
            text = f"{ahead['rest']}的为{ahead['tier']}"
        text = re.sub(
            rf"(?:^|[、,])(?P<tier>{COLON}):(?P<band>.*?)的?(?=$|[、,]{COLON}:)", _band_behind, text
        )
        text = re.sub(r"((?:一级|二级|三级|单项|分项|各项)?指标(?:均|都)?)评?为", r"\1是", text)
        text = (
            re.sub(AHEAD, r"\g<band>的为\g<tier>", text)
            if re.fullmatch(rf"(?:{re.sub('[?]P<[a-z]+>', '?:', AHEAD)}[、,]?)+", text)
            else text
        )
        pattern = rf"([^为]*?)的?,?{VERDICT}?为([^,、]+)(?:[,、]|$)"
        rest = re.sub(pattern, "", text)
        if rest:
            raise Unread(f"not a tier: {rest}")
        for numbers, tier in re.findall(pattern, text):
            more = re.search(rf",?(?:且|其中)(?=各|所有|全部|任|有|得分率|[“\"]|{FACT}|[^,]*得分)", numbers)
            asked = numbers[more.end() :] if more else ""
            numbers = numbers[: more.start()] if more else numbers
            total = re.match(FACT, numbers)
            if total:
                self.standard.total_fact = self.marker.name(total.group())
                numbers = numbers[1:]
            band = band_of_words(numbers, tier.strip("“”\"'"))
            if asked:
                band.demand = self.asked(asked, "定级", words)
                rows = [r for r in self.standard.readings if r.doubt == "条件不符"]
                near = {r.choice for r in rows if r.where in words or r.where == "全文"}
                band.failed = near.pop() if len(near) == 1 else ""
            self.standard.bands.append(band)

    def read_pass(self, found: re.Match[str], words: str) -> None:
        tier = self.tier(found["tier"])
        order = self.order()
        if tier == order[-1]:
            effect = "不低于"
        elif tier == order[0]:
            effect = "不高于"
        else:
            rows = {r.choice for r in self.standard.readings if r.doubt == "直接定级" and r.where in words}
            if len(rows) != 1:
                raise Unread(f"直接定级 is open: {words}")
            effect = rows.pop()
        self.counts["定级"] += 1
        place = f"定级{self.counts['定级']}"
        condition = self.asked(found["head"], place, words)
        if effect == "不高于":  # what lowers is a veto
            self.standard.vetoes.append(Veto(place, words, condition, effect="评为", tier=tier))
        else:
            self.standard.passes.append(Veto(place, words, condition, effect=effect, tier=tier))

    def order(self) -> list[str]:
        """The tiers, lowest first."""
        return order_of(self.standard)

    def tier(self, words: str) -> str:
        """A tier by its name, or as the best or the lowest."""
        words = re.sub("(?:等次|等级|档次|以上|及以上)$", "", words.strip("“”\"'")) or words
        if words in self.order():
            return words
        if words.startswith("最低"):
            return self.order()[0]
        if words.startswith(("最高", "优")):
            return self.order()[-1]
        raise Unread(f"no such tier: {words}")

    def read_vetoes(self, paragraphs: list[str], section: str) -> None:
        """Vetoes, and heads of lists of them with what follows."""
        waiting = list(paragraphs)
        while waiting:
            paragraph = waiting.pop(0)
            if LISTED.fullmatch(self.marker.mark(paragraph).text):
                self.read_listed(paragraph, waiting, section)
                continue
            for text, words in self.sentences_of(paragraph):
                self.sentence += 1
                self.read_veto(text, words, section)

    def read_listed(self, paragraph: str, waiting: list[str], section: str) -> None:
        """A head of a list, with what follows it in its sentence or in the paragraphs that wait."""
        head = LISTED.fullmatch(self.marker.mark(paragraph).text)
        colon = re.search("[:：]", paragraph)
        assert head and colon
        said, rest = paragraph[: colon.start()], paragraph[colon.end() :]
        listed, _, after = rest.partition("。")
        entries = [entry for entry in re.split("[；;]", listed) if entry.strip()]
        waiting[:0] = [after] if after else []
        if not entries and waiting:
            kind = numbering_kind(waiting[0])
            while waiting and kind and numbering_kind(waiting[0]) == kind:
                entries.append(waiting.pop(0))
        self.read_list(said, head["effects"], entries, section)

    def read_list(self, said: str, effects: str, entries: list[str], section: str) -> None:
        """A veto for each entry, with the effects of the head where it says none of its own."""
        effects = NAMED.sub("", effects)
        open_effect = re.fullmatch("(?:实行|予以)?一票否决", effects) is not None
        for entry in entries:
            ((text, words),) = self.sentences_of(entry)
            self.sentence += 1
            if section == "定级" and (
                direct := PASS.fullmatch(f"{text.rstrip(',').removesuffix('的')}的,{effects}")
            ):
                self.read_pass(direct, said + words)
                continue
            own = EFFECTS.search(text)
            if own and not open_effect:
                raise Unread(f"two effects: {words}")
            self.read_veto(
                text if own else f"{text.rstrip(',')},{effects}", words if own else said + words, section
            )

    def read_veto(self, text: str, words: str, section: str) -> None:
        """A condition and what it does; what is no matter of points does nothing."""
        if self.read_scale(text, words):
            return
        text = NAMED.sub("", text)
        first = EFFECTS.search(text)
        if not first:
            raise Unread(f"no effect: {words}")
        self.counts[section] += 1
        place = f"{section}{self.counts[section]}"
        condition = self.asked(text[: first.start()], place, words)
        at = first.start()
        while at < len(text):
            if text[at] in ",、并":
                at += 1
                continue
            found = EFFECTS.match(text, at)
            if not found:
                raise Unread(f"an effect: {text[at:]}")
            at = found.end()
            veto = Veto(place, words, condition)
            self.settle_effect(veto, found)
            if veto.effect:
                self.standard.vetoes.append(veto)
        self.standard.lowering = next((r.choice for r in self.standard.readings if r.doubt == "降级"), "")

    def settle_effect(self, veto: Veto, found: re.Match[str]) -> None:
        """What a veto does; nothing where it is no matter of points."""
        choice = self.reading(veto.id, veto.text, "一票否决") if found["bare"] else None
        if found["bare"] and choice not in ("最低等级", "总分零分", "不予评定"):
            raise Unread(f"一票否决 is open: {veto.text}")
        if found["tier"] or choice == "最低等级":
            veto.effect, veto.tier = "评为", self.tier(found["tier"] or "最低")
        elif found["total"] or choice == "总分零分":
            veto.effect, veto.number = "总分", number(found["total"] or "0")
        elif found["lower"]:
            veto.effect, veto.number = "降级", number(found["lower"])
        elif found["barred"] or found["best"]:
            veto.effect, veto.tier = "不得", self.tier(found["barred"] or "最高")
        elif found["none"] or choice == "不予评定":
            veto.effect = "不评"


def numbering_kind(paragraph: str) -> str:
    """What a paragraph is numbered with, whatever the number."""
    found = NUMBERING.match(flat(paragraph))
    return re.sub(r"\d+|[一二三四五六七八九十]+|[①-⑳]", "n", found.group()) if found else ""
