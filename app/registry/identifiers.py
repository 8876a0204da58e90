"""Checking identifiers as they are typed. Pure.

Every check takes the text as typed and returns None when it may be saved, else one sentence that says what to do.
`doubt_*` returns a sentence to think about; it never stops saving. `clean_*` gives the form that is stored.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

from stdnum.cn import uscc

from app.core.text import N_

_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORGAN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

ID_KINDS: dict[str, str] = {
    "resident": N_("居民身份证"),
    "passport": N_("护照"),
    "hk_macao": N_("港澳居民来往内地通行证"),
    "taiwan": N_("台湾居民来往大陆通行证"),
    "residence_permit": N_("港澳台居民居住证"),
    "foreign_residence": N_("外国人永久居留身份证"),
    "other": N_("其他证件"),
}


def _plain(text: str) -> str:
    """Half-width, upper case, without the blanks and dashes that people put between groups."""
    return re.sub(r"[\s\-·]", "", unicodedata.normalize("NFKC", text)).upper()


# ---- 统一社会信用代码 (GB 32100-2015) -------------------------------------------------------------------------------


def clean_credit_code(text: str) -> str:
    """A credit code as it is stored and compared: half-width, capitals, no blanks."""
    return _plain(text)


def credit_code(text: str) -> str | None:
    """An 18-character credit code; the 18th character is checked."""
    code = _plain(text)
    if len(code) != 18:
        return N_("统一社会信用代码应为18位，请对照营业执照核对位数。")
    if any(c not in _USCC_LETTERS for c in code):
        return N_(
            "统一社会信用代码只含数字和大写字母，且不含 I、O、S、V、Z，请核对（常见误录：字母 O 与数字 0，字母 I 与数字 1）。"
        )
    if not code[2:8].isdigit():
        return N_("统一社会信用代码第3至8位应为六位行政区划数字，请核对。")
    if uscc.calc_check_digit(code[:17]) != code[17]:
        return N_("统一社会信用代码校验位不符，至少有一位录入有误，请对照营业执照逐位核对。")
    return None


def doubt_credit_code(text: str) -> str | None:
    """The organisation code inside (positions 9-17) has a check digit of its own; some old registers break it."""
    code = _plain(text)
    if len(code) != 18 or not code.isalnum():
        return None
    total = sum(w * int(c, 36) for w, c in zip(_ORGAN_WEIGHTS, code[8:16], strict=True))
    expected = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    return (
        None if code[16] == expected else N_("主体标识码（第9至17位）校验位不符，代码仍可保存；请再核对一次营业执照。")
    )


def legacy_registration(text: str) -> str | None:
    """The 15-digit registration number of licences before 2015; stands in old files only."""
    return None if re.fullmatch(r"\d{13,15}", _plain(text)) else N_("旧版注册号应为13至15位数字，请核对。")


# ---- 居民身份号码 (GB 11643-1999) 与其他证件 -------------------------------------------------------------------------


def clean_id_number(text: str) -> str:
    """An identity number as it is stored and compared: half-width, capitals, no blanks."""
    return _plain(text)


def resident_id(text: str, today: dt.date | None = None) -> str | None:
    """An 18-digit citizen number: a real birth date not after `today`, and the check digit.

    The region is not checked: region codes were changed and old numbers stay valid.
    """
    number = _plain(text)
    if len(number) != 18:
        return N_("身份证号码应为18位，请核对位数。")
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return N_("身份证号码前17位应为数字，末位为数字或 X，请核对。")
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return N_("身份证号码第7至14位不是有效的出生日期，请核对。")
    if born.year < 1900 or (today is not None and born > today):
        return N_("身份证号码中的出生日期不合理，请核对。")
    total = sum(w * int(c) for w, c in zip(_ID_WEIGHTS, number[:17], strict=True))
    if "10X98765432"[total % 11] != number[17]:
        return N_("身份证号码校验位不符，至少有一位录入有误，请对照证件核对。")
    return None


def sex_and_birth(text: str) -> tuple[str, str]:
    """What a resident number says: (男 | 女, 1990年1月1日). Two empty texts for anything that is no such number."""
    number = _plain(text)
    if resident_id(number) is not None:
        return "", ""
    born = f"{int(number[6:10])}年{int(number[10:12])}月{int(number[12:14])}日"
    return ("男" if int(number[16]) % 2 else "女"), born


def id_number(kind: str, text: str, today: dt.date | None = None) -> str | None:
    """The number of an identity paper; `kind` is a key of ID_KINDS."""
    number = _plain(text)
    if kind not in ID_KINDS:
        return N_("请选择证件类型。")
    if kind == "resident":
        return resident_id(text, today)
    patterns = {
        "passport": (r"[A-Z0-9]{5,12}", N_("护照号码由5至12位字母和数字组成，请核对。")),
        "hk_macao": (r"[HM]\d{8}(\d{2})?", N_("港澳居民来往内地通行证号码为 H 或 M 加8位数字，请核对。")),
        "taiwan": (r"\d{8}(\d{2}[A-Z]?)?", N_("台湾居民来往大陆通行证号码为8位数字，请核对。")),
        "residence_permit": (
            r"8[123]0000\d{11}[\dX]",
            N_("港澳台居民居住证号码为18位，以810000、820000或830000开头，请核对。"),
        ),
        "foreign_residence": (r"[A-Z]{3}\d{12}|9\d{16}[\dX]", N_("外国人永久居留身份证号码为15位或18位，请核对。")),
    }
    if kind in patterns:
        pattern, sentence = patterns[kind]
        return None if re.fullmatch(pattern, number) else sentence
    return None if 2 <= len(number) <= 40 else N_("请填写证件号码。")


# ---- 电话 -----------------------------------------------------------------------------------------------------------


def clean_phone(text: str) -> str:
    """Digits and the dashes of a landline: 0376-6366520, 13800000000, 400-820-8820."""
    number = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", text)).replace("—", "-")
    number = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))-?", "", number)
    if re.fullmatch(r"1[3-9][\d-]+", number):
        return number.replace("-", "")
    landline = re.fullmatch(r"(010|02\d|0[3-9]\d{2})-?([2-9]\d{6,7})(-\d{1,6})?", number)
    return f"{landline[1]}-{landline[2]}{landline[3] or ''}" if landline else number


def phone(text: str) -> str | None:
    """A mainland mobile, a landline with its area code, a 400/800 number or a short service number such as 12315."""
    number = clean_phone(text)
    digits = number.replace("-", "")
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return None
    if re.fullmatch(r"0\d{2,3}-?[2-9]\d{6,7}(-\d{1,6})?", number):
        return None
    if re.fullmatch(r"[48]00\d{7}", digits) or re.fullmatch(r"1[012]\d{3,4}", digits):
        return None
    if digits.isdigit() and len(digits) in {7, 8}:
        return N_("固定电话请加区号，例如 0376-6366520。")
    if digits.startswith("1") and digits.isdigit():
        return N_("手机号码应为11位，请核对位数。")
    return N_("电话号码格式不对。请填写11位手机号、带区号的固定电话（如 0376-6366520）或 400 号码。")


# ---- 权利号码 -------------------------------------------------------------------------------------------------------


def clean_right_number(text: str) -> str:
    """The number of a right as it is stored and compared: half-width, capitals, no blanks, without 第…号 around it.

    软著登字第1234567号 keeps its words: only a bare number between 第 and 号 is laid bare.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    bare = re.fullmatch(r"第?([0-9A-Z.\-]+)号?", number)
    return bare[1] if bare else number


