"""Words for played requests: what people wrote, what was looked up, what they were told, what they complained about."""
