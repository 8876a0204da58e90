"""Helpers of the tests: real services, the browser, an unprivileged user."""
