"""The name of a payer as a key for matching: the same function for the bank's name, the customer's kana and learned
aliases.

The Japanese Bankers Association's abbreviations of legal forms (略語, appendix 2 of its record formats, 全国銀行協会
適用業務およびレコード・フォーマット, December 2019) stand before, behind or in the middle of a name and are often typed
by hand; they, spaces, dots, prolonged-sound marks and words that banks put in front say nothing about who paid. Kanji
is never turned into kana: that would be a guess.
"""

from __future__ import annotations

import re
import unicodedata

_SMALL_TO_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_DASHES = re.compile("[ー－\\-―‐−─–—ｰ~～〜]")
_DROPPED = re.compile(r"[\s・.,、。，．'\"“”‘’/\\¥￥「」｢｣\[\]【】{}()（）:;*＊&＆]")
_TRANSFER_WORDS = re.compile(r"^(振込入金|振込|フリコミ|ソウフリ|ソウキン|送金|カード)[*＊\s]*")
_CODES = re.compile(r"(?<!\d)\d{6,}(?!\d)")

_LONG_FORMS = (
    "トクテイヒエイリカツドウホウジン", "シヤカイホケンロウムシホウジン", "チホウドクリツギヨウセイホウジン",
    "コクリツケンキユウカイハツホウジン", "コクリツダイガクホウジン", "ドクリツギヨウセイホウジン",
    "コウセイホゴホウジン", "シヤカイフクシホウジン", "ギヨウセイシヨシホウジン",
    "ノウジクミアイホウジン", "カンリクミアイホウジン",
    "イツパンシヤダンホウジン", "コウエキシヤダンホウジン", "イツパンザイダンホウジン", "コウエキザイダンホウジン",
    "シヤダンホウジン", "ザイダンホウジン", "カブシキガイシヤ", "カブシキカイシヤ", "ユウゲンガイシヤ",
    "ユウゲンカイシヤ", "ゴウドウガイシヤ", "ゴウドウカイシヤ", "ゴウメイガイシヤ", "ゴウメイカイシヤ",
    "ゴウシガイシヤ", "ゴウシカイシヤ", "ソウゴガイシヤ", "ソウゴカイシヤ", "イリヨウホウジン", "シユウキヨウホウジン",
    "ガツコウホウジン", "ベンゴシホウジン",
    "シホウシヨシホウジン", "ゼイリシホウジン", "株式会社", "有限会社", "合同会社", "合名会社", "合資会社",
)  # fmt: skip
_SHORT_FORMS = (
    "シユウ", "シユツ", "ガク", "フク", "ホゴ", "トクヒ", "チドク", "ドク", "ケン", "ダイ", "ベン", "シホウ", "ゼイ",
    "ギヨ", "ロウム", "ノウ", "カンリ", "ザイ", "シヤ", "ユ", "ド", "メ", "シ", "ソ", "イ", "カ", "エイ",
    "株", "有", "同", "名", "資",
)  # fmt: skip
_SHORT = "|".join(sorted(_SHORT_FORMS, key=len, reverse=True))
# An abbreviation counts only with its bracket: `ｶ)` in front, `(ｶ)` inside, `(ｶ` behind.
_BRACKETED = re.compile(rf"^({_SHORT})\)|\(({_SHORT})\)|\(({_SHORT})$")
_WRITTEN_OUT = re.compile("|".join(sorted(_LONG_FORMS, key=len, reverse=True)))


def payer_key(name: str | None) -> str:
    """The key of a payer's name; the empty string if nothing of the name is left.

    >>> payer_key("ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ") == payer_key("ヤマダショウテン（カ")
    True
    >>> payer_key("ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ") == payer_key("カブシキガイシャ ヤマダショーテン".replace("ー", "ウ"))
    True
    """
    if not name:
        return ""
    key = _unify(name)
    key = _CODES.sub("", _TRANSFER_WORDS.sub("", key.strip()))
    key = _BRACKETED.sub("", key.strip())
    key = _WRITTEN_OUT.sub("", _DASHES.sub("", key))
    return _DROPPED.sub("", key).upper()


def _unify(name: str) -> str:
    """Full-width katakana of one size and plain brackets: NFKC (Unicode Standard Annex #15),
    hiragana to katakana, small kana to large."""
    composed = unicodedata.normalize("NFKC", name)
    katakana = "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in composed)
    return katakana.translate(_SMALL_TO_LARGE)
