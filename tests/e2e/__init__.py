"""The whole product, served for real and used through a browser."""
