"""Text that breaks programs, put into every text field of every form, and looked at wherever text is shown."""
