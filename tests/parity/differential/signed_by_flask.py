"""Cookies that Flask 3.1.3 signed, at the worker's fixed moment, and what is in them."""

from __future__ import annotations

import datetime as dt
import uuid

from markupsafe import Markup

SECRET = "signed by flask, read by kernos"
FORMER = b"\x00\xff bytes are keys too"

CONTENTS: list[dict[str, object]] = [
    {"user": 7},
    {"user": "mäx", "empty": "", "none": None, "yes": True, "number": -1.5},
    {"tuple": (1, ("two", b"\x00\xff")), "list": [1, [2]], "nested": {"a": {"b": ()}}},
    {"moment": dt.datetime(2026, 2, 3, 4, 5, 6, tzinfo=dt.UTC)},
    {"id": uuid.UUID("12345678-1234-5678-1234-567812345678")},
    {"html": Markup("<b>&amp;</b>")},
    {"one": {" t": "no tag"}, "two": {" b": [1]}, "three": {" di": 1}},
    {"_flashes": [("message", "saved"), ("error", "not saved")], "_permanent": True},
    {"long": "compress me " * 200},
]

COOKIES = [
    "session=eyJ1c2VyIjo3fQ.arE7gA.8R7fW5thN6fAJ5qK-FsVN5-zhoU",
    "session=eyJlbXB0eSI6IiIsIm5vbmUiOm51bGwsIm51bWJlciI6LTEuNSwidXNlciI6Im1cdTAwZTR4IiwieWVzIjp0cnVlfQ.arE7gA.QaVVXJmWwMWXlmT5iuWkt1k3jos",
    "session=.eJyrVsrJLC5Rsoo21Ik2io3VUcpLLS5JTVGyqlZKBBFJIEIBpCC2trZWR6mktCAnFS5mqANlKJWU5yuBOED1So4BFrZKtbFAWAsAaF0ckQ.arE7gA.wgt5lPIz5PqRojlgUQQbc-pYFto",
    "session=eyJtb21lbnQiOnsiIGQiOiJUdWUsIDAzIEZlYiAyMDI2IDA0OjA1OjA2IEdNVCJ9fQ.arE7gA._-_4jAOD1ZUr90lBe603aaQvX-s",
    "session=.eJyrVspMUbKqVlIoVbJSMjQyNjE1M7fARSvV1gIAFWsLIw.arE7gA.T32hHrtxZgKJeKsFnXTTexU7wkA",
    "session=eyJodG1sIjp7IiBtIjoiPGI-JmFtcDs8L2I-In19.arE7gA.4VllrH2vA5ZEa7T8j764zPdXzu8",
    "session=.eJyrVsrPS1WyqlZSSMkEUyXx8UpWSnn5CiWJ6Uq1tTpKJRlFqSgqUjJBSgzBcuX5yDJJIIlow9ja2loAo0wa3g.arE7gA.NBFFiQKEv29Zk8lr5990wq5DmAY",
    "session=.eJyrVopPy0kszkgtVrKKrlZSKAFSSrmpxcWJ6alKOkrFiWWpKUqxtTowqdSiovwioERefokCTDJWRym-ILUoNzEvNQ-oqKSoNLUWAAqpHcU.arE7gA.4dtQ9SjfbPxhcvnVq8rB55unrFk",
    "session=.eJyrVsrJz0tXslJKzs8tKEotLlbITVUYZY-yR9mj7FH2KHuUPcoeZVPOVqoFAFNIhgg.arE7gA.TJvVNO4APtkfnwwILoyRBqWstYE",
]

#: The first of the contents, signed with the former key.
BY_FORMER_KEY = "session=eyJ1c2VyIjo3fQ.arE7gA.yHnef7b9b5so03eh6U-s1QMXb4w"
