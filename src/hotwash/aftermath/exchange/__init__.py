"""A scored drill in the formats of others: HSEEP's AAR/IP, AVID, AIID, VERIS."""
