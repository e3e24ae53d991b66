"""The short, stable names of everything the reader can say about a client folder."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Which kind of problem is it? The value stands in `Problem.code` and never changes."""

    # the folder and its files
    MISSING_FOLDER = "missing-folder"
    NOT_A_FOLDER = "not-a-folder"
    MISSING_CONFIG = "missing-config"
    FOLDER_IN_USE = "folder-in-use"
    MISSING_FILE = "missing-file"
    MISSING_SHEET = "missing-sheet"
    TWO_SOURCES = "two-sources"
    OUTSIDE_FOLDER = "outside-folder"
    UNREADABLE_FILE = "unreadable-file"
    EMPTY_FILE = "empty-file"
    WRONG_FORMAT = "wrong-format"
    PROTECTED_FILE = "protected-file"
    TOO_LARGE = "too-large"
    WRONG_ENCODING = "wrong-encoding"
    UNUSED_FILE = "unused-file"
    UNUSED_SHEET = "unused-sheet"
    UNUSED_SETTING = "unused-setting"
    EMPTY_TABLE = "empty-table"

    # client.yml
    BAD_YAML = "bad-yaml"
    REPEATED_KEY = "repeated-key"
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    WRONG_VALUE = "wrong-value"

    # rows and columns
    WRONG_DELIMITER = "wrong-delimiter"
    BROKEN_QUOTE = "broken-quote"
    RAGGED_ROW = "ragged-row"
    BLANK_ROWS = "blank-rows"
    HEADER_NOT_FIRST = "header-not-first"
    REPEATED_HEADER = "repeated-header"
    DUPLICATE_COLUMN = "duplicate-column"
    MISSING_COLUMN = "missing-column"
    MISSPELT_COLUMN = "misspelt-column"
    UNKNOWN_COLUMN = "unknown-column"

    # cells
    EMPTY_CELL = "empty-cell"
    NOT_A_NUMBER = "not-a-number"
    NOT_WHOLE = "not-whole"
    NOT_A_DATE = "not-a-date"
    NOT_A_MONTH = "not-a-month"
    UNKNOWN_CATEGORY = "unknown-category"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    OUT_OF_SCALE = "out-of-scale"
    BELOW_ZERO = "below-zero"
    RESERVED_SIGN = "reserved-sign"
    BROKEN_FORMULA = "broken-formula"
    DUPLICATE_KEY = "duplicate-key"

    # rows left out, counted and shown
    NO_CONSUMER = "no-consumer"
    NO_CLAIMS = "no-claims"
    NO_POINTS = "no-points"
    NO_ANSWER = "no-answer"

    # notes
    TRIMMED_SPACES = "trimmed-spaces"
    COMPOSED_LETTERS = "composed-letters"
    CATEGORY_CASE = "category-case"
    TIME_DROPPED = "time-dropped"
    NUMBER_AS_TEXT = "number-as-text"
    DEFAULT_FILLED = "default-filled"
    REPEATED_CLAIM = "repeated-claim"
    REPEATED_LINES = "repeated-lines"
    MISSING_ANSWERS = "missing-answers"
    NO_ACCOUNT = "no-account"
    UNMATCHED_ACCOUNTS = "unmatched-accounts"
    MISSING_TRAIT = "missing-trait"
    DRAWN_ACCOUNTS = "drawn-accounts"
    GIANT_ACCOUNTS = "giant-accounts"
    FINE_AMOUNTS = "fine-amounts"
    AND_MORE = "and-more"
