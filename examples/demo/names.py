"""Invented companies: their names in kanji, kana and English, and the kana as a bank prints it (JIS X 0201,
one byte a sign)."""

from __future__ import annotations

import unicodedata

STEMS = [
    ("月見坂", "ツキミザカ", "Tsukimizaka"),
    ("星くず", "ホシクズ", "Hoshikuzu"),
    ("ねこ森", "ネコモリ", "Nekomori"),
    ("たぬき野", "タヌキノ", "Tanukino"),
    ("朝露", "アサツユ", "Asatsuyu"),
    ("銀波", "ギンパ", "Ginpa"),
    ("風車台", "フウシャダイ", "Fushadai"),
    ("雲路", "クモジ", "Kumoji"),
    ("花筏", "ハナイカダ", "Hanaikada"),
    ("凪原", "ナギハラ", "Nagihara"),
    ("鈴音", "スズネ", "Suzune"),
    ("蛍川", "ホタルガワ", "Hotarugawa"),
    ("霧ヶ浜", "キリガハマ", "Kirigahama"),
    ("夕映", "ユウバエ", "Yubae"),
    ("灯台前", "トウダイマエ", "Todaimae"),
    ("琥珀", "コハク", "Kohaku"),
    ("瓢箪", "ヒョウタン", "Hyotan"),
    ("千切雲", "チギレグモ", "Chigiregumo"),
    ("笹舟", "ササブネ", "Sasabune"),
    ("木霊", "コダマ", "Kodama"),
]
TRADES = [
    ("計測", "ケイソク", "Instruments"),
    ("製菓", "セイカ", "Confectionery"),
    ("物流", "ブツリュウ", "Logistics"),
    ("工務店", "コウムテン", "Builders"),
    ("ソフト", "ソフト", "Software"),
    ("電設", "デンセツ", "Electric"),
    ("出版", "シュッパン", "Publishing"),
    ("農園", "ノウエン", "Farms"),
    ("クリニック", "クリニック", "Clinic"),
    ("設計", "セッケイ", "Design"),
    ("紡績", "ボウセキ", "Textiles"),
    ("観光", "カンコウ", "Travel"),
    ("水産", "スイサン", "Fisheries"),
    ("デンタル", "デンタル", "Dental"),
    ("印刷", "インサツ", "Printing"),
]
ABROAD = [
    "Paper Kite", "Quiet Harbor", "Blue Teapot", "Seven Lanterns", "Copper Fern", "Tin Rooster", "Marble Otter", (
        "Velvet "
        "Anchor"
    ), (
        "Lucky "
        "Turnip"
    ), (
        "Silver "
        "Thimble"
    ),
]  # fmt: skip
ABROAD_TRADES = ["Robotics, Inc.", "Analytics, LLC", "Foods, Inc.", "Studios, LLC"]

FORMS = [
    ("株式会社", "カブシキガイシャ", "ｶ"),
    ("合同会社", "ゴウドウガイシャ", "ﾄﾞ"),
    ("有限会社", "ユウゲンガイシャ", "ﾕ"),
]

_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_MARKS = {"\u3099": "ﾞ", "\u309a": "ﾟ", "ー": "-"}
_LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")


def japanese_company(number: int) -> dict[str, str]:
    """The `number`-th company: 20 stems × 15 trades give 300 different ones; then they carry a number."""
    stem, trade = STEMS[number % 20], TRADES[(number // 20 + number % 20) % 15]
    form, form_kana, short = FORMS[0 if number % 7 else 1 + number // 7 % 2]
    again = str(number // 300 + 1) if number >= 300 else ""
    leads = number % 2 == 0
    kana = stem[1] + trade[1] + again
    return {
        "name": f"{form}{stem[0]}{trade[0]}{again}" if leads else f"{stem[0]}{trade[0]}{again}{form}",
        "name_kana": form_kana + kana if leads else kana + form_kana,
        "remitter_name": f"{short})" + half_width(kana) if leads else half_width(kana) + f"({short}",
        "english": f"{stem[2]} {trade[2]}{' ' + again if again else ''}",
    }


def foreign_company(number: int) -> dict[str, str]:
    """The `number`-th company abroad."""
    again = f" {number // 40 + 1}" if number >= 40 else ""
    name = f"{ABROAD[number % 10]}{again} {ABROAD_TRADES[number // 10 % 4]}"
    return {
        "name": name,
        "name_kana": "",
        "remitter_name": name.upper().replace(",", "").replace(".", ""),
        "english": name,
    }


def half_width(kana: str) -> str:
    """Full-width katakana as a bank file writes it: half width, no small kana, voiced marks as signs of their own."""
    parts = unicodedata.normalize("NFD", kana.translate(_LARGE))
    return "".join(_MARKS.get(sign) or _HALF.get(sign) or sign for sign in parts)
