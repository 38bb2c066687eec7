"""Papers beside a record are files in its folder."""

from hotwash.adapters.improvement_folder import find_record, improvement_of, keep_paper, paper, record_at

__all__ = ["find_record", "improvement_of", "keep_paper", "paper", "record_at"]
