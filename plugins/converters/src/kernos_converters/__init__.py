"""More URL converters for Kernos: dates, slugs, ULIDs, patterns, enumerations."""

from kernos_converters.choices import EnumConverter
from kernos_converters.choices import enum_converter
from kernos_converters.choices import register_enum
from kernos_converters.dates import DateConverter
from kernos_converters.dates import DateTimeConverter
from kernos_converters.identifiers import SlugConverter
from kernos_converters.identifiers import ULIDConverter
from kernos_converters.patterns import RegexConverter

__all__ = [
    "DateConverter",
    "DateTimeConverter",
    "EnumConverter",
    "RegexConverter",
    "SlugConverter",
    "ULIDConverter",
    "enum_converter",
    "register_enum",
]
