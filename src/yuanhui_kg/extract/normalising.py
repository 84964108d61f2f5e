"""The second stage: one spelling, with the way back to the original's offsets.

Every step replaces a character by one character or drops it, so that a map of offsets is a list:

- full-width letters, digits and signs, and their compatibility forms, become half-width;
- traditional characters that figures and names of indicators are written with become simplified;
- blanks next to digits go, as do blanks and line breaks inside a sentence (texts taken from PDF).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from .records import Normal

_PAIRS: Final = (
    "後后於于徵征裡里裏里"
    "並并佈布佔占來来個个們们備备債债億亿優优儲储兩两冊册創创劃划劇剧動动務务勞劳勢势區区協协員员單单噸吨國国報报場场壓压壞坏壯壮夢梦奪夺奮奋婦妇孫孙學学實实寧宁審审寫写寬宽對对導导層层屬属島岛峽峡嶺岭師师"
    "帳帐帶带幣币幫帮幹干廠厂廣广廳厅張张強强彈弹彙汇徑径從从復复愛爱態态慶庆憑凭憲宪應应懷怀戰战戲戏戶户擁拥擇择擊击擔担據据擴扩擾扰攜携攝摄敗败數数斷断昇升時时暫暂曆历曉晓書书會会東东條条楊杨業业極极榮荣"
    "構构樂乐樓楼標标樣样樹树橋桥機机檔档檢检櫃柜權权歐欧歡欢歲岁歷历歸归殘残殺杀氣气決决沒没況况淨净減减測测湊凑準准溝沟溫温滅灭滙汇滬沪滿满漁渔漲涨潔洁潛潜澤泽濕湿濟济濱滨灣湾為为無无煙烟熱热燈灯營营爭争"
    "狀状獎奖獲获現现瑪玛環环產产畝亩畫画異异當当療疗發发盡尽監监確确礎础礦矿禮礼稅税種种積积穩稳競竞筆笔節节範范築筑糧粮糾纠約约紅红純纯級级紡纺細细終终組组結结給给統统經经綜综綠绿維维網网緊紧線线編编緩缓"
    "縣县縮缩總总績绩織织繼继續续聖圣聯联聲声職职聽听臺台與与華华萬万葉叶藝艺藥药蘇苏蘭兰處处號号術术衛卫衝冲補补製制見见規规視视覺觉覽览觀观觸触訂订計计記记設设許许評评詞词試试話话該该認认誘诱語语說说調调"
    "談谈請请論论諾诺講讲證证識识護护讀读變变負负財财貧贫貨货貫贯責责買买貸贷費费貿贸賀贺資资賢贤賣卖質质賬账購购賽赛贏赢車车軌轨軍军軟软較较載载輕轻輪轮輸输轉转農农這这連连週周進进遊游運运過过達达遠远適适"
    "遷迁選选邁迈還还邊边鄉乡鄭郑鄰邻醫医醬酱釋释針针銀银銷销鋁铝鋼钢錄录錢钱鍋锅鎮镇鏈链鐘钟鐵铁長长門门閉闭開开間间關关陰阴陳陈陽阳隊队階阶際际隨随險险隻只雙双雜杂離离難难電电靈灵靜静頃顷項项順顺預预領领"
    "頭头頻频題题額额願愿類类顧顾顯显風风飛飞飯饭飲饮館馆馬马駐驻騰腾驅驱驗验體体髮发鬥斗魚鱼鮮鲜鳥鸟鳳凤鴻鸿鹽盐麗丽麥麦黃黄點点齊齐齡龄龍龙龜龟"
)
#: What is written otherwise: traditional characters and signs, each to one character.
SPELLING: Final[dict[int, str]] = {
    **{ord(old): new for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if old != new},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{
        ord(old): new
        for old, new in zip("﹪﹐﹔﹕∶︰−‐‑–〜﹣\u3000\u00a0\u2009\u202f", "%,;:::----~-    ", strict=True)
    },
}
#: A year in characters, each of them to one digit: 一九九八年, 二〇〇三至二〇〇七年.
_YEAR: Final = re.compile(r"(?:一九|二[〇零○])[一二三四五六七八九〇零○]{2}(?=年|[-—至到](?:一九|二[〇零○]))")
_DIGITS: Final = {
    ord(sign): str(digit)
    for digit, signs in enumerate(["〇零○", "一", "二", "三", "四", "五", "六", "七", "八", "九"])
    for sign in signs
}
_DROPPED: Final = re.compile(
    r" (?:(?<=[\d%‰.] ) *(?=[\d\u4e00-\u9fff%‰])|(?<=[\u4e00-\u9fff、,;(] ) *(?=\d)|(?<=\d ) *(?=[,;)]|[.]\d))"
)
_LINE: Final = re.compile(r"[^\n]*\n?")
_ENDED: Final = re.compile(r"[。!?:;…”』」)】》]\s*$")
_PUNCTUATED: Final = re.compile(r"[,、。;:]")
_HEADED: Final = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十]+[、章节部]|\([一二三四五六七八九十\d]+\)|\d+[.、](?!\d)|——|[□■●◆▲★※•·])"
)
_WRAPPED_SHARE: Final = 0.3
_LONGER_SHARE: Final = 0.05  #: At most so many lines go beyond a margin.
_SHORTEST: Final = 12  #: No line shorter than this is taken for one that ran into the margin.


def normalise(text: str) -> Normal:
    """The text in one spelling; see the module."""
    spelt = text.translate(SPELLING).replace("\r", "\n").replace("\t", " ").replace("\ufeff", " ")
    spelt = _YEAR.sub(lambda match: match.group().translate(_DIGITS), spelt)
    dropped = sorted({*(match.span() for match in _DROPPED.finditer(spelt)), *_breaks(spelt)})
    kept = list(_between(dropped, len(spelt)))
    offsets = itertools.chain.from_iterable(range(*span) for span in kept)
    return Normal("".join(spelt[start:end] for start, end in kept), (*offsets, len(spelt)))


def _between(spans: Iterable[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """What lies between spans, which may overlap, of a text."""
    reached = 0
    for start, end in spans:
        if start > reached:
            yield reached, start
        reached = max(reached, end)
    yield reached, length


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    """The white space around line breaks that stand inside a sentence."""
    lines = [match.span() for match in _LINE.finditer(text) if match.group().strip()]
    lengths = Counter(len(text[start:end].strip()) for start, end in lines)
    margin = _margin(lengths, len(lines))
    indented = _indented(text, lines)
    first = lines[0][0] if lines else 0
    for (start, end), (following, stop) in itertools.pairwise(lines):
        line, then = text[start:end].strip(), text[following:stop]
        titled = start == first and not _PUNCTUATED.search(line)
        if not titled and _runs_on(line, then, margin, indented is not None and start >= indented):
            tail = start + len(text[start:end].rstrip())
            head = following + len(then) - len(then.lstrip())
            yield tail, head


def _indented(text: str, lines: list[tuple[int, int]]) -> int | None:
    """Where the first paragraph begins with blanks, if all do, so that a line without them goes on with the one before."""
    starts = [start for start, _ in lines if text.startswith("  ", start)]
    return starts[0] if len(starts) >= max(3, len(lines) // 8) and len(starts) < len(lines) // 2 + 4 else None


def _margin(lengths: Counter[int], lines: int) -> int:
    """How long the lines are that were broken at a margin; 0 where lines are paragraphs."""
    if lines < 4:
        return 0
    for length in sorted(lengths, reverse=True):
        if sum(number for other, number in lengths.items() if other > length) > lines * _LONGER_SHARE:
            return 0
        near = sum(lengths[length - less] for less in range(4))
        if length >= _SHORTEST and near >= max(3, lines * _WRAPPED_SHARE):
            return length - 3
    return 0


def _runs_on(line: str, then: str, margin: int, indented: bool) -> bool:
    if _ENDED.search(line) or _HEADED.match(then) or then.startswith(("图为", "本报", "注:")):
        return False
    if indented:
        return not then.startswith("  ")
    if margin and len(line) >= margin:
        return not (_HEADED.match(line) and not _PUNCTUATED.search(line[3:]))
    if line.endswith((",", "、")):
        return True
    return len(line) >= 2 * _SHORTEST and bool(_PUNCTUATED.search(line)) and not then.startswith("  ")
