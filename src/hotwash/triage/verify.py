"""Whether what looks like personal data or a secret is one: checksums, registries, reserved examples, entropy.

A pattern finds candidates, these decide. `synthetic` is a value that is well formed and reserved for tests, examples or fiction:
it shows that a template or a test got through, not that a person's data did.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import math
import re
from collections import Counter
from typing import Literal

Verdict = Literal["real", "synthetic", "no"]

_GENERIC = (
    "com org net edu gov mil int info biz name pro mobi aero coop jobs travel app dev cloud online site shop store tech "
    "blog email xyz agency company consulting digital finance group health law legal live media news solutions studio "
    "systems team today tools world zone bank care clinic dental doctor engineering expert foundation global international "
    "services software support academy university"
)
GENERIC = frozenset(_GENERIC.split())
"""Generic top-level domains in wide use; every two-letter one counts as a country's."""
RESERVED_TLDS = frozenset({"example", "test", "invalid", "localhost"})
"""RFC 2606 and RFC 6761."""
RESERVED_DOMAINS = ("example.com", "example.org", "example.net", "example.edu")
NO_COUNTRY = frozenset({"js", "rb", "go", "cs", "ts", "gz", "tx"})
"""Two-letter endings that are no country's and do stand in file names."""

TEST_CARDS = frozenset(
    {
        "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "4222222222222", "5555555555554444",
        "5105105105105100", "2223003122003222", "378282246310005", "371449635398431", "6011111111111117", "6011000990139424",
        "3530111333300000", "3566002020360505", "30569309025904", "38520000023237",
    }
)  # fmt: skip
"""Numbers that payment providers publish for tests."""
CARDS = (
    (4, 4, (13, 16, 19)), (51, 55, (16,)), (2221, 2720, (16,)), (34, 34, (15,)), (37, 37, (15,)), (6011, 6011, (16, 19)),
    (644, 649, (16, 19)), (65, 65, (16, 19)), (3528, 3589, (16, 19)), (300, 305, (14,)), (36, 36, (14,)), (38, 39, (14,)),
    (62, 62, (16, 17, 18, 19)),
)  # fmt: skip
"""First digits (from, to) and lengths by network: ISO/IEC 7812 issuer ranges as the networks publish them."""
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
    "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip
"""Length by country: the SWIFT IBAN registry."""
EXAMPLE_IBANS = frozenset(
    {
        "GB82WEST12345698765432", "GB29NWBK60161331926819", "GB33BUKB20201555555555", "DE89370400440532013000",
        "FR1420041010050500013M02606", "NL91ABNA0417164300", "ES9121000418450200051332", "BE68539007547034",
        "IT60X0542811101000000123456", "CH9300762011623852957", "AT611904300234573201", "IE29AIBK93115212345678",
    }
)  # fmt: skip
"""The registry's and its most copied examples."""
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
PLACEHOLDER = re.compile(
    r"example|your|xxxx|placeholder|changeme|sample|dummy|redacted|insert|<|\*\*\*|\.\.\.|1234567890|0123456789|abcdefgh|"
    r"_test_|secret$|^password|\$\{|\{\{|%s",
    re.IGNORECASE,
)
"""What stands where a secret would, in documentation."""


def digits(text: str) -> str:
    """Its ASCII digits."""
    return "".join(one for one in text if "0" <= one <= "9")


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1's check digit."""
    total = 0
    for place, one in enumerate(reversed(number)):
        value = int(one) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def entropy(text: str) -> float:
    """Shannon's, in bits a character, of the text's own characters."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0


def email(value: str) -> Verdict:
    """A plausible top-level domain, no file name; reserved domains are synthetic."""
    local, _, domain = value.lower().rpartition("@")
    ending = domain.rpartition(".")[2]
    if not local or local.endswith(".") or ".." in value or any(one[:1] in ("", "-") for one in domain.split(".")):
        return "no"
    if ending in RESERVED_TLDS or domain.endswith(RESERVED_DOMAINS):
        return "synthetic"
    known = ending in GENERIC or (len(ending) == 2 and ending.isalpha() and ending not in NO_COUNTRY)
    return "real" if known else "no"


def phone(value: str) -> Verdict:
    """E.164: 8 to 15 digits with a plausible country code; numbers that regulators keep for fiction are synthetic."""
    number = digits(value)
    plus = value.startswith("+")
    if not plus and number.startswith("00"):
        number, plus = number[2:], True
    if not plus:
        number = "1" + number
    if not 8 <= len(number) <= 15 or len(set(number[2:])) < 3:
        return "no"
    if number.startswith("1"):
        if len(number) != 11 or number[1] in "01" or number[4] in "01":
            return "no"
        return "synthetic" if number[4:9] == "55501" or number[1:4] == "555" else "real"
    if number.startswith(("447700900", "442079460", "441632960")):
        return "synthetic"
    return "no" if number.startswith(("210", "214", "215", "217", "219", "28", "83", "89")) else "real"


def card(value: str) -> Verdict:
    """Luhn, issuer range and length."""
    number = digits(value)
    if number in TEST_CARDS:
        return "synthetic"
    issued = any(len(number) in lengths and low <= int(number[: len(str(low))]) <= high for low, high, lengths in CARDS)
    return "real" if issued and luhn(number) and len(set(number)) > 3 else "no"


def iban_of(value: str) -> str:
    """The IBAN at the beginning of a text that may run on, without spaces; empty when its country has none or it is too short."""
    bare = value.replace(" ", "")
    length = IBAN_LENGTHS.get(bare[:2], 0)
    return bare[:length] if length and len(bare) >= length else ""


def iban(value: str) -> Verdict:
    """Country's length and ISO 7064 mod 97-10."""
    bare = iban_of(value)
    if not bare:
        return "no"
    turned = "".join(str(int(one, 36)) for one in bare[4:] + bare[:4])
    if int(turned) % 97 != 1:
        return "no"
    return "synthetic" if bare in EXAMPLE_IBANS else "real"