def written_right_numbers(number: str) -> tuple[str, ...]:
    """The ways in which a number may stand in rows that were saved before numbers were cleaned: all that
    `clean_right_number` takes for the same, as people write it."""
    clean = clean_right_number(number)
    patent = re.fullmatch(r"(ZL|CN)(\d{4})(\d)(\d{7}\.?[\dX])", clean)
    ways = [number.strip(), clean, f"第{clean}号", f"第{clean}", f"{clean}号"]
    if patent:
        ways += [" ".join(patent.groups()), patent[1] + " " + "".join(patent.groups()[1:])]
    wide = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
    return tuple(dict.fromkeys([*ways, *(way.translate(wide) for way in ways)]))


def trademark_number(text: str) -> str | None:
    """A registration number: up to 8 digits with an optional letter, or an international one (G1234567)."""
    number = clean_right_number(text)
    if re.fullmatch(r"[1-9]\d{0,7}[A-Z]?|G\d{5,7}[A-Z]?", number):
        return None
    return N_("商标注册号为不超过8位的数字（国际注册加前缀 G），请对照商标注册证核对。")


def patent_check_digit(digits: str) -> str:
    """The check character of an application number of 8 or 12 digits (ZC 0006-2003)."""
    rest = sum(w * int(c) for w, c in zip(_PATENT_WEIGHTS, digits, strict=False)) % 11
    return "X" if rest == 10 else str(rest)


def patent_number(text: str) -> str | None:
    """A Chinese patent or application number: ZL/CN, 12 (before October 2003: 8) digits, point, check digit."""
    number = re.sub(r"^(ZL|CN)", "", clean_right_number(text).replace(".", ""))
    if not re.fullmatch(r"\d{8}[\dX]|\d{12}[\dX]", number):
        return N_("专利号为13位（2003年10月以前为9位），形如 ZL 2019 2 1234567.8，末位为校验位，请对照证书核对。")
    kind = number[4] if len(number) == 13 else number[2]
    if kind not in "12389":
        return N_("专利号中的种类位应为 1（发明）、2（实用新型）、3（外观设计）或 8、9（国际申请），请核对。")
    if patent_check_digit(number[:-1]) != number[-1]:
        return N_("专利号校验位不符，至少有一位录入有误，请对照专利证书核对。")
    return None


def variety_number(text: str) -> str | None:
    """A plant variety right: CNA (agriculture) or a forestry number."""
    number = clean_right_number(text)
    if re.fullmatch(r"CNA\d{7,10}(\.\d)?|\d{8}", number):
        return None
    return N_("植物新品种权号形如 CNA20161234.5（林业为8位数字），请对照品种权证书核对。")


def copyright_number(text: str) -> str | None:
    """Registration is voluntary and its numbers have many shapes; only what cannot be one is refused."""
    number = clean_right_number(text)
    if re.search(r"登字|SR\d{6,7}", number) and re.search(r"\d{5,}", number):
        return None
    return N_("作品登记号形如 国作登字-2024-F-00123456，软件登记号形如 2024SR0123456；未登记请留空。")


RIGHT_NUMBER: dict[str, Callable[[str], str | None]] = {
    "trademark": trademark_number,
    "patent": patent_number,
    "copyright": copyright_number,
    "plant_variety": variety_number,
}


def right_number(kind: str, text: str) -> str | None:
    """The number of a right of `kind`; kinds without a known shape (GI, secret, special sign) only need some text."""
    check = RIGHT_NUMBER.get(kind)
    return check(text) if check else None
