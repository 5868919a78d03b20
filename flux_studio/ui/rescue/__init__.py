"""The rescue desk as people see it: jobs that may have been paid and are not saved."""