def ipv4(value: str) -> Verdict:
    """A public address. Four small numbers are a version far more often than an address (of all addresses 0.02 % have no
    number above 31), and public resolvers are nobody's."""
    parts = value.split(".")
    if any(len(one) > 1 and one.startswith("0") for one in parts) or any(int(one) > 255 for one in parts):
        return "no"
    address = ipaddress.IPv4Address(value)
    if any(address in net for net in DOCUMENTATION):
        return "synthetic"
    small = all(int(one) < 32 for one in parts)
    return "no" if small or not address.is_global or value in {"8.8.8.8", "8.8.4.4"} or address.is_multicast else "real"


DOCUMENTATION = tuple(ipaddress.IPv4Network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
"""RFC 5737."""


def ssn(value: str) -> Verdict:
    """US social security number: areas, groups and serials that are never issued, and those that advertisements used up."""
    area, group, serial = value[:3], value[4:6], value[7:]
    if area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000":
        return "no"
    return "synthetic" if digits(value) in {"123456789", "078051120", "219099999", "111111111", "123121234"} else "real"


def bsn(value: str) -> Verdict:
    """Dutch citizen service number: eleven test."""
    number = digits(value).zfill(9)
    total = sum(int(one) * weight for one, weight in zip(number, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=False))
    if len(number) != 9 or total % 11 or not int(number):
        return "no"
    return "synthetic" if number in {"123456782", "111222333", "999999990"} else "real"


def dni(value: str) -> Verdict:
    """Spanish DNI or NIE: letter by mod 23."""
    bare = value.replace("-", "").replace(" ", "").upper()
    number = bare[:-1].translate(str.maketrans("XYZ", "012"))
    if DNI_LETTERS[int(number) % 23] != bare[-1]:
        return "no"
    return "synthetic" if number in {"12345678", "00000000", "01234567", "11111111", "99999999"} else "real"


def nino(value: str) -> Verdict:
    """UK national insurance number, by format: HMRC's unused prefixes are none. It has no check digit."""
    bare = value.replace(" ", "")
    if bare[:2] in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}:
        return "no"
    return "synthetic" if bare[:8] in {"AB123456", "JG103759", "AA123456", "AA000000"} else "real"


def nir(value: str) -> Verdict:
    """French social security number: key is 97 less the number mod 97 (Corsica's 2A and 2B as 19 and 18)."""
    bare = value.replace(" ", "").upper()
    number = bare[:13].replace("2A", "19").replace("2B", "18")
    return "real" if number.isdigit() and 97 - int(number) % 97 == int(bare[13:]) else "no"


def secret(value: str) -> Verdict:
    """At least 3 bits a character and 16 characters, no placeholder: an English word repeated or a row of x has less."""
    if PLACEHOLDER.search(value):
        return "synthetic"
    return "real" if len(value) >= 16 and entropy(value) >= 3 else "no"


def password(value: str) -> Verdict:
    """What stands as a password in a setting or an address: no placeholder, and of more than one kind of character."""
    if PLACEHOLDER.search(value) or value.lower() in {
        "pass",
        "password",
        "pwd",
        "admin",
        "user",
        "none",
        "null",
        "true",
    }:
        return "synthetic"
    mixed = sum((any(one.islower() for one in value), any(one.isupper() for one in value), any(one.isdigit() for one in value),
                 any(not one.isalnum() for one in value)))  # fmt: skip
    return "real" if mixed >= 2 and len(value) >= 6 and entropy(value) >= 2.2 else "no"


def jwt(value: str) -> Verdict:
    """A header that is JSON and names an algorithm."""
    head = value.split(".", maxsplit=1)[0]
    try:
        said = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError):
        return "no"
    return "real" if isinstance(said, dict) and "alg" in said else "no"


def private_key(value: str) -> Verdict:
    """A header alone is talk about keys; a body of forty characters that look random is a key."""
    body = re.sub(r"-----[A-Z ]*-----|\\n|[^A-Za-z0-9+/=]", "", value.partition("KEY-----")[2])
    return "real" if len(body) >= 40 and entropy(body[:200]) >= 4 else "no"


SIGNED = re.compile(
    r"^(?:x-(?:amz|goog)-|sig|signature|expires|hash|hmac|v|ver|version|w|h|width|height|fit|format|s|size|q)\b",
    re.IGNORECASE,
)
"""Parameters that picture servers ask for themselves."""


def loaded(value: str) -> Verdict:
    """A picture's address that carries something: a parameter of twelve characters or more that no picture server asks for, or a
    piece of the path of 24 or more that looks random."""
    path, _, query = value.partition("?")
    carried = [one.partition("=")[2] for one in query.split("&") if not SIGNED.search(one)]
    pieces = [one.partition(".")[0] for one in path.split("/")[3:]]
    loud = any(len(one) >= 12 for one in carried) or any(len(one) >= 24 and entropy(one) >= 3.8 for one in pieces)
    return "real" if loud else "no"


def given(value: str) -> Verdict:
    """The form is all there is to check."""
    return "real" if value else "no"
