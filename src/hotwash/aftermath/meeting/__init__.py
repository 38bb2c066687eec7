"""The formal review: agenda and minutes, risk register, frameworks, sign-off."""
