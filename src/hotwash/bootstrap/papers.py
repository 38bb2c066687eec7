"""Papers beside a record are files in its folder."""

from hotwash.adapters.improvement_folder import find_record, improvement_of, keep_paper, paper, record_at, replace_paper

__all__ = ["find_record", "improvement_of", "keep_paper", "paper", "record_at", "replace_paper"]
