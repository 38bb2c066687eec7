"""Test sets and results of other tools, as suites, cases and judged rows; and suites as test sets of other tools."""
