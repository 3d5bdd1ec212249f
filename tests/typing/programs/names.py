"""Names that are imported when they are first used are known to type checkers, and no others."""
