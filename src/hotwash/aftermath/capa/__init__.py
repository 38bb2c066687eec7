"""Corrective and preventive actions: drafted from the record, in order, with where each of them stands."""
