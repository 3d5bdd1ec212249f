"""More URL converters for Kernos: dates, slugs, ULIDs, patterns, enumerations."""

from kernos_converters.choices import EnumConverter, enum_converter, register_enum
from kernos_converters.dates import DateConverter, DateTimeConverter
from kernos_converters.identifiers import SlugConverter, ULIDConverter
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
